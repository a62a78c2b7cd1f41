"""YAML and JSON as plain values with line numbers; tags construct nothing, what is too large or deep is refused."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.yamltree import Composer, Number, Span, Table, Value

if TYPE_CHECKING:
    import yaml
    from yaml._yaml import Mark as CMark

    from ctxkb.formats.yamltree import Place

__all__ = ["Number", "Span", "Table", "Tree", "Value", "load", "load_json", "load_yaml"]


@dataclass(frozen=True, slots=True)
class Tree:
    """What a file holds: its first document, the syntax it is in, and what was odd (line, reason)."""

    root: Value
    json: bool
    notes: tuple[tuple[int, str], ...] = ()


def load(text: str, *, json_only: bool = False) -> Tree:
    """Read decoded `text` as JSON where it is that, else as YAML; raises `SourceError` with the line.

    Tags are never constructed: the scalar, list or mapping below one is read as it stands. `<<` is resolved. With
    `json_only` what is not quite JSON (a missing value, a comment) is an error, not YAML in flow style.
    """
    if json_only or text.lstrip().startswith(("{", "[")):
        try:
            return load_json(text)
        except _NotJsonError:
            if json_only:
                raise
    return load_yaml(text)


# --- YAML

_UNREADABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NUMBER = re.compile(r"[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)\Z")
_TAB = re.compile(r" *\t")
_PLAIN: dict[str, Value] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def load_yaml(text: str) -> Tree:
    """Read the first YAML document of decoded `text`; raises `SourceError` with the line where it is none."""
    import yaml

    composer = Composer()
    try:
        _compose(composer, text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        lines = text.split("\n")
        # libyaml counts the end of the text as the end of a line.
        line = min(mark.line + 1, len(lines)) if mark else 0
        hint = "; tabs cannot indent YAML" if line and _TAB.match(lines[line - 1]) else ""
        raise SourceError(_reason(error) + hint, line) from error
    except yaml.YAMLError as error:
        raise SourceError(f"not YAML: {error}") from error
    return Tree(composer.root, json=False, notes=tuple(composer.notes))


def _reason(error: yaml.MarkedYAMLError) -> str:
    parts = [part for part in (error.context, error.problem) if part]
    return "not YAML: " + (", ".join(parts) or "it cannot be read")


def _compose(composer: Composer, text: str) -> None:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(_UNREADABLE.sub("\ufffd", text))
    lines = text.split("\n")
    documents = 0
    # Which open collections are in block style: these have no closing mark and end with their last value.
    block: list[bool] = []
    try:
        while True:
            event = loader.get_event()
            start = _place(event.start_mark)
            if isinstance(event, yaml.ScalarEvent):
                value = event.value if event.style or not event.implicit[0] else _scalar(event.value)
                composer.scalar(value, start, _end(event, start[0], lines), event.anchor, plain=not event.style)
            elif isinstance(event, yaml.CollectionStartEvent):
                block.append(not event.flow_style)
                composer.open(Table() if isinstance(event, yaml.MappingStartEvent) else [], start, event.anchor)
            elif isinstance(event, yaml.CollectionEndEvent):
                composer.close(None if block.pop() else _place(event.end_mark))
            elif isinstance(event, yaml.AliasEvent):
                composer.alias(event.anchor or "", start, _place(event.end_mark))
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    composer.notes.append((start[0], "a second YAML document: only the first one is read"))
                    return
            elif isinstance(event, yaml.StreamEndEvent):
                return
    finally:
        loader.dispose()


def _scalar(written: str) -> Value:
    if written in _PLAIN:
        return _PLAIN[written]
    return Number(written) if _NUMBER.match(written) else written


def _place(mark: yaml.error.Mark | CMark | None) -> Place:
    return (mark.line + 1, mark.column) if mark else (0, 0)


def _end(event: yaml.ScalarEvent, first: int, lines: list[str]) -> Place:
    """Find where a scalar ends; the mark of a block scalar lies behind the blank lines that follow it."""
    line, column = _place(event.end_mark)
    if event.style not in ("|", ">") or line == first:
        return line, column
    line = min(line if column else line - 1, len(lines))
    while line > first and not lines[line - 1].strip():
        line -= 1
    return line, len(lines[line - 1])


# --- JSON


class _NotJsonError(SourceError):
    """The text is no JSON; it may be YAML in flow style."""


_TOKEN = re.compile(
    r'[ \t]*(?:(?P<lines>\n[ \t\n]*)|"(?P<text>(?:[^"\\\x00-\x1f]|\\.)*)"|(?P<mark>[{}\[\],:])'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?P<word>true|false|null)|(?P<past>\Z))"
)
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}
_VALUES = frozenset({"text", "number", "word", "{", "["})
# What may follow, by where we are. A key is told from a value by the state it is read in.
_NEXT: dict[str, frozenset[str]] = {
    "value": _VALUES,
    "first": _VALUES | {"]"},
    "key": frozenset({"text"}),
    "first key": frozenset({"text", "}"}),
    "colon": frozenset({":"}),
    "in {": frozenset({",", "}"}),
    "in [": frozenset({",", "]"}),
    "end": frozenset({"past"}),
}


def load_json(text: str) -> Tree:
    """Read decoded `text` as JSON, with the lines of every entry; raises `SourceError` with the line."""
    composer = Composer()
    state, line, begin, at = "value", 1, 0, 0
    opened: list[str] = []
    while True:
        token = _TOKEN.match(text, at)
        if token is None:
            raise _NotJsonError("not JSON: " + _unexpected(text, at), line)
        group = token.lastgroup or ""
        at = token.end()
        if group == "lines":
            line += token["lines"].count("\n")
            begin = text.rindex("\n", 0, at) + 1
            continue
        found = token["mark"] or group
        if found not in _NEXT[state]:
            raise _NotJsonError("not JSON: " + _unexpected(text, token.start()), line)
        if found == "past":
            return Tree(composer.root, json=True, notes=tuple(composer.notes))
        start = line, token.start(group) - begin - (group == "text")
        _feed(composer, found, token, start, (line, at - begin))
        state = _step(state, found, opened)


def _step(state: str, found: str, opened: list[str]) -> str:
    """The state after `found`, keeping account of what is `opened`."""
    if found in "{[":
        opened.append(found)
        return "first key" if found == "{" else "first"
    if found == ":":
        return "value"
    if found == ",":
        return "key" if opened[-1] == "{" else "value"
    if state in ("key", "first key") and found == "text":
        return "colon"
    if found in "}]":
        opened.pop()
    return f"in {opened[-1]}" if opened else "end"


def _feed(composer: Composer, found: str, token: re.Match[str], start: Place, end: Place) -> None:
    if found == "text":
        composer.scalar(_unescaped(token["text"]), start, end)
    elif found == "number":
        composer.scalar(Number(token["number"]), start, end)
    elif found == "word":
        composer.scalar(_WORDS[token["word"]], start, end)
    elif found in "{[":
        composer.open(Table() if found == "{" else [], start)
    elif found in "}]":
        composer.close(end)


def _unescaped(written: str) -> str:
    if "\\" not in written:
        return written
    try:
        value: str = json.loads(f'"{written}"')
    except json.JSONDecodeError:
        return written
    # A lone surrogate cannot be stored as UTF-8.
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unexpected(text: str, at: int) -> str:
    rest = text[at : at + 20].strip().split("\n")[0]
    return f"unexpected {rest!r}" if rest else "it ends too early"
