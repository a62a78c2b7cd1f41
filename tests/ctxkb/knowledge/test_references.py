from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.bases import base_of

if TYPE_CHECKING:
    from support.bases import Base

FILES: dict[str, str | bytes] = {
    "api/openapi.yaml": """
        openapi: 3.1.0
        info: {title: Orders, version: "1"}
        paths:
          /orders:
            get:
              responses:
                "200": {$ref: "common/answers.yaml#/components/responses/Orders"}
                default: {content: {application/json: {schema: {$ref: "schemas/Fault.yaml"}}}}
          /users:
            $ref: "paths/users.yaml"
        """,
    "api/common/answers.yaml": """
        components:
          responses:
            Orders: {description: The orders of one day.}
        """,
    "api/schemas/Fault.yaml": """
        type: object
        required: [code]
        properties:
          code: {type: string, description: Why it failed.}
        """,
    "api/paths/users.yaml": """
        get:
          summary: All users
          responses: {"200": {description: ok}}
        """,
    "graph/user.graphql": "type User {\n  id: ID!\n}\n",
    "graph/query.graphql": "type Query {\n  user(id: ID!): User\n}\n",
    "graph/birthday.graphql": "extend type User {\n  birthday: String\n}\n",
    "client/me.graphql": "query Me {\n  user(id: 1) { id }\n}\n",
    "xml/pay.xsd": (
        '<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:c="urn:c">\n'
        '<s:import namespace="urn:c" schemaLocation="https://example.org/common.xsd"/>\n'
        '<s:element name="Pay" type="c:Money"/>\n</s:schema>\n'
    ),
    "xml/common.xsd": (
        '<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:c">\n'
        '<s:complexType name="Money"><s:attribute name="cents"/></s:complexType>\n</s:schema>\n'
    ),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """The files above, indexed once."""
    return base_of(tmp_path_factory.mktemp("references"), FILES)


@pytest.mark.parametrize(
    ("name", "behind"),
    [
        ("api/openapi.yaml#GET /orders", ["The orders of one day.", "Why it failed."]),
        ("api/openapi.yaml#/users", ["summary: All users"]),
        ("graph/query.graphql#Query.user", ["type User {"]),
        ("graph/birthday.graphql#extend type User", ["type User {\n  id: ID!"]),
        ("graph/user.graphql#User", ["birthday: String"]),
        ("graph/query.graphql#Query", ["type User {"]),
        ("client/me.graphql#query Me", ["user(id: ID!): User"]),
        ("xml/pay.xsd#element/Pay", ['<s:complexType name="Money">']),
    ],
)
def test_what_other_files_define_is_read_with_what_refers_to_it(base: Base, name: str, behind: list[str]) -> None:
    """A reference to another file of the repository is followed, within the budget."""
    reading = base.knowledge.read(name)
    assert [words for words in behind if words not in reading.text] == []
    assert reading.more == ""
