"""spec-section and spec-placeholder on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = """\
# [FEATURE NAME]

## Requirements *(mandatory)*

## Success criteria *(mandatory)*

## Notes
"""
SPEC = """\
# Export of invoices

## Requirements

The export feeds the tax office.

## Success criteria

- AC-1: An export of a closed month never changes.
"""
SERVICE = """\
service: intake
compliance: [HIPAA]
endpoints:
  - {path: /patients, method: POST, output: {id: uuid}, audit: logged}
  - {path: /patients, method: GET, output: {id: uuid}, audit: logged}
  - {path: /visits, method: GET, output: {id: uuid}, audit: logged}
compliance_requirements:
  - {id: CR-1, regulation: HIPAA, requirement: PHI is encrypted.}
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"README.md": "# Shop"})
    repo.commit()
    return repo.branch("feature")


def spec(repo: Repo, rule: str) -> list[str]:
    """What one of the rules finds, without its severity."""
    found = (line.partition(f" {rule}: ") for line in findings(repo))
    return [f"{place}: {message}" for place, rule_, message in found if rule_]


@pytest.mark.parametrize("path", ["specs/template.md", "specs/_template.md", ".specify/templates/spec-template.md"])
def test_a_section_that_the_template_asks_for_is_missed(repo: Repo, path: str) -> None:
    """The team's own template says what its specs hold; where it marks some as mandatory, these."""
    text = SPEC.partition("## Success")[0]
    repo.write({path: TEMPLATE, "specs/001-export/spec.md": text}).commit()

    assert spec(repo, "spec-section") == [
        f'specs/001-export/spec.md:1 warning: the section "success criteria", which {path} asks for, is missing'
    ]


@pytest.mark.parametrize(
    "text",
    [
        SPEC,
        SPEC.replace("## Requirements", "## 1. Requirements"),
        SPEC.replace("## Success criteria", "## Success Criteria (mandatory)"),
        "# A note\n\n## Background\n\nWords.\n",
        "# A note\n\nWords.\n",
    ],
)
def test_a_spec_with_the_sections_passes_and_so_does_one_of_another_form(repo: Repo, text: str) -> None:
    """Numbers and marks are no part of a heading; a spec with few of the headings does not follow the template."""
    repo.write({"specs/template.md": TEMPLATE, "specs/export.md": text}).commit()

    assert spec(repo, "spec-section") == []


def test_a_section_that_the_other_specs_do_not_have_either_is_not_missed(repo: Repo) -> None:
    """A template is not always followed to the letter."""
    short = SPEC.partition("## Success")[0]
    repo.switch("main").write({f"specs/{name}.md": short for name in ("one", "two", "three")}).commit()
    repo.branch("later").write({"specs/template.md": TEMPLATE, "specs/four.md": short}).commit()
    assert spec(repo, "spec-section") == []

    repo.write({"specs/one.md": SPEC, "specs/two.md": SPEC}).commit()
    assert [found.split(": ")[0] for found in spec(repo, "spec-section")] == ["specs/four.md:1 warning"]


def test_without_a_template_nothing_is_asked_for(repo: Repo) -> None:
    """Nobody has said what a spec must hold."""
    repo.write({"specs/export.md": SPEC.partition("## Success")[0]}).commit()

    assert spec(repo, "spec-section") == []


@pytest.mark.parametrize(
    ("below", "count"),
    [
        ("", 1),
        ("<!-- when is it done? -->\n", 1),
        ("- It works.\n", 0),
        ("### In general\n\nIt works.\n", 0),
    ],
)
def test_acceptance_criteria_that_are_only_a_heading_are_missed(repo: Repo, below: str, count: int) -> None:
    """A comment is none; a deeper heading with something below it is."""
    repo.write(
        {"specs/export.md": f"# Export\n\nWords.\n\n## Acceptance criteria\n\n{below}\n## Scope\n\nAll.\n"}
    ).commit()

    assert (
        spec(repo, "spec-section") == ['specs/export.md:5 warning: nothing stands under "Acceptance criteria"'][:count]
    )


FIRST, LAST = "{path: /patients, method: GET, ", "{path: /visits, method: GET, output: {id: uuid}, audit: logged}"
FOLLOWS = SERVICE[SERVICE.index("compliance_requirements") :]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (FIRST, "{path: /patients, ", "5 warning: /patients does not tell its method"),
        (LAST, LAST.replace(", audit: logged", ""), "6 warning: GET /visits does not tell its audit"),
        (
            FOLLOWS,
            "",
            "2 warning: compliance names what holds, and no compliance_requirements say what follows",
        ),
    ],
)
def test_a_service_spec_tells_what_its_form_asks_for(repo: Repo, old: str, new: str, message: str) -> None:
    """How an endpoint is called; what all of its others tell; what follows from a regulation."""
    assert SERVICE.count(old) == 1
    repo.write({"specs/intake.yaml": SERVICE.replace(old, new)}).commit()

    assert spec(repo, "spec-section") == [f"specs/intake.yaml:{message}"]


def test_a_whole_service_spec_passes(repo: Repo) -> None:
    """What some endpoints tell and others do not is nothing that is asked for."""
    repo.write({"specs/intake.yaml": SERVICE.replace("method: POST,", "method: POST, sla: 1s,")}).commit()

    assert spec(repo, "spec-section") == []


def test_what_a_spec_lacked_before_is_only_noted(repo: Repo) -> None:
    """The change touches it and took nothing away."""
    text = SPEC.partition("## Success")[0]
    repo.switch("main").write({"specs/template.md": TEMPLATE, "specs/export.md": text}).commit()
    repo.branch("later").write({"specs/export.md": f"{text}More words.\n"}).commit()

    assert spec(repo, "spec-section") == [
        'specs/export.md:1 info: the section "success criteria", which specs/template.md asks for, is missing'
    ]


PLACEHOLDERS = [
    ("specs/export.md", SPEC.replace("Export of invoices", "[FEATURE NAME]"), 1, "[FEATURE NAME]"),
    (
        "specs/export.md",
        SPEC.replace("The export feeds the tax office.", "The export [NEEDS CLARIFICATION: which office?]."),
        5,
        "[NEEDS CLARIFICATION: which office?]",
    ),
    ("specs/export.md", SPEC.replace("The export feeds", "{describe what it is for}"), 5, "{describe what it is for}"),
    ("specs/intake.yaml", SERVICE.replace("logged", '"{what is logged}"', 1), 4, "{what is logged}"),
]


@pytest.mark.parametrize(("path", "text", "line", "words"), PLACEHOLDERS)
def test_text_of_a_template_is_told(repo: Repo, path: str, text: str, line: int, words: str) -> None:
    """In prose and in the values of a service spec."""
    repo.write({path: text}).commit()

    assert spec(repo, "spec-placeholder") == [f"{path}:{line} warning: text of the template is not filled in: {words}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("specs/export.md", SPEC),
        (
            "specs/export.md",
            SPEC.replace("The export", "The path /orders/{order id}, see [DATE](dates.md). The export"),
        ),
        (
            "specs/export.md",
            f"{SPEC}\n```\n[FEATURE NAME]\n```\n\nNo [NEEDS CLARIFICATION] marks are left, as in `[FEATURE NAME]`.\n",
        ),
        ("specs/intake.yaml", SERVICE),
        ("specs/template.md", TEMPLATE),
        ("docs/guide.md", "# A guide\n\n[FEATURE NAME] is to be replaced.\n"),
    ],
)
def test_what_only_looks_like_a_template_passes(repo: Repo, path: str, text: str) -> None:
    """Paths, links, code, mappings in YAML, the template itself, other documents."""
    repo.write({path: text}).commit()

    assert spec(repo, "spec-placeholder") == []


def test_a_template_text_that_was_there_before_is_only_noted(repo: Repo) -> None:
    """The change touches the spec, and brings another one in."""
    text = SPEC.replace("Export of invoices", "[FEATURE NAME]")
    repo.switch("main").write({"specs/export.md": text}).commit()
    repo.branch("later").write({"specs/export.md": f"{text}- AC-2: [expected outcome]\n"}).commit()

    assert spec(repo, "spec-placeholder") == [
        "specs/export.md:1 info: text of the template is not filled in: [FEATURE NAME]",
        "specs/export.md:10 warning: text of the template is not filled in: [expected outcome]",
    ]
