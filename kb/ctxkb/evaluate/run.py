"""Asks all questions of a file, and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.evaluate.figures import Missed, Report, by_kind, figures
from ctxkb.evaluate.measure import ask, judge
from ctxkb.evaluate.why import Explainer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxkb.evaluate.figures import Past
    from ctxkb.evaluate.measure import Answer, Outcome
    from ctxkb.evaluate.questions import Question
    from ctxkb.knowledge import Knowledge


def evaluate(
    knowledge: Knowledge, questions: Iterable[Question], source: str, budgets: Sequence[int], at: int
) -> Report:
    """Asks `questions` at each of `budgets` (ascending, `at` among them); misses are told at the budget `at`."""
    explainer = Explainer(knowledge)
    outcomes: list[Outcome] = []
    missed: list[Missed] = []
    for question in questions:
        answers = ask(knowledge, question.query, question.paths, budgets)
        outcomes.append(judge(question, answers))
        missed.extend(misses(outcomes[-1], answers[budgets.index(at)], budgets.index(at), explainer))
    return report(outcomes, missed, source, budgets, at)


def misses(outcome: Outcome, answer: Answer, number: int, explainer: Explainer) -> list[Missed]:
    """Why a question was not answered at the budget of that number; nothing where it was."""
    if outcome.found[number] or not outcome.question.answerable:
        return []
    return [Missed(outcome, explainer.why(outcome.question, answer))]


def report(
    outcomes: Sequence[Outcome],
    missed: Sequence[Missed],
    source: str,
    budgets: Sequence[int],
    at: int,
    past: Past | None = None,
) -> Report:
    """What some outcomes come to."""
    whole, kinds = figures(outcomes, len(budgets)), by_kind(outcomes, len(budgets))
    return Report(source, tuple(budgets), at, whole, kinds, tuple(missed), past)
