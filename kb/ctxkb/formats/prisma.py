"""Prisma schemas: a section a model, enum, type and view, and one for what is configured."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.contract_parts import Part, sections, untitled_contract
from ctxkb.formats.contract_text import clip, listing, named, summarise
from ctxkb.formats.decode import decode
from ctxkb.formats.stray_comments import with_comments
from ctxkb.types import Parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.types import Source

_BLOCK = re.compile(r"\s*(?P<kind>model|enum|type|view|datasource|generator)\s+(?P<name>\w+)\s*\{")
_FIELD = re.compile(r"\s*(?P<name>\w+)\s+(?P<type>[\w.]+(?:\(\"[^\"]*\"\))?)(?P<many>\[\])?(?P<maybe>\?)?(?P<rest>.*)")
_VALUE = re.compile(r"\s*(?P<name>\w+)\b(?P<rest>.*)")
_MAPPED = re.compile(r"@@map\(\s*(?:name\s*:\s*)?\"([^\"]*)\"")
_COMMENT = re.compile(r"(?:^|\s)//+\s?(.*)$")
_ENCLOSED = re.compile(
    r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|(?P<words>/\*.*?(?:\*/|\Z))(?P<ends>(?=[ \t]*(?:\n|\Z)))?', re.DOTALL
)
_ROLES = {"model": "table", "view": "table", "type": "type", "enum": "enum"}


@dataclass(slots=True)
class _Block:
    """One block: where it and the comments above it stand, and its lines without comments, each with its comment."""

    kind: str
    name: str
    above: int
    last: int
    told: str
    rows: list[tuple[str, str]]


def parse_prisma(source: Source) -> Parsed:
    """Read a Prisma schema; raises `SourceError` with the line where a block has no end, or there is none."""
    lines = decode(source.content).split("\n")
    plain = _slashed(lines)
    blocks = list(_blocks(plain))
    if not blocks:
        raise SourceError("not a Prisma schema: it has no model, enum or datasource", 1)
    notes = ((number, number) for number, line in enumerate(plain, 1) if line.lstrip().startswith("//"))
    found = with_comments(sections([_part(block) for block in blocks], lines, "prisma"), notes, lines, "prisma")
    return Parsed((untitled_contract(source, found),))


def _slashed(lines: Sequence[str]) -> list[str]:
    """`lines` with what stands between `/*` and `*/` as comments behind `//`; before code it is left out."""
    return _ENCLOSED.sub(_as_slashes, "\n".join(lines)).split("\n")


def _as_slashes(match: re.Match[str]) -> str:
    if not match["words"]:
        return match[0]
    rows = match["words"][2:].removesuffix("*/").split("\n")
    slashed = [f"// {row.strip(' *')}" for row in rows]
    return "\n".join(slashed if match["ends"] is not None else [*slashed[:-1], ""])


def _blocks(lines: Sequence[str]) -> Iterator[_Block]:
    told: list[str] = []
    above = 0
    block: _Block | None = None
    pending: list[str] = []
    for number, line in enumerate(lines, 1):
        comment = _COMMENT.search(_without_strings(line))
        code = line[: comment.start()] if comment else line
        words = line[comment.start(1) :].strip() if comment else ""
        if block is not None:
            if code.strip() == "}":
                block.last = number
                yield block
                block, told, above = None, [], 0
            elif code.strip():
                block.rows.append((code.strip(), " ".join([*pending, words]).strip()))
                pending = []
            elif words:
                pending.append(words)
        elif match := _BLOCK.match(code):
            block = _Block(match["kind"], match["name"], above or number, number, " ".join(told), [])
            pending = []
            inside = code[match.end() :].strip()
            if inside.endswith("}"):
                block.rows = [(row.strip(), "") for row in [inside[:-1]] if row.strip()]
                yield block
                block, told, above = None, [], 0
        elif comment and not code.strip():
            told += [words] if words else []
            above = above or number
        else:
            told, above = [], 0
    if block is not None:
        raise SourceError(f"not a Prisma schema: {block.kind} {block.name} has no end", block.above)


def _without_strings(line: str) -> str:
    """`line` with what stands in quotes made blank, so that `https://` begins no comment."""
    return re.sub(r'"(?:[^"\\]|\\.)*"', lambda match: "_" * len(match[0]), line)


def _part(block: _Block) -> Part:
    rows = [row for row in block.rows if not row[0].startswith("@@")]
    fields = [] if block.kind == "enum" else [(match, told) for row, told in rows if (match := _FIELD.match(row))]
    values = [match["name"] for row, _ in rows if (match := _VALUE.match(row))] if block.kind == "enum" else []
    mapped = [match[1] for row, _ in block.rows if (match := _MAPPED.match(row))]
    attributes = [row for row, _ in block.rows if row.startswith("@@") and not _MAPPED.match(row)]
    configured = block.kind in ("datasource", "generator")
    summary = summarise(
        [
            f"{block.kind} {named(block.name)}",
            clip(block.told, 400),
            listing("table", mapped, 100),
            listing("fields", [] if configured else (_spelled(match) for match, _ in fields), 500),
            listing("values", values, 300),
            listing("rules", attributes, 250),
            clip(" ".join(row for row, _ in rows), 300) if configured else "",
            *(f"{row.split()[0]}: {clip(told, 150)}" for row, told in rows if told),
        ]
    )
    return Part(
        heading=block.name,
        role=_ROLES.get(block.kind, "component"),
        first=block.above,
        last=block.last,
        summary=summary,
        anchor=block.name if block.kind in _ROLES else f"{block.kind}/{block.name}",
        uses=tuple(dict.fromkeys(match["type"] for match, _ in fields)),
    )


def _spelled(match: re.Match[str]) -> str:
    return f"{named(match['name'])} {match['type']}{match['many'] or ''}{match['maybe'] or ''}"
