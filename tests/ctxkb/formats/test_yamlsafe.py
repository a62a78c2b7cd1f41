from __future__ import annotations

import json
import time

import pytest
import yaml

from ctxkb.errors import SourceError
from ctxkb.formats.yamlsafe import Number, Span, Table, load, load_yaml


def refusal(text: str, *, json_only: bool = False) -> tuple[str, int]:
    with pytest.raises(SourceError) as caught:
        load(text, json_only=json_only)
    return caught.value.reason, caught.value.line


def test_values_are_text_numbers_truth_and_nothing() -> None:
    """Unquoted scalars are read as YAML 1.2 does, and a number keeps the way in which it is written."""
    root = load("a: 1.10\nb: yes\nc: true\nd: ~\ne:\nf: 'true'\n200: x\n").root
    assert root == {"a": "1.10", "b": "yes", "c": True, "d": None, "e": None, "f": "true", "200": "x"}
    assert isinstance(root, Table)
    assert isinstance(root["a"], Number)


def test_places_of_entries() -> None:
    """Each entry knows its lines; blank lines and comments behind it are not a part of it."""
    root = load("# top\na:\n  b: |\n    one\n\n    two\n\n\n  # note\n  c: [1,\n    2]\n\nd: 'x\n\n  y'\n").root
    assert isinstance(root, Table)
    assert root.spans == {"a": Span(2, 11, 0, 6), "d": Span(13, 15, 0, 4)}
    inner = root["a"]
    assert isinstance(inner, Table)
    assert inner.spans == {"b": Span(3, 6, 2, 7), "c": Span(10, 11, 2, 6)}


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_places_do_not_depend_on_libyaml(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader written in Python gives what libyaml gives."""
    if loader == "SafeLoader":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    root = load_yaml("k: &a {x: 1}\nl:\n- *a\n- |+\n  t\n\nm: !!python/object:os.system ls\n").root
    assert root == {"k": {"x": "1"}, "l": [{"x": "1"}, "t\n\n"], "m": "ls"}
    assert isinstance(root, Table)
    assert root.spans == {"k": Span(1, 1, 0, 12), "l": Span(2, 5, 0, 3), "m": Span(7, 7, 0, 31)}


def test_tags_construct_nothing() -> None:
    """Below a tag the scalar, list or mapping is read as it stands."""
    text = "a: !!python/object/apply:os.system ['echo x']\nb: !!python/name:os.system ''\nc: !Mine {d: !!int '5'}\n"
    assert load(text).root == {"a": ["echo x"], "b": "", "c": {"d": "5"}}


def test_merge_keys() -> None:
    """`<<` brings the entries that are missing, with the lines at which they are written; quoted it is a name."""
    tree = load("x: &x {a: 1, b: 2}\ny: &y\n  b: 3\n  c: 4\nz:\n  <<: [*x, *y]\n  a: 9\n'<<': plain\n")
    assert isinstance(tree.root, Table)
    merged = tree.root["z"]
    assert isinstance(merged, Table)
    assert merged == {"a": "9", "b": "2", "c": "4"}
    assert {key: span.first for key, span in merged.spans.items()} == {"a": 7, "b": 1, "c": 4}
    assert tree.root["<<"] == "plain"


def test_what_is_odd_is_noted() -> None:
    """A key given twice, a key that is no text, a merge of no mapping and a second document are told, not refused."""
    tree = load("a: 1\na: 2\n? [x]\n: 3\nb: {<<: 4}\n---\nc: 5\n")
    assert tree.root == {"a": "2", "": "3", "b": {}}
    assert tree.notes == (
        (2, "the key 'a' is given twice: the last one counts"),
        (3, "a key that is a list or mapping is read as no name"),
        (5, "'<<' merges something that is no mapping: left out"),
        (6, "a second YAML document: only the first one is read"),
    )


def test_json_is_read_with_lines() -> None:
    """JSON gives the same values as YAML, and its escapes are resolved, broken surrogates too."""
    text = '{\n "a": {"b": [1, -2.5e3, true, null]},\n "c": "\\u00e9\\ud83d\\ude00 \\ud800",\n "<<": {}\n}\n'
    tree = load(text)
    assert tree.json
    assert tree.root == {"a": {"b": ["1", "-2.5e3", True, None]}, "c": "é😀 �", "<<": {}}
    assert isinstance(tree.root, Table)
    assert tree.root.spans == {"a": Span(2, 2, 1, 36), "c": Span(3, 3, 1, 33), "<<": Span(4, 4, 1, 9)}


def test_flow_style_that_is_no_json_is_yaml() -> None:
    """Braces do not make JSON: what only YAML allows is read as YAML unless the file claims to be JSON."""
    tree = load("{a: 1, b: [x,]}")
    assert (tree.json, tree.root) == (False, {"a": "1", "b": ["x"]})
    assert refusal('{"a": 1,\n "b": }', json_only=True) == ("not JSON: unexpected '}'", 2)
    assert refusal('{"a": [1,\n', json_only=True) == ("not JSON: it ends too early", 2)
    assert refusal('{"a": 1} x', json_only=True) == ("not JSON: unexpected 'x'", 1)


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("a: [\n", "not YAML: while parsing a flow node, did not find expected node content", 2),
        (
            "a:\n\tb: 1\n",
            (
                "not YAML: while scanning for the next token, found character that cannot start any token"
                "; tabs cannot indent YAML"
            ),
            2,
        ),
        ("a:\n  b: 1\n  c", "not YAML: while scanning a simple key, could not find expected ':'", 3),
        ("a: 1\nb: *no\n", "the alias *no stands for nothing: no anchor &no comes before it", 2),
        ("a: &a\n  b: *a\n", "the alias *a lies inside the value that it stands for", 2),
        ("a: " + "[" * 10_000, "nested more than 200 levels deep", 1),
        ('{"a":' * 10_000, "nested more than 200 levels deep", 1),
        ("\n".join(" " * depth + "a:" for depth in range(10_000)), "nested more than 200 levels deep", 201),
        (
            "a: &a [x]\n" + "".join(f"{name}: &{name} [*{past}]\n" for past, name in zip("abc", "bcd", strict=True)),
            "",
            0,
        ),
    ],
)
def test_refusals_name_the_line(text: str, reason: str, line: int) -> None:
    """What cannot be read, or is nested too deeply, is refused at its line; aliases of aliases are fine."""
    if not reason:
        assert load(text).root == {"a": ["x"], "b": [["x"]], "c": [[["x"]]], "d": [[[["x"]]]]}
        return
    assert refusal(text) == (reason, line)


def test_an_alias_bomb_is_refused_at_once() -> None:
    """Aliases count with all they stand for, without being written out."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    started = time.monotonic()
    assert refusal("\n".join(rows)) == ("holds more than 2,000,000 values, aliases followed", 7)
    assert time.monotonic() - started < 1


def test_depth_through_aliases_is_refused() -> None:
    """A chain of aliases cannot build what may not be written."""
    rows = ["a0: &a0 [x]", *(f"a{n}: &a{n} [[[[*a{n - 1}]]]]" for n in range(1, 100))]
    assert refusal("\n".join(rows)) == ("nested more than 200 levels deep, aliases followed", 51)


def test_control_characters_do_not_hide_a_file() -> None:
    """A character that YAML forbids becomes a replacement character; lines and the rest stay."""
    assert load("a: x\x08y\nb: ok\n").root == {"a": "x�y", "b": "ok"}


def test_json_equals_the_standard_library() -> None:
    """A document written by `json` comes back as it was, however it is indented."""
    data = {"a": [{}, [], 'x\n"\\', {"ü": "\u2028"}], "b": {"c": True, "d": None}, "": ""}
    for indent in (None, 0, 1, 4):
        for ascii_only in (True, False):
            assert load(json.dumps(data, indent=indent, ensure_ascii=ascii_only), json_only=True).root == data
