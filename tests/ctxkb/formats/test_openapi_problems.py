"""What is wrong with an OpenAPI description is told, and leaves the rest."""

from __future__ import annotations

from textwrap import dedent

import pytest

from ctxkb.errors import SourceError
from ctxkb.formats.openapi import parse_openapi
from ctxkb.types import Problem
from support.contracts import contract
from support.openapi import parsed, section


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
    result = parse_openapi(contract(text, "a.yaml", "openapi"))
    assert [found.anchor for found in result.documents[0].sections] == ["info", "PUT /b", "B"]
    assert result.problems == (
        Problem("a.yaml", 4, "the path /a is no mapping: left out"),
        Problem("a.yaml", 6, "GET /b is no mapping: left out"),
        Problem("a.yaml", 8, "the $ref of /c leads nowhere: #/nowhere"),
        Problem("a.yaml", 12, "webhooks is no mapping: left out"),
        Problem("a.yaml", 10, "components.schemas.A is no mapping: left out"),
        Problem("a.yaml", 11, "components.responses is no mapping: left out"),
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
