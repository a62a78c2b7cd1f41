from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from graphql import parse

from ctxkb.errors import SourceError
from ctxkb.formats.graphql import SHOWN_WHOLE, parse_graphql
from support.contracts import contract, corpus, strays

if TYPE_CHECKING:
    from ctxkb.types import Document

SCHEMA = dedent('''\
    # Licence

    """
    What can be asked.
    """
    type Query {
      # Used by the profile page.
      "Finds a user"
      user(
        "The user's number"
        id: ID!
        filter: UserFilter
      ): User @auth(role: BOSS)
      userList: [User!]! @deprecated(reason: "use search")
    }

    # Whoever signs in.
    type User implements Node @key(fields: "id") {
      id: ID!
      role: Role
    }

    interface Node { id: ID! }
    enum Role {
      "may do anything"
      BOSS
      STAFF
    }
    input UserFilter { name: String }
    union Found = User | Node
    scalar Date
    directive @auth(role: Role) on FIELD_DEFINITION

    extend type User { birthday: Date }
    extend type Query {
      me: User
    }
    ''')


def parsed(text: str | bytes, path: str = "api/schema.graphql") -> Document:
    result = parse_graphql(contract(text, path, "graphql"))
    assert result.problems == ()
    return result.documents[0]


def outline(document: Document) -> list[tuple[str, str, int, int, tuple[str, ...]]]:
    return [(found.anchor, found.role, found.first, found.last, named(found.refs)) for found in document.sections]


def named(refs: tuple[str, ...]) -> tuple[str, ...]:
    """The references to what a section names; those to extensions, which any type may have, aside."""
    return tuple(ref for ref in refs if not ref.startswith("graphql:extend "))


def test_sections_of_a_schema() -> None:
    """There is a section a type, extension and directive, and one a field of the root types, comments included."""
    document = parsed(SCHEMA)
    assert (document.title, document.kind) == ("schema.graphql", "contract")
    assert outline(document) == [
        ("Query", "type", 1, 15, ("User", "UserFilter", "@auth", "extend type Query")),
        ("Query.user", "field", 7, 13, ("User", "UserFilter", "@auth")),
        ("Query.userList", "field", 14, 14, ("User",)),
        ("User", "type", 17, 21, ("Node", "Role", "extend type User", "graphql:@key")),
        ("Node", "type", 23, 23, ()),
        ("Role", "enum", 24, 28, ()),
        ("UserFilter", "type", 29, 29, ()),
        ("Found", "type", 30, 30, ("User", "Node")),
        ("Date", "type", 31, 31, ()),
        ("@auth", "type", 32, 32, ("Role",)),
        ("extend type User", "type", 34, 34, ("User", "Date")),
        ("extend type Query", "type", 35, 37, ("Query", "User")),
        ("Query.me", "field", 36, 36, ("User",)),
    ]
    assert strays(document, SCHEMA) == []
    assert {found.syntax for found in document.sections} == {"graphql"}
    assert document.sections[1].text.startswith('# Used by the profile page.\n"Finds a user"\nuser(\n  "The')
    assert document.sections[1].breadcrumb == ("Query",)


def test_summaries() -> None:
    """A summary holds names and their words, descriptions, arguments, results, values and deprecation."""
    summaries = {found.anchor: found.summary for found in parsed(SCHEMA).sections}
    assert summaries["Query.user"] == (
        "Query.user. query user. Finds a user. arguments: id ID, filter UserFilter. returns User. "
        "id: The user's number."
    )
    assert summaries["Query.userList"] == "Query.userList. query user list. deprecated use search. returns User."
    assert summaries["Role"] == "enum Role. values: BOSS, STAFF. BOSS: may do anything."
    assert summaries["UserFilter"] == "input UserFilter (user filter). fields: name."


def test_bytes_do_not_move_lines() -> None:
    """CRLF and a byte-order mark give the same lines and texts."""
    assert parsed(b"\xef\xbb\xbf" + SCHEMA.replace("\n", "\r\n").encode()).sections == parsed(SCHEMA).sections


def test_root_types_by_other_names() -> None:
    """What the `schema` definition names are the root types, and nothing else is."""
    text = "schema { query: Root }\ntype Root { a: Int }\ntype Query { b: Int }\ntype Root { c: Int }\n"
    assert [found[0] for found in outline(parsed(text))] == ["schema", "Root", "Root.a", "Query", "Root-1", "Root.c"]


def test_a_type_leads_to_its_extensions() -> None:
    """To all of its file, and to those that other files may hold, whatever kind of type it is."""
    sections = parsed("type A { a: Int }\nextend type A { b: Int }\nextend type A { c: Int }\nenum B { X }\n").sections
    assert [found.refs for found in sections] == [
        ("extend type A", "extend type A-1", "graphql:extend type A"),
        ("A",),
        ("A",),
        ("graphql:extend enum B",),
    ]


def test_fields_on_one_line_are_shown_alone() -> None:
    """The line of a root type is not shown again for each of its fields; a field with lines of its own keeps them."""
    sections = parsed("type Query { a(b: Int): Int, c: Int }\ntype Mutation {\n  # why\n  d: Int, # end\n}\n").sections
    assert [found.text for found in sections] == [
        "type Query { a(b: Int): Int, c: Int }",
        "a(b: Int): Int",
        "c: Int",
        "type Mutation {\n  # why\n  d: Int, # end\n}",
        "# why\nd: Int, # end",
    ]


def test_every_comment_stands_in_a_section() -> None:
    """One that a blank line parts belongs to what follows it, the last ones to what precedes them."""
    text = "type A { a: Int }\n\n# Money is in cents.\n\n# Paid.\ntype B { b: Int }\n\n# ---\n# The end.\n"
    assert [(found.first, found.last, found.summary) for found in parsed(text).sections] == [
        (1, 1, "type A. fields: a."),
        (3, 9, "type B. fields: b. Money is in cents. The end."),
    ]


def test_a_long_root_type_is_shown_up_to_its_first_field() -> None:
    """Every field has a section of its own: a long root type does not repeat them."""
    fields = "".join(f"  field{number}: Int\n" for number in range(SHOWN_WHOLE))
    sections = parsed(f'"All of it"\ntype Mutation @auth {{\n{fields}}}\n').sections
    assert (sections[0].first, sections[0].last, sections[0].text) == (1, 2, '"All of it"\ntype Mutation @auth {')
    assert [found.anchor for found in sections[1:]] == [f"Mutation.field{number}" for number in range(SHOWN_WHOLE)]


def test_operations() -> None:
    """In a file of operations each is a section with the comments on top; a fragment that it uses is a reference."""
    text = dedent("""\
        # Reads one board.
        # Used by: report.sh

        query ($login: String!) {
          organization(login: $login) { ...board }
        }

        fragment board on Organization {
          title
          # newest first
          items { id }
        }
        subscription Changes { changed }
        """)
    document = parsed(text, "queries/getBoard.graphql")
    assert outline(document) == [
        ("query getBoard", "operation", 1, 6, ("fragment board", "graphql:Query.organization")),
        ("fragment board", "component", 8, 12, ("graphql:Organization",)),
        ("subscription Changes", "operation", 13, 13, ("graphql:Subscription.changed",)),
    ]
    assert document.sections[0].summary == (
        "query getBoard. query get board. Reads one board. Used by: report.sh. variables: login. selects: organization."
    )
    assert strays(document, text) == []


def test_a_file_of_comments_has_no_sections() -> None:
    """Nothing to read is no failure."""
    assert parsed("# later\n\n").sections == ()


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("type A {\n  x:\n}\n", "not GraphQL: Syntax Error: Expected Name, found '}'.", 3),
        ("type A { x: Int }\n%\n", "not GraphQL: Syntax Error: Unexpected character: '%'.", 2),
    ],
)
def test_what_does_not_parse(text: str, reason: str, line: int) -> None:
    """A file that does not parse is refused with reason and line."""
    with pytest.raises(SourceError) as caught:
        parse_graphql(contract(text, "a.graphql", "graphql"))
    assert (caught.value.reason, caught.value.line) == (reason, line)


def test_deep_nesting_is_refused() -> None:
    """Ten thousand levels neither crash nor hang."""
    with pytest.raises(SourceError, match="nested too deeply"):
        parse_graphql(contract("query " + "{a" * 10_000 + "}" * 10_000, "a.graphql", "graphql"))


def test_the_corpus() -> None:
    """Every GraphQL file of the corpus gives one section a definition, and their texts are their lines."""
    root = corpus("simpler-grants-gov")
    files = sorted(root.rglob("*.graphql"))
    assert len(files) == 10
    for file in files:
        text = file.read_text(encoding="utf-8")
        document = parsed(text, file.relative_to(root).as_posix())
        wanted = [definition.kind.split("_")[0] for definition in parse(text).definitions]
        roles = {"operation": "operation", "fragment": "component"}
        assert [found.role for found in document.sections] == [roles[word] for word in wanted]
        assert strays(document, text) == []
