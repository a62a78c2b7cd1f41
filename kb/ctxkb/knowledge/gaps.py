"""Questions that found no answer: how they are remembered, and asked again until a document answers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.catalog.alike import NEAR, ask_the_same
from ctxkb.catalog.usage import close_gap, gaps, merge_gaps, rate_gap, record_gap
from ctxkb.knowledge.requests import storable
from ctxkb.knowledge.since import content_hash

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ctxkb.catalog.usage import Gap
    from ctxkb.knowledge.facade import Knowledge
    from ctxkb.types import Confidence, Hit, Unit

LONGEST = 2_000
"""Characters of a question or note that are kept."""

NEAREST = 3
"""How many units that came nearest are kept with a question."""


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What came of asking the open gaps again: each closed one with the id of its answer, and how many are left."""

    closed: tuple[tuple[Gap, str], ...]
    merged: int
    left: int


def remember(
    knowledge: Knowledge,
    question: str,
    now: datetime,
    nearest: Sequence[Unit],
    *,
    paths: Sequence[str] = (),
    note: str = "",
    confidence: Confidence = "none",
) -> None:
    """Records a question, its secrets masked, with what came nearest as that is now. Raises `StoreError`."""
    from ctxkb.privacy.questions import masked_start  # whose patterns take long to compile; most questions are answered

    privacy = knowledge.config.privacy
    kept, told = (storable(masked_start(text, LONGEST, privacy)) for text in (question, note))
    near = nearest[:NEAREST]
    record_gap(
        knowledge.catalog.folder,
        kept,
        now,
        [masked_start(path, LONGEST, privacy) for path in paths],
        told,
        [unit.id for unit in near],
        confidence=confidence,
        seen=[content_hash(knowledge.library, unit) for unit in near],
    )


def recheck(knowledge: Knowledge, now: datetime) -> Rechecked:
    """Asks every open gap again: merges those that mean the same, and closes those that are answered.

    Raises `StoreError` where the gaps cannot be read or written.
    """
    folder = knowledge.catalog.folder
    merged = _merge(knowledge)
    closed: list[tuple[Gap, str]] = []
    for gap in gaps(folder):
        found = knowledge.search(gap.question, limit=NEAREST)
        answer = _answer(knowledge, gap, found.hits) if found.confidence == "high" else None
        if answer is not None:
            close_gap(folder, gap.number, now, answer.document)
            closed.append((gap, answer.id))
        elif gap.confidence != "high" and found.confidence != gap.confidence:
            rate_gap(folder, gap.number, "low" if found.confidence == "high" else found.confidence)
    return Rechecked(tuple(closed), merged, len(gaps(folder)))


def _answer(knowledge: Knowledge, gap: Gap, hits: Sequence[Hit]) -> Unit | None:
    """The best unit that holds. Where an asker said that what there was did not answer, it has to be a new one."""
    held = (hit.unit for hit in hits if knowledge.library.holds(hit.unit.document))
    best = next(held, None)
    if best is None or (gap.confidence == "high" and content_hash(knowledge.library, best) in gap.seen):
        return None
    return best


def _merge(knowledge: Knowledge) -> int:
    """Counts gaps that mean the same under the one that was asked most; how many went."""
    found = gaps(knowledge.catalog.folder)
    embedder = knowledge.embedder() if len(found) > 1 else None
    if embedder is None:
        return 0
    vectors = embedder.embed([gap.question for gap in found])
    near = vectors @ vectors.T
    gone: set[int] = set()
    for one, other in zip(*(near >= NEAR).nonzero(), strict=True):
        kept, same = found[one], found[other]
        if one < other and not gone & {one, other} and ask_the_same(kept.question, same.question, near[one, other]):
            merge_gaps(knowledge.catalog.folder, kept, same)
            gone.add(other)
    return len(gone)
