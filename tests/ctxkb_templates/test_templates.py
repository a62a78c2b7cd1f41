"""Every template gives a document that our own parsers read, and that passes the gate once it is filled in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from ctxkb.config import Sources
from ctxkb.formats import parse
from ctxkb.formats.classify import classify
from ctxkb.formats.executable import rules_in
from ctxkb.formats.frontmatter import split
from ctxkb.formats.yamlsafe import load_yaml
from ctxkb.types import Document, Kind, Source
from ctxkb_templates import TemplateError, draft, render, templates
from support.gate import findings
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb_templates import Template

PATHS = {
    "decision": "docs/adr/0002-{id}.md",
    "guide": "docs/{id}.md",
    "convention": "docs/conventions/{id}.md",
    "spec": "specs/{id}.yaml",
}
IDS = [template.id for template in templates()]


def template_of(template_id: str) -> Template:
    return next(template for template in templates() if template.id == template_id)


def values(template: Template) -> dict[str, str | list[str]]:
    """A value for each field that needs one; quotes, colons and brackets must do no harm."""
    words: dict[str, str | list[str]] = {
        field.name: ['First: "a" [b]', "Second, {c}"] if field.many else 'Some: "text" [here]'
        for field in template.fields
        if not field.optional
    }
    own = {"title": "Use this", "status": "accepted", "date": "2026-01-02", "scope": ["web/**"]}
    own |= {"rule_id": "no-this", "forbidden": "@this/*"}
    return words | {name: value for name, value in own.items() if name in words}


def document(template: Template, text: str) -> Document:
    path = PATHS[template.kind].format(id=template.id)
    told = classify(path, text.encode(), Sources())
    assert told is not None
    parsed = parse(Source(path, text.encode(), *told))
    assert parsed.problems == ()
    (found,) = parsed.documents
    return found


def test_there_is_a_template_for_each_purpose() -> None:
    """Four forms of a decision, a guide, a spec and a convention."""
    assert [(template.id, template.kind) for template in templates()] == [
        ("madr", "decision"),
        ("madr-minimal", "decision"),
        ("nygard", "decision"),
        ("y-statement", "decision"),
        ("guide", "guide"),
        ("service-spec", "spec"),
        ("convention", "convention"),
    ]


@pytest.mark.parametrize("template_id", ["madr", "madr-minimal", "nygard", "y-statement"])
def test_a_decision_is_read_with_all_that_it_says(template_id: str) -> None:
    """Status, date, people, title, number and what it replaces."""
    template = template_of(template_id)
    optional = {"number": "2", "supersedes": "[1. Old](0001-old.md)", "decision_makers": ["Ada", "Bob"]}

    found = document(template, render(template_id, values(template) | optional))

    assert (found.kind, found.title, found.status, found.date, found.number, found.owners, found.template) == (
        Kind.DECISION,
        "Use this",
        "accepted",
        date(2026, 1, 2),
        "2",
        ("Ada", "Bob"),
        False,
    )
    assert [(link.relation, link.target) for link in found.links] == [("supersedes", "0001-old.md")]


@pytest.mark.parametrize("template_id", ["guide", "convention"])
def test_guides_and_conventions_are_read(template_id: str) -> None:
    """As documents of their kind, with their title."""
    template = template_of(template_id)

    found = document(template, render(template_id, values(template)))

    assert (found.kind, found.title) == (Kind(template.kind), "Use this")


def test_a_convention_carries_its_scope_and_an_executable_rule() -> None:
    """In the form that the design fixes."""
    template = template_of("convention")
    text = render("convention", values(template) | {"forbidden": "moment", "message": "Use date-fns.", "owner": "web"})

    assert split(text).data == {
        "scope": ["web/**"],
        "owner": "web",
        "rules": [{"id": "no-this", "forbid": {"import": "moment"}, "message": "Use date-fns."}],
    }
    assert document(template, text).scope.globs == ("web/**",)


def test_a_service_spec_is_safe_yaml_with_its_sections() -> None:
    """Whatever the values hold."""
    template = template_of("service-spec")
    tree = load_yaml(render("service-spec", values(template)))

    assert list(tree.root) == [
        "service", "domain", "owner", "summary", "compliance", "endpoints", "integrations", "acceptance_criteria",
        "compliance_requirements",
    ]  # fmt: skip
    assert tree.root["compliance"] == ['First: "a" [b]', "Second, {c}"]


@pytest.mark.parametrize("template_id", IDS)
def test_a_filled_template_passes_the_gate(tmp_path: Path, template_id: str) -> None:
    """No finding at all, not even a note, but that its criteria want tests."""
    template = template_of(template_id)
    repo = Repo(tmp_path).write({"README.md": "# Hello\n"})
    repo.commit()
    path = PATHS[template.kind].format(id=template_id)
    repo.write({path: render(template_id, values(template))})

    assert [line for line in findings(repo) if "info spec-uncovered" not in line] == []


@pytest.mark.parametrize("template_id", ["madr", "madr-minimal", "nygard", "y-statement"])
def test_a_draft_does_not_pass_as_accepted(tmp_path: Path, template_id: str) -> None:
    """What is not filled in is found."""
    repo = Repo(tmp_path).write({"README.md": "# Hello\n"})
    repo.commit()
    text = draft(template_id, {"title": "Use this", "status": "accepted", "date": "2026-01-02"})
    repo.write({f"docs/adr/0002-{template_id}.md": text})

    assert [line.split(": ")[0].split(" ", 1)[1] for line in findings(repo)] == ["error decision-placeholder"]


@pytest.mark.parametrize("template_id", IDS)
def test_text_ends_with_one_line_break_and_holds_no_trailing_space(template_id: str) -> None:
    """What is written is tidy as it stands."""
    for text in (render(template_id, values(template_of(template_id))), draft(template_id, {})):
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert [line for line in text.split("\n") if line != line.rstrip()] == []
        assert "\n\n\n" not in text


def test_a_plain_word_is_not_quoted_and_yaml_words_are() -> None:
    """`status: accepted` is what people write; `no` would be read as false."""
    text = render("madr-minimal", values(template_of("madr-minimal")) | {"decision_makers": ["no"]})

    assert text.startswith('---\nstatus: accepted\ndate: 2026-01-02\ndecision-makers: ["no"]\n#')


@pytest.mark.parametrize("template_id", ["madr", "madr-minimal"])
def test_the_example_of_a_rule_is_one_once_it_is_no_comment(template_id: str) -> None:
    """A decision is made with an example of an executable rule, which is in force when its marks are taken away."""
    text = render(template_id, values(template_of(template_id)))

    assert rules_in(text) == ((), ())
    assert [(rule.id, rule.values, rule.message) for rule in rules_in(text.replace("\n# ", "\n", 4))[0]] == [
        ("no-moment", ("moment",), "Use date-fns.")
    ]


@pytest.mark.parametrize(
    ("template_id", "given", "message"),
    [
        ("nyguard", {}, 'there is no template "nyguard"; choose one of madr, madr-minimal, nygard'),
        ("nygard", {"titel": "X"}, "template nygard takes no titel; it takes title, status, date"),
        ("nygard", {"title": "X", "status": "accepted"}, "template nygard needs date, context, decision, consequences"),
    ],
)
def test_what_is_missing_or_unknown_is_named(template_id: str, given: dict[str, str], message: str) -> None:
    """And what there is to choose from."""
    with pytest.raises(TemplateError, match=message):
        render(template_id, given)


def test_values_are_data_and_never_code() -> None:
    """A title that looks like a template stays what it is."""
    text = draft("nygard", {"title": "{{ 7 * 7 }} {% for x in y %}"})

    assert text.startswith("# {{ 7 * 7 }} {% for x in y %}\n")
