"""decision-edited: what was decided is changed by a new decision, not by rewriting the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach
from ctxkb.check.rules.decision import earlier
from ctxkb.check.rules.edited_words import Edit, edits, statements
from ctxkb.formats.graph import Finder
from ctxkb.types import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.types import Document

_SHOWN = 90
_MANY = 4
"""Decisions edited at once that tell a pass over the style of all: nobody turns as many in one change."""

_PUT_ASIDE = frozenset({Status.SUPERSEDED, Status.DEPRECATED})
"""What an accepted decision may become: it is read as what once was decided."""

_RECORDED = frozenset({"superseded-by", "amended-by"})


def check_edited(context: Context) -> Iterator[Breach]:
    """Accepted decisions whose outcome or consequences read otherwise than they did, and those that are deleted."""
    pairs = list(_edited(context))
    gone = {document.id: document for document in _gone(context)}
    pairs += [(heir, gone.pop(each.id)) for each in [*gone.values()] if (heir := _heir(context, each))]
    replaced = _replaced(context) if gone or any(now.path != then.path for now, then in pairs) else set()
    edited = [
        (now, differing)
        for now, then in pairs
        if _was_accepted(then) and _still_holds(now, then) and (now.path == then.path or then.id not in replaced)
        if (differing := edits(statements(then.sections), statements(now.sections)))
    ]
    for document, differing in edited:
        yield _breach(document, differing, sure=differing[0].turned and len(edited) < _MANY)
    yield from (_deleted(each) for each in gone.values() if each.id not in replaced)


def _edited(context: Context) -> Iterator[tuple[Document, Document]]:
    """The decisions that the change edits or moves, each with what stood in its file before."""
    changed = [change.path for change in context.changes.files if change.kind in "MR"]
    for read in context.head.read(changed).values():
        for document in read.parsed.documents:
            if document.kind is Kind.DECISION:
                yield from ((document, before) for before in earlier(context, document)[:1])


def _gone(context: Context) -> Iterator[Document]:
    """The accepted decisions whose file is deleted, or lies where it is none."""
    olds = [
        change.old
        for change in context.changes.files
        if change.kind == "D" or (change.kind == "R" and not context.head.may_decide(change.path))
    ]
    for read in context.base.read(filter(context.base.may_decide, olds)).values():
        yield from filter(_was_accepted, read.parsed.documents)


def _heir(context: Context, gone: Document) -> Document | None:
    """The new file in which a decision stands whose old one is deleted: it has its title, or its number."""
    new = {change.path for change in context.changes.files if change.kind == "A"}
    fresh = [each for each in context.head.decisions() if each.path in new]
    titled = (each for each in fresh if each.title.casefold() == gone.title.casefold())
    numbered = (each for each in fresh if gone.number and (each.number, each.series) == (gone.number, gone.series))
    return next(titled, None) or next(numbered, None)


def _replaced(context: Context) -> set[str | None]:
    """The decisions of the base that one at the head says it supersedes."""
    finder = Finder(context.base.decisions())
    said = ((each, link) for each in context.head.decisions() for link in each.links)
    return {finder.find(each, link.target) for each, link in said if link.relation == "supersedes"}


def _deleted(document: Document) -> Breach:
    return Breach(
        path=document.path,
        line=0,
        message=f'"{document.title}" was accepted and is deleted, and nothing supersedes it',
        fix="restore it; where it holds no more, say so in its status, or in a decision that supersedes it",
    )


def _was_accepted(document: Document) -> bool:
    """Whether it was accepted at the base; where it stated no status, a number must tell that it is a decision."""
    accepted = document.kind is Kind.DECISION and document.status == Status.ACCEPTED and not document.template
    # The text of an enhancement proposal is kept up to date with what it describes; its kep.yaml tells the rest.
    return accepted and document.format != "decision-kep" and bool(document.status_text or document.number)


def _still_holds(document: Document, before: Document) -> bool:
    """Whether no word of it tells that it holds no more, or that another has replaced or amended it since."""
    if document.status in _PUT_ASIDE:
        return False
    then, now = ({link.target for link in each.links if link.relation in _RECORDED} for each in (before, document))
    return not now - then


def _breach(document: Document, found: Sequence[Edit], *, sure: bool) -> Breach:
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
    back = "" if document.status == Status.ACCEPTED else f'; its status is "{document.status}" now'
    return Breach(
        path=document.path,
        line=first.line,
        message=message + more + back,
        severity=None if sure else "warning",
        fix="restore the text, and write a new decision that supersedes or amends this one (`kb adr supersede`)",
    )


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3].rstrip()}..."
