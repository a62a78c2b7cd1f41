"""Front matter: YAML between `---`, TOML between `+++`, JSON between `;;;` or in braces, as people really write it."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.types import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEY = re.compile(r"([\w$][\w$ ./-]*?)\s*:(?:\s+(.*))?$")
_JSON_KEY = re.compile(r"\s*\{?\s*\"(\w[\w -]*)\"\s*:")
_MOST_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What stands above a document. `body` is the text below it and begins at line `first_body_line` (1-based).

    `lines` gives the line of the file on which each key stands.
    """

    body: str
    data: dict[str, object] = field(default_factory=dict)
    first_body_line: int = 1
    problem: Problem | None = None
    lines: dict[str, int] = field(default_factory=dict)


def split(text: str, path: str = "") -> FrontMatter:
    """Split `text` into front matter and body; without front matter the body is all of `text`.

    YAML is read without constructing tags; where it is not strict YAML it is read key by key, and a value that
    still makes no sense stays the text that it is. `problem` (with `path`) tells what could not be understood.
    """
    rows = text.split("\n")
    opening = next((index for index, row in enumerate(rows) if row.strip()), len(rows))
    fence = rows[opening].strip() if opening < len(rows) else ""
    if fence.startswith("{"):
        return _in_braces(rows, opening) or FrontMatter(body=text)
    closers = {"---": {"---", "..."}, "+++": {"+++"}, ";;;": {";;;"}}.get(fence, set())
    closing = next((index for index in range(opening + 1, len(rows)) if rows[index].rstrip() in closers), 0)
    if not closing:
        return FrontMatter(body=text)
    head = rows[opening + 1 : closing]
    read = {"+++": _toml, ";;;": _json}.get(fence, _yaml)(head)
    if read is None:
        return FrontMatter(body=text)
    data, trouble = read
    problem = Problem(path, trouble.line + opening + 1, trouble.reason) if trouble else None
    lines = {match[1]: opening + 2 + index for index, row in enumerate(head) if (match := _KEY.match(row))}
    return FrontMatter("\n".join(rows[closing + 1 :]), data, closing + 2, problem, lines)


def _in_braces(rows: Sequence[str], opening: int) -> FrontMatter | None:
    """Front matter that is one JSON object, as Hugo has it; None where the braces hold something else."""
    text = "\n".join(rows[opening:])
    try:
        data, past = json.JSONDecoder().raw_decode(text.lstrip()[:_MOST_CHARACTERS])
    except (ValueError, RecursionError):
        return None
    past += len(text) - len(text.lstrip())
    end = opening + text.count("\n", 0, past)
    head, body = rows[opening : end + 1], "\n".join(rows[end + 1 :])
    if not isinstance(data, dict) or text[past:].split("\n", 1)[0].strip() or not body.strip():
        return None
    lines = {match[1]: opening + 1 + at for at, row in enumerate(head) if (match := _JSON_KEY.match(row))}
    return FrontMatter(body, data, end + 2, None, lines)


_Read = tuple[dict[str, object], SourceError | None]


def _toml(head: Sequence[str]) -> _Read:
    try:
        return tomllib.loads("\n".join(head)), None
    except tomllib.TOMLDecodeError as error:
        return {}, SourceError(f"front matter is not TOML: {error}", 1)


def _json(head: Sequence[str]) -> _Read:
    """Read JSON, the braces around it left out or not."""
    text = "\n".join(head)[:_MOST_CHARACTERS].strip()
    try:
        value = json.loads(text if text.startswith("{") else f"{{{text}}}")
    except (ValueError, RecursionError) as error:
        return {}, SourceError(f"front matter is not JSON: {error}", 1)
    return value, None


def _yaml(head: Sequence[str]) -> _Read | None:
    """Read the keys of `head`; None where this is no front matter but prose between two rules."""
    text = "\n".join(head)
    if len(text) > _MOST_CHARACTERS:
        return {}, SourceError(f"front matter of {len(text)} characters is too large to read", 1)
    from ctxkb.formats.frontmatter_yaml import RefusedError, load

    try:
        value = load(text)
    except RefusedError as error:
        return {}, SourceError(f"front matter refused: {error}", 1)
    except ValueError as error:
        return _key_by_key(head, str(error))
    if value is None:
        return ({}, None) if not text.strip() or text.lstrip().startswith("#") else None
    if not isinstance(value, dict):
        return None
    return {str(key): item for key, item in value.items()}, None


def _key_by_key(head: Sequence[str], reason: str) -> _Read | None:
    """Read each top-level key of `head` alone: as YAML where it is, else as the text behind the colon."""
    data: dict[str, object] = {}
    trouble: SourceError | None = None
    for index, match, block in _blocks(head):
        if match is None:
            if trouble is None:
                trouble = SourceError(f"front matter is not YAML: {reason}", index + 1)
            continue
        data[match[1]], understood = _value(match[2] or "", block)
        if not understood and trouble is None:
            trouble = SourceError(f"front matter is not YAML: {reason}", index + 1)
    return (data, trouble) if data else None


def _blocks(head: Sequence[str]) -> list[tuple[int, re.Match[str] | None, list[str]]]:
    """Group the rows of `head` by key: index of the first row, the key's match (None: no key), and all rows of it."""
    found: list[tuple[int, re.Match[str] | None, list[str]]] = []
    for index, row in enumerate(head):
        if not row.strip() or row.lstrip().startswith("#"):
            continue
        match = _KEY.match(row)
        if match is None and found and (row[0] in " \t" or row.startswith("-")):
            found[-1][2].append(row)
        else:
            found.append((index, match, [row]))
    return found


def _value(written: str, block: Sequence[str]) -> tuple[object, bool]:
    """Read one key, and tell whether it was understood: an opened quote or bracket that never closes was not."""
    from ctxkb.formats.frontmatter_yaml import RefusedError, load

    try:
        value = load("\n".join(block))
    except RefusedError:
        return written.strip(), False
    except ValueError:
        bare = re.sub(r"\s+#.*$", "", written).strip()
        if bare or len(block) == 1:
            return bare, bare[:1] not in {'"', "'", "{", "["} or "](" in bare
        return [row.strip().removeprefix("-").strip() for row in block[1:]], True
    return next(iter(value.values())) if isinstance(value, dict) else written.strip(), True
