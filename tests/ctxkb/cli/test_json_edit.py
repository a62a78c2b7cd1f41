from __future__ import annotations

import json

import pytest

from ctxkb.cli.json_edit import add_member, take_item, take_member
from ctxkb.errors import ConfigError

VALUE = {"command": "kb", "args": ["serve"]}


def _add(text: str) -> str:
    return add_member(text, "mcpServers", "ctxkb", VALUE, ".mcp.json")


def test_nothing_becomes_an_object_with_the_member() -> None:
    """A missing or blank file gets the table and the member, indented by two."""
    expected = json.dumps({"mcpServers": {"ctxkb": VALUE}}, indent=2) + "\n"
    assert _add("") == expected
    assert _add(" \n") == expected


def test_everything_else_stays_as_it_was_written() -> None:
    """Odd spacing, key order, escapes and characters outside the new member are not touched."""
    text = '{ "z":1,\n    "mcpServers": {\n        "caf\\u00e9": {"command":   "x"}\n    },\n    "a": [1,2] }\n'
    assert _add(text) == (
        '{ "z":1,\n    "mcpServers": {\n        "caf\\u00e9": {"command":   "x"},\n'
        '        "ctxkb": {\n            "command": "kb",\n            "args": [\n                "serve"\n'
        '            ]\n        }\n    },\n    "a": [1,2] }\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"mcpServers": {}}',
        '{"mcpServers":{"a":{"b":"}"}}}',
        '{\n\t"x": "{\\"mcpServers\\": {",\n\t"mcpServers": {\n\t}\n}',
        '{"x": {"mcpServers": {"deep": 1}}}',
        '\ufeff{"mcpServers": {}}',
        '{\r\n  "mcpServers": {\r\n    "a": {}\r\n  }\r\n}\r\n',
    ],
)
def test_the_result_is_what_was_there_and_the_member(text: str) -> None:
    """Whatever the layout, the data has one member more, and a second time changes nothing."""
    result = _add(text)
    expected = json.loads(text.lstrip("\ufeff"))
    expected.setdefault("mcpServers", {})["ctxkb"] = VALUE
    assert json.loads(result.lstrip("\ufeff")) == expected
    assert result.startswith("\ufeff") == text.startswith("\ufeff")
    assert ("\r\n" in result) == ("\r\n" in text)
    assert _add(result) == result


def test_a_member_of_that_name_is_left_alone() -> None:
    """What a person wrote under the name stays, whatever it is."""
    text = '{"mcpServers": {"ctxkb": {"command": "/opt/kb", "args": []}}}'
    assert _add(text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n"a": 1,\n}', ".mcp.json:3: is not valid JSON"),
        ("[]", ".mcp.json: must hold a JSON object"),
        ('{"mcpServers": []}', '.mcp.json: "mcpServers" must be an object'),
    ],
)
def test_what_is_no_such_object_is_refused(text: str, message: str) -> None:
    """Broken JSON, or another shape, is named with file and line."""
    with pytest.raises(ConfigError) as caught:
        _add(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '{\n  "servers": {\n    "a": 1 // one\n  }\n}\n',
            '{\n  "servers": {\n    "a": 1, // one\n    "b": 2\n  }\n}\n',
        ),
        (
            '{\n  "servers": {\n    "a": 1, // one\n  },\n}',
            '{\n  "servers": {\n    "a": 1, // one\n    "b": 2,\n  },\n}',
        ),
        ('{\n  "servers": { // "none"\n  }\n}\n', '{\n  "servers": {\n    "b": 2 // "none"\n  }\n}\n'),
        (
            '{\n  /* "servers": {}, */\n  "a": "// no"\n}',
            '{\n  /* "servers": {}, */\n  "a": "// no",\n  "servers": {\n    "b": 2\n  }\n}',
        ),
    ],
)
def test_comments_stay_where_they_are_allowed(before: str, after: str) -> None:
    """A comment stays at the line that it is about, and a comma after the last entry stays the last one's."""
    assert add_member(before, "servers", "b", 2, "mcp.json", comments=True) == after
    assert take_member(after, "servers", "b", 2, "mcp.json", comments=True) == before
    with pytest.raises(ConfigError, match="is not valid JSON"):
        add_member(before, "servers", "b", 2, "mcp.json")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('{"t": {"b": 2}}', "{}"),
        ('{"t": {"b": 2, "c": 3}}', '{"t": { "c": 3}}'),
        ('{"t": {"a": 1, "b": 2, "c": 3}}', '{"t": {"a": 1, "c": 3}}'),
        ('{"a": 1, "t": {"b": 2}}', '{"a": 1}'),
        ('{"t": {"b": "2"}}', '{"t": {"b": "2"}}'),
        ('{"b": 2}', '{"b": 2}'),
        ("", ""),
    ],
)
def test_a_member_is_taken_out_wherever_it_stands(text: str, left: str) -> None:
    """With the table that it leaves empty, and only where it has that value."""
    assert take_member(text, "t", "b", 2, "mcp.json") == left


def test_an_item_is_taken_out_of_its_list() -> None:
    """The items beside it stay, and so does a list in which it does not stand."""
    assert take_item('{"t": {"l": [1, {"x": 2}, 3]}}', "t", "l", {"x": 2}, "s.json") == '{"t": {"l": [1, 3]}}'
    assert take_item('{"t": {"l": [1]}}', "t", "l", {"x": 2}, "s.json") == '{"t": {"l": [1]}}'
    assert take_item('{"t": {"l": [1]}, "z": 0}', "t", "l", 1, "s.json") == '{ "z": 0}'


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('{ // ours\n"t": {"b": 2} }', "{ // ours\n }"),
        ('{"t": { // ours\n"b": 2}}', '{"t": { // ours\n}}'),
        ('{"t": /* ours */ {"b": 2}, "z": 1}', '{"t": /* ours */ {"b": 2}, "z": 1}'.replace('{"b": 2}', "{}")),
        ('{"t": {"b": 2} /* ours */, "z": 1}', '{ /* ours */ "z": 1}'),
        ('{"t": {"b": 2 // ours\n,}}', '{"t": { // ours\n}}'),
        ('{"t": {"b": /* ours */ 2}}', '{"t": {"b": /* ours */ 2}}'),
    ],
)
def test_no_comment_is_taken_out_with_a_member(text: str, left: str) -> None:
    """Comments around it stay comments; a member or a table with one inside is somebody's and stays."""
    assert take_member(text, "t", "b", 2, "mcp.json", comments=True) == left
