"""Whether two states of a file differ in nothing but comments or formatting. Where that is not sure, they differ."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

from ctxkb.check.syntax import open_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tree_sitter import Node

_DIRECTIVE = re.compile(
    rb"^(?:#!|//(?:go:|\s*\+build|export\b|nolint)|#\s*(?:-\*-|type:|frozen_string_literal|cgo)"
    rb"|(?:#|//|/\*)\s*(?:@ts-|eslint|noqa|pragma|kb-waive))",
    re.IGNORECASE,
)
"""Comments that tools act upon."""

_LINE_COMMENTS = {
    "#": "sh bash zsh fish tf hcl cfg ini conf properties nix pl pm r ex exs mk dockerfile makefile cmake jl",
    "//": "swift scala dart groovy gradle proto zig",
    "--": "sql lua hs elm",
    ";": "ini clj lisp el",
}
_PREFIXES = {
    suffix: tuple(mark for mark, names in _LINE_COMMENTS.items() if suffix in names.split())
    for names in _LINE_COMMENTS.values()
    for suffix in names.split()
}
_LONG_STRING = re.compile(rb'"""|\'\'\'|<<[-~]?\w|\[\[|\$\$|/\*')
"""What may open a text over several lines, in which a line like a comment is none."""


def alike(path: str, old: bytes, new: bytes, *, comments: bool, formatting: bool) -> bool:
    """Whether the file `path` says the same in both states; `comments` and `formatting` tell what may differ."""
    read = _READERS.get(_suffix(path))
    if read is not None:
        first = read(old)
        return first is not None and first == read(new)
    before, after = open_code(path, old), open_code(path, new)
    if not (before.language and after.language) or before.language == "vue":
        prefixes = _PREFIXES.get(_suffix(path), ()) if comments else ()
        return _rows(old, prefixes) == _rows(new, prefixes)
    # Most changes are told by this, which takes a tenth of the time of a walk through the trees.
    if b"".join(before.only("code").split()) != b"".join(after.only("code").split()):
        return False
    if before.root.has_error or after.root.has_error:
        return False
    if formatting:
        return list(_tokens(before.root, comments)) == list(_tokens(after.root, comments))
    return _layout(before.root) == _layout(after.root)


def _suffix(path: str) -> str:
    """What tells the language: the suffix, or the name of a file without one; in lower case."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower()


def _rows(content: bytes, prefixes: tuple[str, ...]) -> list[bytes]:
    """The lines without blank ones, blanks at their ends, and those that are comments as a whole."""
    rows = [row.rstrip() for row in content.split(b"\n")]
    skipped = () if _LONG_STRING.search(content) else tuple(prefix.encode() for prefix in prefixes)
    return [row for row in rows if row and not (_starts(row, skipped) and not _DIRECTIVE.search(row.lstrip()))]


def _starts(row: bytes, prefixes: tuple[bytes, ...]) -> bool:
    return bool(prefixes) and row.lstrip().startswith(prefixes)


def _is_comment(node: Node) -> bool:
    return "comment" in node.type and not _DIRECTIVE.search(node.text or b"")


def _tokens(root: Node, comments: bool) -> Iterator[tuple[int, str, bytes]]:
    """Depth, kind and, of a leaf, text of each node: two files with the same ones do the same."""
    waiting = [(0, root)]
    while waiting:
        depth, node = waiting.pop()
        if comments and _is_comment(node):
            continue
        text = b"" if node.children else node.text or b""
        yield depth, node.type, b" ".join(text.split()) if "comment" in node.type else text
        waiting.extend((depth + 1, child) for child in reversed(node.children))


def _layout(root: Node) -> list[bytes]:
    """The lines without comments, and without those that are blank then."""
    shown = bytearray(root.text or b"")
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if _is_comment(node):
            start, end = node.start_byte - root.start_byte, node.end_byte - root.start_byte
            shown[start:end] = re.sub(rb"[^\n]", b" ", shown[start:end])
        else:
            waiting.extend(node.children)
    return [row.rstrip() for row in bytes(shown).split(b"\n") if row.strip()]


def _json(content: bytes) -> str | None:
    try:
        return repr(json.loads(content, object_pairs_hook=list, parse_float=str, parse_int=str))
    except (ValueError, RecursionError):
        return None


def _toml(content: bytes) -> str | None:
    try:
        return repr(tomllib.loads(content.decode("utf-8"), parse_float=str))
    except (ValueError, RecursionError):
        return None


def _yaml(content: bytes) -> list[tuple[object, ...]] | None:
    import yaml

    try:
        events = list(yaml.parse(content.decode("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except (ValueError, yaml.YAMLError, RecursionError):
        return None
    told = ("anchor", "tag", "implicit", "value")
    return [(type(event).__name__, *(getattr(event, name, None) for name in told)) for event in events]


_READERS: dict[str, Callable[[bytes], object]] = {"json": _json, "toml": _toml, "yaml": _yaml, "yml": _yaml}
"""Formats in which neither comments nor formatting say anything: what is read there is compared."""
