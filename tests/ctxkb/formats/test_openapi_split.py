"""Contracts that are split over files: each part is read where it stands, and refers to the others."""

from __future__ import annotations

import time
from textwrap import dedent

import pytest

from ctxkb.formats import parse
from ctxkb.formats import split as bounds
from ctxkb.formats.loads import load_file
from ctxkb.formats.split import Around, Files
from ctxkb.types import Document, Kind, Parsed, Source
from support.contracts import outline

MAIN = "api/openapi.yaml"
OPENAPI = """
    openapi: 3.1.0
    info: {title: Tasks, version: 1.0.0}
    security: [{token: []}]
    paths:
      /tasks/{task}:
        $ref: ./paths/tasks.yaml#/getTask
      /tasks:
        get: {$ref: './paths/list.yaml'}
        post:
          responses: {'201': {$ref: ./common.yaml#/responses/Made}}
      /logs: {$ref: paths/logs.yaml}
    components:
      schemas:
        $ref: ./schemas/_index.yaml
    """
PARTS = {
    "api/paths/tasks.yaml": """
        getTask:
          parameters:
          - {name: task, in: path, required: true, schema: {type: string}}
          get:
            tags: [Task]
            summary: Get a task
            responses:
              '200':
                content:
                  application/json:
                    schema: {$ref: '../schemas/_index.yaml#/Task'}
              default: {$ref: '../common.yaml#/responses/Wrong'}
        """,
    "api/paths/list.yaml": """
        summary: List the tasks
        parameters: [{$ref: '../common.yaml#/parameters/Page'}]
        responses:
          '200':
            content: {application/json: {schema: {$ref: '../openapi.yaml#/components/schemas/Task'}}}
        """,
    "api/paths/logs.yaml": """
        get:
          responses:
            '200': {description: ok}
        """,
    "api/common.yaml": """
        parameters:
          Page: {name: page, in: query, schema: {type: integer}}
        responses:
          Made: {description: Made, content: {application/json: {schema: {$ref: 'schemas/task.yaml#/Task'}}}}
          Wrong: {description: Wrong, content: {application/json: {schema: {$ref: 'schemas/error.yaml'}}}}
        """,
    "api/schemas/_index.yaml": """
        Task: {$ref: ./task.yaml#/Task}
        State: {enum: [open, done]}
        """,
    "api/schemas/task.yaml": """
        Task:
          properties:
            id: {type: string}
            state: {$ref: './_index.yaml#/State'}
            children: {type: array, items: {$ref: '#/Task'}}
        """,
    "api/schemas/error.yaml": """
        type: object
        properties: {code: {type: integer}}
        """,
}
WRITTEN = {path: dedent(text).lstrip("\n") for path, text in {MAIN: OPENAPI, **PARTS}.items()}


def read(path: str, files: dict[str, str] = WRITTEN, form: str = "", by: tuple[str, ...] = (MAIN,)) -> Parsed:
    """What the parser gives for one of `files`, the others around it."""
    held = {name: text.encode() for name, text in files.items()}
    own = path == MAIN
    around = Around(Files(held.get, load_file), () if own else by)
    return parse(Source(path, held[path], Kind.CONTRACT, form or ("openapi" if own else "contract-part")), None, around)


def document(path: str, files: dict[str, str] = WRITTEN, form: str = "") -> Document:
    """The one document of a file in which its parser finds no fault."""
    parsed = read(path, files, form)
    assert parsed.problems == ()
    return parsed.documents[0]


def test_a_description_names_the_files_and_leaves_them_what_is_theirs() -> None:
    """What stands in another file has no section here, and is referred to by its path and anchor there."""
    found = document(MAIN)
    assert outline(found) == [
        ("info", "info", 1, 3, ()),
        ("POST /tasks", "operation", 9, 10, ("api/schemas/task.yaml#Task", "api/common.yaml#responses/Made")),
    ]
    assert found.parts == (
        *("api/paths/tasks.yaml", "api/paths/list.yaml", "api/common.yaml", "api/paths/logs.yaml"),
        "api/schemas/_index.yaml",
    )


def test_a_path_item_of_another_file_gives_its_operations() -> None:
    """They have the path, the security and the title of the description, and the lines of their own file."""
    found = document("api/paths/tasks.yaml")
    assert (found.id, found.title) == ("api/paths/tasks.yaml", "Tasks: tasks.yaml")
    assert outline(found) == [
        ("/tasks/{task}", "component", 2, 3, ()),
        (
            *("GET /tasks/{task}", "operation", 4, 12),
            (
                *("api/schemas/task.yaml#Task", "api/schemas/error.yaml#error", "api/common.yaml#responses/Wrong"),
                "/tasks/{task}",
            ),
        ),
    ]
    assert found.sections[1].summary == (
        "GET /tasks/{task}. tasks task. Get a task. tags: Task. parameters: task in path. responses: 200, default. "
        "response fields: id, state, children. values: open, done. security: token."
    )
    assert found.sections[1].text.startswith("get:\n  tags: [Task]\n")


def test_an_operation_of_another_file_is_one() -> None:
    """A file that holds nothing but an operation has the method and the path under which it is referred to."""
    (section,) = document("api/paths/list.yaml").sections
    assert (section.heading, section.role, section.first, section.last) == ("GET /tasks", "operation", 1, 5)
    assert section.refs == ("api/schemas/task.yaml#Task", "api/common.yaml#parameters/Page")
    assert "parameters: page in query" in section.summary


def test_a_path_item_told_by_its_keys_has_its_path_all_the_same() -> None:
    """A file that is known for a path item without the description gets its path from it."""
    assert [each.anchor for each in document("api/paths/logs.yaml", form="openapi").sections] == ["GET /logs"]
    assert [each.anchor for each in read("api/paths/logs.yaml", form="openapi", by=()).documents[0].sections] == [
        "GET logs"
    ]


def test_components_of_another_file_are_sections() -> None:
    """Schemas, parameters and responses have their names; an entry that only leads on has no section."""
    assert [each[:2] for each in outline(document("api/common.yaml"))] == [
        ("parameters/Page", "component"),
        ("responses/Made", "component"),
        ("responses/Wrong", "component"),
    ]
    assert outline(document("api/schemas/_index.yaml")) == [("State", "schema", 2, 2, ())]
    assert outline(document("api/schemas/task.yaml")) == [
        ("Task", "schema", 1, 5, ("api/schemas/_index.yaml#State",)),
    ]
    assert [each[:2] for each in outline(document("api/schemas/error.yaml"))] == [("error", "schema")]


def test_without_the_other_files_the_description_names_them() -> None:
    """A file that cannot be read is told of by its path."""
    found = document(MAIN, {MAIN: WRITTEN[MAIN]})
    assert [(each.anchor, each.refs) for each in found.sections] == [
        ("info", ()),
        ("/tasks/{task}", ("api/paths/tasks.yaml#getTask",)),
        ("GET /tasks", ("api/paths/list.yaml",)),
        ("POST /tasks", ("api/common.yaml#responses/Made",)),
        ("/logs", ("api/paths/logs.yaml",)),
    ]


def test_whole_paths_in_another_file() -> None:
    """Paths that all stand in another file are routes of that file, and of those to which it leads on."""
    files = {
        MAIN: "openapi: 3.1.0\ninfo: {title: T}\npaths: {$ref: paths.yaml}\n",
        "api/paths.yaml": "/a:\n  get: {responses: {}}\n/b:\n  $ref: b.yaml#/item\n",
        "api/b.yaml": "item:\n  put: {responses: {}}\n",
    }
    assert [each.anchor for each in document("api/paths.yaml", files).sections] == ["GET /a"]
    assert [each.anchor for each in document("api/b.yaml", files).sections] == ["PUT /b"]


def test_messages_of_another_file() -> None:
    """A description of events refers to messages in other files; they are sections, and its words know their fields."""
    files = {
        MAIN: dedent("""\
            asyncapi: 2.6.0
            info: {title: Events}
            channels:
              user/signedup:
                subscribe:
                  message: {$ref: messages.yaml#/SignedUp}
              user/gone: {$ref: channels.yaml#/gone}
            """),
        "api/messages.yaml": "SignedUp:\n  payload:\n    properties: {email: {type: string}}\n",
        "api/channels.yaml": "gone:\n  publish:\n    message: {payload: {type: object}}\n",
    }
    found = document(MAIN, files, "asyncapi")
    assert [(each.anchor, each.refs) for each in found.sections] == [
        ("info", ()),
        ("send user/signedup", ("api/messages.yaml#SignedUp",)),
        ("channel user/gone", ("api/channels.yaml#gone",)),
    ]
    assert "fields: email" in found.sections[1].summary
    assert [each[:2] for each in outline(document("api/messages.yaml", files))] == [("SignedUp", "message")]
    assert [each[:2] for each in outline(document("api/channels.yaml", files))] == [("gone", "channel")]


@pytest.mark.parametrize(
    "text", ["- a\n- b\n", "just text\n", "", "name: x\nversion: 1\n", "a: {b: {c: 1}}\n", "{}\n", "null\n"]
)
def test_a_file_without_named_parts_gives_no_section(text: str) -> None:
    """Data that a contract refers to is no contract."""
    parsed = read("api/data.yaml", {**WRITTEN, "api/data.yaml": text})
    assert [each.sections for each in parsed.documents] in ([], [()])


def test_a_part_that_cannot_be_read_is_reported() -> None:
    """The reason and the line are told, and whoever refers to the file goes without it."""
    files = {**WRITTEN, "api/paths/tasks.yaml": "getTask:\n  get: [\n"}
    (problem,) = read("api/paths/tasks.yaml", files).problems
    assert (problem.path, problem.line) == ("api/paths/tasks.yaml", 3)
    assert "/tasks/{task}" in [each.anchor for each in document(MAIN, files).sections]


def test_rings_end() -> None:
    """Files that refer to each other in a ring are read, and what leads nowhere is told by its path."""
    files = {
        MAIN: "openapi: 3.1.0\npaths:\n  /a: {$ref: a.yaml#/x}\n  /b: {$ref: b.yaml#/y}\n",
        "api/a.yaml": "x: {$ref: b.yaml#/x}\nz: {$ref: z.yaml}\nschemas: {$ref: b.yaml#/schemas}\n",
        "api/b.yaml": (
            "x: {$ref: a.yaml#/x}\ny:\n  get: {responses: {'200': {$ref: 'a.yaml#/schemas/U'}}}\n"
            "schemas: {$ref: a.yaml#/schemas}\n"
        ),
    }
    assert [each.anchor for each in document(MAIN, files).sections] == ["/a"]
    assert [each.anchor for each in document("api/b.yaml", files).sections] == ["x", "GET /b", "schemas"]


def test_the_files_of_a_contract_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies beyond the most files, or bytes, is told by its path; the rest is read."""
    monkeypatch.setattr(bounds, "MOST_FILES", 1)
    assert [each.anchor for each in document(MAIN).sections] == ["info", "GET /tasks", "POST /tasks", "/logs"]
    monkeypatch.setattr(bounds, "MOST_FILES", 5_000)
    monkeypatch.setattr(bounds, "MOST_BYTES", 0)
    assert "/logs" in [each.anchor for each in document(MAIN).sections]


def test_references_that_stand_for_one_another_end_soon() -> None:
    """Rings of references into references take a time that grows with the file."""
    names = range(1_000)
    files = {
        MAIN: "openapi: 3.1.0\npaths:\n" + "".join(f"  /p{n}: {{$ref: p.yaml#/x{n}}}\n" for n in names),
        "api/p.yaml": "".join(f"x{n}: {{$ref: '#/y{n}/k'}}\ny{n}: {{$ref: '#/x{(n + 1) % 1_000}'}}\n" for n in names),
    }
    began = time.perf_counter()
    assert len(document(MAIN, files).sections) == len(names)
    assert read("api/p.yaml", files).problems == ()
    assert time.perf_counter() - began < 20
