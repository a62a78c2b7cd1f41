"""Why a question was missed: the first step on the way from the file to the answer at which it was lost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Literal

from ctxkb.evaluate.measure import fold, lies_in

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ctxkb.evaluate.measure import Answer
    from ctxkb.evaluate.questions import Question
    from ctxkb.knowledge import Knowledge
    from ctxkb.types import Hit, Unit

Reason = Literal["not indexed", "refused", "not retrieved", "ranked too low", "did not fit"]
"""Not in the index; confidence "none"; found by nothing; found behind what filled the budget; next in line for it."""

ALL = 1_000_000
"""More hits than there are: the whole ranking."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Why one question was missed at a budget; `rank` is the best place (1 is the first) of what holds it, else 0.

    `unit` is the id of the unit that should have been shown, "" where there is none; `detail` says it in a sentence.
    """

    reason: Reason
    detail: str
    rank: int = 0
    unit: str = ""


@dataclass
class Explainer:
    """Tells why; it reads the texts of all units once, when a question first asks for them."""

    knowledge: Knowledge

    def why(self, question: Question, answer: Answer) -> Miss:
        """Why `answer` does not hold what `question` wants; call it only where that is so."""
        sought = next((text for text in question.must_contain if fold(text) not in answer.text), "")
        holders = self._holders(question, sought) if sought else self._labelled(question)
        if not holders:
            return self._not_indexed(question, sought)
        if answer.pack.confidence == "none":
            return Miss("refused", f'the answer has confidence "none", without {holders[0].id}', 0, holders[0].id)
        return self._lost(question, answer, holders)

    @cached_property
    def _units(self) -> list[tuple[Unit, str]]:
        """All units with their folded texts, by document and in the order of the file."""
        rows = self.knowledge.catalog.units_of(self.knowledge.library.documents)
        return [(row.unit, fold(row.unit.text)) for row in rows]

    def _holders(self, question: Question, sought: str) -> list[Unit]:
        """The units that hold a string, those in labelled files alone where there are some."""
        text = fold(sought)
        found = [unit for unit, body in self._units if text in body] or self._halves(text)
        paths = {place.path for place in question.relevant}
        return [unit for unit in found if unit.path in paths] or found

    def _halves(self, text: str) -> list[Unit]:
        """Neighbouring units of which each holds a part of a string."""
        found = []
        for _, units in groupby(self._units, key=lambda pair: pair[0].document):
            for (one, before), (other, after) in pairwise(units):
                if text in f"{before} {after}":
                    found.extend([one, other])
        return found

    def _labelled(self, question: Question) -> list[Unit]:
        paths = {place.path for place in question.wanted}
        ids = [document.id for document in self.knowledge.library.documents.values() if document.path in paths]
        units = [row.unit for row in self.knowledge.catalog.units_of(ids)]
        return [unit for unit in units if any(lies_in(unit, place) for place in question.wanted)]

    def _not_indexed(self, question: Question, sought: str) -> Miss:
        known = {document.path for document in self.knowledge.library.documents.values()}
        absent = [place.path for place in question.wanted if place.path not in known]
        if absent:
            return Miss("not indexed", f"{absent[0]} is no document of the index")
        if sought:
            return Miss("not indexed", f'no unit holds "{sought}"')
        place = question.wanted[0]
        return Miss("not indexed", f'{place.path} has no part named "{place.anchor}"')

    def _lost(self, question: Question, answer: Answer, holders: Sequence[Unit]) -> Miss:
        """What became of units that are there, in an answer that found something."""
        ids = {unit.id for unit in holders}
        ranking = self.knowledge.search(question.query, limit=ALL).hits
        places = {hit.unit.id: number for number, hit in enumerate(ranking, 1)}
        best = min(ids & places.keys(), key=lambda key: places[key], default=holders[0].id)
        rank = places.get(best, 0)
        cut = next((item for item in answer.pack.items if item.hit.unit.id in ids and item.text), None)
        if cut is not None:
            whole = cut.hit.unit.tokens
            detail = f"{cut.hit.unit.id} was cut to {cut.tokens} of {whole} tokens" if cut.tokens < whole else (
                f"{cut.hit.unit.id} was shown, but not this part of it"
            )  # fmt: skip
            return Miss("did not fit", detail, places.get(cut.hit.unit.id, 0), cut.hit.unit.id)
        if self._was_next(question, answer, ranking, ids):
            return Miss("did not fit", f"{best} was left out by the budget{_at(rank)}", rank, best)
        if not rank:
            return Miss("not retrieved", f"nothing in the question leads to {best}", 0, best)
        return Miss("ranked too low", f"{best} came{_at(rank)}", rank, best)

    def _was_next(self, question: Question, answer: Answer, ranking: Sequence[Hit], ids: Collection[str]) -> bool:
        """Whether one of some units was named as left out, was passed over for what is smaller, or binds the paths."""
        if any(entry.id in ids for entry in answer.pack.omitted):
            return True
        governing = {document.id for document, _ in self.knowledge.library.governing(question.paths)}
        if any(key.startswith(f"{document}#") for document in governing for key in ids):
            return True
        found = (item.hit.unit for item in answer.pack.items)
        packed = {unit.id for unit in found if unit.document not in governing}
        last = max((number for number, hit in enumerate(ranking) if hit.unit.id in packed), default=-1)
        return any(hit.unit.id in ids for hit in ranking[: last + 1])


def _at(rank: int) -> str:
    return f" at rank {rank}" if rank else ""
