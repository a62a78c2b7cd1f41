"""Answers in text within a hard budget of o200k_base tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.budget.render import name, place
from ctxkb.text.count import count_tokens
from ctxkb_server.readings import cited

if TYPE_CHECKING:
    from ctxkb.knowledge import Knowledge, SearchResult
    from ctxkb.types import Hit

NOTHING = "Nothing found. Try other words; it may also be that no document says anything about it."


def search_text(result: SearchResult, budget: int, note: str = "") -> tuple[str, int]:
    """As many hits as fit, the best first and one line each, and how many that are; `note` stands below them."""
    lines = [hit_line(hit) for hit in result.hits]
    end = [note] if note else []
    for shown in range(len(lines), 0, -1):
        left = [f"({len(lines) - shown} more: raise budget_tokens)"] if shown < len(lines) else []
        text = "\n".join([*lines[:shown], *left, *end])
        if count_tokens(text) <= budget:
            return text, shown
    first = f"{len(lines)} hits, too long to list: raise budget_tokens" if lines else NOTHING
    return fitted("\n".join([first, *end]), budget), 0


def hit_line(hit: Hit) -> str:
    """One hit in one line: id, title, status, place and tokens."""
    unit = hit.unit
    status = f" [{hit.status}]" if hit.status else ""
    return f"{unit.id}  {name(unit)}{status}  {place(unit)}  ({unit.tokens} tokens)"


def reading_text(knowledge: Knowledge, identity: str, budget: int) -> tuple[str, str]:
    """The text of a unit or document below a line that cites it, and its id."""
    room = budget
    reading = knowledge.read(identity, room)
    while (over := count_tokens(cited(reading)) - budget) > 0 and room > 0:
        room -= max(over, 8)
        reading = knowledge.read(identity, room)
    return fitted(cited(reading), budget), reading.id


def fitted(text: str, budget: int) -> str:
    """`text`, cut at a word where it has more than `budget` tokens."""
    words = text.split(" ")
    while words and count_tokens(" ".join(words)) > budget:
        words.pop()
    return " ".join(words)
