"""A trace as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.trace.answers import Given
    from ctxkb.trace.target import Target
    from ctxkb.trace.verdict import Trace


def trace_lines(target: Target, given: Given, traces: Sequence[Trace]) -> Iterator[str]:
    """The commit, what its author had asked, and the verdict on each rule with what shows it."""
    place = f", at {target.paths[0]}:{target.line}" if target.line else f", {len(target.paths):,} files"
    yield f"{target.name} of {target.at:%Y-%m-%d}{place if len(target.paths) != 1 or target.line else ', 1 file'}"
    asked = _asked(given)
    yield f"asked: {', '.join(asked) if asked else 'nothing that is known'}"
    for _, group in groupby(traces, lambda each: (each.verdict, each.reason, each.evidence)):
        yield ""
        yield from _together(list(group))


def _together(traces: Sequence[Trace]) -> Iterator[str]:
    """Rules of which the same is to be said."""
    for number, trace in enumerate(traces):
        subject = " ".join(part for part in (trace.rule, _document(trace)) if part)
        yield f"{'' if number else trace.verdict:<9}  {subject or 'no rule'}"
    yield f"  {traces[0].reason}"
    yield from (f"  - {line}" for line in traces[0].evidence)


def _document(trace: Trace) -> str:
    return f"{trace.document}: {trace.title}" if trace.title else trace.document


def _asked(given: Given) -> list[str]:
    names = [answer.name for answer in given.answers if answer.about]
    return names or (["the commit's own receipt"] if given.carried is not None else [])


def trace_json(target: Target, given: Given, traces: Sequence[Trace]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "commit": target.commit,
        "subject": target.subject,
        "date": target.at.isoformat(),
        "paths": list(target.paths),
        "line": target.line,
        "asked": _asked(given),
        "traces": [{**asdict(trace), "evidence": list(trace.evidence)} for trace in traces],
    }
