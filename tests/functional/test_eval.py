"""`kb eval` as a person and a CI job run it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from ctxkb.cli import building
from ctxkb.cli.boundary import run
from support.embedders import HashEmbedder
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

LOGGING = "docs/logging.md"
DATES = "docs/adr/0001-format-dates-with-date-fns.md"

SETTLED = "# Format dates with date-fns\n\n## Status\n\nDeprecated\n"

FILES: dict[str, str | bytes] = {
    LOGGING: "# Logging\n\nThe library for logging is structlog.\n",
    DATES: SETTLED.replace("Deprecated", "Accepted") + "\n## Decision\n\nNew code formats dates with date-fns.\n",
    "src/log.py": "print()\n",
}

QUESTIONS = """\
{"id": "log", "query": "library for logging", "relevant": [{"path": "docs/logging.md"}], "must_contain": ["structlog"], "kind": "paraphrase"}
{"id": "dates", "query": "New code formats dates", "must_contain": ["date-fns", "moment"], "kind": "identifier"}
{"id": "nobody", "query": "zebra crossing", "relevant": []}
"""  # noqa: E501 - one question a line, as in the file


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> HashEmbedder:
    """The seeded embedder in place of the slow one."""
    found = HashEmbedder()
    monkeypatch.setattr(building, "model", lambda _: lambda: found)
    return found


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: HashEmbedder) -> Repo:  # noqa: ARG001 - it is in use
    """A repository as the current folder, with one commit."""
    repo = Repo(tmp_path.resolve() / "repo").write(FILES)
    repo.commit("Begin")
    monkeypatch.chdir(repo.root)
    return repo


def kb(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["eval", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def error(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code, out, err = kb(capsys, *arguments)
    assert (code, out) == (2, "")
    return err


def test_questions_are_asked_and_misses_explained(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole of what a person sees, from the file in its usual place."""
    repo.write({"docs/kb-eval.jsonl": QUESTIONS})
    code, out, err = kb(capsys, "--budgets", "500")
    assert (code, err) == (0, "")
    tokens = re.search(r"tokens +(\d+) +(\d+)\n", out)
    assert tokens is not None
    one, other = tokens.groups()
    assert out == (
        "docs/kb-eval.jsonl: 3 questions, 2 of them with an answer\n"
        "\n"
        "recall      questions   500  2,000   mrr  hit1  false none\n"
        "all                 2  0.50   0.50  1.00  1.00           0\n"
        "identifier          1  0.00   0.00     -     -           0\n"
        "paraphrase          1  1.00   1.00  1.00  1.00           0\n"
        f"tokens                 {one:>4}  {other:>5}\n"
        "\n"
        "without an answer in the documents: 1 of 1 were told so\n"
        "\n"
        "Missed at 2,000 tokens: 1 of 2\n"
        "  dates: New code formats dates\n"
        '    identifier, not indexed: no unit holds "moment"\n'
    )


def test_json_has_figures_and_misses(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What the page of the command promises to programs."""
    (repo.root / "q.jsonl").write_text(QUESTIONS)
    code, out, _ = kb(capsys, "q.jsonl", "--json", "--budgets", "300", "--at", "300", "--min-recall", "0.5")
    packed = json.loads(out)
    tokens = packed["all"]["tokens"]
    assert (code, list(packed)) == (
        0,
        ["source", "budgets", "at", "recall", "gate", "all", "kinds", "missed", "history"],
    )
    assert {key: packed[key] for key in ("source", "budgets", "at", "recall", "gate", "history")} == {
        "source": "q.jsonl",
        "budgets": [300],
        "at": 300,
        "recall": 0.5,
        "gate": {"min_recall": 0.5, "passed": True},
        "history": None,
    }
    assert packed["all"] == {
        "questions": 3,
        "answerable": 2,
        "recall": {"300": 0.5},
        "tokens": tokens,
        "mrr": 1.0,
        "hit1": 1,
        "abstain": {"count": 1, "of": 1},
        "false_none": {"count": 0, "of": 2},
        "stale_first": {"count": 0, "of": 0},
    }
    assert list(packed["kinds"]) == ["identifier", "other", "paraphrase"]
    assert packed["missed"] == [
        {
            "id": "dates",
            "kind": "identifier",
            "query": "New code formats dates",
            "path": "",
            "reason": "not indexed",
            "detail": 'no unit holds "moment"',
            "unit": "",
            "rank": 0,
        }
    ]


def test_a_gate_that_is_missed_ends_with_1_and_one_line(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """CI reads the exit code, a person the line."""
    repo.write({"kb-eval.jsonl": QUESTIONS})
    code, _, err = kb(capsys, "--min-recall", "0.8")
    assert (code, err) == (
        1,
        "kb: recall 0.500 at 2,000 tokens is below --min-recall 0.8 (1 of 2 answered)\n",
    )


def test_a_mistake_is_told_in_one_line(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What, where, and what to do."""
    assert error(capsys) == (
        f"kb: error: there is no docs/kb-eval.jsonl or kb-eval.jsonl in {repo.root}: write one question a line there, "
        'such as {"query": "How do we log?", "must_contain": ["structlog"]}, or name a FILE, or ask the past: '
        "kb eval --from-history\n"
    )
    assert error(capsys, "q.jsonl") == (
        f"kb: error: {repo.root}/q.jsonl: cannot be read: No such file or directory; name a file of questions\n"
    )
    repo.write({"q.jsonl": '{"query": "Who?"}\n'})
    assert error(capsys, "q.jsonl").startswith('kb: error: q.jsonl:1: has neither "must_contain"')
    assert error(capsys, "q.jsonl", "--from-history") == (
        "kb: error: FILE and --from-history exclude each other: name a file, or ask the past\n"
    )
    assert error(capsys, "q.jsonl", "--plot", "x.png") == (
        "kb: error: --plot x.png: the plot is an SVG; give it a name that ends in .svg\n"
    )
    assert error(capsys, "q.jsonl", "--budgets", "500,many") == (
        "kb: error: --budgets 500,many: write numbers separated by commas, such as 500,1000,2000,4000\n"
    )
    assert error(capsys, "q.jsonl", "--at", "7") == (
        "kb: error: there is no budget of 7 tokens; name one of 50 to 20,000\n"
    )


def test_the_plot_is_an_svg_with_axes_and_a_legend(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a kind and one for all, named with how many questions each has."""
    repo.write({"kb-eval.jsonl": QUESTIONS})
    assert kb(capsys, "--plot", "recall.svg", "--budgets", "500")[0] == 0
    drawing = ElementTree.fromstring((repo.root / "recall.svg").read_text("utf-8"))  # noqa: S314 - our own file
    space = "{http://www.w3.org/2000/svg}"
    assert [element.text for element in drawing.iter(f"{space}text")] == [
        "Recall over budget: kb-eval.jsonl",
        *("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"),
        *("500", "2,000"),
        "budget in tokens (o200k_base)",
        "share of the questions answered",
        *("all (2)", "identifier (1)", "paraphrase (1)"),
    ]
    assert len(list(drawing.iter(f"{space}polyline"))) == 3


@pytest.fixture
def past(repo: Repo) -> Repo:
    """A history in which one commit should have known the guide, and another one what nothing leads to."""
    repo.write({LOGGING: "# Logging\n\nThe library for logging is loguru.\n", "src/log.py": "import loguru\n"})
    repo.commit("feat: exchange the library for logging (#4)")
    repo.write({DATES: FILES[DATES].replace("date-fns.", "dayjs."), "src/log.py": "import dayjs\n"})  # type: ignore[union-attr, arg-type]
    repo.commit("Zebra crossing")
    repo.write({"docs/new.md": "# New\n", "src/log.py": "1\n"})
    repo.commit("Something new")
    return repo


def test_the_past_is_asked_as_it_was(past: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole of what a person sees; the documents are those of each commit's parent."""
    code, out, err = kb(capsys, "--from-history", "--budgets", "1000", "--at", "1000")
    zebra, logging = past.git("rev-parse", "HEAD~1")[:10], past.git("rev-parse", "HEAD~2")[:10]
    assert code == 0
    assert re.fullmatch(r"2 commits: [\d.]+ s to begin with, then [\d.]+ s\n", err)
    tokens = re.search(r"tokens +(\d+)\n", out)
    assert tokens is not None
    assert out == (
        "history: 4 commits looked at, 2 asked with; 2 documents that they changed\n"
        "skipped: 1 with new or moved documents only, 1 without a parent\n"
        "\n"
        "recall    questions  1,000   mrr  hit1  false none\n"
        "all               2   0.50  0.50  0.50           1\n"
        "decision          1   0.00  0.00  0.00           1\n"
        "guide             1   1.00  1.00  1.00           0\n"
        f"tokens               {tokens[1]:>5}\n"
        "\n"
        "Missed at 1,000 tokens: 1 of 2\n"
        f"  {zebra}: Zebra crossing\n"
        f'    decision, refused: the answer has confidence "none", without {DATES}#status\n'
    )
    assert logging not in out


@pytest.mark.usefixtures("past")
def test_the_past_counts_what_it_skipped_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """`--last` bounds the commits that are asked with."""
    code, out, _ = kb(capsys, "--from-history", "--json", "--last", "1", "--min-recall", "0.1")
    packed = json.loads(out)
    assert (code, packed["recall"], packed["history"]) == (
        1,
        0.0,
        {"considered": 2, "used": 1, "reverts": 0, "skipped": {"with new or moved documents only": 1}},
    )
    assert [missed["path"] for missed in packed["missed"]] == [DATES]


def test_what_did_not_hold_at_the_parent_is_not_asked_for(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """A superseded decision may change without anybody having to know it; a revert has a kind of its own."""
    repo.write({DATES: FILES[DATES].replace("Accepted", "Deprecated")})  # type: ignore[union-attr, arg-type]
    repo.commit("Settle")
    repo.write({DATES: SETTLED, "src/log.py": "1\n"})
    repo.commit("Shorten what is settled")
    repo.write({LOGGING: "# Logging\n\nThe library for logging is loguru.\n", "src/log.py": "2\n"})
    repo.commit("Exchange the library for logging")
    repo.git("revert", "--no-edit", "HEAD")
    packed = json.loads(kb(capsys, "--from-history", "--json")[1])
    assert packed["history"] == {
        "considered": 5,
        "used": 2,
        "reverts": 1,
        "skipped": {"whose documents did not hold": 1, "without a parent": 1, "without code": 1},
    }
    assert {kind: found["recall"]["2000"] for kind, found in packed["kinds"].items()} == {"guide": 1.0, "revert": 1.0}


def test_the_past_leaves_the_repository_alone(
    past: Repo,
    embedder: HashEmbedder,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither work tree nor index nor `.kb` change, no temporary folder stays, and its embeddings are used."""
    assert run(["index"]) == 0
    capsys.readouterr()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    past.write({LOGGING: "# Half written"})
    embedder.embedded.clear()
    before = {path: path.read_bytes() for path in past.root.rglob("*") if path.is_file()}
    assert kb(capsys, "--from-history")[0] == 0
    assert {path: path.read_bytes() for path in past.root.rglob("*") if path.is_file()} == before
    assert list(temporary.iterdir()) == []
    assert not any("dayjs" in text or "# New" in text for text in embedder.embedded)


def test_a_kbignore_of_the_past_is_heeded(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What was ignored at the parent was no document then."""
    repo.write({LOGGING: "# Logging\n\nThe library for logging is loguru.\n", "src/log.py": "1\n"})
    repo.commit("Exchange the library for logging")
    repo.write({".kbignore": "docs/logging.md\n"}).commit("Ignore it")
    repo.write({LOGGING: "# Logging\n", "src/log.py": "2\n"}).commit("Exchange the library for logging again")
    packed = json.loads(kb(capsys, "--from-history", "--json")[1])
    assert (packed["history"]["used"], packed["history"]["skipped"]["whose documents did not hold"]) == (1, 1)


def test_without_a_history_there_is_nothing_to_ask(
    tmp_path: Path, embedder: HashEmbedder, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plain folder is told apart from a history without fitting commits."""
    assert embedder.embedded == []
    assert error(capsys, "--from-history", "--root", str(tmp_path)) == (
        f"kb: error: {tmp_path.resolve()} has no git history to ask; write questions into docs/kb-eval.jsonl instead\n"
    )
    Repo(tmp_path).write({"docs/a.md": "# A\n"}).commit("Begin")
    code, out, _ = kb(capsys, "--from-history", "--root", str(tmp_path))
    assert (code, out.splitlines()[:2]) == (
        0,
        [
            "history: 1 commit looked at, 0 asked with; 0 documents that they changed",
            "skipped: 1 without a parent",
        ],
    )
    code, _, err = kb(capsys, "--from-history", "--root", str(tmp_path), "--min-recall", "0.5")
    assert code == 2
    assert err.endswith("kb: error: history: nothing was asked that has an answer, so --min-recall cannot be judged\n")
