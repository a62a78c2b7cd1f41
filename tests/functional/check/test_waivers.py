"""Waivers and their two rules on real histories."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from support.gate import findings, judged, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

ADR = "docs/adr/0002-use-this.md"
WAIVER = """\
# The gate of this repository

[[waivers]]
rule = "decision-status"
paths = ["docs/adr/**"]
until = 2026-06-01
owner = "platform"
reason = "until the words are agreed"
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path)
    repo.write({"docs/adr/0001-begin.md": madr("Begin"), "kb.toml": WAIVER}).commit("Begin")
    return repo.branch("feature")


def test_a_waiver_holds_on_its_last_day(repo: Repo) -> None:
    """The finding is still shown, with the reason, and does not count."""
    repo.write({ADR: madr(status="acceptd")}).commit()

    found = judged(repo)

    assert [(each.rule, each.waived and (str(each.waived.until), each.waived.reason)) for each in found.findings] == [
        ("decision-status", ("2026-06-01", "until the words are agreed"))
    ]
    assert found.exit == 0


def test_after_its_last_day_it_is_an_error_and_covers_nothing(repo: Repo) -> None:
    """A way out that expires; the line is that of the waiver."""
    repo.write({ADR: madr(status="acceptd")}).commit()

    assert [line.split(": ", 1)[0] for line in findings(repo, day=date(2026, 6, 2))] == [
        f"{ADR}:2 error decision-status",
        "kb.toml:3 error waiver-expired",
    ]
    assert findings(repo, day=date(2026, 6, 2))[1].endswith(
        "the waiver of decision-status for docs/adr/** ended on 2026-06-01"
    )


def test_a_waiver_of_another_rule_or_path_covers_nothing(repo: Repo) -> None:
    """Both must match."""
    repo.write({"packages/a/adr/0002-x.md": madr(status="acceptd")})
    repo.write({ADR: madr().replace("* That", "* [option 2]")}).commit()

    assert [line.split(": ", 1)[0] for line in findings(repo)] == [
        f"{ADR}:15 error decision-placeholder",
        "packages/a/adr/0002-x.md:2 error decision-status",
    ]


def test_a_waiver_that_no_file_matches_is_a_warning(repo: Repo) -> None:
    """Nobody would notice that it lies around."""
    repo.write({"kb.toml": WAIVER.replace("docs/adr/**", "docs/decisions/**")})

    assert findings(repo) == [
        (
            "kb.toml:3 warning waiver-unused: the waiver of decision-status for docs/decisions/** covers nothing: "
            "no file matches it"
        )
    ]


def test_whether_a_waiver_is_needed_is_told_by_a_look_at_everything(repo: Repo) -> None:
    """A single change says nothing about the findings of the others."""
    assert findings(repo) == []
    assert findings(repo, everything=True) == [
        (
            "kb.toml:3 warning waiver-unused: the waiver of decision-status for docs/adr/** covers nothing: "
            "there is no such finding in the whole repository"
        )
    ]


def test_a_waiver_in_pyproject_has_its_line_there(repo: Repo) -> None:
    """[tool.kb] holds the same tables."""
    repo.remove("kb.toml").write({"pyproject.toml": WAIVER.replace("[[waivers]]", "[[tool.kb.waivers]]")})

    assert [line.split(": ", 1)[0] for line in findings(repo, day=date(2027, 1, 1))] == [
        "pyproject.toml:3 error waiver-expired"
    ]


def test_the_rules_about_waivers_can_be_switched_off(repo: Repo) -> None:
    """As any other rule."""
    policy = '\n[check]\nseverity = { "waiver-expired" = "off" }\n'
    repo.write({"kb.toml": WAIVER + policy})

    assert findings(repo, day=date(2027, 1, 1)) == []


REST = "until=2026-06-01 owner=platform reason=until the words are agreed"
AT_LINE = "kb-" + "waive: "


@pytest.fixture
def plain(tmp_path: Path) -> Repo:
    """A repository without waivers in its configuration."""
    repo = Repo(tmp_path)
    repo.write({"docs/adr/0001-begin.md": madr("Begin"), "src/a.py": "a = 1\n", "docs/a.md": "# A\n"})
    repo.write({"kb.toml": '[[couple]]\nwhen = ["src/**"]\nrequire = ["docs/*.md"]\n'}).commit("Begin")
    return repo.branch("feature")


def _ids(found: list[str]) -> list[str]:
    return [line.split(": ", 1)[0] for line in found]


def test_a_trailer_waives_what_its_change_brings(plain: Repo) -> None:
    """It stands in the message of any commit of the change."""
    plain.write({"src/a.py": "a = 2\n"}).commit(f"Mend\n\nKb-Waive: couple src/** {REST}")
    plain.write({"src/a.py": "a = 3\n"}).commit("Mend more")

    assert _ids(findings(plain)) == ["(src/a.py:0 error couple"]
    assert judged(plain).exit == 0


def test_a_trailer_of_another_change_waives_nothing(plain: Repo) -> None:
    """What was merged before has no say."""
    plain.write({"src/a.py": "a = 2\n"}).commit(f"Mend\n\nKb-Waive: couple src/** {REST}")
    plain.branch("later").write({"src/a.py": "a = 3\n"}).commit("Mend more")

    assert _ids(findings(plain, base="feature")) == ["src/a.py:0 error couple"]


def test_a_trailer_that_lacks_something_is_an_error(plain: Repo) -> None:
    """It names what is missing, and waives nothing."""
    commit = plain.write({"src/a.py": "a = 2\n"}).commit("Mend\n\nKb-Waive: couple src/** owner=platform")

    assert findings(plain) == [
        "src/a.py:0 error couple: src/a.py changed, but nothing in docs/*.md did.",
        (
            f"src/a.py:0 error waiver-invalid: the trailer Kb-Waive of commit {commit[:10]} is no waiver: "
            "it lacks until= and reason="
        ),
    ]


def test_a_trailer_after_its_last_day_is_an_error(plain: Repo) -> None:
    """As in the configuration."""
    plain.write({"src/a.py": "a = 2\n"}).commit(f"Mend\n\nKb-Waive: couple src/** {REST}")

    assert _ids(findings(plain, day=date(2026, 6, 2))) == [
        "src/a.py:0 error couple",
        "src/a.py:0 error waiver-expired",
    ]


def test_a_trailer_that_waives_nothing_is_told_as_info(plain: Repo) -> None:
    """It goes away with its change."""
    plain.write({"src/a.py": "a = 2\n", "docs/a.md": "# B\n"}).commit(f"Mend\n\nKb-Waive: couple src/** {REST}")

    assert _ids(findings(plain)) == ["docs/a.md:0 info waiver-unused"]


@pytest.mark.parametrize("head", ["# {}\na = 2\n", "'''A module.'''\n\n# {}\na = 2\n"])
def test_a_comment_at_the_head_waives_what_concerns_the_file(plain: Repo, head: str) -> None:
    """A finding without a line is covered from the first ten lines."""
    plain.write({"src/a.py": head.format(f"{AT_LINE}couple {REST}")}).commit()

    assert _ids(findings(plain)) == ["(src/a.py:0 error couple"]


@pytest.mark.parametrize("below", [0, 1])
def test_a_comment_waives_its_own_line_and_the_next(plain: Repo, below: int) -> None:
    """No further one."""
    comment = f"<!-- {AT_LINE}decision-placeholder {REST} -->\n\n"
    text = madr().replace("## Considered", f"{'text' if below else ''}{comment}## Considered")
    text = text.replace("* That", f"* [option 2]{'' if below else '  ' + comment.strip()}")
    plain.write({ADR: text}).commit()

    covered = not below
    found = findings(plain)
    assert [line.startswith("(") for line in found if "error decision-placeholder" in line] == [covered]


@pytest.mark.parametrize(("gap", "covered"), [("\n\n", True), ("\n\n\n", True), ("\n\nAn introduction.\n\n", False)])
def test_a_comment_in_restructuredtext_waives_the_paragraph_below(plain: Repo, gap: str, covered: bool) -> None:
    """A blank line must follow it there."""
    plain.write({"shop/store.py": "x = 1\n"}).commit()
    comment = f".. {AT_LINE}guide-stale-reference {REST}"
    plain.write({"docs/guide.rst": f"Guide\n=====\n\n{comment}{gap}``shop/store.py`` holds them.\n"}).commit()
    plain.branch("rst").remove("shop/store.py").write({"docs/guide.rst": plain.read("docs/guide.rst") + b"\nMore.\n"})

    stale = [line.startswith("(") for line in findings(plain, base="HEAD") if "guide-stale-reference:" in line]
    assert stale == [covered]


def test_comments_for_several_rules_stand_above_one_line(plain: Repo) -> None:
    """Each covers the first line that is no waiver."""
    comments = f"# {AT_LINE}decision-status {REST}\n# {AT_LINE}decision-number {REST}\n"
    plain.write({ADR: madr().replace("status: accepted", f"{comments}status: acceptd")}).commit()

    assert _ids(findings(plain)) == [
        f"{ADR}:3 warning waiver-unused",
        f"({ADR}:4 error decision-status",
    ]


def test_a_comment_that_is_no_waiver_is_an_error_once(plain: Repo) -> None:
    """One that stood there before the change is only shown."""
    plain.write({"src/a.py": f"# {AT_LINE}couple {REST}\na = 2\nb = 1  # {AT_LINE}couple until=2026-07-01\n"}).commit()
    assert findings(plain)[1:] == [
        "src/a.py:3 error waiver-invalid: the waiver in this line is none: it lacks owner= and reason="
    ]

    plain.branch("later").write({"src/a.py": plain.read("src/a.py") + b"c = 1\n"})
    assert _ids(findings(plain, base="feature"))[1:] == ["src/a.py:3 info waiver-invalid"]


def test_a_comment_after_its_last_day_is_an_error_where_its_file_changes(plain: Repo) -> None:
    """Files that the change does not touch are not looked into."""
    plain.write({"src/a.py": f"# {AT_LINE}couple {REST}\na = 2\n"}).commit()
    plain.branch("later").write({"docs/a.md": "# B\n"})
    assert findings(plain, base="feature", day=date(2026, 6, 2)) == []
    assert _ids(findings(plain, base="feature", day=date(2026, 6, 2), everything=True)) == [
        "src/a.py:1 error waiver-expired"
    ]


def test_a_new_comment_that_covers_nothing_is_a_warning(plain: Repo) -> None:
    """One that was there before is judged by a look at everything."""
    plain.write({ADR: madr().replace("status:", f"# {AT_LINE}decision-status {REST}\nstatus:")}).commit()
    assert _ids(findings(plain)) == [f"{ADR}:2 warning waiver-unused"]

    plain.branch("later").write({ADR: plain.read(ADR) + b"\nMore.\n"})
    assert findings(plain, base="feature") == []
    assert _ids(findings(plain, base="feature", everything=True)) == [f"{ADR}:2 warning waiver-unused"]


@pytest.mark.parametrize("rule", ["authority", "waiver-expired", "gate-weakened"])
def test_some_rules_are_not_waived_at_a_line(plain: Repo, rule: str) -> None:
    """Else a change could let itself pass."""
    plain.write({"lib/a.py": f"# {AT_LINE}{rule} {REST}\n"}).commit()

    assert _ids(findings(plain)) == ["lib/a.py:1 error waiver-invalid"]


def test_the_gate_itself_is_not_waived_in_the_configuration(plain: Repo) -> None:
    """The waiver is named, not obeyed."""
    plain.write({"kb.toml": WAIVER.replace("decision-status", "waiver-expired")}).commit()

    assert [line for line in findings(plain) if "waiver" in line.split(": ")[0]] == [
        (
            "kb.toml:3 error waiver-invalid: the waiver of waiver-expired for docs/adr/** covers nothing: "
            "the gate itself cannot be waived"
        )
    ]


def test_a_new_entry_is_no_old_one_because_of_its_first_line(repo: Repo) -> None:
    """Every waiver begins with the same line; what stood before is told by what it says."""
    bad = WAIVER.partition("\n\n")[2].replace("decision-status", "waiver-expired")
    repo.write({"kb.toml": WAIVER.replace("[[waivers]]", f"{bad}\n[[waivers]]")}).commit()
    assert [line for line in _ids(findings(repo)) if "invalid" in line] == ["kb.toml:3 error waiver-invalid"]

    repo.branch("later").write({"kb.toml": b"# More\n" + repo.read("kb.toml")}).commit()
    found = _ids(findings(repo, base="feature"))
    assert [line for line in found if "invalid" in line] == ["kb.toml:4 info waiver-invalid"]


@pytest.mark.parametrize(("until", "told"), [("2027-06-02", False), ("2027-06-03", True)])
def test_a_waiver_that_lasts_longer_than_a_year_is_told(plain: Repo, until: str, told: bool) -> None:
    """Wherever it stands; in time somebody looks at it again."""
    plain.write({"kb.toml": plain.read("kb.toml").decode() + WAIVER.replace("2026-06-01", until), ADR: madr()})
    plain.write({"src/a.py": f"# {AT_LINE}couple {REST}\na = 2\n".replace("2026-06-01", until)})
    plain.commit(f"Mend\n\nKb-Waive: couple src/** {REST}".replace("2026-06-01", until))
    found = [line for line in findings(plain) if " waiver-invalid: " in line]

    places = ["kb.toml:6 warning", f"{ADR}:0 warning", "src/a.py:1 warning"]
    assert sorted(" ".join(line.split()[:2]) for line in found) == (sorted(places) if told else [])
    assert all(line.endswith(f"lasts until {until}, longer than a year") for line in found)

    plain.branch("later").write({"src/a.py": plain.read("src/a.py") + b"b = 1\n"}).commit()
    later = [line.split()[1] for line in findings(plain, base="feature") if " waiver-invalid: " in line]
    assert later == (["info", "info"] if told else [])


@pytest.mark.parametrize(("code", "unused"), [("import pickle", False), ("import json", True)])
def test_a_waiver_of_an_executable_rule_that_covers_nothing_is_told(repo: Repo, code: str, unused: bool) -> None:
    """As of any other rule."""
    front = "status: accepted\nrules:\n  - id: no-pickle\n    forbid: {import: pickle}"
    repo.switch("main").write({ADR: madr().replace("status: accepted", front)}).commit()
    line = f"{code}  # kb-waive: rule:no-pickle until=2026-12-31 owner=a reason=b\n"
    repo.branch("later").write({"a.py": line}).commit()

    assert [line.split()[2] for line in findings(repo) if not line.startswith("(")] == ["waiver-unused:"] * unused
