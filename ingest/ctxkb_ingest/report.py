"""What one indexing run tells: while it runs, and when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ctxkb.types import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Phase = Literal["files", "embed"]
"""The two long parts of a run: reading changed files into the catalog, and embedding their texts."""


STALE = "; what it said before is still used"
"""How the reason ends where a file could not be read now, and earlier could."""


class Progress(Protocol):
    """Whoever wants to be told how far a run is. The calls come from one thread at a time."""

    def start(self, phase: Phase, total: int) -> None:
        """A phase begins: `total` files, or texts, are to be done."""
        ...

    def advance(self, phase: Phase, done: int) -> None:
        """`done` more of them are done."""
        ...


class Silent:
    """Progress for those who do not want to be told."""

    def start(self, phase: Phase, total: int) -> None:
        """Says nothing."""

    def advance(self, phase: Phase, done: int) -> None:
        """Says nothing."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one run found and did.

    `files` and `units` count what the index holds now; `changed` and `removed` the files that this run read or
    dropped. `embedded` counts the texts that were embedded in this run, `reused` those that had a vector already;
    together they are all distinct texts of the index, once it is complete. `skipped` holds every file of the
    repository that could not be read, with the reason, `remarks` what is odd in files that were read all the same:
    those of earlier runs too. `complete` is false where texts are left that have no vector yet. `noted` is what of
    these files was masked, is hidden, or commands its reader.
    """

    files: int
    units: int
    changed: int
    removed: int
    embedded: int
    reused: int
    skipped: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    seconds: float
    complete: bool = True
    noted: tuple[Problem, ...] = ()


def report_json(report: IndexReport) -> dict[str, Any]:
    """The shape of `kb index --json`, and of what an owner answers."""
    return {
        "files": report.files,
        "units": report.units,
        "changed": report.changed,
        "removed": report.removed,
        "embedded": report.embedded,
        "reused": report.reused,
        "skipped": _packed(report.skipped),
        "remarks": _packed(report.remarks),
        "seconds": round(report.seconds, 3),
        "complete": report.complete,
        "noted": _packed(report.noted),
    }


def report_of(packed: Mapping[str, Any]) -> IndexReport:
    """The inverse of `report_json`."""
    return IndexReport(**{**packed, **{name: _problems(packed[name]) for name in ("skipped", "remarks", "noted")}})


def _packed(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [problem_json(problem) for problem in problems]


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem for programs; `concern` is there where it is about something else than reading the file."""
    concern = {} if problem.concern == "reading" else {"concern": problem.concern}
    return {"path": problem.path, "line": problem.line, "reason": problem.reason, **concern}


def _problems(packed: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    return tuple(Problem(**found) for found in packed)
