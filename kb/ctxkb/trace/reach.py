"""Whether a rule was in what somebody was given, and which part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ctxkb.budget.loaded import loaded_by_client
from ctxkb.config.rule_ids import RULE_PREFIX
from ctxkb.knowledge import Request
from ctxkb.knowledge.since import content_hash
from ctxkb.retrieve.binding import RULE
from ctxkb.types import Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.knowledge import Knowledge
    from ctxkb.trace.answers import Answer, Given
    from ctxkb.trace.suspects import Suspect
    from ctxkb.trace.target import Target
    from ctxkb.types import Unit

Reach = Literal["given", "older", "cut", "absent"]
"""Given as it held; given with another text; left out, or only cited, for want of room; in no answer."""

RANKS: tuple[Reach, ...] = ("given", "older", "cut", "absent")


def core_units(knowledge: Knowledge, suspect: Suspect) -> list[Unit]:
    """The units of a document, at one state of the repository, that say the rule: reading any of them tells it."""
    units = [row.unit for row in knowledge.catalog.units_of([suspect.document])]
    if suspect.unit:
        return [unit for unit in units if unit.id == suspect.unit]
    document = knowledge.library.documents.get(suspect.document)
    if document is None:
        return []
    own = next((rule for rule in document.rules if f"{RULE_PREFIX}{rule.id}" == suspect.rule), None)
    if own is not None:
        around = [unit for unit in units if unit.first <= own.first and own.last <= unit.last]
        if around:
            return around
    if document.kind is Kind.DECISION:
        return [unit for unit in units if unit.role in {"outcome", RULE}] or units
    return units


def reach(given: Given, suspect: Suspect, past: Knowledge, contents: Sequence[bytes]) -> tuple[Reach, list[str]]:
    """How far a rule came in all answers together, and what each says of it.

    `contents` are the bytes of its file as they held: before the commit and in it.
    """
    units = core_units(past, suspect)
    found = [each for answer in given.answers for each in _in_answer(answer, units, past)]
    if given.carried is not None and not any(answer.receipt for answer in given.answers):
        found += _carried(given, suspect, past, contents)
    best = next((rank for rank in RANKS if any(word == rank for word, _ in found)), RANKS[-1])
    return best, [said for word, said in found if word == best]


def _in_answer(answer: Answer, units: Sequence[Unit], past: Knowledge) -> Iterator[tuple[Reach, str]]:
    for unit in units:
        if answer.receipt is None:
            if {unit.id, unit.document} & answer.ids:
                yield "given", f"{answer.name}: {unit.id} was in the answer"
            continue
        item = answer.receipt.included.get(unit.id)
        if item is None:
            if unit.id in answer.receipt.left_out:
                yield "cut", f"{answer.name}: {unit.id} was left out by the budget"
        elif item.hash != content_hash(past.library, unit):
            yield "older", f"{answer.name}: {unit.id} was given with another text or status than it had"
        elif item.shown == "cited" and not _loaded(answer, unit, past):
            yield "cut", f"{answer.name}: {unit.id} was only cited, without its text"
        else:
            yield "given", f"{answer.name}: {unit.id} was given {_how(item.shown)}"


def _how(shown: str) -> str:
    return {"whole": "whole", "cut": "in part"}.get(shown, "by name, and the client loads its file by itself")


def _loaded(answer: Answer, unit: Unit, past: Knowledge) -> bool:
    """Whether the client that asked had the file anyway."""
    configured = past.config.budget.loaded_by_client
    return bool(loaded_by_client([Hit(unit, 0.0, "")], answer.client, configured, past.library.documents))


def _carried(given: Given, suspect: Suspect, past: Knowledge, contents: Sequence[bytes]) -> Iterator[tuple[Reach, str]]:
    """What the commit's own line says of the document, where the receipt itself is not known on this machine."""
    document = past.library.documents.get(suspect.document)
    if given.carried is None or document is None:
        return
    words = {given.carried.verdict(document.path, content) for content in contents}
    if "included" in words:
        yield "given", f"the commit's receipt holds {document.path} as it was"
    elif "older" in words:
        yield "older", f"the commit's receipt holds another text of {document.path}"
    elif "left out" in words:
        yield "cut", f"the commit's receipt says that {document.path} was left out by the budget"


def replayed(target: Target, question: str, suspect: Suspect, past: Knowledge) -> str:
    """What `get_context` would have said of the rule, had it been asked for the commit's message and paths."""
    budget = past.config.budget.default
    pack = past.context(Request(question, target.paths, budget, record=False))
    ids = {unit.id for unit in core_units(past, suspect)}
    asked = f"asked with the commit's message and paths at {budget:,} tokens, get_context"
    if any(item.hit.unit.id in ids and item.text for item in pack.items):
        return f"{asked} would have given it"
    governing = {document.id for document, _ in past.library.governing(target.paths)}
    named = {item.hit.unit.id for item in pack.items} | {entry.id for entry in pack.omitted}
    if suspect.document in governing or ids & named:
        return f"{asked} would have left it out"
    return f"{asked} would not have found it"
