"""What became of a rule on its way to a change, in one of six words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ctxkb.config.rule_ids import RULE_PREFIX
from ctxkb.evaluate.history.message import question_of
from ctxkb.knowledge.since import content_hash
from ctxkb.trace.reach import core_units, reach, replayed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.knowledge import Knowledge
    from ctxkb.trace.answers import Given
    from ctxkb.trace.reach import Reach
    from ctxkb.trace.suspects import Suspect
    from ctxkb.trace.target import Target
    from ctxkb.types import Document

Verdict = Literal["missing", "not-found", "cut", "ignored", "wrong", "followed"]
"""No rule then; a rule that no answer held; one that the budget left out; one that was given and broken; one that was
given and is not what holds; one that was given, and nothing is known against it."""

MOST_PATHS = 3


@dataclass(frozen=True, slots=True)
class Trace:
    """The verdict on one rule: its document ("" for none) and that one's title, why in a sentence, and what shows it.

    `broken` tells that a check finds that the change breaks it, or that somebody says so.
    """

    verdict: Verdict
    rule: str
    document: str
    title: str
    reason: str
    broken: bool
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """All that verdicts on one change rest on: what was known before it, what is known now, and what was given."""

    target: Target
    past: Knowledge
    now: Knowledge
    given: Given


def judge(case: Case, suspect: Suspect, contents: Sequence[bytes]) -> Trace:
    """The verdict on one rule; `contents` are the bytes of its file before the commit and in it."""
    broken = bool(suspect.then or suspect.now or suspect.named)
    then = case.past.library.documents.get(suspect.document)
    if not suspect.document:
        return _of_the_gate(case, suspect)
    if then is None or not core_units(case.past, suspect):
        return _not_there(case, suspect, then)
    word, evidence = reach(case.given, suspect, case.past, contents)
    if word != "given" and suspect.rule and all(f"{RULE_PREFIX}{own.id}" != suspect.rule for own in then.rules):
        return _not_there(case, suspect, then)
    changed = _since(case, suspect)
    verdict, reason = _decided(case, suspect, then, word, changed)
    question = question_of(case.target.message) or case.target.subject
    evidence += [changed] if changed and verdict != "wrong" else []
    evidence += [replayed(case.target, question, suspect, case.past)] if word in {"cut", "absent"} else []
    return Trace(verdict, suspect.rule, then.path, then.title, reason, broken, tuple(evidence))


def none_governed(case: Case) -> Trace:
    """The verdict where nothing that binds was about any of the paths."""
    return Trace("missing", "", "", "", f"nothing that bound {_paths(case.target)} was there", broken=False)


def _decided(case: Case, suspect: Suspect, then: Document, word: Reach, changed: str) -> tuple[Verdict, str]:
    if word == "older":
        return "wrong", "what was given was not what held"
    if word == "given":
        return _given(suspect, changed)
    if word == "cut":
        return "cut", "it bound the paths, and the answer had no room for it"
    if not case.past.library.binds_on(then, case.target.paths):
        if not case.past.library.binds(then):
            return "missing", f"it did not bind anybody then: {then.status or 'it applies only where it is named'}"
        return "missing", f"it was about {_globs(then)}, and not about {_paths(case.target)}"
    if case.given.unknown:
        return "not-found", f"what {', '.join(case.given.unknown)} held is not known here, and not in the commit"
    if case.given.asked:
        return "not-found", "what was asked before the commit did not bring it up"
    return "not-found", "nobody asked: the commit has no receipt, and the log no question about its paths"


def _given(suspect: Suspect, changed: str) -> tuple[Verdict, str]:
    """Of what was given: a check of the commit decides; where only its words are known, so does what became of them."""
    if suspect.then:
        return "ignored", f"it was given, and the commit breaks it: {suspect.then}"
    if changed and (suspect.named or suspect.now):
        return "wrong", f"it was given, and is not what holds: {changed}"
    if suspect.now:
        return "ignored", f"it was given, and {suspect.now}"
    if suspect.named and not suspect.rule:
        return "ignored", "it was given; no check judges it, so that it was broken is your word"
    return "followed", f"it was given, and {'no check finds' if suspect.rule else 'nothing shows'} that it was broken"


def _not_there(case: Case, suspect: Suspect, then: Document | None) -> Trace:
    """The verdict on a rule that was not written before the commit."""
    later = case.now.library.documents.get(suspect.document)
    document = then or later
    path = document.path if document else suspect.document
    own = path in case.target.paths
    reason = "the commit itself brings it" if own else "it was written after the commit"
    evidence = [suspect.then or suspect.now] if suspect.then or suspect.now else []
    title = document.title if document else ""
    return Trace("missing", suspect.rule, path, title, reason, broken=True, evidence=tuple(evidence))


def _of_the_gate(case: Case, suspect: Suspect) -> Trace:
    """The verdict on a rule that no document holds: it reaches an agent by `check_change` alone."""
    evidence = (suspect.then,) if suspect.then else ()
    verdict: Verdict = "ignored"
    if case.given.checked:
        reason = "check_change was called before the commit"
    elif suspect.rule == "authority" and case.given.asked:
        reason = "an answer about a path begins with who may change it"
    else:
        verdict, reason = "not-found", "no document holds it; check_change tells it, and was not called"
    return Trace(verdict, suspect.rule, "", "", reason, broken=True, evidence=evidence)


def _since(case: Case, suspect: Suspect) -> str:
    """What became of a rule since the commit, "" where it says the same today."""
    library = case.now.library
    document = library.documents.get(suspect.document)
    if document is None:
        return f"{suspect.document} is gone by now"
    if not library.holds(document.id):
        heirs = library.heirs(document.id)
        return f"{document.id} is {document.status} by now" + (f", by {', '.join(heirs)}" if heirs else "")
    units = {unit.id: content_hash(library, unit) for unit in core_units(case.now, suspect)}
    before = {unit.id: content_hash(case.past.library, unit) for unit in core_units(case.past, suspect)}
    return "" if units == before else f"{document.id} was edited since"


def _paths(target: Target) -> str:
    more = f" and {len(target.paths) - MOST_PATHS} more" if len(target.paths) > MOST_PATHS else ""
    return f"{', '.join(target.paths[:MOST_PATHS])}{more}"


def _globs(document: Document) -> str:
    return ", ".join(document.scope.globs[:MOST_PATHS]) or "other paths"
