"""Parts of a section, and how one that is too long for a unit is cut further: between inner lines, then sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.text.count import count_tokens
from ctxkb.text.fences import FENCE
from ctxkb.text.pieces import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ALONE = frozenset({"rows", "text"})
"""Kinds of parts that nothing is joined to: rows under a repeated header, and text that was cut within a line."""

DEEPEST = 20
"""How many levels of indentation are followed."""


@dataclass(frozen=True, slots=True)
class Part:
    """What stays together when a section is cut: `first` and `last` are its 0-based lines in the section.

    `kind` is that of its piece, "rows" for rows of a table, or "text" for what was cut within a line.
    """

    text: str
    kind: str
    first: int
    last: int


def smaller(part: Part, longest: int, target: int, *, prose: bool) -> Iterator[Part]:
    """`part` in pieces of at most `longest` tokens, unless one is a block of code; joined they are the part.

    Prose is cut at blank lines, nested items and blocks of code, other text where its lines stand out least; a
    line that is too long is cut into about `target` tokens at the end of a sentence, else between words.
    """
    waiting = [(part, 0)]
    while waiting:
        current, depth = waiting.pop()
        if current.kind == "code" or count_tokens(current.text) <= longest:
            yield current
            continue
        inner = (_prose(current) if prose else _indented(current)) if depth < DEEPEST else [current]
        if len(inner) > 1:
            waiting.extend((one, depth + 1) for one in reversed(inner))
        else:
            yield from _runs(current, target, prose=prose)


_MARKER = re.compile(r"[\s>]*(?:[-*+]|\d+[.)])\s")


def _prose(part: Part) -> list[Part]:
    lines = part.text.split("\n")
    starts: dict[int, str] = {0: part.kind}
    fence = ""
    for number, line in enumerate(lines):
        match = FENCE.match(line)
        if fence:
            if match and match[1].startswith(fence) and not line[match.end() :].strip():
                fence = ""
                starts.setdefault(number + 1, part.kind)
        elif match:
            fence = match[1]
            starts[number] = "code"
        elif number and line.strip() and (_MARKER.match(line) or not lines[number - 1].strip(" >")):
            starts[number] = part.kind
    starts.pop(len(lines), None)
    return _split(part, lines, list(starts), list(starts.values()))


def _indented(part: Part) -> list[Part]:
    lines = part.text.split("\n")
    depths = [len(line) - len(line.lstrip()) for line in lines]
    least = min((depth for depth, line in zip(depths[1:], lines[1:], strict=True) if line.strip()), default=0)
    starts = [n for n, line in enumerate(lines) if n == 0 or (line.strip() and depths[n] == least)]
    return _split(part, lines, starts, [part.kind] * len(starts))


def _split(part: Part, lines: Sequence[str], starts: Sequence[int], kinds: Sequence[str]) -> list[Part]:
    return [
        Part("\n".join(lines[first:end]), kind, part.first + first, part.first + end - 1)
        for first, end, kind in zip(starts, [*starts[1:], len(lines)], kinds, strict=True)
    ]


def _runs(part: Part, target: int, *, prose: bool) -> Iterator[Part]:
    """Sentences, or words, gathered to about `target` tokens."""
    begin = end = size = 0
    for atom in _atoms(part.text, target, prose=prose):
        tokens = count_tokens(atom)
        if size and size + tokens > target:
            yield _run(part, begin, end)
            begin, size = end, 0
        end += len(atom)
        size += tokens
    yield _run(part, begin, end)


def _atoms(text: str, target: int, *, prose: bool) -> Iterator[str]:
    for sentence in sentences(text) if prose else [text]:
        if count_tokens(sentence) <= target:
            yield sentence
        else:
            yield from re.findall(r"\S{1,200}\s*|\s+", sentence)


def _run(part: Part, begin: int, end: int) -> Part:
    text = part.text[begin:end]
    kept = text.strip()
    first = part.first + part.text.count("\n", 0, begin + len(text) - len(text.lstrip()))
    return Part(kept, "text", first, first + kept.count("\n"))
