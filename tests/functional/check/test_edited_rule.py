"""decision-edited on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import judged, nygard
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

PATH = "docs/adr/0001-sessions.md"
DECISION = """\
# 1. Keep sessions in Redis

Date: 2026-01-02

## Status

Accepted

## Context

Sessions have to survive a restart of the service.

## Decision

Sessions are kept in Redis for 30 days. Every service must encrypt them before it writes. Nobody reads them in bulk.

## Consequences

* Redis becomes part of every deployment.
* A lost key signs everybody out.
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({PATH: DECISION})
    repo.commit("Decide")
    return repo.branch("feature")


def edit(repo: Repo, *pairs: tuple[str, str], path: str = PATH) -> Repo:
    """Commits the decision with each first text of `pairs` replaced by the second."""
    text = DECISION
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    repo.write({path: text}).commit("Edit")
    return repo


def found(repo: Repo) -> list[str]:
    """What the rule finds, as severity and message."""
    every = judged(repo).findings
    return [f"{each.line} {each.severity}: {each.message}" for each in every if each.rule == "decision-edited"]


TURNED = {
    "a negation": ("must encrypt", "must not encrypt"),
    "a number": ("30 days", "90 days"),
    "a weaker word": ("must encrypt", "should encrypt"),
    "another product": ("kept in Redis", "kept in Memcached"),
    "an opposite": ("must encrypt", "must decrypt"),
    "a sentence that is gone": (" Nobody reads them in bulk.", ""),
    "an exception": ("Every service must", "Every service except billing must"),
}


@pytest.mark.parametrize("pair", TURNED.values(), ids=TURNED)
def test_what_turns_the_decision_is_an_error(repo: Repo, pair: tuple[str, str]) -> None:
    """One word is enough where the decision says something else by it."""
    lines = found(edit(repo, pair))

    assert [line.split()[1] for line in lines] == ["error:"]


REWORDED = {
    "another word": ("Nobody reads them in bulk", "Nobody loads them in bulk"),
    "another way of saying it": ("Nobody reads them in bulk", "Nobody reads them in large batches"),
    "a sentence that is added": ("in bulk.", "in bulk. The operations team rotates the key of each service weekly."),
    "a consequence that is gone": ("* A lost key signs everybody out.\n", ""),
}


@pytest.mark.parametrize("pair", REWORDED.values(), ids=REWORDED)
def test_what_may_be_the_same_in_other_words_is_a_warning(repo: Repo, pair: tuple[str, str]) -> None:
    """No rule can tell whether a new wording means the same: a person is asked to look."""
    assert [line.split()[1] for line in found(edit(repo, pair))] == ["warning:"]


SAME = {
    "spelling": ("becomes part of every deployment", "beocmes part of every deployement"),
    "punctuation": ("for 30 days. Every", "for 30 days; every"),
    "emphasis": ("Every service must encrypt", "Every service **must** encrypt"),
    "a link": ("kept in Redis", "kept in [Redis](https://redis.io)"),
    "line breaks": ("for 30 days. Every service must", "for 30 days.\nEvery service\nmust"),
    "the date": ("2026-01-02", "2026-01-03"),
    "another context": ("survive a restart of the service", "survive a restart and a change of the machine"),
    "a dated note": ("in bulk.\n", "in bulk.\n\nUpdate 2026-03-01: the key is 256 bits long and rotated each week.\n"),
    "a note in a section": (
        "* A lost key signs everybody out.\n",
        "* A lost key signs everybody out.\n\n## Amendments\n\nSessions of the back office are kept for 7 days only.\n",
    ),
    "an observation": (
        "signs everybody out.\n",
        "signs everybody out.\n* The cluster needs a second machine for this.\n",
    ),
    "a reference to another decision": ("kept in Redis for", "kept in Redis (see ADR-0007) for"),
    "where the code is": ("before it writes.", "before it writes (`src/sessions/store.py`)."),
    "references": (
        "signs everybody out.\n",
        "signs everybody out.\n\n## References\n\n* The paper on tokens of 2019.\n",
    ),
    "the order": (
        "* Redis becomes part of every deployment.\n* A lost key signs everybody out.\n",
        "* A lost key signs everybody out.\n* Redis becomes part of every deployment.\n",
    ),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_what_is_no_substance_passes(repo: Repo, pair: tuple[str, str]) -> None:
    """Typos, links, formatting, dates, notes and what led to the decision may be edited."""
    assert found(edit(repo, pair)) == []


@pytest.mark.parametrize("short", ["Tokens must be opaque.", "Never use TLS 1.2.", "Redis only.", "Don't log them."])
def test_a_short_demand_that_is_gone_is_an_error(repo: Repo, short: str) -> None:
    """Few words are enough to demand or forbid something; to say something beside it takes more."""
    text = DECISION.replace("in bulk.", f"in bulk. {short} Keys are local.")
    repo.switch("main").write({PATH: text}).commit("Say more")
    repo.branch("less").write({PATH: text.replace(" Keys are local.", "")}).commit()
    assert found(repo) == []

    repo.write({PATH: text.replace(f" {short}", "")}).commit()
    assert found(repo) == [f'15 error: accepted with "{short}", this decision no longer says so']


def test_a_short_demand_that_is_added_is_a_warning(repo: Repo) -> None:
    """It was not accepted with the rest."""
    assert found(edit(repo, ("in bulk.", "in bulk. Keys are local."))) == []

    repo.git("reset", "--quiet", "--hard", "main")
    assert found(edit(repo, ("in bulk.", "in bulk. Tokens must be opaque."))) == [
        '15 warning: "Tokens must be opaque." is added to what was accepted'
    ]


def test_the_message_shows_both_wordings(repo: Repo) -> None:
    """The reader sees at once what was turned."""
    then, now = (f"Sessions are kept in Redis for {days} days." for days in (30, 90))

    assert found(edit(repo, ("30 days", "90 days"))) == [
        f'15 error: accepted with "{then}", this decision now reads "{now}"'
    ]


def test_a_proposed_decision_may_be_rewritten(repo: Repo) -> None:
    """Until it is accepted, rewriting is what the review is for, also in the change that accepts it."""
    repo.switch("main").write({PATH: DECISION.replace("Accepted", "Proposed")}).commit("Propose")
    repo.branch("accept")

    assert found(edit(repo, ("30 days", "90 days"))) == []


def test_the_change_that_supersedes_it_may_say_so_anywhere(repo: Repo) -> None:
    """Its successor holds from now on."""
    repo.write(
        {"docs/adr/0002-cookies.md": DECISION.replace("# 1. Keep sessions in Redis", "# 2. Keep them in cookies")}
    )
    edit(
        repo, ("Accepted\n", "Superseded by [2. Keep them in cookies](0002-cookies.md)\n"), ("30 days", "30 days only")
    )

    assert found(repo) == []


def test_a_decision_that_another_one_amends_may_follow_it(repo: Repo) -> None:
    """The decision which amends it is named, so that nobody is misled about when it was decided."""
    repo.write({"docs/adr/0002-longer.md": DECISION.replace("# 1. Keep sessions in Redis", "# 2. Keep them longer")})
    edit(repo, ("Accepted\n", "Accepted\n\nAmended by [2. Keep them longer](0002-longer.md)\n"), ("30 days", "90 days"))

    assert found(repo) == []


def test_a_moved_decision_is_compared_with_what_it_was(repo: Repo) -> None:
    """A new file name hides no edit, and by itself is none."""
    repo.move(PATH, "docs/adr/0001-keep-sessions.md").commit("Move")
    assert found(repo) == []

    edit(repo, ("30 days", "90 days"), path="docs/adr/0001-keep-sessions.md")
    assert [line.split()[1] for line in found(repo)] == ["error:"]


@pytest.mark.parametrize("staged", [False, True])
def test_a_decision_that_was_moved_by_hand_is_compared_as_well(repo: Repo, staged: bool) -> None:
    """Whether or not git tracks it at its new place yet."""
    repo.move(PATH, "docs/adr/0001-keep-sessions.md")
    assert found(repo) == []

    text = repo.read("docs/adr/0001-keep-sessions.md").replace(b"30 days", b"90 days")
    repo.write({"docs/adr/0001-keep-sessions.md": text})
    if staged:
        repo.stage()
    assert [line.split()[1] for line in found(repo)] == ["error:"]


def test_many_at_once_are_a_pass_over_the_style(repo: Repo) -> None:
    """Who edits four decisions at once polishes their wording; a person still has a look."""
    paths = [f"docs/adr/000{number}-x.md" for number in range(2, 7)]
    repo.switch("main").write(dict.fromkeys(paths, DECISION)).commit("Decide more")
    repo.branch("style").write(dict.fromkeys(paths, DECISION.replace("must encrypt", "should encrypt"))).commit(
        "Polish"
    )

    assert [line.split()[1] for line in found(repo)] == ["warning:"] * 5


@pytest.mark.parametrize("status", ["Proposed", "Rejected", "Draft", "Paused"])
def test_setting_it_back_allows_no_rewriting(repo: Repo, status: str) -> None:
    """It was accepted as it was; only what it says may not change on the way."""
    edit(repo, ("Accepted", status))
    assert found(repo) == []

    edit(repo, ("Accepted", status), ("30 days", "90 days"))
    then, now = (f"Sessions are kept in Redis for {days} days." for days in (30, 90))
    now_status = {"Draft": "proposed", "Paused": "Paused"}.get(status, status.lower())
    assert found(repo) == [
        f'15 error: accepted with "{then}", this decision now reads "{now}"; its status is "{now_status}" now'
    ]


@pytest.mark.parametrize("status", ["Deprecated", "Superseded by [2. Cookies](0002-cookies.md)"])
def test_what_is_put_aside_may_be_rewritten(repo: Repo, status: str) -> None:
    """Nobody acts by it any more."""
    edit(repo, ("Accepted", status), ("30 days", "90 days"))

    assert found(repo) == []


DELETED = '0 error: "Keep sessions in Redis" was accepted and is deleted, and nothing supersedes it'


@pytest.mark.parametrize(
    ("then", "said"), [("Accepted", [DELETED]), ("Proposed", []), ("Deprecated", []), ("Rejected", [])]
)
def test_a_deleted_decision_is_missed_where_it_was_accepted(repo: Repo, then: str, said: list[str]) -> None:
    """The others bound nobody."""
    repo.switch("main").write({PATH: DECISION.replace("Accepted", then)}).commit()
    repo.branch("less").remove(PATH).commit()

    assert found(repo) == said


@pytest.mark.parametrize(("link", "said"), [("Supersedes 1", []), ("Relates to 1", [DELETED])])
def test_a_decision_may_be_deleted_by_its_successor(repo: Repo, link: str, said: list[str]) -> None:
    """The one that takes its place says so."""
    successor = nygard(2, "Keep them in cookies")
    link = link.replace("1", "[1. Keep sessions in Redis](0001-sessions.md)")
    repo.write({"docs/adr/0002-cookies.md": successor.replace("Accepted\n", f"Accepted\n\n{link}\n")})
    repo.remove(PATH).commit()

    assert found(repo) == said


@pytest.mark.parametrize(("link", "said"), [("Supersedes", []), ("Relates to", ["15 error:"])])
def test_a_successor_may_be_much_like_what_it_replaces(repo: Repo, link: str, said: list[str]) -> None:
    """Git then takes it for the old one, moved and edited."""
    successor = DECISION.replace("# 1. Keep", "# 2. Keep").replace("30 days", "90 days")
    link = f"Accepted\n\n{link} [1. Keep sessions in Redis](0001-sessions.md)\n"
    repo.write({"docs/adr/0002-longer.md": successor.replace("Accepted\n", link)}).remove(PATH).commit()

    assert [line[: len("15 error:")] for line in found(repo)] == [line.replace("15", "17") for line in said]


@pytest.mark.parametrize(("path", "said"), [("docs/adr/old/sessions.md", []), ("docs/sessions.md", [DELETED])])
def test_a_decision_that_moves_stays_one(repo: Repo, path: str, said: list[str]) -> None:
    """Where it is read as another kind of document, it is none any more."""
    repo.move(PATH, path).commit()

    assert found(repo) == said


def test_a_decision_in_a_new_file_is_compared_with_the_old_one(repo: Repo) -> None:
    """Git may not see that it moved, since all around what was decided is new."""
    context = "\n".join(f"Reason {number} is of the year, and of nobody before." for number in range(40))
    rewritten = DECISION.replace("Sessions have to survive a restart of the service.", context)
    repo.remove(PATH).write({"docs/decisions/0001-redis.md": rewritten}).commit()
    assert found(repo) == []

    repo.write({"docs/decisions/0001-redis.md": rewritten.replace("30 days", "90 days")}).commit()
    then, now = (f"Sessions are kept in Redis for {days} days." for days in (30, 90))
    assert found(repo) == [f'54 error: accepted with "{then}", this decision now reads "{now}"']
