"""Number, title, date, owners and tags of a decision, and whether it is a template."""

from __future__ import annotations

from datetime import date

import pytest

from support.decisions import read

NAMES = {
    "file number over title's": ("docs/adr/017-x.md", "# 016", "17", "016"),
    "adr prefix": ("docs/adr/ADR-0009-x.md", "# ADR-0009: Use X", "9", "Use X"),
    "number in the title only": ("docs/adr/use-x.md", "# 9. Use X", "9", "Use X"),
    "colon": ("docs/adr/use-x.md", "# ADR 12: Use X", "12", "Use X"),
    "brackets": ("docs/adr/use-x.md", "# [ADR-7] Use X", "7", "Use X"),
    "dash": ("docs/adr/0004-x.md", "# 004 - Use X", "4", "Use X"),
    "a word that begins with digits": ("docs/adr/2023-01-02-x.md", "# 30k ft reports", "", "30k ft reports"),
    "digits that count": ("docs/adr/x.md", "# 3 ways to do X", "", "3 ways to do X"),
    "dated": ("docs/adr/2023-07-05-x.md", "# Use X", "", "Use X"),
    "month only": ("docs/adr/2026-01-cms.md", "# Use X", "", "Use X"),
    "folder": ("docs/adr/0031-use-x/README.md", "# Use X", "31", "Use X"),
    "setext": ("docs/adr/0001-x.md", "Use X\n=====", "1", "Use X"),
    "html": ("docs/adr/0001-x.md", '<h1 align="center">Use <i>X</i></h1>', "1", "Use X"),
    "H2": ("docs/adr/0001-x.md", "## ADR 1: Use X", "1", "Use X"),
    "H1 inside H2s": ("docs/adr/0001-x.md", "## Status\n\nAccepted\n\n# Use X", "1", "Use X"),
    "all parts H1": ("docs/adr/0001-x.md", "---\ntitle: Use X\n---\n# Context\n\nC\n\n# Decision\n\nD", "1", "Use X"),
    "front matter's block scalar": ("docs/adr/0001-x.md", "---\ntitle: >\n  Use\n  X\n---\nText.", "1", "Use X"),
    "file name": ("docs/adr/2023-07-20-fe-rendering.md", "## Context and Problem Statement\n\nC", "", "Fe rendering"),
    "front matter's number": ("docs/adr/use-x.md", "---\nid: ADR-0042\n---\n# Use X", "42", "Use X"),
    "own number, parted by nothing": ("docs/adr/0018-x.md", "# 18 Use X", "18", "Use X"),
    "another number, parted by nothing": ("docs/adr/0018-x.md", "# 3 ways to do X", "18", "3 ways to do X"),
    "zeros, parted by nothing": ("docs/adr/0018-x.md", "# 0017 Use X", "18", "Use X"),
    "bar": ("docs/adr/0016-x.md", "# ADR-0016 | Use X", "16", "Use X"),
    "bar behind a number": ("docs/adr/0016-x.md", "# 16 | Use X", "16", "Use X"),
    "an RFC of others": ("docs/adr/0016-x.md", "# RFC 7807 for errors", "16", "RFC 7807 for errors"),
    "its own RFC": ("rfcs/0016-x.md", "# RFC 16 Use X", "16", "Use X"),
    "RFC of Rust": (
        "rfcs/0016-use-x.md",
        "- Feature Name: `x`\n- Start Date: 2021-02-03\n\n# Summary\n\nS\n\n# Motivation\n\nM\n",
        "16",
        "Use x",
    ),
    "a summary alone": ("docs/adr/0016-use-x.md", "# Summary\n\nS\n\n## Decision\n\nD\n", "16", "Summary"),
    "octal look": ("docs/adr/0034-x.md", "---\nnav_order: 0034\n---\n# Use `X`", "34", "Use X"),
}


@pytest.mark.parametrize(("path", "text", "number", "title"), NAMES.values(), ids=NAMES.keys())
def test_number_and_title_are_found(path: str, text: str, number: str, title: str) -> None:
    """The number comes from the file's name before the title's; the title loses its number."""
    document = read(text, path)
    assert (document.number, document.title) == (number, title)


DATES = {
    "Last Modified before the name": ("* **Last Modified:** 2023-08-17", date(2023, 8, 17)),
    "first of two": ("Date: 2022-10-05 (Updated 2023-07-12)", date(2022, 10, 5)),
    "month, day, year": ("* **Last Modified:** July 25, 2025", date(2025, 7, 25)),
    "day, month, year": ("Date: 5th of March 2024", date(2024, 3, 5)),
    "DD/MM/YYYY": ("Date: 03/02/2021", date(2021, 2, 3)),
    "MM/DD/YYYY where no other way is left": ("* **Last Modified:**&#x31;2/16/2024", date(2024, 12, 16)),
    "no date at all: the name's": ("* **Last Modified:** 2023-07-2i", date(2023, 7, 5)),
    "no day in any calendar: the name's": ("---\ndate: 2023-02-31\n---", date(2023, 7, 5)),
    "placeholder: the name's": ("Date: {YYYY-MM-DD when the decision was last updated}", date(2023, 7, 5)),
    "section of its own": ("## Date\n\n2021-01-01\n\n## Context\n\nSince 2019-01-01.", date(2021, 1, 1)),
    "in the status": ("## Status\n\nAccepted 2021-01-01", date(2021, 1, 1)),
    "history of the status": (
        "| Date | Status |\n|---|---|\n| 2024-01-02 | Proposed |\n| 2024-05-06 | Accepted |\n| 2024-03-04 | Rejected |",
        date(2024, 5, 6),
    ),
    "history of the file": (
        "| Date | Author |\n|---|---|\n| 2024-01-02 | Ann |\n| 2024-05-06 | Bob |",
        date(2024, 1, 2),
    ),
    "decided before created": ("Created: 2020-01-01\n\nDate: 2021-01-01", date(2021, 1, 1)),
}


@pytest.mark.parametrize(("body", "expected"), DATES.values(), ids=DATES.keys())
def test_dates_are_read_in_the_usual_forms(body: str, expected: date) -> None:
    """A stated date wins over the one in the file's name; one that is none leaves the name's."""
    text = f"{body}\n# Use X\n" if body.startswith("---") else f"# Use X\n\n{body}\n"
    assert read(text, "docs/adr/2023-07-05-use-x.md").date == expected


OWNERS = {
    "broken line": ("* Deciders: Ann Lee<br>Bob Kay", ("Ann Lee", "Bob Kay")),
    "broken line in a table": (
        "| Deciders | Ann Lee<br/>Bob Kay |\n|---|---|\n| Date | 2021-02-03 |",
        ("Ann Lee", "Bob Kay"),
    ),
    "fields parted by a break": ("Owner: Ann Lee<br>Date: 2021-02-03<br>\nStatus: Draft<br>", ("Ann Lee",)),
    "owner or owners": ("* Owner(s): Ann Lee, Bob Kay", ("Ann Lee", "Bob Kay")),
    "commas": ("* **Deciders:** Ada,  Grace, and Alan", ("Ada", "Grace", "Alan")),
    "handles": ("- Deciders: @ada @grace", ("@ada", "@grace")),
    "nested list": ("* **Deciders:**\n  * Ada&#x20;\n  * Grace", ("Ada", "Grace")),
    "company in parentheses": ("* Deciders: Ada (w/ Grace, Alan), James (HHS)&#x20;", ("Ada", "James")),
    "deciders before the author": ("- **Author:** Kai\n- **Deciders:** -Ada", ("Ada", "Kai")),
    "ampersand in a name": ("* Deciders: P\\&D team", ("P&D team",)),
    "links": ("* Deciders: [Ada](https://github.com/ada)", ("Ada",)),
    "section of its own": ("## Deciders\n\n* Ada\n* Grace", ("Ada", "Grace")),
    "placeholder": ("* Deciders: [list everyone involved in the decision] <!-- optional -->", ()),
    "empty, with another field below": ("* **Deciders:**\n* **Tags:** a", ()),
}


@pytest.mark.parametrize(("body", "owners"), OWNERS.values(), ids=OWNERS.keys())
def test_owners_are_people_and_teams(body: str, owners: tuple[str, ...]) -> None:
    """Deciders, decision-makers and authors are owners, one by one, without what stands beside their names."""
    assert read(f"# Use X\n\n{body}\n\n## Context\n\nText.\n").owners == owners


@pytest.mark.parametrize(
    ("body", "tags"),
    [
        ("Tags: open source, wiki", ("open source", "wiki")),
        ("Tags: docs:adr topic:comms", ("docs:adr", "topic:comms")),
        ("Tags: topic: comms", ("topic: comms",)),
        ("Tags: {space and/or comma separated list of tags}", ()),
    ],
)
def test_tags_are_split_where_they_are_lists(body: str, tags: tuple[str, ...]) -> None:
    """Commas separate tags; without them, words that are tags by their look do."""
    assert read(f"# Use X\n\n{body}\n").tags == tags


TEMPLATES = {
    "by name": ("docs/adr/adr-template.md", "# Use X\n\nText.", True),
    "by number and name": ("docs/adr/0000-template.md", "# Use X\n\nText.", True),
    "by title": ("docs/adr/x.md", "# {short title, representative of solved problem}\n\nText.", True),
    "by what nobody filled in": (
        "docs/adr/0008-x.md",
        "# X\n\n* {driver 1}\n* {driver 2}\n\n[describe the context]\n\n{option 1}, because {of this}",
        True,
    ),
    "about templates": ("docs/adr/0039-use-x-as-template-engine.md", "# Use X as template engine\n\nText.", False),
    "with one left": ("docs/adr/0008-x.md", "# X\n\nWe do.\n\nBecause.\n\n* {driver 2, e.g. cost}\n", False),
    "with GitBook blocks": (
        "docs/adr/0008-x.md",
        "# X\n\n" + '{% hint style="info" %}\nA\n{% endhint %}\n\n' * 5,
        False,
    ),
    "with boxes": ("docs/adr/0008-x.md", "# X\n\n* [ ] one\n* [ ] two\n* [x] three\n* [ ] four\n", False),
}


@pytest.mark.parametrize(("path", "text", "template"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_a_template_is_known_as_one(path: str, text: str, template: bool) -> None:
    """A template by its name, its title or its unfilled text is marked and has no status."""
    document = read(text, path)
    assert (document.template, document.status) == (template, "" if template else "accepted")


def test_two_files_with_one_number_have_two_ids() -> None:
    """Duplicate numbers exist; the identity of a decision is its path."""
    first, second = read("# 5. A", "docs/adr/0005-a.md"), read("# 5. B", "docs/adr/0005-b.md")
    assert (first.number, second.number) == ("5", "5")
    assert first.id != second.id


@pytest.mark.parametrize(
    ("path", "globs"),
    [
        ("packages/api/our-decisions/20240103-x.md", ("packages/api/**",)),
        ("packages/decision-engine/adr/0001-x.md", ("packages/decision-engine/**",)),
        ("packages/decision-engine/notes/0001-x.md", ()),
        ("packages/readers/20240103-x.md", ()),
        ("our-decisions/20240103-x.md", ()),
    ],
)
def test_the_folder_of_the_decisions_may_tell_the_package(path: str, globs: tuple[str, ...]) -> None:
    """As `.log4brains.yml` may name it; the folder itself is no package."""
    assert read("# Use X\n\nText.\n", path).scope.globs == globs
