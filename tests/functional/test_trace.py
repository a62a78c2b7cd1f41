"""`kb trace` on small histories, with receipts and logs that the real server wrote: one scenario for each verdict."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.gate import madr
from support.traced import (
    BAD,
    DATES,
    DATES_TEXT,
    GOOD,
    NAMES,
    NAMES_TEXT,
    ask,
    ask_server,
    commit,
    trace,
    traced,
    verdict,
    verdicts,
)

if TYPE_CHECKING:
    from pathlib import Path

    from support.repos import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with a decision and a convention about `web/`."""
    return traced(tmp_path)


def test_a_rule_that_was_given_and_broken_was_ignored(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The receipt of the commit holds it, and the check of the commit finds it broken."""
    receipt = ask(repo, "web/b.ts")
    hash_ = commit(repo, {"web/b.ts": BAD}, receipt)
    found = trace(capsys, repo, hash_)

    name = receipt.split()[0]
    assert found["asked"] == [f"receipt {name} of the commit"]
    assert verdicts(found) == {"rule:no-moment": "ignored", NAMES: "followed"}
    first = found["traces"][0]
    assert first["reason"].startswith("it was given, and the commit breaks it: web/b.ts:1 imports `moment`")
    assert f"receipt {name} of the commit: {DATES}#rule:no-moment was given whole" in first["evidence"]


def test_a_rule_that_was_given_and_kept_was_followed(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is known against it; for a document that no check judges that is all that can be said."""
    hash_ = commit(repo, {"web/b.ts": GOOD}, ask(repo, "web/b.ts"))
    assert verdicts(trace(capsys, repo, hash_)) == {NAMES: "followed", DATES: "followed"}


@pytest.mark.parametrize("known", [True, False])
def test_a_rule_that_the_budget_left_out_was_cut(repo: Repo, capsys: pytest.CaptureFixture[str], known: bool) -> None:
    """By the receipt as it is known here and, on another machine, by what the commit carries of it."""
    long = "\n".join(f"- Rule {number}: a component shows one noun and no more than one." for number in range(60))
    repo.write({"docs/conventions/long.md": f'---\nscope: ["web/b.ts"]\n---\n\n# Components\n\n{long}\n'}).commit()
    hash_ = commit(repo, {"web/b.ts": BAD}, ask(repo, "web/b.ts", budget=60))
    if not known:
        (repo.root / ".kb/usage.sqlite").unlink()
    found = trace(capsys, repo, hash_, "--rule", "no-moment")
    assert verdicts(found) == {"rule:no-moment": "cut"}
    assert found["traces"][0]["reason"] == "it bound the paths, and the answer had no room for it"
    assert found["traces"][0]["evidence"][-1].endswith("at 2,000 tokens, get_context would have given it")


def test_a_rule_that_nobody_asked_for_was_not_found(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The commit has no receipt, and no server was asked; it would have been given."""
    hash_ = commit(repo, {"web/b.ts": BAD})
    found = trace(capsys, repo, hash_)
    assert found["asked"] == []
    assert found["traces"][0] == {
        "verdict": "not-found",
        "rule": "rule:no-moment",
        "document": DATES,
        "title": "Dates come from date-fns",
        "reason": "nobody asked: the commit has no receipt, and the log no question about its paths",
        "broken": True,
        "evidence": [
            "asked with the commit's message and paths at 2,000 tokens, get_context would have given it",
        ],
    }


def test_a_rule_that_no_answer_held_was_not_found(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Its author asked about other paths."""
    hash_ = commit(repo, {"web/b.ts": BAD}, ask(repo, "api/a.py"))
    found = trace(capsys, repo, hash_)["traces"][0]
    assert (found["verdict"], found["reason"]) == ("not-found", "what was asked before the commit did not bring it up")


def test_the_log_stands_in_for_a_receipt(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """A call of the hours before the commit about its paths; one about other paths is none."""
    ask_server(repo, "web/b.ts")
    hash_ = commit(repo, {"web/b.ts": BAD})
    found = trace(capsys, repo, hash_)
    assert re.fullmatch(r"get_context by \S+ \S+ at \d{4}-\d\d-\d\d \d\d:\d\d", found["asked"][0])
    assert verdicts(found) == {"rule:no-moment": "ignored", NAMES: "followed"}

    other = commit(repo, {"api/b.py": "y = 1\n"})
    assert trace(capsys, repo, other)["asked"] == []


def test_what_was_read_was_given(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """A document that an agent read by its id counts, though nobody asked about the paths."""
    ask_server(repo, tool="read", id=DATES)
    hash_ = commit(repo, {"web/b.ts": BAD})
    assert verdicts(trace(capsys, repo, hash_))["rule:no-moment"] == "ignored"


def test_where_nothing_bound_a_rule_is_missing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """No document is about the paths of the commit."""
    hash_ = commit(repo, {"api/b.py": "y = 1\n"}, ask(repo, "api/b.py"))
    (found,) = trace(capsys, repo, hash_)["traces"]
    assert (found["verdict"], found["reason"]) == ("missing", "nothing that bound api/b.py was there")


def test_a_rule_for_other_paths_is_missing_here(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """It was there, and about something else."""
    hash_ = commit(repo, {"api/b.py": "y = 1\n"})
    (found,) = trace(capsys, repo, hash_, "--rule", "ADR-0001")["traces"]
    assert (found["verdict"], found["document"]) == ("missing", DATES)
    assert found["reason"] == "it was about web/**, and not about api/b.py"


def test_a_rule_that_came_later_was_missing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The line breaks today what was not written then."""
    old = commit(repo, {"web/b.ts": 'import "left-pad";\n'}, ask(repo, "web/b.ts"))
    later = DATES_TEXT.replace("no-moment", "no-pad").replace("import: moment", "import: left-pad")
    commit(repo, {"docs/adr/0002-pad.md": later}, message="Decide about padding")
    found = trace(capsys, repo, "web/b.ts:1")
    assert (found["commit"], found["line"]) == (old, 1)
    assert found["traces"][0]["reason"] == "it was written after the commit"
    assert found["traces"][0]["evidence"] == ["web/b.ts:1 breaks it today"]
    assert verdicts(found) == {"rule:no-pad": "missing", NAMES: "followed", DATES: "followed"}


def test_a_rule_that_was_added_to_a_decision_later_was_missing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The decision was there, without it; whoever had read the decision was given what is not what holds."""
    early = commit(repo, {"web/b.ts": 'import "left-pad";\n'})
    read = commit(repo, {"web/c.ts": 'import "left-pad";\n'}, ask(repo, "web/c.ts"))
    more = "  - id: no-pad\n    forbid: {import: left-pad}\n---\n"
    commit(repo, {DATES: DATES_TEXT.replace("---\n\n", f"{more}\n", 1)}, message="Decide about padding, too")
    assert verdict(capsys, repo, early, "no-pad") == ("missing", "it was written after the commit")
    assert verdict(capsys, repo, read, "no-pad") == (
        "wrong",
        f"it was given, and is not what holds: {DATES} was edited since",
    )


def test_a_rule_that_only_was_proposed_is_missing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """It bound nobody."""
    commit(repo, {DATES: DATES_TEXT.replace("status: accepted", "status: proposed")}, message="Reopen")
    hash_ = commit(repo, {"web/b.ts": BAD})
    assert verdict(capsys, repo, hash_, "no-moment") == ("missing", "it did not bind anybody then: proposed")


def test_a_rule_that_was_replaced_since_was_wrong(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The code keeps what its author was given, and that is not what holds."""
    hash_ = commit(repo, {"web/b.ts": GOOD}, ask(repo, "web/b.ts"))
    link = "superseded by [0002](0002-temporal.md)"
    commit(
        repo,
        {
            DATES: DATES_TEXT.replace("status: accepted", f'status: "{link}"'),
            "docs/adr/0002-temporal.md": madr("Dates come from Temporal").replace(
                "\n---\n", '\nscope: ["web/**"]\n---\n', 1
            ),
        },
        message="Use Temporal",
    )
    assert verdict(capsys, repo, hash_, DATES) == (
        "wrong",
        f"it was given, and is not what holds: {DATES} is superseded by now, by docs/adr/0002-temporal.md",
    )


def test_a_rule_that_was_edited_before_the_commit_was_wrong(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The receipt is older than the text that held."""
    receipt = ask(repo, "web/b.ts")
    commit(repo, {NAMES: NAMES_TEXT.replace("noun", "verb")}, message="Name after verbs")
    hash_ = commit(repo, {"web/b.ts": GOOD}, receipt)
    assert verdict(capsys, repo, hash_, NAMES) == ("wrong", "what was given was not what held")


def test_somebody_says_that_a_convention_was_broken(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """No check can tell; named with --rule, what was given was ignored."""
    hash_ = commit(repo, {"web/b.ts": GOOD}, ask(repo, "web/b.ts"))
    assert verdict(capsys, repo, hash_, NAMES) == (
        "ignored",
        "it was given; no check judges it, so that it was broken is your word",
    )


def test_a_rule_of_the_configuration_is_told_by_check_change_alone(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    """No document holds what kb.toml couples."""
    hash_ = commit(repo, {"web/b.ts": GOOD})
    assert verdicts(trace(capsys, repo, hash_, "--rule", "couple")) == {"couple": "not-found"}
    ask_server(repo, tool="check_change")
    assert verdicts(trace(capsys, repo, commit(repo, {"web/c.ts": GOOD}), "--rule", "couple")) == {"couple": "ignored"}


def test_what_the_gate_finds_without_a_document_is_traced_too(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What the policy forbids stands behind the rules of documents; who may change a path was told to all who asked."""
    policy = """
        [[authority]]
        paths = ["web/**"]
        level = "never"
        """
    commit(repo, {"kb.toml": policy}, message="Lock the browser")
    hash_ = commit(repo, {"web/b.ts": BAD}, ask(repo, "web/b.ts"))
    found = trace(capsys, repo, hash_)
    assert verdicts(found) == {"rule:no-moment": "ignored", "authority": "ignored", NAMES: "followed"}
    assert found["traces"][1]["evidence"][0].startswith("web/b.ts ")


def test_a_receipt_that_nobody_knows_tells_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The commit only names it, and it was given on another machine."""
    hash_ = commit(repo, {"web/b.ts": BAD}, "kb-7g5tw42yeu")
    (found, _) = trace(capsys, repo, hash_)["traces"]
    assert (found["verdict"], found["reason"]) == (
        "not-found",
        "what kb-7g5tw42yeu held is not known here, and not in the commit",
    )


def test_the_first_commit_has_nothing_before_it(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """No rule held then."""
    first = repo.git("rev-list", "--max-parents=0", "HEAD")
    assert verdicts(trace(capsys, repo, first)) == {"": "missing"}
