"""decision-edited: what was decided is changed by a new decision, not by rewriting the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach
from ctxkb.check.rules.decision import earlier
from ctxkb.check.rules.edited_words import Edit, edits, statements
from ctxkb.types import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.types import Document

_SHOWN = 90
_MANY = 4
"""Decisions edited at once that tell a pass over the style of all: nobody turns as many in one change."""

_RECORDED = frozenset({"superseded-by", "amended-by"})


def check_edited(context: Context) -> Iterator[Breach]:
    """Accepted decisions whose outcome or consequences read otherwise than they did when they were accepted."""
    changed = [change.path for change in context.changes.files if change.kind in "MR"]
    found: list[tuple[str, list[Edit]]] = []
    for path, read in context.head.read(changed).items():
        for document in filter(_holds, read.parsed.documents):
            before = next(iter(earlier(context, document)), None)
            if before is not None and _was_accepted(before) and _still_holds(document, before):
                found.append((path, edits(statements(before.sections), statements(document.sections))))
    edited = [(path, differing) for path, differing in found if differing]
    for path, differing in edited:
        yield _breach(path, differing, sure=differing[0].turned and len(edited) < _MANY)


def _was_accepted(document: Document) -> bool:
    """Whether it was accepted at the base; where it stated no status, a number must tell that it is a decision."""
    accepted = document.kind is Kind.DECISION and document.status == Status.ACCEPTED and not document.template
    # The text of an enhancement proposal is kept up to date with what it describes; its kep.yaml tells the rest.
    return accepted and document.format != "decision-kep" and bool(document.status_text or document.number)


def _holds(document: Document) -> bool:
    return document.kind is Kind.DECISION and document.status == Status.ACCEPTED


def _still_holds(document: Document, before: Document) -> bool:
    """Whether no word of it tells that another decision has replaced or amended it since."""
    then, now = ({link.target for link in each.links if link.relation in _RECORDED} for each in (before, document))
    return not now - then


def _breach(path: str, found: Sequence[Edit], *, sure: bool) -> Breach:
    first = found[0]
    now, then = _shown(first.now), _shown(first.then)
    if first.now and first.then:
        message = f'accepted with "{then}", this decision now reads "{now}"'
    elif first.then:
        message = f'accepted with "{then}", this decision no longer says so'
    else:
        message = f'"{now}" is added to what was accepted'
    more = f"; {len(found) - 1} more statements differ" if len(found) > 2 else ""
    more = "; 1 more statement differs" if len(found) == 2 else more
    return Breach(
        path=path,
        line=first.line,
        message=message + more,
        severity=None if sure else "warning",
        fix="restore the text, and write a new decision that supersedes or amends this one (`kb adr supersede`)",
    )


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3].rstrip()}..."
