"""Contracts that are split over files, in the index: parts come and go with what refers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.config import Check
from ctxkb.errors import KbError
from ctxkb.knowledge.reading import read
from ctxkb.retrieve.library import load_library
from support.indexed import Indexed, indexed

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "openapi: 3.1.0\ninfo: {title: Tasks}\npaths:\n  /tasks: {$ref: 'tasks.yaml#/list'}\n"
TASKS = "list:\n  get:\n    responses:\n      '200': {$ref: 'common.yaml#/Listed'}\n"
COMMON = "Listed:\n  description: ok\n  content: {application/json: {schema: {$ref: '#/Task'}}}\nTask:\n  properties:\n"
FIELD = "    {name}: {{type: string}}\n"
FILES: dict[str, str | bytes] = {
    "api/openapi.yaml": MAIN,
    "api/tasks.yaml": TASKS,
    "api/common.yaml": COMMON + FIELD.format(name="walrus"),
    "deploy/values.yaml": "replicas: 1\n",
}


def units(held: Indexed) -> dict[str, list[str]]:
    """The anchors of the units of each contract."""
    rows = held.catalog.units_of(document.id for document in held.catalog.documents("contract"))
    found: dict[str, list[str]] = {document.path: [] for document in held.catalog.documents("contract")}
    for row in rows:
        found[row.unit.path].append(row.unit.anchor)
    return found


def words(held: Indexed, anchor: str) -> str:
    """What is embedded for the unit at an anchor."""
    rows = held.catalog.units_of(document.id for document in held.catalog.documents("contract"))
    number = next(row.row for row in rows if row.unit.anchor == anchor)
    return held.catalog.passages([number])[number][0]


def test_the_parts_of_a_contract_are_contracts(tmp_path: Path) -> None:
    """Files to which a description leads are read, with its path and their fields; others are not; nothing twice."""
    with indexed(tmp_path, FILES) as held:
        report = held.index()
        assert (report.files, report.changed, report.skipped) == (3, 3, ())
        assert units(held) == {
            "api/openapi.yaml": ["info"],
            "api/tasks.yaml": ["GET /tasks"],
            "api/common.yaml": ["Listed", "Task"],
        }
        assert "response fields: walrus" in words(held, "GET /tasks")
        assert held.index().changed == 0
        assert held.index(full=True).changed == 3


def test_what_a_part_says_is_followed(tmp_path: Path) -> None:
    """An edit of a part, as the watcher tells of it, shows in the operations of the files that lead to it."""
    with indexed(tmp_path, FILES) as held:
        held.index()
        held.repo.write({"api/common.yaml": COMMON + FIELD.format(name="heron")})
        held.index(paths=["api/common.yaml"])
        assert "response fields: heron" in words(held, "GET /tasks")
        held.repo.write({"api/openapi.yaml": MAIN.replace("/tasks:", "/jobs:")})
        held.index(paths=["api/openapi.yaml"])
        assert units(held)["api/tasks.yaml"] == ["GET /jobs"]
        assert held.index().changed == 0


def test_parts_come_and_go(tmp_path: Path) -> None:
    """A part that is written later is found, one that is dropped is told of, and one nobody refers to is forgotten."""
    with indexed(tmp_path, {"api/openapi.yaml": MAIN}) as held:
        held.index()
        assert units(held) == {"api/openapi.yaml": ["info", "/tasks"]}
        held.repo.write({"api/common.yaml": COMMON, "api/tasks.yaml": TASKS})
        held.index(paths=["api/common.yaml", "api/tasks.yaml"])
        assert units(held)["api/openapi.yaml"] == ["info"]
        assert units(held)["api/tasks.yaml"] == ["GET /tasks"]
        (tmp_path / "api/tasks.yaml").unlink()
        held.index(paths=["api/tasks.yaml"])
        assert units(held) == {"api/openapi.yaml": ["info", "/tasks"]}
        held.repo.write({"api/tasks.yaml": TASKS})
        held.index()
        assert sorted(units(held)) == ["api/common.yaml", "api/openapi.yaml", "api/tasks.yaml"]
        held.repo.write({"api/openapi.yaml": "openapi: 3.1.0\ninfo: {title: Tasks}\n"})
        held.index(paths=["api/openapi.yaml"])
        assert units(held) == {"api/openapi.yaml": ["info"]}
        assert held.index().changed == 0


def test_a_broken_part_keeps_what_it_said(tmp_path: Path) -> None:
    """While a part is half saved its units stay, and the problem is told."""
    with indexed(tmp_path, FILES) as held:
        held.index()
        held.repo.write({"api/tasks.yaml": "list: [\n"})
        (problem,) = held.index().skipped
        assert problem.path == "api/tasks.yaml"
        assert units(held)["api/tasks.yaml"] == ["GET /tasks"]


def test_no_part_lies_outside_or_is_ignored(tmp_path: Path) -> None:
    """A file outside of the repository, a link that leads there, an ignored and a too large one are no parts."""
    outside = tmp_path / "outside.yaml"
    outside.write_text(TASKS)
    paths = {
        "/a": "../../outside.yaml#/list",
        "/b": "link.yaml#/list",
        "/c": "ignored.yaml#/list",
        "/d": "private.yaml#/list",
        "/e": "large.yaml#/list",
    }
    refs = "".join(f"  {path}: {{$ref: '{ref}'}}\n" for path, ref in paths.items())
    files: dict[str, str | bytes] = {
        "api/openapi.yaml": f"openapi: 3.1.0\npaths:\n{refs}",
        "api/ignored.yaml": TASKS,
        "api/private.yaml": TASKS,
        "api/large.yaml": TASKS + "#" * 2_000,
        ".gitignore": "ignored.yaml\n.kb/\n",
        "kb.toml": '[sources]\nignore = ["**/private.yaml"]\n\n[index]\nmax_file_kb = 1\n',
    }
    with indexed(tmp_path / "repo", files) as held:
        (tmp_path / "repo/api/link.yaml").symlink_to(outside)
        held.index()
        assert units(held) == {"api/openapi.yaml": list(paths)}


def test_secrets_of_a_part_are_masked_wherever_they_show(tmp_path: Path) -> None:
    """What an operation tells of a schema in another file is masked as the file itself is."""
    secret = "AKIAIOSFODNN7EXAMPLQ"
    files = {**FILES, "api/common.yaml": COMMON + f"    key: {{enum: [{secret}]}}\n"}
    with indexed(tmp_path, files) as held:
        held.index()
        rows = held.catalog.units_of(document.id for document in held.catalog.documents("contract"))
        texts = [row.unit.text for row in rows]
        assert secret not in "".join((*texts, words(held, "GET /tasks"), words(held, "Task")))
        assert "key" in words(held, "GET /tasks")


def test_a_schema_alone_makes_a_contract_of_what_it_refers_to(tmp_path: Path) -> None:
    """A JSON Schema leads to files that nothing else tells of; another schema stays what it is by itself."""
    files: dict[str, str | bytes] = {
        "s/order.schema.json": '{"allOf": [{"$ref": "parts.json#/Line"}, {"$ref": "money.schema.json"}]}',
        "s/money.schema.json": '{"type": "string", "properties": {"c": {"$ref": "more.json#/X"}}}',
        "s/parts.json": '{"Line": {"type": "object", "properties": {"walrus": {"$ref": "units.json#/Unit"}}}}',
        "s/units.json": '{"Unit": {"type": "string"}}',
        "s/more.json": '{"X": {"type": "string"}}',
        "s/other.json": '{"Y": {"type": "string"}}',
    }
    with indexed(tmp_path, files) as held:
        held.index()
        assert units(held) == {
            "s/order.schema.json": ["order"],
            "s/money.schema.json": ["money"],
            "s/parts.json": ["Line"],
            "s/units.json": ["Unit"],
            "s/more.json": ["X"],
        }
        assert held.index().changed == 0


def test_an_operation_is_read_with_what_stands_in_other_files(tmp_path: Path) -> None:
    """It brings the schema behind a file of nothing but references, which has no unit and names where it leads."""
    schema = "{content: {application/json: {schema: {$ref: schemas/_index.yaml#/Order}}}}"
    answer = f"{{'200': {schema}}}"
    files: dict[str, str | bytes] = {
        "api/openapi.yaml": f"openapi: 3.1.0\npaths:\n  /orders:\n    get:\n      responses: {answer}\n",
        "api/schemas/_index.yaml": "Order: {$ref: order.yaml#/Order}\n",
        "api/schemas/order.yaml": "Order:\n  properties: {cents: {type: integer}}\n",
    }
    with indexed(tmp_path, files) as held:
        held.index()
        library = load_library(held.catalog)
        assert read(held.catalog, library, "api/openapi.yaml#GET /orders", 500, Check()).text == (
            f"get:\n  responses: {answer}\n\nOrder:\n  properties: {{cents: {{type: integer}}}}"
        )
        with pytest.raises(KbError) as caught:
            read(held.catalog, library, "api/schemas/_index.yaml", 500, Check())
        assert str(caught.value) == (
            "api/schemas/_index.yaml holds nothing of its own: it only leads on, to api/schemas/order.yaml; read those"
        )
