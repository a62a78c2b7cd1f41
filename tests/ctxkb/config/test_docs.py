from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctxkb.config import RULE_IDS, is_rule_id, json_schema
from ctxkb.config.faults import dotted, known_keys, table_of
from ctxkb.config.models import Config, Table

DOCS = Path(__file__).parents[3] / "docs"


def _tables(model: type[Table]) -> list[type[Table]]:
    inner = [table_of(info.annotation) for info in model.model_fields.values()]
    return [model, *(table for found in inner if found for table in _tables(found))]


@pytest.mark.parametrize("table", _tables(Config))
def test_every_key_says_in_one_line_what_it_means(table: type[Table]) -> None:
    """Every key of every table has a description of one line that ends like a sentence."""
    for name, info in table.model_fields.items():
        said = info.description or ""
        assert said, f"{table.__name__}.{name}"
        assert "\n" not in said
        assert said.endswith((".", "..."))


def test_every_key_is_documented() -> None:
    """docs/configuration.md has a heading for each table and a row for each key."""
    page = (DOCS / "configuration.md").read_text("utf-8")
    missing = [dotted(path) for path in known_keys() if not _documented(page, path)]
    assert missing == []


def _documented(page: str, path: tuple[str, ...]) -> bool:
    table, *key = path
    sections = [part for part in page.split("\n## ") if part.startswith((f"`[{table}]`", f"`[[{table}]]`"))]
    return bool(sections) and (not key or f"\n| `{key[0]}` |" in sections[0])


def test_the_published_schema_is_the_generated_one() -> None:
    """docs/kb.schema.json is what `json_schema()` gives."""
    published = (DOCS / "kb.schema.json").read_text("utf-8")
    assert published == json.dumps(json_schema(), indent=2) + "\n"


def test_the_schema_names_the_keys_as_they_are_written() -> None:
    """The schema refuses unknown keys, and calls `except` by its name in the file."""
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert list(schema["$defs"]["Couple"]["properties"]) == [
        "name",
        "when",
        "require",
        "except",
        "unless_only",
        "message",
        "severity",
    ]


def test_rule_ids() -> None:
    """The rule ids are distinct, and an executable rule is named by its prefix."""
    assert len(set(RULE_IDS)) == len(RULE_IDS)
    assert [is_rule_id(text) for text in ("couple", "rule:no-moment", "rule:", "rules", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]
