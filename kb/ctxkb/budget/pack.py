"""Packing: an ordered answer into a hard budget. The whole reply is counted, headings and citations included."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ctxkb.budget import render
from ctxkb.budget.clip import NOTICE_TOKENS, clip
from ctxkb.text.count import count_tokens
from ctxkb.types import Confidence, Hit, Item, Omitted, Pack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxkb.types import Unchanged, Withdrawn

LEAST, MOST = 50, 20_000
"""What a budget is clamped to."""

CITATIONS_BELOW = 200
"""Under so many tokens only citations are given."""

WORTH_CLIPPING = 60
"""A cut unit of fewer tokens tells too little."""

HEADING_MOST = 60
"""A unit's heading, which is not shown again, has no more tokens than this."""

WHOLE_ITEMS = 4
"""So many items, the best ones, may take all the room that there is."""

ITEM_SHARE = 200
"""The tokens, or a tenth of the budget where that is more, that any later item may take: many answers, briefly."""

LEAST_ITEM = 24
"""With fewer tokens left nothing more is tried: a citation alone needs as many."""

MOST_OMITTED = 5
"""How many units that did not fit are named."""

OMITTED_ROOM = 60
"""Tokens kept free to name what binds the paths and did not fit."""

BRIEFLY = "Authority: change these paths only as [[authority]] in kb.toml allows."
"""What stands for the sentences about authority where not even these alone have room."""

CUTS = 3
"""How often a cut is tried: as JSON a text may cost more than its tokens."""

Format = Literal["text", "json"]


@dataclass(frozen=True, slots=True)
class Order:
    """What to pack: the hits in order, and what the reply says besides.

    `rarity` weighs the terms of the question, to choose what of a unit is kept. `cited` holds ids of units that are
    named without their text, because the client has them already. `receipt` may be the widest that there is.
    """

    task: str
    paths: tuple[str, ...]
    confidence: Confidence
    hits: Sequence[Hit]
    rarity: Mapping[str, float]
    receipt: str = ""
    notes: tuple[str, ...] = ()
    cited: frozenset[str] = frozenset()
    unchanged: Unchanged | None = None
    withdrawn: tuple[Withdrawn, ...] = ()
    authority: tuple[str, ...] = ()
    couplings: tuple[str, ...] = ()


def clamp(budget: int) -> int:
    """A budget within what is served."""
    return max(LEAST, min(MOST, budget))


def pack(order: Order, budget: int, form: Format) -> Pack:
    """The pack for `order`; the whole of it, as `form` writes it, never counts more tokens than `budget`."""
    budget = clamp(budget)
    said = (order.notes, order.unchanged, order.withdrawn, order.authority, order.couplings)
    empty = Pack(order.task, order.paths, order.confidence, budget, budget, order.receipt, (), (), *said)
    room = budget - _size(empty, form)
    items, left = _fill(order, budget, room, form)
    if order.paths and budget >= CITATIONS_BELOW and any(hit.binding for hit in left):
        items, left = _fill(order, budget, room - min(OMITTED_ROOM, budget // 20), form)
    full = replace(empty, items=tuple(items))
    return _tightened(replace(full, omitted=_omitted(left, budget - _size(full, form), form)), form)


def _fill(order: Order, budget: int, room: int, form: Format) -> tuple[list[Item], list[Hit]]:
    """Items in order while they fit, cut where they must be, and the hits that found no room.

    Later items get a share only, so that many fit; what room is left in the end goes to those that were cut.
    """
    items: list[Item] = []
    left: list[Hit] = []
    named: set[str] = set()
    for hit in order.hits:
        follows = hit.unit.document in named
        if budget >= CITATIONS_BELOW and room < LEAST_ITEM:
            left.append(hit)
            continue
        item = _citation(hit) if budget < CITATIONS_BELOW or hit.unit.id in order.cited else _whole(hit)
        share = room if len(items) < WHOLE_ITEMS else min(room, max(ITEM_SHARE, budget // 10))
        cost = _cost(item, form, follows) if item.tokens - HEADING_MOST <= share else share + 1
        if cost > share and item.text:
            item, cost = _cut(hit, share, order.rarity, form, follows) or (item, room + 1)
        if cost <= room:
            items.append(item)
            room -= cost
            named.update([hit.unit.document] if item.text else [])
        else:
            left.append(hit)
    return _restored(items, room, form), left


def _restored(items: list[Item], room: int, form: Format) -> list[Item]:
    """The items, with those made whole again that were cut and for which there is room after all."""
    restored = []
    for item in items:
        if item.text and item.tokens < item.hit.unit.tokens - room:
            restored.append(item)
            continue
        whole = _whole(item.hit) if item.text else item
        more = _cost(whole, form, True) - _cost(item, form, True) if whole.text != item.text else 0
        restored.append(whole if more <= room else item)
        room -= more if more <= room else 0
    return restored


def _citation(hit: Hit) -> Item:
    return Item(hit, "", 0)


def _whole(hit: Hit) -> Item:
    return Item(hit, render.shown(hit, hit.unit.text), hit.unit.tokens)


def _cut(hit: Hit, room: int, rarity: Mapping[str, float], form: Format, follows: bool) -> tuple[Item, int] | None:
    """As much of a unit as `room` holds, with a line that says what is missing; None where that is too little."""
    frame = _cost(Item(hit, render.settled_mark(hit) or " ", 0), form, follows) + NOTICE_TOKENS
    limit = room - frame
    for _ in range(CUTS):
        body = clip(hit.unit.text, hit.unit.syntax, limit, rarity) if limit >= WORTH_CLIPPING else None
        if body is None:
            return None
        kept = count_tokens(body)
        notice = f"[cut to {kept} of {hit.unit.tokens} tokens; `read` the place above for the rest]"
        item = Item(hit, f"{render.shown(hit, body)}\n{notice}", kept)
        cost = _cost(item, form, follows)
        if cost <= room:
            return item, cost
        limit = min(limit, kept) - (cost - room)
    return None


def _cost(item: Item, form: Format, follows: bool) -> int:
    if form == "json":
        return count_tokens(render.as_json(render.item_json(item))) + 2
    return count_tokens(render.item_text(item, follows)) + 1


def _omitted(left: Sequence[Hit], room: int, form: Format) -> tuple[Omitted, ...]:
    """What is named of what was left out: what binds first, and as many as about `room` tokens hold."""
    first = sorted(left, key=lambda hit: not hit.binding)[:MOST_OMITTED]
    omitted = tuple(Omitted(hit.unit.id, render.name(hit.unit), hit.unit.tokens, hit.binding) for hit in first)
    while omitted and _naming(omitted, form) > room:
        omitted = omitted[:-1]
    return omitted


def _naming(omitted: Sequence[Omitted], form: Format) -> int:
    if form == "json":
        return count_tokens(render.as_json([render.omitted_json(entry) for entry in omitted])) - 2
    return count_tokens(render.omitted_line(omitted))


_SHORTENED = ("omitted", "items", "notes", "couplings")
"""What loses its last entries where there is no room, in this order."""


def _tightened(full: Pack, form: Format) -> Pack:
    """The pack with what does not fit taken away, the least important first: names of what was left out, then items."""
    while (used := _size(full, form)) > full.budget:
        if first := next((name for name in _SHORTENED if getattr(full, name)), ""):
            full = replace(full, **{first: getattr(full, first)[:-1]})
        elif full.withdrawn:
            full = replace(full, withdrawn=full.withdrawn[:-1], untold=full.untold + 1)
        elif full.unchanged:
            full = replace(full, unchanged=None)
        elif full.receipt:
            full = replace(full, receipt="")
        elif full.untold:
            full = replace(full, untold=0)
        elif full.authority:
            full = replace(full, authority=() if full.authority == (BRIEFLY,) else (BRIEFLY,))
        else:
            break
    return _counted(replace(full, used=used), form)


def stamped(full: Pack, receipt: str, form: Format) -> Pack:
    """The pack under its own receipt, which has no more tokens than the one that it was fitted with."""
    return _counted(replace(full, receipt=receipt), form)


def worth(items: Sequence[Item], form: Format) -> int:
    """The tokens that items cost in an answer."""
    return sum(_cost(item, form, follows=True) for item in items)


def _counted(full: Pack, form: Format) -> Pack:
    """The pack with `used` naming its own size, which the number itself is part of."""
    for _ in range(3):
        used = _size(full, form)
        if used == full.used:
            break
        full = replace(full, used=used)
    return full


def _size(full: Pack, form: Format) -> int:
    if form == "json":
        return count_tokens(render.as_json(render.pack_json(full)))
    return count_tokens(render.pack_text(full))
