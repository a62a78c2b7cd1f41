"""Asks one question at several budgets, and tells of each answer whether it holds what it should."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.budget.render import pack_text
from ctxkb.catalog.rows import section_of
from ctxkb.knowledge import Request
from ctxkb.types import SETTLED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.evaluate.questions import Question, Relevant
    from ctxkb.knowledge import Knowledge
    from ctxkb.types import Hit, Pack, Unit


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back at one budget; `text` is what an agent reads, with case and white space folded."""

    pack: Pack
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question was answered.

    `found` and `tokens` go with the budgets. `rank` is the place (1 is the first) of the first item from a relevant
    file at the largest budget, 0 where there is none, None where no file is labelled. `silent` is true where the
    answer says that it knows nothing. `stale_first` is true where a stale place stands above every relevant one as if
    it held, None where none is labelled.
    """

    question: Question
    found: tuple[bool, ...]
    tokens: tuple[int, ...]
    rank: int | None
    silent: bool
    stale_first: bool | None


def fold(text: str) -> str:
    """`text` with white space as single spaces, and without case."""
    return re.sub(r"\s+", " ", text).strip().casefold()


def ask(knowledge: Knowledge, query: str, paths: Sequence[str], budgets: Sequence[int]) -> tuple[Answer, ...]:
    """The answers to one question, one a budget; nothing of it is remembered."""
    asked = (Request(query, tuple(paths), budget, record=False) for budget in budgets)
    packs = (knowledge.context(request) for request in asked)
    return tuple(Answer(pack, fold(pack_text(pack))) for pack in packs)


def judge(question: Question, answers: Sequence[Answer]) -> Outcome:
    """How `answers`, the last one of the largest budget, answer `question`."""
    largest = answers[-1].pack
    return Outcome(
        question=question,
        found=tuple(holds(question, answer) for answer in answers),
        tokens=tuple(answer.pack.used for answer in answers),
        rank=_rank(question, largest) if question.relevant else None,
        silent=largest.confidence == "none" or not largest.items,
        stale_first=_stale_first(question, largest) if question.stale else None,
    )


def holds(question: Question, answer: Answer) -> bool:
    """Whether an answer has every string that it must; where none is named, whether it shows a wanted place."""
    if question.must_contain:
        return all(fold(text) in answer.text for text in question.must_contain)
    shown = [item.hit.unit for item in answer.pack.items if item.text]
    return any(lies_in(unit, place) for unit in shown for place in question.wanted)


def lies_in(unit: Unit, place: Relevant) -> bool:
    """Whether a unit is of the labelled file, and of the labelled part where one is named."""
    if unit.path != place.path or not place.anchor:
        return unit.path == place.path
    names = (unit.title, unit.heading, unit.anchor, section_of(unit.anchor), *unit.breadcrumb)
    return fold(place.anchor) in map(fold, names)


def _rank(question: Question, pack: Pack) -> int:
    wanted = {place.path for place in question.relevant}
    return next((number for number, item in enumerate(pack.items, 1) if item.hit.unit.path in wanted), 0)


def _stale_first(question: Question, pack: Pack) -> bool:
    wanted = {place.path for place in question.relevant}
    stale = {place.path for place in question.stale} - wanted
    for item in pack.items:
        if item.hit.unit.path in wanted:
            return False
        if item.hit.unit.path in stale and not _is_marked(item.hit):
            return True
    return False


def _is_marked(hit: Hit) -> bool:
    """Whether the answer itself says that a document no longer holds."""
    return hit.status in SETTLED or bool(hit.superseded_by)
