"""Asks with the commits of the past, each over the documents as they stood before it, and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.evaluate.figures import Past as Counts
from ctxkb.evaluate.measure import ask, judge
from ctxkb.evaluate.questions import ANSWERS, Question, Relevant
from ctxkb.evaluate.run import misses, report
from ctxkb.evaluate.why import Explainer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ctxkb.evaluate.figures import Missed, Report
    from ctxkb.evaluate.history.choose import Case, Choice
    from ctxkb.evaluate.history.past import Past
    from ctxkb.evaluate.measure import Outcome
    from ctxkb.knowledge import Knowledge

SOURCE = "history"
REVERT = "revert"
"""The kind under which the documents of reverts are counted."""

UNKNOWN = "whose documents did not hold"
"""Skipped: what a commit changed was no document at its parent, a template, or settled."""


def replay(
    choice: Choice,
    cases: Iterable[Case],
    past: Past,
    refresh: Callable[[Sequence[str]], None],
    knowledge: Knowledge,
    budgets: Sequence[int],
    at: int,
) -> Report:
    """Asks with `cases`, those of `choice`; `refresh` brings what `knowledge` reads up to date with changed paths."""
    outcomes: list[Outcome] = []
    missed: list[Missed] = []
    used, reverts = 0, 0
    skipped = choice.skipped.copy()
    for case in cases:
        refresh(past.move_to(case.parent))
        questions = _questions(case, knowledge)
        if not questions:
            skipped[UNKNOWN] += 1
            continue
        used, reverts = used + 1, reverts + case.revert
        answers = ask(knowledge, case.query, case.paths, budgets)
        explainer = Explainer(knowledge)
        for question in questions:
            outcomes.append(judge(question, answers))
            missed.extend(misses(outcomes[-1], answers[budgets.index(at)], budgets.index(at), explainer))
    counts = Counts(choice.considered, used, reverts, dict(skipped))
    return report(outcomes, missed, SOURCE, budgets, at, counts)


def _questions(case: Case, knowledge: Knowledge) -> list[Question]:
    """One question for each document of a case that held at the parent: it is wanted, the others help."""
    library = knowledge.library
    kinds = {each.path: each.kind for each in library.documents.values() if library.holds(each.id)}
    held = [path for path in case.documents if path in kinds]
    return [
        Question(
            id=case.commit[:10],
            query=case.query,
            relevant=tuple(Relevant(other, grade=ANSWERS if other == path else ANSWERS - 1) for other in held),
            kind=REVERT if case.revert else str(kinds[path]),
            paths=case.paths,
        )
        for path in held
    ]
