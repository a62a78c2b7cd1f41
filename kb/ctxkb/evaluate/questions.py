"""Questions with known answers, as they stand in a file: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OTHER = "other"
"""The kind of a question that names none."""

ANSWERS = 2
"""The grade of a place that answers; 1 is one that helps."""

SHOWN_FAULTS = 3
"""How many faults of a file are told at once."""

T = TypeVar("T")

FIELDS = ("id", "query", "relevant", "must_contain", "kind", "paths", "stale")


@dataclass(frozen=True, slots=True)
class Relevant:
    """Where an answer stands: a file, the heading or anchor in it ("" for all of it), and how well it answers."""

    path: str
    anchor: str = ""
    grade: int = ANSWERS


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and how an answer is known: by strings that it holds, or by places that it shows.

    `stale` are places whose answer is out of date. A question with neither strings nor places has no answer here.
    """

    id: str
    query: str
    relevant: tuple[Relevant, ...] = ()
    must_contain: tuple[str, ...] = ()
    kind: str = OTHER
    paths: tuple[str, ...] = ()
    stale: tuple[Relevant, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the documents hold an answer."""
        return bool(self.relevant or self.must_contain)

    @property
    def wanted(self) -> tuple[Relevant, ...]:
        """The relevant places of the highest grade: one of them is enough."""
        best = max((place.grade for place in self.relevant), default=0)
        return tuple(place for place in self.relevant if place.grade == best)


class _FaultError(ValueError):
    """Why a line is no question."""


def read_questions(text: str, name: str) -> tuple[Question, ...]:
    """The questions in `text`, the content of the file `name`; empty lines are passed over.

    Raises `ConfigError` where a line is no question, naming the line and what is wrong with it.
    """
    found: dict[str, Question] = {}
    faults: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            question = _question(line, number)
            if question.id in found:
                raise _FaultError(f'the id "{question.id}" is taken by a line above; give it another')
            found[question.id] = question
        except _FaultError as fault:
            faults.append(f"{name}:{number}: {fault}")
    if faults:
        more = f"; and {len(faults) - SHOWN_FAULTS} more" if len(faults) > SHOWN_FAULTS else ""
        raise ConfigError("; ".join(faults[:SHOWN_FAULTS]) + more)
    if not found:
        raise ConfigError(f"{name}: holds no question; write one JSON object a line, with `query` and `must_contain`")
    return tuple(found.values())


def _question(line: str, number: int) -> Question:
    try:
        packed = json.loads(line)
    except ValueError as error:
        raise _FaultError(f"is not JSON: {error}; write one whole JSON object a line") from error
    if not isinstance(packed, dict):
        raise _FaultError('is not a JSON object; write {"query": "...", "must_contain": ["..."]}')
    _check_names(packed)
    return Question(
        id=_text(packed, "id") or f"line-{number}",
        query=_text(packed, "query"),
        relevant=_list(packed, "relevant", _place),
        must_contain=_list(packed, "must_contain", _words),
        kind=_text(packed, "kind") or OTHER,
        paths=_list(packed, "paths", _words),
        stale=_list(packed, "stale", _place),
    )


def _check_names(packed: Mapping[str, Any]) -> None:
    for name in packed.keys() - set(FIELDS):
        near = get_close_matches(name, FIELDS, 1, 0.75)
        if near:
            raise _FaultError(f'there is no field "{name}"; did you mean "{near[0]}"?')
    if not _text(packed, "query").strip():
        raise _FaultError('has no "query"; write the question there')
    if not packed.keys() & {"must_contain", "relevant"}:
        raise _FaultError(
            'has neither "must_contain" (strings that a good answer holds) nor "relevant" (places where it stands); '
            'write "relevant": [] for a question without an answer'
        )


def _text(packed: Mapping[str, Any], name: str) -> str:
    value = packed.get(name, "")
    if name == "id" and isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        raise _FaultError(f'"{name}" is not a string')
    return value


def _list(packed: Mapping[str, Any], name: str, item: Callable[[object, str], T]) -> tuple[T, ...]:
    values = packed.get(name, [])
    if not isinstance(values, list):
        raise _FaultError(f'"{name}" is not a list')
    return tuple(item(value, name) for value in values)


def _words(value: object, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _FaultError(f'"{name}" holds {json.dumps(value, ensure_ascii=False)}, which is no text')
    return value


def _place(value: object, name: str) -> Relevant:
    if not isinstance(value, dict) or not isinstance(value.get("path"), str):
        raise _FaultError(f'"{name}" holds a place without "path"; write {{"path": "docs/x.md", "anchor": "Heading"}}')
    anchor, grade = value.get("anchor", ""), value.get("grade", ANSWERS)
    if not isinstance(anchor, str) or not isinstance(grade, int):
        raise _FaultError(f'"{name}" holds a place whose "anchor" is no string or whose "grade" is no number')
    return Relevant(value["path"], anchor, grade)
