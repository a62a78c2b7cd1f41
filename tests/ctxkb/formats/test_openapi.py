"""OpenAPI and Swagger descriptions that are read whole: sections, summaries and lines."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
import yaml

from support.contracts import strays
from support.openapi import outline, parsed, section

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


def test_openapi_3_2_operations() -> None:
    """The method QUERY and those under `additionalOperations` are operations."""
    text = (
        "openapi: 3.2.0\npaths:\n  /a:\n    query: {summary: Q}\n    additionalOperations:\n      COPY: {summary: C}\n"
    )
    assert outline(parsed(text)) == [("QUERY /a", "operation", 4, 4), ("COPY /a", "operation", 6, 6)]


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
