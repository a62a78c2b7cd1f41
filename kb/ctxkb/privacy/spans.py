"""Pieces of a text that are to be masked."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """What stands from offset `first` up to `past` of a text, and what it is: "AWS key", "email"."""

    first: int
    past: int
    what: str


def mask(what: str) -> str:
    """What is shown in place of a secret.

    In round brackets and without a colon: whatever the format, the text around it can be parsed as before.
    """
    return f"(masked {what})"


def apart(spans: Iterable[Span]) -> list[Span]:
    """The spans in order; of those that overlap one that covers them all, named as the first."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.first, -each.past)):
        if merged and span.first < merged[-1].past:
            last = merged[-1]
            merged[-1] = Span(last.first, max(last.past, span.past), last.what)
        else:
            merged.append(span)
    return merged


def replaced(text: str, spans: Iterable[Span]) -> str:
    """`text` with each span masked; it keeps as many lines, so that citations stay right."""
    found = apart(spans)
    ends = [Span(0, 0, ""), *found, Span(len(text), len(text), "")]
    kept = [text[one.past : other.first] for one, other in pairwise(ends)]
    masks = [mask(span.what) + "\n" * text.count("\n", span.first, span.past) for span in found]
    return "".join(piece for pair in zip(kept, [*masks, ""], strict=True) for piece in pair)
