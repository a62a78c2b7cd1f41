"""context-receipt: whoever changed governed files had read what binds them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.catalog.carried import TRAILER, read_carried
from ctxkb.check.findings import RANKS, Breach
from ctxkb.formats.classify import classify, wants_head
from ctxkb.formats.graph import Finder, build_graph, statuses
from ctxkb.retrieve.library import Library
from ctxkb.retrieve.scope import governs, overridden
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.catalog.carried import Verdict
    from ctxkb.check.commits import Commit
    from ctxkb.check.context import Context
    from ctxkb.check.findings import FindingSeverity

GOVERNING = frozenset({Kind.DECISION, Kind.CONVENTION})
"""The kinds whose receipts are asked for; a contract binds as a whole, and answers hold parts of it."""

MOST_NAMED = 3

_SAID: dict[Verdict, str] = {
    "missing": "does not hold",
    "left out": "says that this was left out for want of room:",
    "older": "holds an older state of",
}
_FIXES: dict[Verdict, str] = {
    "missing": "ask get_context for the paths that the commit touches, and put the receipt of that answer into it",
    "left out": "read it, or ask with a larger budget",
    "older": "ask again, and look whether what changed concerns the commit",
}
_WEIGHTS: dict[Verdict, FindingSeverity] = {"missing": "error", "older": "warning", "left out": "info"}
"""The worst severity that each verdict gets."""


def check_receipt(context: Context) -> Iterator[Breach]:
    """For each commit to governed files: that it carries no receipt, or one that lacks what binds them now."""
    wanted = context.config.check.receipt
    if wanted == "off" or not context.commits:
        return
    library = _library(context)
    touched = context.changes.touched()
    for commit in context.commits:
        paths = sorted(commit.paths & touched)
        governing = [each for each, _ in library.governing(paths) if each.path not in commit.paths]
        if not commit.merge and governing:
            governed = [path for path in paths if any(governs(each.scope, path) for each in governing)]
            yield from _judged(context, commit, governed, sorted({each.path for each in governing}), wanted)


def _library(context: Context) -> Library:
    """The decisions and conventions at the head, with their status in effect."""
    named = [path for path in context.head.tree.paths() if _governs_by_name(context, path)]
    read = context.head.read(sorted(named)).values()
    found = {each.id: each for file in read for each in file.parsed.documents if not each.template}
    successors = build_graph(found.values()).successors()
    effective = statuses(found, successors)
    held = {key: replace(document, status=effective[key]) for key, document in found.items()}
    masked = overridden([document.path for document in held.values()])
    return Library(0, held, successors, Finder(held.values()), masked)


def _governs_by_name(context: Context, path: str) -> bool:
    told = None if wants_head(path) else classify(path, None, context.head.sources)
    return told is not None and told[0] in GOVERNING


def _judged(
    context: Context, commit: Commit, paths: Sequence[str], governing: Sequence[str], wanted: FindingSeverity
) -> Iterator[Breach]:
    values = commit.values(TRAILER)
    name = f'commit {commit.hash[:10]} ("{commit.subject}")'
    first = next((path for path in paths if path in context.changes.present()), paths[0])
    if not any(values):
        message = f"{name} touches {first}, which {_some(governing)} {_govern(governing)}, without a {TRAILER}"
        fix = f'put the receipt of get_context into its message: "{TRAILER}: ...", as `kb receipt` writes it'
        yield Breach(first, 0, message, fix, severity=wanted)
        return
    carried = read_carried(values)
    if carried is None:
        message = f"the {TRAILER} of {name} cannot be verified: {values[0][:60] or 'it is empty'}"
        yield Breach(first, 0, message, "write it out in full: `kb receipt NAME` prints it", severity=wanted)
        return
    verdicts: dict[Verdict, list[str]] = {}
    for path, content in context.head.tree.read(governing):
        verdicts.setdefault(carried.verdict(path, content), []).append(path)
    for verdict, which in verdicts.items():
        if verdict != "included":
            severity = max(wanted, _WEIGHTS[verdict], key=lambda each: RANKS[each])
            message = f"the receipt of {name} {_SAID[verdict]} {_some(which)}, which {_govern(which)} {first}"
            yield Breach(first, 0, message, _FIXES[verdict], severity=severity)


def _govern(paths: Sequence[str]) -> str:
    return "governs" if len(paths) == 1 else "govern"


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else ""
    return f"{', '.join(paths[:MOST_NAMED])}{more}"
