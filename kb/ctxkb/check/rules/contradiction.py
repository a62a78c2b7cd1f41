"""rule-contradiction: two rules that apply to one path can both be followed."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from ctxkb.check.directives import Directive, conflict, directives
from ctxkb.check.findings import Breach, Place
from ctxkb.check.plan import options
from ctxkb.retrieve.library import library_of
from ctxkb.retrieve.scope import governs, specificity
from ctxkb.text.words import query_terms
from ctxkb.types import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.documents import Documents
    from ctxkb.types import Document

_KINDS = frozenset({Kind.CONVENTION, Kind.DECISION})
_OPEN = "not committed yet"


def check_contradiction(context: Context) -> Iterator[Breach]:
    """Each pair of rules that cannot both be followed, where the change touches one of the two files."""
    judged = {path for path in context.judged() if context.head.kind_of(path) in _KINDS}
    if not judged:
        return
    then = {_said(pair) for pair in _opposed(context.base, {context.changes.before(path) for path in judged})}
    for pair in _opposed(context.head, judged):
        mine, other, why = pair
        if other.document.path in judged and mine.document.path not in judged:
            mine, other = other, mine
        yield Breach(
            path=mine.document.path,
            line=mine.line,
            message=f'"{_short(mine.text)}" against "{_short(other.text)}" of {_dated(context, other)}: {why}',
            fix="keep the one that holds, and take the other out or say where it ends",
            known=_said(pair) in then,
            related=(
                Place(mine.document.path, mine.line, _since(context, mine.document)),
                Place(other.document.path, other.line, f"{_since(context, other.document)}: {_short(other.text)}"),
            ),
        )


def _said(pair: tuple[Directive, Directive, str]) -> frozenset[str]:
    return frozenset(each.text for each in pair[:2])


def _opposed(documents: Documents, judged: set[str]) -> Iterator[tuple[Directive, Directive, str]]:
    """The pairs that cannot both be followed and of which one stands in a judged file."""
    read = documents.read(documents.paths_of(_KINDS))
    library = library_of(document for each in read.values() for document in each.parsed.documents)
    held = [each for each in library.documents.values() if library.binds_on(each, ())]
    rules = [demand for each in held if each.kind is Kind.CONVENTION for demand in directives(each)]
    decided = [each for each in held if each.kind is Kind.DECISION and each.status == Status.ACCEPTED]
    for one, other in combinations(rules, 2):
        if not judged.isdisjoint({one.document.path, other.document.path}):
            why = conflict(one, other)
            if why and _meet(documents, one.document, other.document):
                yield one, other, why
    for decision in decided:
        yield from _against(decision, [each for each in rules if judged & {each.document.path, decision.path}])


def _against(decision: Document, rules: Sequence[Directive]) -> Iterator[tuple[Directive, Directive, str]]:
    """The rules about a decision's subject that demand an option which it did not choose."""
    chosen, others = options(decision)
    outcome = next((section for section in decision.sections if section.role == "outcome"), None)
    if not chosen or outcome is None:
        return
    for name in others:
        terms = {*query_terms(name)}
        subject = {*query_terms(decision.title)} - terms
        for rule in (each for each in rules if terms and not each.against):
            if terms <= rule.terms and subject & rule.terms and not {*query_terms(chosen)} <= rule.terms:
                stands = Directive(decision, outcome.first, f"chosen: {chosen}", False, frozenset(), ())
                yield rule, stands, f"the decision weighed {name} and did not choose it"


def _meet(documents: Documents, one: Document, other: Document) -> bool:
    """Whether some path is governed by both, and none of the two is the nearer one that replaces the other there."""
    if one.path == other.path:
        return True
    for path in sorted(documents.tree.paths()):
        if governs(one.scope, path) and governs(other.scope, path):
            return one.format != other.format or specificity(one.scope, path) == specificity(other.scope, path)
    return False


def _short(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:87]}..."


def _dated(context: Context, directive: Directive) -> str:
    return f"{directive.document.path}:{directive.line} ({_date(context, directive.document)})"


def _since(context: Context, document: Document) -> str:
    day = _date(context, document)
    return day if day == _OPEN else f"since {day}"


def _date(context: Context, document: Document) -> str:
    """The day on which the document's file was last committed, else the day that it states itself."""
    committed = context.git.word("log", "-1", "--format=%cs", "--", document.path)
    return committed or (document.date.isoformat() if document.date else _OPEN)
