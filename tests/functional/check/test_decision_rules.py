"""Each rule about one decision, on real histories: one that must pass for each that must fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings, judged, madr, nygard
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

ADR = "docs/adr/0002-use-this.md"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path)
    repo.write({"docs/adr/0001-begin.md": madr("Begin"), "src/app.py": "x = 1\n"}).commit("Begin")
    return repo.branch("feature")


@pytest.mark.parametrize("text", [madr(), nygard(2), madr(status="Approved"), nygard(2, status="Draft")])
def test_a_complete_decision_passes(repo: Repo, text: str) -> None:
    """A known status, why, what was decided, a number of its own: nothing to say."""
    repo.write({ADR: text}).commit()

    assert findings(repo) == []


def test_an_unknown_status_is_an_error_with_the_nearest_word(repo: Repo) -> None:
    """Nobody can tell whether such a decision holds."""
    repo.write({ADR: madr(status="acceptd")}).commit()

    assert findings(repo) == [
        (
            f'{ADR}:2 error decision-status: the status "acceptd" is none of '
            "proposed, accepted, rejected, deprecated, superseded"
        )
    ]
    assert [found.fix for found in judged(repo).findings] == ['write "accepted"']


def test_an_unknown_status_in_a_section_has_its_line(repo: Repo) -> None:
    """The line is that of the word, not of the heading."""
    repo.write({ADR: nygard(2, status="Experimental")}).commit()

    assert [found.line for found in judged(repo).findings] == [7]


def test_a_status_word_that_the_team_already_uses_is_only_noted(repo: Repo) -> None:
    """The change did not bring the word in; a written policy can still make it an error."""
    repo.switch("main").write({"docs/adr/0003-old.md": madr(status="experimental")}).commit()
    repo.branch("later").write({ADR: madr(status="experimental")}).commit()

    assert [line.split(":")[1] for line in findings(repo)] == ["2 info decision-status"]
    repo.write({"kb.toml": '[check]\nseverity = { "decision-status" = "error" }\n'})
    assert [line.split(":")[1] for line in findings(repo)] == ["2 error decision-status"]


def test_a_decision_without_any_status_passes(repo: Repo) -> None:
    """It is merged, hence accepted; log4brains and MADR say so."""
    repo.write({ADR: madr().replace("status: accepted\n", "")}).commit()

    assert findings(repo) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (madr().replace("## Context and Problem Statement\n\nWe need one way to do it.\n", ""), "says why"),
        (madr().replace("We need one way to do it.\n", "<!-- why -->\n"), "says why"),
        (nygard(2).replace("## Decision\n\nWe do this.\n", ""), "says what was decided"),
        (nygard(2).replace("We do this.\n", ""), "says what was decided"),
    ],
    ids=["no-context", "empty-context", "no-decision", "empty-decision"],
)
def test_a_section_that_its_form_requires_is_missed(repo: Repo, text: str, missing: str) -> None:
    """An empty one, or one that holds only a comment, is missing too."""
    repo.write({ADR: text}).commit()

    name = {
        "says why": "Context and Problem Statement",
        "says what was decided": "Decision",
    }[missing]
    assert findings(repo) == [f'{ADR}:1 warning decision-section: no section {missing}: "{name}" is missing or empty']


@pytest.mark.parametrize(
    "text",
    [
        madr(status="proposed").replace('Chosen option: "This", because it is enough.\n', ""),
        madr(status="rejected").replace("## Decision Outcome\n", ""),
        (
            "# Use this\n\nIn the context of billing, facing many currencies, we decided for minor units\n"
            "and against floats, to achieve exact sums, accepting conversions at the edge.\n"
        ),
        madr().replace("## Decision Outcome\n\nChosen", "## Decision Outcome\n\n### Why this\n\nChosen"),
        "# RFC: this\n\n## Summary\n\nA.\n\n## Guide-level explanation\n\nB.\n\n## Unresolved questions\n\nC.\n",
    ],
    ids=["proposed-without-outcome", "rejected-without-outcome", "y-statement", "text-below-a-subheading", "own-form"],
)
def test_a_section_that_its_form_does_not_require_is_not_missed(repo: Repo, text: str) -> None:
    """What is undecided needs no outcome, what was turned down need not be mended, and a Y-statement says it all."""
    repo.write({ADR: text}).commit()

    assert findings(repo) == []


PLACEHOLDERS = {
    "madr-4": ("We need one way to do it.", "{Describe the context and problem statement, e.g., in two sentences.}"),
    "madr-2": ("* That", "* [option 2]"),
    "nygard": ("We need one way to do it.", "What is the issue that we're seeing that is motivating this decision?"),
    "choice": ("status: accepted", 'status: "proposed | accepted | deprecated"'),
    "date": ("date: 2026-01-02", "date: YYYY-MM-DD"),
}


@pytest.mark.parametrize("form", PLACEHOLDERS)
def test_unfilled_template_text_is_an_error(repo: Repo, form: str) -> None:
    """What the template asks stands where the answer belongs."""
    old, new = PLACEHOLDERS[form]
    if form == "nygard":
        new = "What is the issue that we're seeing that is motivating this decision or change?"
    text = madr().replace(old, new)
    line = next(number for number, each in enumerate(text.split("\n"), 1) if new in each)
    repo.write({ADR: text}).commit()

    found = [each for each in findings(repo) if "decision-placeholder" in each]

    assert len(found) == 1
    assert found[0].startswith(f"{ADR}:{line} error decision-placeholder: text of the template is not filled in: ")


@pytest.mark.parametrize(
    "prose",
    [
        "Routes are `/orders/{the order id}` and [option 1](#considered-options) explains {tenant id}.",
        "```\n{Describe the context and problem statement}\n```",
        "<!-- This is an optional element. Feel free to remove. -->",
        'The body is {"code": "x", "message": "y"}; a status is proposed, accepted or rejected.',
        "Of the words proposed | accepted | rejected we kept the first two, as reviewers asked us to; nobody minded.",
        "$\\frac{one of many}{two}$ and ${some shell variable}",
    ],
)
def test_braces_code_and_comments_are_no_template_text(repo: Repo, prose: str) -> None:
    """Real decisions speak of routes, formulas and JSON."""
    repo.write({ADR: madr().replace("We need one way to do it.", f"We need one way.\n\n{prose}")}).commit()

    assert findings(repo) == []


def test_unfilled_text_in_a_draft_is_a_warning_and_in_a_template_nothing(repo: Repo) -> None:
    """A draft may have gaps; a template is made of them."""
    draft = madr(status="proposed").replace("We need one way to do it.", "{Describe the context and the problem}")
    repo.write({ADR: draft, "docs/adr/adr-template.md": draft}).commit()

    assert findings(repo) == [
        (
            f"{ADR}:10 warning decision-placeholder: text of the template is not filled in: "
            "{Describe the context and the problem}"
        )
    ]


def test_a_copy_of_the_template_that_nobody_filled_in_is_an_error(repo: Repo) -> None:
    """Its number says that it is meant as a decision, though all of its text is the template's."""
    template = "".join(
        f"## {name}\n\n{{Describe the {name} of this}}\n\n" for name in ("Context", "Decision", "Drivers")
    )
    text = "# {short title of solved problem and solution}\n\n" + template + "## Options\n\n* {title of option 1}\n"
    repo.write({ADR: text, "docs/adr/0000-template.md": text, "docs/adr/template.md": text}).commit()

    assert findings(repo) == [
        (
            f"{ADR}:1 error decision-placeholder: text of the template is not filled in: "
            "{short title of solved problem and solution} and 4 more"
        )
    ]


def test_a_number_that_another_decision_has_is_an_error_where_the_change_brings_it(repo: Repo) -> None:
    """The decision that was there first is not blamed; the fix names the next free number."""
    repo.write({ADR: madr(), "docs/adr/0001-other.md": madr("Other")}).commit()

    found = judged(repo).findings

    assert findings(repo) == ["docs/adr/0001-other.md:1 error decision-number: number 1 is also that of 0001-begin.md"]
    assert [each.fix for each in found] == ["take the next free number, 3, in the file name and title"]


def test_numbers_of_other_folders_series_and_languages_are_their_own(repo: Repo) -> None:
    """A second series beside the first, another package, and a translation share no numbers."""
    repo.write(
        {
            "docs/adr/0001-begin.fr.md": madr("Commencer"),
            "docs/adr/rfc-0001-x.md": madr("X"),
            "packages/a/docs/adr/0001-y.md": madr("Y"),
        }
    ).commit()

    assert findings(repo) == []


def test_a_decision_that_moves_keeps_its_number(repo: Repo) -> None:
    """Renaming the file is no second decision."""
    repo.move("docs/adr/0001-begin.md", "docs/adr/0001-start.md").commit()

    assert findings(repo) == []


def test_what_was_so_before_is_noted_where_it_is_touched_and_nowhere_else(repo: Repo) -> None:
    """An old repository is not to be mended before its first change passes."""
    bad = madr(status="acceptd")
    repo.switch("main").write({"docs/adr/0003-a.md": bad, "docs/adr/0004-b.md": bad, "docs/adr/0004-c.md": bad})
    repo.commit()
    repo.branch("later").write({"docs/adr/0003-a.md": bad + "\nMore.\n", "docs/adr/0004-b.md": bad + "\nMore.\n"})
    repo.commit()

    assert [line.split(": ")[0] for line in findings(repo)] == [
        "docs/adr/0003-a.md:2 info decision-status",
        "docs/adr/0004-b.md:1 info decision-number",
        "docs/adr/0004-b.md:2 info decision-status",
    ]
    assert judged(repo).exit == 0


def test_all_judges_the_whole_repository(repo: Repo) -> None:
    """A first run wants to see what there is; what was there before is for information."""
    repo.switch("main").write({"docs/adr/0003-a.md": madr(status="acceptd")}).commit()

    assert findings(repo) == []
    assert [line.split(": ")[0] for line in findings(repo, everything=True)] == [
        "docs/adr/0003-a.md:2 info decision-status"
    ]


def test_a_problem_that_the_change_adds_to_an_old_one_still_counts(repo: Repo) -> None:
    """Each is compared with the base by itself."""
    old = madr().replace("* That", "* [option 2]")
    repo.switch("main").write({"docs/adr/0003-a.md": old}).commit()
    repo.branch("later").write({"docs/adr/0003-a.md": old.replace("* This", "* [option 1]")}).commit()

    assert [line.split(": ", 1)[0] for line in findings(repo)] == [
        "docs/adr/0003-a.md:14 error decision-placeholder",
        "docs/adr/0003-a.md:15 info decision-placeholder",
    ]


def test_a_deleted_decision_is_not_judged(repo: Repo) -> None:
    """There is nothing left to mend."""
    repo.switch("main").write({"docs/adr/0003-a.md": madr(status="acceptd")}).commit()
    repo.branch("later").remove("docs/adr/0003-a.md").commit()

    assert findings(repo) == []


def test_what_is_ignored_is_not_judged(repo: Repo) -> None:
    """By the configuration or by .kbignore."""
    bad = madr(status="acceptd")
    repo.write({"docs/adr/old/0007-x.md": bad, "docs/adr/0009-y.md": bad, ".kbignore": "# old\ndocs/adr/old/\n"})
    repo.write({"kb.toml": '[sources]\nignore = ["docs/adr/0009-*"]\n'}).commit()

    assert findings(repo) == []
    assert findings(repo, everything=True) == []


def test_the_verdict_on_commits_does_not_depend_on_the_working_tree(repo: Repo) -> None:
    """With --head both ends are read from git."""
    tip = repo.write({ADR: madr(status="acceptd")}).commit()
    repo.write({ADR: madr(), "docs/adr/0001-dup.md": madr()})

    assert [line.split(": ")[0] for line in findings(repo, base="main", head=tip)] == [f"{ADR}:2 error decision-status"]


def test_staged_reads_the_index(repo: Repo) -> None:
    """What lies in the folder beside it does not count."""
    repo.write({ADR: madr(status="acceptd")}).stage().write({ADR: madr()})

    assert [line.split(": ")[0] for line in findings(repo, staged=True)] == [f"{ADR}:2 error decision-status"]
    assert findings(repo) == []


def test_a_repository_without_a_commit_is_judged_whole(tmp_path: Path) -> None:
    """Everything in it is new."""
    repo = Repo(tmp_path).write({ADR: madr(status="acceptd")})

    assert [line.split(": ")[0] for line in findings(repo)] == [f"{ADR}:2 error decision-status"]
