"""Cutting a unit's text to a number of tokens: at sentences, list items and properties, never inside a code block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.text.count import count_tokens
from ctxkb.text.pieces import pieces, sentences
from ctxkb.text.words import terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxkb.types import Syntax

ELLIPSIS = "[...]"
"""Stands where something was left out."""

NOTICE_TOKENS = 20
"""What the line that tells of a cut may cost."""


@dataclass(frozen=True, slots=True)
class Bit:
    """A part of a text that is kept or left out as a whole; `glue` is what parts it from the one before."""

    text: str
    glue: str
    tokens: int


def clip(text: str, syntax: Syntax, limit: int, rarity: Mapping[str, float]) -> str | None:
    """The most telling parts of `text` in at most about `limit` tokens, in their order; None where nothing fits.

    `rarity` weighs the question's terms: parts that hold them are kept first, then those nearest to the beginning.
    """
    bits = _bits(text, syntax)
    kept = _choose(bits, limit, rarity)
    if not kept:
        return None
    return _joined(bits, kept)


def _bits(text: str, syntax: Syntax) -> list[Bit]:
    found: list[Bit] = []
    for piece in pieces(text, syntax):
        if piece.kind == "heading" or not piece.text.strip():
            continue
        parts = sentences(piece.text) if piece.kind == "paragraph" else [piece.text]
        for number, part in enumerate(parts):
            found.append(Bit(part.strip("\n"), "" if number else "\n", count_tokens(part) + 1))
    return found


def _choose(bits: Sequence[Bit], limit: int, rarity: Mapping[str, float]) -> set[int]:
    """The numbers of the bits to keep: greedily by the weight of the terms they add, early ones first."""
    room = limit
    kept: set[int] = set()
    values = [sum(rarity.get(term, 0.0) for term in set(terms(bit.text))) for bit in bits]
    for number in sorted(range(len(bits)), key=lambda n: (-values[n], n)):
        lead = _introduction(bits, number, kept)
        cost = sum(bits[n].tokens for n in (*lead, number)) + 2
        if cost <= room:
            kept.update((*lead, number))
            room -= cost
    return kept


def _introduction(bits: Sequence[Bit], number: int, kept: set[int]) -> tuple[int, ...]:
    """The bit before, where it introduces this one with a colon."""
    before = number - 1
    if before >= 0 and before not in kept and bits[before].text.rstrip().endswith(":"):
        return (before,)
    return ()


def _joined(bits: Sequence[Bit], kept: set[int]) -> str:
    parts: list[str] = []
    skipped = False
    for number, bit in enumerate(bits):
        if number not in kept:
            skipped = True
            continue
        if skipped:
            parts.append(f"\n{ELLIPSIS}")
        parts.append(("\n" if skipped else bit.glue) + bit.text)
        skipped = False
    if skipped:
        parts.append(f"\n{ELLIPSIS}")
    return "".join(parts).strip("\n")
