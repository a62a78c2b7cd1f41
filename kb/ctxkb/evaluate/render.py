"""A report as text for people, and as JSON for programs."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.evaluate.figures import Figures, Missed, Past, Report

QUERY_SHOWN = 100
"""How many characters of a missed question are shown."""


def report_text(report: Report) -> str:
    """A report as a table, what was missed, and why."""
    parts = [_opening(report), "", *_table(report), *_notes(report.whole)]
    if report.missed:
        parts += ["", f"Missed at {report.at:,} tokens: {len(report.missed)} of {report.whole.answerable}"]
        for _, group in groupby(report.missed, key=lambda missed: missed.outcome.question.id):
            parts += _missed_lines(list(group))
    return "\n".join(parts)


def _opening(report: Report) -> str:
    whole = report.whole
    if report.past is None:
        return f"{report.source}: {_count(whole.questions, 'question')}, {whole.answerable:,} of them with an answer"
    return "\n".join([f"{report.source}: {_past_line(report.past, whole)}", *_skipped_lines(report.past)])


def _past_line(past: Past, whole: Figures) -> str:
    reverts = f", {past.reverts} of them reverts" if past.reverts else ""
    looked, asked = _count(past.considered, "commit"), _count(whole.questions, "document")
    return f"{looked} looked at, {past.used:,} asked with{reverts}; {asked} that they changed"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word if number == 1 else f'{word}s'}"


def _skipped_lines(past: Past) -> list[str]:
    if not past.skipped:
        return []
    ordered = sorted(past.skipped.items(), key=lambda pair: (-pair[1], pair[0]))
    return [f"skipped: {', '.join(f'{count:,} {reason}' for reason, count in ordered)}"]


def _table(report: Report) -> list[str]:
    head = ["recall", "questions", *(f"{budget:,}" for budget in report.budgets), "mrr", "hit1", "false none"]
    kinds = [(kind, found) for kind, found in report.kinds.items() if found.answerable]
    rows = [head, *(_row(kind, found) for kind, found in [("all", report.whole), *kinds])]
    rows.append(["tokens", "", *(f"{count:,}" for count in report.whole.tokens), "", "", ""])
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return [_aligned(row, widths) for row in rows]


def _row(name: str, found: Figures) -> list[str]:
    recalls = (_ratio(found.recall(number)) for number in range(len(found.found)))
    return [name, str(found.answerable), *recalls, _ratio(found.mrr), _ratio(found.hit1), str(found.false_none)]


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
    return "  ".join([row[0].ljust(widths[0]), *cells]).rstrip()


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _notes(whole: Figures) -> list[str]:
    lines = []
    without = whole.questions - whole.answerable
    if without:
        lines.append(f"without an answer in the documents: {whole.abstained} of {without} were told so")
    if whole.staled:
        lines.append(f"out of date above what holds: {whole.stale_first} of {whole.staled}")
    return ["", *lines] if lines else []


def _missed_lines(group: Sequence[Missed]) -> list[str]:
    """What was asked, and below it each reason for which that was missed."""
    question = group[0].outcome.question
    query = " ".join(question.query.split())
    shown = query if len(query) <= QUERY_SHOWN else f"{query[: QUERY_SHOWN - 3]}..."
    reasons = (f"    {each.outcome.question.kind}, {each.why.reason}: {each.why.detail}" for each in group)
    return [f"  {question.id}: {shown}", *reasons]


def report_json(report: Report, least: float | None = None) -> dict[str, Any]:
    """A report for programs, as docs/commands/eval.md describes it; `least` is the recall that a gate asks for."""
    recall = report.recall
    gate = {"min_recall": least, "passed": recall is not None and recall >= least} if least is not None else None
    past = report.past
    return {
        "source": report.source,
        "budgets": list(report.budgets),
        "at": report.at,
        "recall": _rounded(recall),
        "gate": gate,
        "all": _figures_json(report.whole, report.budgets),
        "kinds": {kind: _figures_json(found, report.budgets) for kind, found in report.kinds.items()},
        "missed": [_missed_json(missed) for missed in report.missed],
        "history": None
        if past is None
        else {
            "considered": past.considered,
            "used": past.used,
            "reverts": past.reverts,
            "skipped": dict(sorted(past.skipped.items())),
        },
    }


def _figures_json(found: Figures, budgets: Sequence[int]) -> dict[str, Any]:
    return {
        "questions": found.questions,
        "answerable": found.answerable,
        "recall": {str(budget): _rounded(found.recall(number)) for number, budget in enumerate(budgets)},
        "tokens": {str(budget): count for budget, count in zip(budgets, found.tokens, strict=True)},
        "mrr": _rounded(found.mrr),
        "hit1": _rounded(found.hit1),
        "abstain": {"count": found.abstained, "of": found.questions - found.answerable},
        "false_none": {"count": found.false_none, "of": found.answerable},
        "stale_first": {"count": found.stale_first, "of": found.staled},
    }


def _missed_json(missed: Missed) -> dict[str, Any]:
    question, why = missed.outcome.question, missed.why
    return {
        "id": question.id,
        "kind": question.kind,
        "query": question.query,
        "path": question.wanted[0].path if question.wanted else "",
        "reason": why.reason,
        "detail": why.detail,
        "unit": why.unit,
        "rank": why.rank,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
