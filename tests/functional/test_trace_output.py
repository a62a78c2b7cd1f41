"""What `kb trace` prints, what it makes of a verdict, and what it cannot trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.usage import gaps
from ctxkb.cli.boundary import run
from ctxkb.evaluate.questions import read_questions
from support.traced import BAD, DATES, GOOD, ask, commit, trace, traced

if TYPE_CHECKING:
    from pathlib import Path

    from support.repos import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with a decision and a convention about `web/`."""
    return traced(tmp_path)


def test_as_text(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The commit, what was asked, and each verdict with what shows it."""
    hash_ = commit(repo, {"web/b.ts": BAD})
    assert run(["trace", "web/b.ts:1", "--rule", "no-moment", "--root", str(repo.root)]) == 0
    date = repo.git("show", "-s", "--format=%as", hash_)
    assert capsys.readouterr().out == (
        f'commit {hash_[:10]} "Show the day of an order" of {date}, at web/b.ts:1\n'
        "asked: nothing that is known\n"
        "\n"
        f"not-found  rule:no-moment {DATES}: Dates come from date-fns\n"
        "  nobody asked: the commit has no receipt, and the log no question about its paths\n"
        "  - asked with the commit's message and paths at 2,000 tokens, get_context would have given it\n"
    )


def test_a_verdict_becomes_a_gap_a_question_or_a_rule(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """A gap names the commit; a question wants the document; a rule is a draft that binds nobody."""
    hash_ = commit(repo, {"web/b.ts": BAD})
    trace(capsys, repo, hash_, "--as", "gap")
    (gap,) = gaps(repo.root / ".kb")
    assert (gap.question, gap.paths, gap.note) == (
        "Show the day of an order",
        ("web/b.ts",),
        f"kb trace {hash_[:10]}: not-found: {DATES}",
    )

    for _ in range(2):
        code = run(["trace", hash_, "--as", "question", "--root", str(repo.root)])
    assert code == 2
    assert "has the question" in capsys.readouterr().err
    (question,) = read_questions((repo.root / "docs/kb-eval.jsonl").read_text("utf-8"), "q")
    assert (question.query, question.wanted[0].path, question.paths) == (
        "Show the day of an order",
        DATES,
        ("web/b.ts",),
    )

    assert run(["trace", hash_, "--as", "rule", "--root", str(repo.root)]) == 0
    assert "Drafted docs/conventions/show-the-day-of-an-order.md as proposed" in capsys.readouterr().err
    draft = (repo.root / "docs/conventions/show-the-day-of-an-order.md").read_text("utf-8")
    assert "status: proposed" in draft
    assert 'scope: ["web/**"]' in draft


@pytest.mark.parametrize("form", ["gap", "question", "rule"])
def test_nothing_is_made_of_rules_that_were_followed(repo: Repo, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """There is no problem to learn from: it says so, and writes nothing."""
    hash_ = commit(repo, {"web/b.ts": GOOD}, ask(repo, "web/b.ts"))
    assert run(["trace", hash_, "--as", form, "--root", str(repo.root)]) == 0
    assert capsys.readouterr().err == (
        f"There is nothing to turn into a {form}: every rule was given, and nothing shows that it was broken.\n"
    )
    assert gaps(repo.root / ".kb") == []
    assert repo.git("status", "--porcelain", "docs") == ""


@pytest.mark.parametrize(
    ("what", "options", "said"),
    [
        ("nothing", [], '"nothing" names no commit and no line in '),
        ("web/z.ts:3", [], "there is no file web/z.ts"),
        ("web/a.ts:99", [], "git cannot tell who wrote web/a.ts:99"),
        ("web/a.ts:3", [], "web/a.ts:3 is not committed yet"),
        ("HEAD", ["--rule", "no-such"], "--rule no-such: no rule or document has that name, then or now"),
        ("-n1", [], "o such option"),
    ],
)
def test_what_cannot_be_traced(
    repo: Repo, capsys: pytest.CaptureFixture[str], what: str, options: list[str], said: str
) -> None:
    """One line that says what is wrong."""
    repo.write({"web/a.ts": f"{GOOD}// new\n"})
    assert run(["trace", "--root", str(repo.root), *options, what]) == 2
    assert said in capsys.readouterr().err
