from __future__ import annotations

import pytest

from ctxkb.formats.sniff import looks_like_contract


@pytest.mark.parametrize(
    ("path", "head", "found"),
    [
        ("a/schema.graphql", b"", "graphql"),
        ("a/schema.GQL", b"", "graphql"),
        ("a/schema.graphqls", b"", "graphql"),
        ("a/b.proto", b"", "protobuf"),
        ("a.yaml", b"# the contract\n---\nopenapi: 3.0.0\r\n", "openapi"),
        ("a.yml", b"\xef\xbb\xbfswagger: '2.0'\n", "openapi"),
        ("a.yaml", b'"openapi": "3.1.0"\n', "openapi"),
        ("a.yaml", "openapi: 3.0.0\n".encode("utf-16"), "openapi"),
        ("a.yaml", b"{openapi: 3.0.0, paths: {}}", "openapi"),
        ("a.json", b'{"x": {"swagger": 1}, "openapi" : "3.1.0", "pa', "openapi"),
        ("a.json", b'{"x": {"openapi": "3.1.0"}}', None),
        ("a.json", b'{"info": {"title": "a}"}, "paths": {"/a', "openapi"),
        ("a.yaml", b"info:\n  title: Sorted keys\npaths:\n  /a:\n", "openapi"),
        ("openapi.yaml", b"info:\n  title: A very long description follows\n", "openapi"),
        ("ci-openapi.yml", b"name: Check OpenAPI\non: push\njobs:\n  openapi: 3\n", None),
        ("application.yml", b"swagger:\n  enabled: true\n", None),
        ("a.yaml", b"asyncapi: 2.6.0\ninfo: {}\ncomponents: {}\n", "asyncapi"),
        ("a.json", b'{"info": {}, "asyncapi": "3.0.0", "chan', "asyncapi"),
        ("a.yaml", b"asyncapi:\n  enabled: true\ninfo: {}\ncomponents: {}\n", None),
        ("a/b.xsd", b"", "xsd"),
        ("a/b.WSDL", b"", "wsdl"),
        ("pom.xml", b"<project/>", None),
        ("a/Money.avsc", b"{}", "avro"),
        ("a.json", b'{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}', "jsonschema"),
        ("a.yaml", b"$schema: https://json-schema.org/draft/2020-12/schema\n", "jsonschema"),
        ("a/order.schema.json", b'{"type": "object", "properties": {', "jsonschema"),
        ("a/order.json", b'{"type": "object", "properties": {', None),
        ("openapi/components/schemas/User.yaml", b"type: object\nproperties:\n  id: {}\n", "jsonschema"),
        ("deploy/schemas/User.yaml", b"type: object\nproperties:\n  id: {}\n", None),
        ("tsconfig.base.json", b'{"$schema": "https://json.schemastore.org/tsconfig", "properties": {}}', None),
        ("values.schema.json", b'{"$schema": "https://example.org/x", "properties": {}}', None),
        ("openapi/paths/users.yaml", b"get:\n  responses:\n    '200': {}\n", "openapi"),
        ("a.yaml", b"get:\n  url: x\n", None),
        ("a.yaml", b"name: x\nget:\n  responses: {}\n", None),
        ("common/errors.yaml", b"components:\n  schemas:\n    Error: {}\n", "openapi"),
        ("mkdocs.yml", b"components:\n  - a\n", None),
        ("intake.yaml", b"service: intake\ndomain: health\nendpoints:\n  - path: /a\n", "service"),
        ("serverless.yml", b"service: intake\nprovider: {}\nfunctions: {}\n", None),
        ("db/schema.sql", b"-- x\nSET a = 1;\nCREATE TABLE a (b int);\n", "ddl"),
        ("db/schema.sql", b"create or replace view a as select 1;", "ddl"),
        ("db/report.sql", b"SELECT * FROM create_table;\nINSERT INTO x VALUES ('CREATE TABLE');", None),
        ("db/schema.sql", b"CREATE UNLOGGED TABLE a (b int);\n", "ddl"),
        ("db/tickets.sql", b"BEGIN\nCREATE TEMP TABLE a AS SELECT 1;\nCREATE TEMPORARY VIEW b AS SELECT 2;\n", None),
        ("prisma/schema.prisma", b"", "prisma"),
        ("x/lock.yaml", b"packages:\n  /a@1: {}\n", None),
        (".github/workflows/ci.yml", b"name: x\non: push\njobs: {}\n", None),
        ("docker-compose.yml", b"services:\n  web: {}\n", None),
        ("a.md", b"openapi: 3.0.0\n", None),
        ("Makefile", b"", None),
        ("a.yaml", b"", None),
    ],
)
def test_contracts_are_told_by_name_and_head(path: str, head: bytes, found: str | None) -> None:
    """A top-level version, or `info` with `paths`, makes YAML and JSON a contract; a suffix makes the others."""
    assert looks_like_contract(path, head) == found
