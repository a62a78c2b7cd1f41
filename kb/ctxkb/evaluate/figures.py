"""Outcomes to figures: of all questions, and of each kind."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.evaluate.measure import Outcome
    from ctxkb.evaluate.why import Miss


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured over some questions.

    `found` (how many of the `answerable` ones) and `tokens` (their mean over all) go with the budgets. `mrr` and `hit1`
    concern those with labelled files, None where there are none. `abstained` counts answers that say they know
    nothing among the `questions - answerable` without an answer, `false_none` among the answerable ones.
    `stale_first` counts among the `staled`.
    """

    questions: int
    answerable: int
    found: tuple[int, ...]
    tokens: tuple[int, ...]
    mrr: float | None
    hit1: float | None
    abstained: int
    false_none: int
    stale_first: int
    staled: int

    def recall(self, number: int) -> float | None:
        """The share (0..1) of the answerable questions that were answered at the budget of that number, else None."""
        return self.found[number] / self.answerable if self.answerable else None


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that was not answered, and why."""

    outcome: Outcome
    why: Miss


@dataclass(frozen=True, slots=True)
class Past:
    """Which commits a measurement rests on: how many were looked at, how many asked with, and why not the others."""

    considered: int
    used: int
    reverts: int
    skipped: dict[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """One measurement: `source` names the questions, `missed` are those without an answer at the budget `at`."""

    source: str
    budgets: tuple[int, ...]
    at: int
    whole: Figures
    kinds: dict[str, Figures]
    missed: tuple[Missed, ...]
    past: Past | None = None

    @property
    def recall(self) -> float | None:
        """The recall at the budget `at`."""
        return self.whole.recall(self.budgets.index(self.at))


def figures(outcomes: Sequence[Outcome], budgets: int) -> Figures:
    """The figures over some outcomes, each of so many budgets."""
    answerable = [outcome for outcome in outcomes if outcome.question.answerable]
    ranks = [outcome.rank for outcome in answerable if outcome.rank is not None]
    staled = [outcome.stale_first for outcome in answerable if outcome.stale_first is not None]
    return Figures(
        questions=len(outcomes),
        answerable=len(answerable),
        found=tuple(sum(outcome.found[number] for outcome in answerable) for number in range(budgets)),
        tokens=tuple(round(mean(o.tokens[number] for o in outcomes)) if outcomes else 0 for number in range(budgets)),
        mrr=mean(1 / rank if rank else 0.0 for rank in ranks) if ranks else None,
        hit1=mean(float(rank == 1) for rank in ranks) if ranks else None,
        abstained=sum(outcome.silent for outcome in outcomes if not outcome.question.answerable),
        false_none=sum(outcome.silent for outcome in answerable),
        stale_first=sum(staled),
        staled=len(staled),
    )


def by_kind(outcomes: Sequence[Outcome], budgets: int) -> dict[str, Figures]:
    """The figures of each kind of question, by its name."""
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.question.kind].append(outcome)
    return {kind: figures(kinds[kind], budgets) for kind in sorted(kinds)}
