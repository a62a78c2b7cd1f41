"""Sections to units: each makes sense alone, can be cited by its lines, and is small enough to share a pack."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from itertools import zip_longest
from typing import TYPE_CHECKING

from ctxkb.formats.decision_status import gives_reason
from ctxkb.text.count import count_tokens
from ctxkb.text.markdown import Anchors
from ctxkb.text.pieces import INDENTED, pieces
from ctxkb.types import Kind, Unit
from ctxkb_ingest.details import details
from ctxkb_ingest.parts import ALONE, Part, smaller

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.types import Document, Section

WHOLE = 220
"""A section of at most so many tokens stays one unit."""

TARGET = 170
"""Pieces of a longer section are gathered until a unit has about so many tokens."""

LONGEST = 2 * WHOLE
"""What has more tokens than this is cut whatever it is, code blocks excepted."""

APART = frozenset({"status", "outcome", "criterion", "rule"})
"""Roles of sections that no other joins: a heading such as "Decision: we use PostgreSQL" is a unit of its own."""

WINDOW_WORDS = 140
"""How many words of a unit go into one embedded text: with its headings about the 256 tokens the model reads."""


def cut(document: Document) -> tuple[Unit, ...]:
    """The units of a document, in the order of the file; ids are unique within it.

    A heading with nothing below it stands in the unit above it. It is left out where the document's title or the
    breadcrumbs of deeper sections repeat it, unless the document has nothing else.
    """
    anchors = Anchors()
    sections = _worded(document) or document.sections[:1]
    return tuple(unit for section in sections for unit in _units(document, section, anchors))


def _worded(document: Document) -> list[Section]:
    """The sections that say something, with the headings alone behind them."""
    found: list[Section] = []
    repeated = False
    for section, behind in zip_longest(document.sections, document.sections[1:]):
        alone = _alone(section)
        leads = alone and behind and section.heading in behind.breadcrumb and behind.level > section.level
        if alone and found and not leads and APART.isdisjoint((found[-1].role, section.role)):
            found[-1], repeated = _behind(found[-1], section), False
            continue
        if repeated:
            found.pop()
        found.append(section)
        repeated = bool(leads) or (alone and len(found) == 1 and section.heading == document.title)
    return found[:-1] if repeated else found


def _alone(section: Section) -> bool:
    """True for a heading with nothing below it; an item of a list may be one line too, and is no heading."""
    first, _, rest = section.text.partition("\n")
    if section.syntax != "markdown" or not section.heading or any(map(str.isalnum, rest)):
        return False
    return bool(_HASHES.match(first)) or _letters(_TAG.sub("", first)) == _letters(section.heading)


def _only_headings(text: str) -> bool:
    return all(_HASHES.match(line) for line in text.split("\n") if _letters(line))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unescape(text)))


def _behind(above: Section, heading: Section) -> Section:
    """Both as one section, which is found as the one above."""
    blank = "\n" * (heading.first - above.first - above.text.count("\n"))
    text = f"{above.text}{blank}{heading.text}"
    return replace(above, text=text, last=heading.last, refs=tuple(dict.fromkeys((*above.refs, *heading.refs))))


def _units(document: Document, section: Section, anchors: Anchors) -> Iterator[Unit]:
    role = _role(section)
    for number, part in enumerate(_parts(section), 1):
        anchor = anchors.take(section.anchor if number == 1 else f"{section.anchor}:{number}")
        embed, tokens = _embedded(document, section, part.text), count_tokens(part.text)
        known = embed and document.kind is not Kind.CONTRACT
        yield Unit(
            id=f"{document.id}#{anchor}",
            document=document.id,
            kind=document.kind,
            path=document.path,
            title=document.title,
            heading=section.heading,
            breadcrumb=section.breadcrumb,
            anchor=anchor,
            first=section.first + part.first,
            last=min(section.first + part.last, section.last),
            text=part.text,
            syntax=section.syntax,
            role=role,
            tokens=tokens,
            embed=embed,
            refs=section.refs,
            details=details(embed[0].partition("\n")[0], _said(part.text), tokens) if known else (),
        )


def _role(section: Section) -> str:
    """The section's role; a status that gives its reason has none, so that it is found like any other text."""
    return "" if section.role == "status" and gives_reason(section.text.partition("\n")[2]) else section.role


def _parts(section: Section) -> list[Part]:
    """The section whole, or cut at its pieces where it is too long."""
    text = section.text.rstrip()
    if count_tokens(section.text) <= WHOLE:
        return [Part(text, "lines", 0, text.count("\n"))]
    groups: list[list[Part]] = []
    for group in _groups(_fine(section)):
        if groups and all(_CLOSES.fullmatch(part.text) for part in group):
            groups[-1].extend(group)
        else:
            groups.append(group)
    return [part for part in map(_joined, groups) if any(map(str.isalnum, part.text))]


def _fine(section: Section) -> Iterator[Part]:
    """The section's pieces; what is too long for a unit is cut further, code blocks excepted."""
    for piece in pieces(section.text, section.syntax):
        part = Part(piece.text, piece.kind, piece.offset, piece.offset + piece.height - 1)
        if part.kind == "table" and count_tokens(part.text) > WHOLE:
            yield from _rows(part)
        elif part.kind != "code" and count_tokens(part.text) > LONGEST:
            prose = section.syntax not in INDENTED and part.kind not in {"html", "table"}
            yield from smaller(part, LONGEST, TARGET, prose=prose)
        else:
            yield part


def _rows(table: Part) -> Iterator[Part]:
    """A table cut between rows, each piece under the table's header; the first one keeps its lines as they are."""
    header, rows = table.text.split("\n")[:2], table.text.rstrip("\n").split("\n")[2:]
    if count_tokens("\n".join(header)) > TARGET:
        yield from smaller(table, LONGEST, TARGET, prose=False)
        return
    kept: list[str] = []
    for number, row in enumerate([*rows, None]):
        if row is None or (kept and count_tokens("\n".join([*header, *kept, row])) > TARGET):
            begin = number - len(kept)
            first = table.first + (begin + 2 if begin else 0)
            yield from _row_parts(header, kept, first, table.first + number + 1)
            kept = []
        if row is not None:
            kept.append(row)


def _row_parts(header: Sequence[str], rows: Sequence[str], first: int, last: int) -> Iterator[Part]:
    """Rows under their header as one part; a single row that is too long in several."""
    part = Part("\n".join([*header, *rows]), "rows", first, last)
    if len(rows) > 1 or count_tokens(part.text) <= LONGEST:
        yield part
        return
    for piece in smaller(Part("\n".join(rows), "text", last, last), LONGEST, TARGET, prose=True):
        yield Part("\n".join([*header, piece.text]), "rows", last, last)


def _groups(found: Iterable[Part]) -> Iterator[list[Part]]:
    """Parts gathered to about the target; a heading, or a line ending in a colon, goes with what it introduces."""
    group: list[Part] = []
    size = 0
    for part in found:
        tokens = count_tokens(part.text)
        if group and group[-1].kind in ALONE:
            yield group
            group, size = [], 0
        if size and size + tokens > TARGET and part.text.strip():
            tail = _introduction(group)
            if len(tail) < len(group):
                yield group[: len(group) - len(tail)]
                group, size = tail, sum(count_tokens(kept.text) for kept in tail)
        group.append(part)
        size += tokens
    if group:
        yield group


def _introduction(group: Sequence[Part]) -> list[Part]:
    """The last parts that introduce what follows, as far as they are small: something long is no introduction."""
    tail: list[Part] = []
    for part in reversed(group):
        introduces = part.kind == "heading" or part.text.rstrip().endswith(":")
        if not introduces or count_tokens(part.text) > TARGET:
            break
        tail.insert(0, part)
    return tail


def _joined(group: Sequence[Part]) -> Part:
    text = "\n".join(part.text for part in group)
    kept = text.rstrip()
    return Part(kept, "lines", group[0].first, group[-1].last - text.count("\n", len(kept)))


_HASHES = re.compile(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*#{1,6}(?:\s|$)")
_CLOSES = re.compile(r"(?:\s*</[\w:.-]+>)*\s*")
# Bounded, since openings that are never closed would otherwise take quadratic time.
_LINK = re.compile(r"!?\[([^\]\n]{0,500})\]\([^)\n]{0,1000}\)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,1000}>")


def _embedded(document: Document, section: Section, text: str) -> tuple[str, ...]:
    """The texts whose vectors find a unit: its headings before each window of its words, addresses left out.

    A rule that `kb check` enforces is found by the paths that it governs alone. Headings alone in a guide, most of
    them a template's, are found by their words: they would be nearer to a question than what answers it.
    """
    if section.role == "rule" or (document.kind is Kind.GUIDE and _only_headings(text)):
        return ()
    above = [document.title, *section.breadcrumb, section.heading]
    header = " > ".join(dict.fromkeys(word for word in above if word))
    if document.kind is Kind.DECISION and document.status:
        header = f"{document.status} decision: {header}"
    words = _said(section.summary or text).split()
    windows = range(0, max(len(words), 1), WINDOW_WORDS)
    return tuple(f"{header}\n{' '.join(words[start : start + WINDOW_WORDS])}" for start in windows)


def _said(text: str) -> str:
    """`text` without addresses, comments and tags."""
    return _TAG.sub(" ", _without_comments(_LINK.sub(r"\1", text)))


def _without_comments(text: str) -> str:
    """`text` without its HTML comments; what follows the last closing one is not looked at."""
    end = text.rfind("-->") + 3
    return text if end < 3 else _COMMENT.sub(" ", text[:end]) + text[end:]
