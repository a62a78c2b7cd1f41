from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from ctxkb.formats import parse
from ctxkb.text.count import count_tokens
from ctxkb.types import Document, Kind, Section, Source
from ctxkb_ingest.cut import LONGEST, TARGET, WHOLE, cut

if TYPE_CHECKING:
    from ctxkb.types import Unit

SENTENCE = "The order service writes every payment into the ledger before it answers the caller. "
WORDS = [
    *SENTENCE.split(),
    "`code`",
    "**bold**",
    "数据库。",
    "naïve",
    "👩‍👩‍👧",
    "POST /v1/things/{id}",
    "https://a.example/x_y",
]


def guide(text: str) -> Document:
    """The document of a Markdown guide."""
    return parse(Source("docs/guide.md", text.encode(), Kind.GUIDE, "markdown")).documents[0]


def contents(text: str) -> list[tuple[int, int, str]]:
    """First line, last line and text of each unit of a Markdown guide."""
    return [(unit.first, unit.last, unit.text) for unit in cut(guide(text))]


def strays(units: tuple[Unit, ...], text: str) -> list[str]:
    """Ids of units whose text does not stand in the lines that they name, word for word, table headers aside."""
    lines = text.split("\n")
    return [unit.id for unit in units if not _stands(unit.text, "\n".join(lines[unit.first - 1 : unit.last]))]


def _stands(shown: str, written: str) -> bool:
    if shown in written:
        return True
    header, rows = shown.split("\n")[:2], "\n".join(shown.split("\n")[2:])
    return bool(re.fullmatch(r"[\s|:-]+", header[-1])) and rows in written


def uncovered(units: tuple[Unit, ...], text: str) -> list[str]:
    """Lines with words that stand in no unit, headings aside."""
    seen = {number for unit in units for number in range(unit.first, unit.last + 1)}
    lines = enumerate(text.split("\n"), 1)
    return [line for number, line in lines if number not in seen and re.search(r"\w", line) and line[0] != "#"]


def test_a_short_section_is_one_unit_with_its_heading_and_lines() -> None:
    """What fits stays whole and is verbatim what its lines hold; blank lines at its end are no part of it."""
    assert contents("# Title\n\nOne.\n\n## Next\n\nTwo.\n- three\n\n\n") == [
        (1, 3, "# Title\n\nOne."),
        (5, 8, "## Next\n\nTwo.\n- three"),
    ]


def test_a_heading_that_others_repeat_gives_no_unit() -> None:
    """Its words stand in the breadcrumbs of deeper sections, or in the title of the document."""
    units = cut(guide("# Title\n\n## Full\n\n### Deep\n\nText.\n"))
    assert [(unit.id, unit.breadcrumb) for unit in units] == [("docs/guide.md#deep", ("Title", "Full"))]
    assert contents("# Title\n\n# One\n\nText.\n") == [(3, 5, "# One\n\nText.")]


def test_a_heading_with_nothing_below_it_stands_in_the_unit_above() -> None:
    """It says little alone, and yet is not lost."""
    assert contents("# Title\n\nIntro.\n\n## Empty\n\n---\n\n## Full\n\nText.\n## Last") == [
        (1, 7, "# Title\n\nIntro.\n\n## Empty\n\n---"),
        (9, 12, "## Full\n\nText.\n## Last"),
    ]


def test_headings_alone_in_a_guide_have_no_vector() -> None:
    """A template's empty headings would be nearer to a question than what answers it."""
    units = cut(guide("# Deployment\n\n## Before\n\n## Steps\n\nPush.\n"))
    assert [(unit.text, bool(unit.embed)) for unit in units] == [
        ("# Deployment\n\n## Before", False),
        ("## Steps\n\nPush.", True),
    ]


def test_rules_written_as_headings_are_one_unit() -> None:
    """They stand together below the heading that they share, and are found by their meaning too."""
    text = "# Rules\n\n## NEVER commit secrets\n## ALWAYS write tests\n\n## Style\n\nTabs.\n"
    document = parse(Source("AGENTS.md", text.encode(), Kind.CONVENTION, "agents")).documents[0]
    assert [(unit.first, unit.last, unit.anchor, bool(unit.embed)) for unit in cut(document)] == [
        (1, 4, "rules", True),
        (6, 8, "style", True),
    ]


def test_a_decision_made_in_a_heading_is_a_unit() -> None:
    """It is not put behind the context, where nobody looks for what was decided."""
    text = "# 1. Database\n\n## Context\n\nWe need one.\n\n## Decision: we use Postgres\n\n## Consequences\n"
    document = parse(Source("docs/adr/0001-database.md", text.encode(), Kind.DECISION, "decision")).documents[0]
    assert [(unit.role, unit.text) for unit in cut(document)][-2:] == [
        ("outcome", "## Decision: we use Postgres"),
        ("consequences", "## Consequences"),
    ]


def test_a_criterion_of_one_line_is_a_unit() -> None:
    """An item of a list is no heading, however short it is."""
    text = "# Login\n\n## Acceptance criteria\n\n1. AC1: numbered one\n2. AC2\n\n## Out of scope\n"
    document = parse(Source("specs/login.md", text.encode(), Kind.SPEC, "markdown")).documents[0]
    assert [(unit.anchor, unit.text) for unit in cut(document)] == [
        ("AC1", "1. AC1: numbered one"),
        ("AC2", "2. AC2"),
        ("out-of-scope", "## Out of scope"),
    ]


@pytest.mark.parametrize("ending", ["</x:sequence>\n</x:complexType>", '<x:element name="z"/>\n</x:complexType>'])
def test_closing_tags_are_no_unit(ending: str) -> None:
    """They stand with what they close, wherever it is cut."""
    for count in range(8, 60):
        fields = "".join(f'  <x:element name="field{number}" type="x:string"/>\n' for number in range(count))
        text = f'<x:complexType name="A">\n{fields}{ending}'
        section = Section("A", "A", 1, text.count("\n") + 1, text, syntax="xml")
        last = cut(Document("a.xsd", Kind.CONTRACT, "a.xsd", "a.xsd", "xsd", (section,)))[-1]
        assert ("<x:element" in last.text, last.text.endswith(ending), last.last) == (True, True, section.last)


def test_a_table_with_a_heading_in_it_is_not_taken_for_the_heading() -> None:
    """HTML on one line says more than the first heading in it."""
    table = "<table><tr><td><h4>Time</h4></td><td>Most people wear a lot of hats.</td></tr></table>"
    assert contents(f"# Barriers\n\n{table}\n")[-1][2].endswith(table)


def test_an_empty_document_has_no_units() -> None:
    """Where there is no section there is nothing to cite."""
    assert cut(Document("a.md", Kind.GUIDE, "a.md", "a", "markdown", ())) == ()


def test_the_same_heading_twice_gives_two_ids() -> None:
    """Ids stay unique where headings repeat, and where one reads like the number given to another."""
    long = "\n\n".join(SENTENCE * 9 for _ in range(3))
    units = cut(guide(f"# A\n\n{long}\n\n# A\n\n{long}\n\n# A 1\n\nx\n"))
    ids = [unit.id for unit in units]
    assert len(ids) == len(set(ids)) > 4


def test_a_long_section_is_cut_between_paragraphs() -> None:
    """Each piece names its own lines, and a colon stays with the list that it introduces."""
    paragraph = (SENTENCE * 9).strip()
    text = f"# Title\n\n{paragraph}\n\nThese hold:\n\n- {paragraph}\n- short\n"
    assert contents(text) == [(1, 3, f"# Title\n\n{paragraph}"), (5, 8, f"These hold:\n\n- {paragraph}\n- short")]


def test_a_long_paragraph_is_cut_at_sentences() -> None:
    """A paragraph of 50 kB in one line becomes units that each end with a full stop, all of that line."""
    line = (SENTENCE * 600).strip()
    units = cut(guide(f"# Title\n\n{line}\n"))
    assert " ".join(unit.text.removeprefix("# Title\n\n") for unit in units) == line
    assert {(unit.first, unit.last) for unit in units} == {(1, 3), (3, 3)}
    assert all(unit.text.endswith(".") and unit.tokens <= TARGET + 20 for unit in units)


@pytest.mark.parametrize(
    "line",
    [
        "word " * 9000,
        "x" * 50_000,
        "数据库" * 12_000,
        "，数据库。" * 8000,
        "👩‍👩‍👧x" * 2000,
        "- " + "item " * 5000,
        "> " + "a " * 9000,
    ],
)
def test_no_line_is_too_long_to_be_cut(line: str) -> None:
    """Text without a single full stop, without spaces, of CJK or emoji, is cut all the same and nothing is lost."""
    units = cut(guide(f"# Title\n\n{line}\n"))
    assert max(unit.tokens for unit in units) <= LONGEST
    shown = "".join(unit.text.removeprefix("# Title") for unit in units)
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", line)


def test_a_block_of_code_is_never_cut() -> None:
    """It is a unit of its own however long it is, with its fences."""
    code = "```python\n" + "\n".join(f"value_{n} = compute({n})" for n in range(400)) + "\n```"
    text = f"# Title\n\n{SENTENCE * 10}\n\n{code}\n\nAfter.\n"
    assert [shown for _, _, shown in contents(text) if "value_" in shown] == [code]


def test_code_inside_a_long_item_is_never_cut() -> None:
    """An item too long for one unit is cut around the block of code that it holds."""
    code = "  ```sh\n" + "\n".join(f"  run --step {n}\n" for n in range(200)) + "  ```"
    text = f"# T\n\n- First, {SENTENCE * 12}\n\n{code}\n\n  Then {SENTENCE * 12}\n- last\n"
    units = cut(guide(text))
    assert sum(unit.text.count("```") for unit in units) == 2
    assert [unit.text.count("```") for unit in units if "run --step" in unit.text] == [2]
    assert strays(units, text) == []


def test_a_table_repeats_its_header_and_names_the_lines_of_its_rows() -> None:
    """Rows that went into another unit stand below the same header; first and last line are those of the rows."""
    rows = [f"| key{n} | {SENTENCE.strip()} |" for n in range(40)]
    header = "| key | meaning |\n|---|---|"
    text = "# Table\n\nIntro.\n\n" + "\n".join([header, *rows]) + "\n\nAfter the table.\n"
    units = cut(guide(text))
    tables = [unit for unit in units if "| key" in unit.text]
    assert len(tables) > 3
    assert all(header in unit.text for unit in tables)
    lines = text.split("\n")
    for unit in tables[1:]:
        shown = unit.text.split("\n")[2:]
        assert shown == lines[unit.first - 1 : unit.last]
    assert [
        row for unit in tables for row in unit.text.split("\n") if row.startswith("| key") and row[5] != " "
    ] == rows
    assert (units[-1].text, units[-1].first) == ("After the table.", 48)


def test_a_row_that_is_too_long_is_cut_under_its_header() -> None:
    """One cell of 20 kB does not make one unit of 20 kB."""
    units = cut(guide(f"# T\n\n| a | b |\n|---|---|\n| 1 | {SENTENCE * 200} |\n| 2 | x |\n"))
    assert max(unit.tokens for unit in units) <= LONGEST
    assert all("| a | b |" in unit.text for unit in units)


def test_yaml_is_cut_between_properties() -> None:
    """A long operation is cut where its indentation is least, so that a property keeps what lies below it."""
    body = "\n".join(f"  key{n}:\n    type: string\n    description: {SENTENCE.strip()}" for n in range(30))
    section = Section("Schema", "schema", 11, 101, f"Schema:\n{body}", syntax="yaml", role="schema")
    units = cut(Document("a.yaml", Kind.CONTRACT, "a.yaml", "A", "openapi", (section,)))
    assert len(units) > 3
    assert all(unit.text.startswith(("Schema:", "  key")) and unit.tokens <= LONGEST for unit in units)
    assert "\n".join(unit.text for unit in units) == section.text.rstrip()
    assert [unit.first for unit in units[1:]] == [unit.last + 1 for unit in units[:-1]]


def test_json_in_one_line_is_cut() -> None:
    """A minified schema of 50 kB gives units of a size that can be shown."""
    text = "{" + ",".join(f'"key{n}":{{"type":"string"}}' for n in range(2000)) + "}"
    section = Section("S", "s", 1, 1, text, syntax="json", role="schema")
    units = cut(Document("a.json", Kind.CONTRACT, "a.json", "A", "openapi", (section,)))
    assert max(unit.tokens for unit in units) <= LONGEST
    assert "".join(unit.text for unit in units) == text


def test_reversed_indentation_does_not_recurse_without_end() -> None:
    """Lines that stand ever further left would be peeled off one by one."""
    text = "\n".join(" " * (300 - n) + f"key{n}: value" for n in range(300))
    section = Section("S", "s", 1, 300, text, syntax="yaml", role="schema")
    units = cut(Document("a.yaml", Kind.CONTRACT, "a.yaml", "A", "openapi", (section,)))
    assert max(unit.tokens for unit in units) <= LONGEST


def test_what_is_embedded_has_headings_status_and_no_addresses() -> None:
    """Each text to embed begins with the headings; links, comments and tags leave their words only."""
    text = "# Use X\n\n- Status: accepted\n\n## Outcome\n\nWe use [X](https://x.example/long) <b>now</b>.<!-- no -->\n"
    document = parse(Source("docs/adr/0001-x.md", text.encode(), Kind.DECISION, "decision")).documents[0]
    assert cut(document)[-1].embed == ("accepted decision: Use X > Outcome\n## Outcome We use X now .",)


def test_a_long_unit_is_embedded_in_windows() -> None:
    """No word of a unit is out of the model's sight."""
    code = "```\n" + " ".join(f"word{n}" for n in range(1000)) + "\n```"
    unit = next(unit for unit in cut(guide(f"# T\n\n{code}\n")) if "word0" in unit.text)
    assert len(unit.embed) == 8
    assert {f"word{n}" for n in range(1000)} <= set(" ".join(unit.embed).split())


@pytest.mark.parametrize("opening", ["<!--", "<a", "[a](", "[", "<h1>", "![", "`", "*a_", "a::", ":"])
def test_openings_that_are_never_closed_take_no_time(opening: str) -> None:
    """50 kB of one opening sign are read in about a second, not in minutes."""
    document = guide(f"# T\n\na{opening * (30_000 // len(opening))} end\n")
    assert cut(document)


@pytest.mark.parametrize("seed", range(12))
def test_units_cover_the_document_whatever_it_holds(seed: int) -> None:
    """Over random documents: ids are unique, every line with words is covered, texts stand in the lines they name."""
    chance = random.Random(seed)  # noqa: S311 - a seeded test
    text = "\n\n".join(_block(chance) for _ in range(60)) + "\n"
    units = cut(guide(text))
    assert len({unit.id for unit in units}) == len(units)
    assert uncovered(units, text) == []
    assert strays(units, text) == []
    assert [unit.tokens for unit in units] == [count_tokens(unit.text) for unit in units]
    assert all(unit.tokens <= LONGEST + WHOLE or "```" in unit.text for unit in units)
    assert all(unit.text.count("```") % 2 == 0 for unit in units)


def _block(chance: random.Random) -> str:
    def words(most: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, most)))

    kind = chance.choice(["heading", "paragraph", "paragraph", "list", "table", "code", "quote", "nested"])
    if kind == "heading":
        return f"{'#' * chance.randint(1, 4)} {words(4)}"
    if kind == "list":
        return "\n".join(f"- {words(60)}" for _ in range(chance.randint(1, 12)))
    if kind == "nested":
        return "\n".join(f"{'  ' * (n % 3)}- {words(90)}\n\n{'  ' * (n % 3)}  {words(30)}" for n in range(8))
    if kind == "table":
        return "\n".join(["| a | b |", "|---|---|", *(f"| {words(5)} | {words(30)} |" for _ in range(20))])
    if kind == "code":
        return "```\n" + "\n".join(words(9) for _ in range(chance.randint(1, 60))) + "\n```"
    if kind == "quote":
        return "\n".join(f"> {words(20)}" for _ in range(chance.randint(1, 40)))
    return words(chance.choice([20, 200, 900]))
