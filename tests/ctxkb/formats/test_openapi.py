from __future__ import annotations

import json
import re
import resource
import time
from textwrap import dedent

import pytest
import yaml

from ctxkb.errors import SourceError
from ctxkb.formats.openapi import parse_openapi
from ctxkb.types import Document, Problem, Section
from support.contracts import contract, corpus, strays

FILES = dedent("""\
    # The contract of the file store.
    openapi: 3.1.0
    info:
      title: File store
      version: 2.1.0
      description: Keeps what users upload.
    servers:
    - url: https://files.example.org/v2
    security:
    - ApiKey: []
    tags:
    - name: Files
      description: Uploads and downloads
    paths:
      /v1/files:
        post:
          tags: [Files]
          operationId: postFile
          summary: Upload a file
          parameters:
          - $ref: '#/components/parameters/DryRun'
          requestBody:
            content:
              multipart/form-data:
                schema:
                  $ref: '#/components/schemas/Upload'
          responses:
            '201':
              description: Stored
              content:
                application/json:
                  schema:
                    $ref: '#/components/schemas/File'
            '422':
              $ref: '#/components/responses/Invalid'

        # Old clients still call it.
        get:
          tags: [Files]
          deprecated: true
          security: []
          description: |
            Lists files.

            Use the search instead.

          responses:
            '200':
              description: ok
      /v1/files/{fileId}:
        parameters:
        - name: fileId
          in: path
          required: true
          schema: {type: string}
        delete:
          responses: {'204': {description: gone}}
    webhooks:
      fileStored:
        post:
          summary: A file was stored
          requestBody:
            content:
              application/json:
                schema: {$ref: '#/components/schemas/File'}
    components:
      parameters:
        DryRun:
          name: dry_run
          in: query
          schema: {$ref: '#/components/schemas/Flag'}
      responses:
        Invalid:
          description: Bad request
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Problem'}
      securitySchemes:
        ApiKey:
          type: apiKey
          in: header
          name: X-API-Key
      schemas:
        Upload:
          type: object
          properties:
            file_name:
              type: string
              description: The name of the file to upload
            visibility:
              enum: [private, shared]
        File:
          type: object
          properties:
            id: {type: [string, 'null']}
            parent: {$ref: '#/components/schemas/File'}
            owner: {$ref: '#/components/schemas/Owner'}
        Owner: {type: object}
        Flag: {type: boolean}
        Problem: {type: object}
    """)


def parsed(text: str | bytes, path: str = "api/files.yaml") -> Document:
    result = parse_openapi(contract(text, path, "openapi"))
    assert result.problems == ()
    return result.documents[0]


def problems(text: str, path: str = "api/files.yaml") -> tuple[list[str], list[tuple[int, str]]]:
    result = parse_openapi(contract(text, path, "openapi"))
    found = [(problem.line, problem.reason) for problem in result.problems]
    assert all(problem.path == path for problem in result.problems)
    return [section.anchor for section in result.documents[0].sections], found


def section(document: Document, anchor: str) -> Section:
    return {found.anchor: found for found in document.sections}[anchor]


def outline(document: Document) -> list[tuple[str, str, int, int]]:
    return [(found.anchor, found.role, found.first, found.last) for found in document.sections]


OUTLINE = [
    ("info", "info", 2, 13),
    ("POST /v1/files", "operation", 16, 35),
    ("GET /v1/files", "operation", 38, 49),
    ("/v1/files/{fileId}", "component", 51, 55),
    ("DELETE /v1/files/{fileId}", "operation", 56, 57),
    ("webhook fileStored", "webhook", 59, 65),
    ("parameters/DryRun", "component", 68, 71),
    ("responses/Invalid", "component", 73, 77),
    ("securitySchemes/ApiKey", "component", 79, 82),
    ("Upload", "schema", 84, 91),
    ("File", "schema", 92, 97),
    ("Owner", "schema", 98, 98),
    ("Flag", "schema", 99, 99),
    ("Problem", "schema", 100, 100),
]


def test_sections_of_a_description() -> None:
    """There is one section an operation, webhook, schema and other named part, and their texts are their lines."""
    document = parsed(FILES)
    assert (document.title, document.tags, document.kind) == ("File store 2.1.0", ("Files",), "contract")
    assert outline(document) == OUTLINE
    assert strays(document, FILES) == []
    assert section(document, "File").text.split("\n")[:2] == ["File:", "  type: object"]
    assert "description: The name of the file to upload" in section(document, "Upload").text
    assert section(document, "POST /v1/files").breadcrumb == ("Files",)


@pytest.mark.parametrize("change", ["crlf", "mark", "utf-16"])
def test_bytes_do_not_move_lines(change: str) -> None:
    """CRLF, a byte-order mark and UTF-16 give the same lines and texts."""
    content = {
        "crlf": FILES.replace("\n", "\r\n").encode(),
        "mark": b"\xef\xbb\xbf" + FILES.encode(),
        "utf-16": FILES.encode("utf-16"),
    }[change]
    assert parsed(content).sections == parsed(FILES).sections


def test_references_of_operations() -> None:
    """An operation names the schemas of its request and responses first, then what leads to them, then its security."""
    document = parsed(FILES)
    assert section(document, "POST /v1/files").refs == (
        "Upload",
        "File",
        "Problem",
        "Flag",
        "responses/Invalid",
        "parameters/DryRun",
        "securitySchemes/ApiKey",
    )
    assert section(document, "GET /v1/files").refs == ()
    assert section(document, "DELETE /v1/files/{fileId}").refs == ("/v1/files/{fileId}", "securitySchemes/ApiKey")
    assert section(document, "webhook fileStored").refs == ("File",)
    assert section(document, "File").refs == ("Owner",)


def test_summaries() -> None:
    """A summary holds method, path, texts, parameters, fields, values, response codes, security and deprecation."""
    document = parsed(FILES)
    assert section(document, "POST /v1/files").summary == (
        "POST /v1/files. v1 files. Upload a file. postFile (post file). tags: Files. parameters: dry_run in query. "
        "request: multipart/form-data, file_name, visibility. responses: 201, 422. "
        "response fields: id, parent, owner. values: private, shared. security: ApiKey."
    )
    assert section(document, "GET /v1/files").summary == (
        "GET /v1/files. v1 files. deprecated. Lists files. Use the search instead. tags: Files. responses: 200. "
        "no authentication."
    )
    assert section(document, "DELETE /v1/files/{fileId}").summary == (
        "DELETE /v1/files/{fileId}. v1 files file id. parameters: fileId in path. responses: 204. security: ApiKey."
    )
    assert section(document, "Upload").summary == (
        "Upload. type: object. fields: file_name, visibility. values: private, shared. "
        "file_name: The name of the file to upload."
    )
    assert section(document, "info").summary == (
        "File store 2.1.0. Keeps what users upload. servers: https://files.example.org/v2. security: ApiKey. "
        "tags: Files. Uploads and downloads."
    )
    assert all(len(found.summary) <= 1200 for found in document.sections)


def test_json_in_lines_and_on_one_line() -> None:
    """Indented JSON is shown as it stands; where everything stands on one line, each part is shown as YAML."""
    data = yaml.safe_load(FILES)
    pretty = json.dumps(data, indent=2)
    document = parsed(pretty, "api/files.json")
    assert strays(document, pretty) == []
    assert {found.syntax for found in document.sections} == {"json"}
    minified = parsed(json.dumps(data, separators=(",", ":")), "api/files.json")
    assert [found[:2] for found in outline(minified)] == [found[:2] for found in OUTLINE]
    assert {(found.first, found.last, found.syntax) for found in minified.sections} == {(1, 1, "yaml")}
    assert [found.summary for found in minified.sections] == [found.summary for found in document.sections]
    assert section(minified, "Upload").text == dedent("""\
        Upload:
          type: object
          properties:
            file_name:
              type: string
              description: The name of the file to upload
            visibility:
              enum:
              - private
              - shared""")


def test_swagger_2() -> None:
    """Swagger 2 has its schemas, parameters, responses and security at the top, and the body among the parameters."""
    text = dedent("""\
        swagger: '2.0'
        info: {title: Old, version: 1.0}
        basePath: /api
        paths:
          /pets:
            post:
              consumes: [application/xml]
              parameters:
              - {in: body, name: body, schema: {$ref: '#/definitions/NewPet'}}
              - $ref: '#/parameters/Limit'
              security: [{key: []}]
              responses:
                200: {$ref: '#/responses/Ok'}
        definitions:
          NewPet: {properties: {petName: {type: string}}}
          Pet: {properties: {id: {type: integer}}}
        parameters:
          Limit: {name: limit, in: query}
        responses:
          Ok: {description: ok, schema: {$ref: '#/definitions/Pet'}}
        securityDefinitions:
          key: {type: apiKey, in: header, name: X-Key}
        """)
    document = parsed(text)
    assert [found[:3] for found in outline(document)] == [
        ("info", "info", 1),
        ("POST /pets", "operation", 6),
        ("NewPet", "schema", 15),
        ("Pet", "schema", 16),
        ("parameters/Limit", "component", 18),
        ("responses/Ok", "component", 20),
        ("securitySchemes/key", "component", 22),
    ]
    operation = section(document, "POST /pets")
    assert operation.refs == ("NewPet", "Pet", "parameters/Limit", "responses/Ok", "securitySchemes/key")
    assert operation.summary == (
        "POST /api/pets. api pets. parameters: limit in query. request: application/xml, petName. responses: 200. "
        "response fields: id. security: key."
    )


def test_anchors_aliases_and_merge_keys() -> None:
    """What an alias or a merge key brings is shown where it is written."""
    text = dedent("""\
        openapi: 3.0.3
        x-shared: &shared
          get:
            summary: Common
            responses: {'200': {description: ok}}
        paths:
          /a:
            <<: *shared
            post: {summary: Own}
          /b: *shared
        """)
    document = parsed(text)
    assert outline(document) == [
        ("x-shared", "info", 1, 5),
        ("GET /a", "operation", 3, 5),
        ("GET /b", "operation", 3, 5),
        ("POST /a", "operation", 9, 9),
    ]
    assert strays(document, text) == []


def test_references_to_files() -> None:
    """A `$ref` to the file by its own name is local; another file becomes its path; the network is left alone."""
    text = dedent("""\
        openapi: 3.1.0
        paths:
          /self:
            get:
              responses:
                '200': {$ref: 'files.yaml#/components/responses/Ok'}
                '400': {$ref: '../common/errors.yaml#/components/schemas/Error'}
                '404': {$ref: 'https://example.org/x.yaml#/components/schemas/Gone'}
                '500': {$ref: '../../../outside.yaml'}
          /other: {$ref: 'paths/other.yaml'}
          /same: {$ref: '#/paths/~1self'}
        components:
          responses:
            Ok: {description: ok}
        """)
    document = parsed(text)
    assert [(found.anchor, found.first, found.refs) for found in document.sections] == [
        ("GET /self", 4, ("responses/Ok", "common/errors.yaml#Error")),
        ("GET /same", 4, ("responses/Ok", "common/errors.yaml#Error")),
        ("/other", 10, ("api/paths/other.yaml",)),
        ("responses/Ok", 14, ()),
    ]


def test_circular_references_are_normal() -> None:
    """Schemas, parameters and path items that refer to themselves or in a ring end quickly."""
    text = dedent("""\
        openapi: 3.1.0
        paths:
          /a:
            get:
              parameters: [{$ref: '#/components/parameters/P'}]
              responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
        components:
          parameters:
            P: {$ref: '#/components/parameters/Q'}
            Q: {$ref: '#/components/parameters/P'}
          schemas:
            A: {allOf: [{$ref: '#/components/schemas/B'}], properties: {next: {$ref: '#/components/schemas/A'}}}
            B: {oneOf: [{$ref: '#/components/schemas/A'}], properties: {back: {$ref: '#/components/schemas/B'}}}
            C: {$ref: '#/components/schemas/C'}
        """)
    document = parsed(text)
    assert section(document, "GET /a").refs == ("A", "parameters/P", "parameters/Q")
    assert section(document, "A").refs == ("B",)
    assert "fields: next, back" in section(document, "A").summary


def test_literal_values_are_no_references() -> None:
    """A `$ref` inside an example is data; a property called `example` or `default` is a property."""
    text = dedent("""\
        openapi: 3.1.0
        components:
          schemas:
            A:
              example: {$ref: '#/components/schemas/B'}
              properties:
                default: {$ref: '#/components/schemas/C'}
            B: {discriminator: {propertyName: kind, mapping: {c: '#/components/schemas/C'}}}
            C: true
        """)
    document = parsed(text)
    assert [(found.anchor, found.refs) for found in document.sections] == [("A", ("C",)), ("B", ("C",)), ("C", ())]


def test_openapi_3_2_operations() -> None:
    """The method QUERY and those under `additionalOperations` are operations."""
    text = (
        "openapi: 3.2.0\npaths:\n  /a:\n    query: {summary: Q}\n    additionalOperations:\n      COPY: {summary: C}\n"
    )
    assert outline(parsed(text)) == [("QUERY /a", "operation", 4, 4), ("COPY /a", "operation", 6, 6)]


def test_one_bad_part_leaves_the_rest() -> None:
    """What is malformed inside becomes a problem with its line."""
    text = dedent("""\
        openapi: 3.0.0
        info: nonsense
        paths:
          /a: text
          /b:
            get: 3
            put: {summary: fine}
          /c: {$ref: '#/nowhere'}
        components:
          schemas: {A: 5, B: {}}
          responses: [x]
        webhooks: 7
        """)
    assert problems(text) == (
        ["info", "PUT /b", "B"],
        [
            (4, "the path /a is no mapping: left out"),
            (6, "GET /b is no mapping: left out"),
            (8, "the $ref of /c leads nowhere: #/nowhere"),
            (12, "webhooks is no mapping: left out"),
            (10, "components.schemas.A is no mapping: left out"),
            (11, "components.responses is no mapping: left out"),
        ],
    )


def test_a_key_given_twice_is_a_problem() -> None:
    """Of two operations under one key the last is kept, and the loss is told."""
    text = "openapi: 3.0.0\npaths:\n  /a:\n    get: {summary: one}\n    get: {summary: two}\n"
    result = parse_openapi(contract(text, "a.yaml", "openapi"))
    assert result.problems == (Problem("a.yaml", 5, "the key 'get' is given twice: the last one counts"),)
    assert [found.text for found in result.documents[0].sections] == ["get: {summary: two}"]


@pytest.mark.parametrize(
    ("content", "reason", "line"),
    [
        (b"", "not an OpenAPI description: it has none of the keys openapi, swagger, paths, components", 1),
        (b"- a\n", "not an OpenAPI description: it has none of the keys openapi, swagger, paths, components", 1),
        (b"openapi: 3.0.0\npaths: [\n", "not YAML: while parsing a flow node, did not find expected node content", 3),
        (b"openapi: \0\n", "looks binary: it contains NUL bytes", 0),
    ],
)
def test_what_cannot_be_read(content: bytes, reason: str, line: int) -> None:
    """A file that is no description is refused with reason and line."""
    with pytest.raises(SourceError) as caught:
        parse_openapi(contract(content, "a.yaml", "openapi"))
    assert (caught.value.reason, caught.value.line) == (reason, line)


def test_the_deepest_value_that_may_be_can_be_shown() -> None:
    """A minified description at the limit of depth is written anew without exhausting the stack."""
    deep = '{"items":' * 190 + "{}" + "}" * 190
    text = f'{{"openapi":"3.1.0","components":{{"schemas":{{"A":{deep},"B":{{}}}}}}}}'
    assert section(parsed(text, "a.json"), "A").text.count("items:") == 190


def test_a_large_description() -> None:
    """Ten megabytes with 2,000 operations are read in bounded time and memory."""
    document = "openapi: 3.1.0\ninfo: {title: Large, version: '1'}\npaths:\n" + "".join(_large(n) for n in range(2000))
    assert len(document) > 10_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    sections = parsed(document).sections
    seconds = time.monotonic() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert len(sections) == 2001
    assert seconds < 60, f"{seconds:.1f} s; about 5 s on an idle machine of 2026"
    assert grown < 1024, f"{grown:.0f} MB more"


def _large(number: int) -> str:
    field = "                  field_{}:\n                    type: string\n                    description: {}\n"
    told = "What is told about this field, at some length, so that the file grows to its size"
    fields = "".join(field.format(index, told) for index in range(34))
    return (
        f"  /v1/things{number}/{{id}}:\n    post:\n      summary: Update thing {number}\n      requestBody:\n"
        f"        content:\n          application/json:\n            schema:\n              type: object\n"
        f"              properties:\n{fields}      responses:\n        '200': {{description: ok}}\n"
    )


def test_the_corpus() -> None:
    """A generated description of 15,000 lines gives as many operations and schemas as its lines show."""
    path = "api/openapi.generated.yml"
    text = (corpus("simpler-grants-gov") / path).read_text(encoding="utf-8")
    document = parsed(text, path)
    lines = text.split("\n")
    top = (
        lines.index("paths:"),
        lines.index("components:"),
        lines.index("  schemas:"),
        lines.index("  securitySchemes:"),
    )
    operations, current = [], ""
    for line in lines[top[0] : top[1]]:
        if found := re.fullmatch(r"  (/\S*):", line):
            current = found[1]
        if found := re.fullmatch(r"    (get|put|post|delete|patch|head|options):", line):
            operations.append(f"{found[1].upper()} {current}")
    schemas = [found[1] for line in lines[top[2] : top[3]] if (found := re.fullmatch(r"    (\S+):.*", line))]
    assert [found.anchor for found in document.sections if found.role == "operation"] == operations
    assert [found.anchor for found in document.sections if found.role == "schema"] == schemas
    assert (len(operations), len(schemas)) == (108, 393)
    assert strays(document, text) == []
    known = {found.anchor for found in document.sections}
    assert {ref for found in document.sections for ref in found.refs} <= known
    assert document.title == "Simpler Grants API v0"
    upload = section(document, "POST /v1/files")
    assert upload.refs[0] == "CreatePresignedUploadRequestSchema"
    assert "description: The name of the file to upload" in section(document, upload.refs[0]).text


def test_a_path_item_in_a_file_of_its_own() -> None:
    """A file of operations, to which a description refers, is read; its name stands for the path."""
    text = "parameters:\n  - {name: id, in: path}\nget:\n  summary: One user\n  responses:\n    '200':\n"
    text += "      $ref: '../responses.yaml#/components/responses/User'\n"
    document = parsed(text, "openapi/paths/users@{id}.yaml")
    assert [(found.anchor, found.first, found.last, found.refs) for found in document.sections] == [
        ("users/{id}", 1, 2, ()),
        ("GET users/{id}", 3, 7, ("openapi/responses.yaml#responses/User", "users/{id}")),
    ]
    assert document.title == "users@{id}.yaml"
    assert strays(document, text) == []
