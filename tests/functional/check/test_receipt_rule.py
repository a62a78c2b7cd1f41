"""context-receipt on real histories: the receipts are those of real answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.carried import read_carried
from ctxkb.cli.boundary import run
from support.gate import findings, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

ADR = "docs/adr/0001-money.md"
SCOPED = madr("Count in cents").replace("status:", 'scope: ["src/pay/**"]\nstatus:')
RULES = "# Rules\n\n- Commits MUST name the ticket.\n"
CONFIG = '[check]\nreceipt = "error"\n'


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"kb.toml": CONFIG, ADR: SCOPED, "web/AGENTS.md": RULES, "src/pay/a.py": "a = 1\n"})
    repo.write({"src/b.py": "b = 1\n", "web/a.ts": "a\n"}).commit("Begin")
    return repo.branch("feature")


@pytest.fixture
def receipt(repo: Repo, capsys: pytest.CaptureFixture[str]) -> str:
    """The trailer for an answer about src/pay/a.py."""
    return _trailer(repo, capsys, "src/pay/a.py")


def _trailer(repo: Repo, capsys: pytest.CaptureFixture[str], *paths: str) -> str:
    run(["rules", "--root", str(repo.root), *paths])
    name = capsys.readouterr().out.split("Receipt: ")[1].split(".")[0]
    assert run(["receipt", name, "--root", str(repo.root)]) == 0
    return capsys.readouterr().out.strip()


def _told(repo: Repo, commit: str, **options: object) -> list[str]:
    """The findings, the commit's hash and name left out."""
    name = f'commit {commit[:10]} ("Mend")'
    return [line.replace(name, "COMMIT") for line in findings(repo, **options)]  # type: ignore[arg-type]


def test_a_receipt_that_holds_what_binds_is_enough(repo: Repo, receipt: str) -> None:
    """It is verified from the commit alone: no index takes part."""
    repo.write({"src/pay/a.py": "a = 2\n"}).commit(f"Mend\n\n{receipt}")
    repo.git("clean", "-xdfq")

    assert findings(repo) == []


def test_a_commit_without_one_is_named(repo: Repo) -> None:
    """With what it should have read."""
    commit = repo.write({"src/pay/a.py": "a = 2\n"}).commit("Mend")

    assert _told(repo, commit) == [
        (
            f"src/pay/a.py:0 error context-receipt: COMMIT touches src/pay/a.py, which {ADR} governs, "
            "without a Context-Receipt"
        )
    ]


def test_many_that_govern_are_named_and_counted(repo: Repo) -> None:
    """The first three, and how many more."""
    adrs = {f"docs/adr/000{number}-money.md": SCOPED for number in range(2, 6)}
    repo.switch("main").write(adrs).commit("Decide")
    commit = repo.branch("later").write({"src/pay/a.py": "a = 2\n"}).commit("Mend")

    named = ", ".join(sorted([ADR, *adrs])[:3])
    assert _told(repo, commit) == [
        (
            f"src/pay/a.py:0 error context-receipt: COMMIT touches src/pay/a.py, which {named} and 2 more govern, "
            "without a Context-Receipt"
        )
    ]


def test_files_that_nothing_governs_need_none(repo: Repo) -> None:
    """Neither does what is not committed."""
    repo.write({"src/b.py": "b = 2\n"}).commit("Mend")
    repo.write({"src/pay/a.py": "a = 2\n"})

    assert findings(repo) == []


def test_it_is_off_unless_a_team_asks_for_it(repo: Repo) -> None:
    """And a warning where it says so."""
    repo.switch("main").write({"kb.toml": ""}).commit()
    repo.branch("silent").write({"src/pay/a.py": "a = 2\n"})
    commit = repo.commit("Mend")
    assert findings(repo) == []

    repo.write({"kb.toml": CONFIG.replace("error", "warning")})
    assert [line.split(": ")[0] for line in _told(repo, commit)] == ["src/pay/a.py:0 warning context-receipt"]


@pytest.mark.parametrize("value", ["", "kb-7g5tw42yeu", "yes", "kb-7g5tw42yeu q3hd", "kb-7G5TW42YEU q3hd7zka"])
def test_one_that_cannot_be_verified_is_named(repo: Repo, value: str) -> None:
    """A name alone says nothing in a clone that never saw the answer."""
    commit = repo.write({"src/pay/a.py": "a = 2\n"}).commit(f"Mend\n\nContext-Receipt: {value}")

    said = f"the Context-Receipt of COMMIT cannot be verified: {value}"
    if not value:
        said = f"COMMIT touches src/pay/a.py, which {ADR} governs, without a Context-Receipt"
    assert _told(repo, commit) == [f"src/pay/a.py:0 error context-receipt: {said}"]


def test_one_for_other_paths_does_not_hold_what_binds(repo: Repo, receipt: str) -> None:
    """It is that of another question."""
    commit = repo.write({"web/a.ts": "b\n"}).commit(f"Mend\n\n{receipt}")

    assert _told(repo, commit) == [
        "web/a.ts:0 error context-receipt: the receipt of COMMIT does not hold web/AGENTS.md, which governs web/a.ts"
    ]


def test_several_receipts_add_up(repo: Repo, receipt: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A commit may carry as many as its author asked for."""
    second = _trailer(repo, capsys, "web/a.ts")
    repo.write({"web/a.ts": "b\n", "src/pay/a.py": "a = 2\n"}).commit(f"Mend\n\n{receipt}\n{second}")

    assert findings(repo) == []


def test_an_older_state_is_a_warning(repo: Repo, receipt: str) -> None:
    """What binds now says something else than what was read."""
    repo.switch("main").write({ADR: SCOPED.replace("is enough", "is exact")}).commit("Decide")
    commit = repo.branch("later").write({"src/pay/a.py": "a = 2\n"}).commit(f"Mend\n\n{receipt}")

    assert _told(repo, commit) == [
        (
            f"src/pay/a.py:0 warning context-receipt: the receipt of COMMIT holds an older state of {ADR}, "
            "which governs src/pay/a.py"
        )
    ]


def test_other_line_ends_are_the_same_state(repo: Repo, receipt: str) -> None:
    """A checkout on Windows may have them."""
    repo.switch("main").write({ADR: SCOPED.replace("\n", "\r\n").encode()}).commit("Convert")
    repo.branch("later").write({"src/pay/a.py": "a = 2\n"}).commit(f"Mend\n\n{receipt}")

    assert findings(repo) == []


def test_what_was_left_out_is_told_as_info(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The author asked, and the budget was too small."""
    many = {f"docs/adr/{n:04}-x.md": SCOPED.replace("Count in cents", f"Rule {n} " * 8) for n in range(2, 60)}
    repo.switch("main").write(many).commit("Decide")
    run(["context", "money", "--path", "src/pay/a.py", "--budget", "300", "--root", str(repo.root)])
    name = capsys.readouterr().out.split("Receipt: ")[1].split(".")[0]
    run(["receipt", name, "--root", str(repo.root)])
    commit = repo.branch("many").write({"src/pay/a.py": "a = 2\n"}).commit(f"Mend\n\n{capsys.readouterr().out}")

    assert [line.split(" docs/")[0] for line in _told(repo, commit)] == [
        "src/pay/a.py:0 info context-receipt: the receipt of COMMIT says that this was left out for want of room:"
    ]


def test_a_rule_that_the_commit_itself_writes_was_read(repo: Repo, receipt: str) -> None:
    """Its author knows it."""
    repo.write({"src/pay/AGENTS.md": RULES, "src/pay/a.py": "a = 2\n"}).commit(f"Mend\n\n{receipt}")

    assert findings(repo) == []


def test_a_superseded_decision_is_not_asked_for(repo: Repo) -> None:
    """It binds nobody."""
    old = SCOPED.replace("status: accepted", "status: deprecated")
    repo.switch("main").write({ADR: old}).commit("Decide")
    repo.branch("later").write({"src/pay/a.py": "a = 2\n"}).commit("Mend")

    assert findings(repo) == []


def test_a_merge_needs_none(repo: Repo, receipt: str) -> None:
    """The commits that it brings have their own."""
    repo.write({"src/pay/a.py": "a = 2\n"}).commit(f"Mend\n\n{receipt}")
    repo.switch("main").write({"src/pay/c.py": "c = 1\n"}).commit("Meanwhile")
    repo.switch("feature").git("merge", "--quiet", "--no-edit", "main")

    assert findings(repo) == []


def test_a_trailer_waives_it(repo: Repo) -> None:
    """For one change."""
    waiver = "Kb-Waive: context-receipt src/** until=2026-06-01 owner=platform reason=written by hand"
    repo.write({"src/pay/a.py": "a = 2\n"}).commit(f"Mend\n\n{waiver}")

    assert [line.startswith("(") for line in findings(repo)] == [True]


def test_a_hook_writes_out_the_names_in_a_message(
    repo: Repo, tmp_path: Path, capsys: pytest.CaptureFixture[str], receipt: str
) -> None:
    """What is not known stays, and stops nobody."""
    name = receipt.split()[1]
    message = tmp_path / "COMMIT_EDITMSG"
    message.write_text(f"Mend\n\nContext-Receipt: {name}\nContext-Receipt: kb-aaaaaaaaaa\n")
    assert run(["receipt", "--message", str(message), "--root", str(repo.root)]) == 0

    assert message.read_text() == f"Mend\n\n{receipt}\nContext-Receipt: kb-aaaaaaaaaa\n"
    assert capsys.readouterr().err.startswith("kb: the receipt kb-aaaaaaaaaa is not known here (any more)")


def test_a_document_that_changed_since_is_marked_as_older(
    repo: Repo, capsys: pytest.CaptureFixture[str], receipt: str
) -> None:
    """The receipt is that of the answer, not of the day on which it is written out."""
    repo.write({ADR: SCOPED.replace("is enough", "is exact")}).commit("Decide")
    run(["receipt", receipt.split()[1], "--root", str(repo.root)])

    carried = read_carried([capsys.readouterr().out.split(": ")[1]])
    assert carried is not None
    assert carried.verdict(ADR, repo.read(ADR)) == "older"


@pytest.mark.parametrize("arguments", [[], ["kb-aaaaaaaaaa"], ["nonsense"]])
def test_mistakes_are_told_in_a_line(repo: Repo, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """No name, or one that is not known."""
    assert run(["receipt", *arguments, "--root", str(repo.root)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_finding_stands_at_a_file_that_is_governed(repo: Repo) -> None:
    """Not at any other one of the commit."""
    repo.write({"src/a.py": "a = 2\n", "src/pay/a.py": "a = 2\n"}).commit("Mend")

    assert [line.split(": ")[0] for line in findings(repo)] == ["src/pay/a.py:0 error context-receipt"]
