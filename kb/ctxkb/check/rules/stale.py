"""guide-stale-reference and decision-stale-reference: a text names what there is."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach, Place
from ctxkb.check.rules.link import is_shown_elsewhere
from ctxkb.formats.graph import build_graph, statuses
from ctxkb.types import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.granted import Granted
    from ctxkb.check.references.stale import Stale

_RECORDS = re.compile(
    r"(?:^|/)(?:change-?log|changes|history|news|releases?|release[-_]notes?|upgrad\w*|migrat\w*|post-?mortems?|incidents?"
    r"|minutes|meetings?|archived?|blog|posts|\.changeset|retro\w*|roadmap|plans?|todo)(?:[-_.][\w.-]*)?(?:/|\.\w+$)"
    r"|[-_](?:summary|report|analysis|roadmap|plan)\.\w+$|(?:^|/)specs/\d{3}-[^/]+/|(?:^|/)templates?/",
    re.IGNORECASE,
)
"""Texts that tell what was, or what is to come: they may name what there is not. So are the folders of spec-kit."""

_DATED = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d[^/]*$|[-_]session\b[^/]*$")
"""Notes of one day; a decision may bear its date."""

_ASIDE = frozenset({"context", "drivers", "options", "pros-cons", "status"})
"""The sections of a decision that tell how it came about."""

_SHOWN = 3
"""So many further places of one document are named: whoever mends these finds the rest."""


def check_guide_stale(context: Context) -> Iterator[Breach]:
    """Guides and conventions that name a path, symbol, command, setting or endpoint which the change takes away."""
    found = _stale(context, {Kind.GUIDE, Kind.CONVENTION})
    told = [stale for stale in found if not _DATED.search(stale.path) and not _is_linked(context, stale)]
    yield from _breaches(context, "guide-stale-reference", told)


def check_decision_stale(context: Context) -> Iterator[Breach]:
    """Accepted decisions that, in what they decided, name a path or symbol which the change takes away."""
    found = [stale for stale in _stale(context, {Kind.DECISION}) if stale.mention.kind in {"path", "symbol"}]
    if not found:
        return
    documents = {each.id: each for each in context.head.decisions()}
    effective = statuses(documents, build_graph(documents.values()).successors())
    told: list[Stale] = []
    for stale in found:
        document = documents.get(stale.path)
        if document is None or effective[stale.path] != Status.ACCEPTED:
            continue
        line = stale.mention.line
        role = next((each.role for each in document.sections if each.first <= line <= each.last), "")
        if role not in _ASIDE:
            told.append(stale)
    yield from _breaches(context, "decision-stale-reference", told)


def _stale(context: Context, kinds: set[Kind]) -> list[Stale]:
    """What the change made stale; with `everything` also the paths that were lost before."""
    found = context.stale
    if context.everything:
        places = {(each.path, each.mention.line) for each in found}
        found = [*found, *(each for each in context.lost if (each.path, each.mention.line) not in places)]
    return [each for each in found if _kind(context, each.path) in kinds]


def _is_linked(context: Context, stale: Stale) -> bool:
    """Whether the line also links to the file that it names, so that guide-link tells of it."""
    if stale.mention.kind != "path" or is_shown_elsewhere(stale.path):
        return False
    line = context.head.prose[stale.path].split(b"\n")[stale.mention.line - 1].decode("utf-8", "replace")
    name = re.escape(posixpath.basename(stale.mention.was))
    return re.search(rf"\]\([^)\s]*{name}[#?)]", line) is not None


def _kind(context: Context, path: str) -> Kind | None:
    if _RECORDS.search(path):
        return None
    return next((read.kind for read in context.head.read([path]).values()), None)


def _breaches(context: Context, rule: str, found: Iterable[Stale]) -> Iterator[Breach]:
    """One breach for all that the change makes stale in a document, what a waiver covers apart.

    What was stale before is told line by line, so that a baseline can tell a new one from those that it holds.
    """
    together: dict[tuple[str, Granted | None], dict[tuple[int, str], Stale]] = {}
    for stale in found:
        if stale.known:
            yield _breach([stale])
        else:
            waiver = context.waiver(rule, stale.path, stale.mention.line)
            group = together.setdefault((stale.path, waiver), {})
            group[stale.mention.line, stale.mention.text] = stale
    for group in together.values():
        yield _breach([group[place] for place in sorted(group)])


def _breach(found: Sequence[Stale]) -> Breach:
    """What is said of the first of `found`, how many there are, and where some of the others stand."""
    first, *rest = found
    others = f", and {len(rest)} more that went or moved" if rest else ""
    fix = f"write {first.now}" if first.now else "name what stands in its place, or take the sentence out"
    return Breach(
        path=first.path,
        line=first.mention.line,
        message=f"{_said(first)}{others}",
        fix=f"{fix}; mend the others likewise" if rest else fix,
        known=first.known,
        related=tuple(Place(each.path, each.mention.line, _said(each)) for each in rest[:_SHOWN]),
    )


def _said(stale: Stale) -> str:
    mention = stale.mention
    how = {"path": "", "symbol": "symbol ", "setting": "setting ", "option": "option ", "command": "command "}
    if stale.now:
        why = f"which is {stale.now} now"
    elif mention.kind == "path":
        why = "which is no longer there" if stale.known else "which this change deletes"
    else:
        why = f"which this change takes out of {mention.was}"
    return f'names {how.get(mention.kind, "endpoint ")}"{mention.text}", {why}'
