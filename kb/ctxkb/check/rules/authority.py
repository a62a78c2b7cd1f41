"""authority: what agents must not touch stays as it is until a person approves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.approval import TRAILER, approved, trailers_count
from ctxkb.check.findings import Breach, Place
from ctxkb.config.authority import authority_over, strictest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.config import Authority

MOST_NAMED = 10
"""So many further files are named in one finding."""


def check_authority(context: Context) -> Iterator[Breach]:
    """One breach for each table whose files changed without the approval that it asks for."""
    for table, paths in _governed(context).items():
        forbidden = paths if table.level == "never" else _unapproved(context, paths)
        waived = [path for path in forbidden if context.waiver("authority", path)]
        for group in ([path for path in forbidden if path not in waived], waived):
            if group:
                yield _breach(context, table, group)


def _governed(context: Context) -> dict[Authority, list[str]]:
    """The paths of the change by the table over them, of both ends the stricter: none frees itself by editing both."""
    now, then = context.config.authority, context.then.config.authority
    found: dict[Authority, list[str]] = {}
    within = context.changes.repositories()
    for path in sorted(context.changes.places()) if now or then else ():
        # A table about what lies in a submodule is about where that points.
        meant = (path, f"{path}/any") if path in within else (path,)
        table = strictest(*(authority_over(tables, each) for each in meant for tables in (now, then)))
        if table is not None:
            found.setdefault(table, []).append(path)
    return found


def _unapproved(context: Context, paths: Sequence[str]) -> list[str]:
    if approved(context, paths):
        return []
    return [path for path in paths if not approved(context, [path])]


def _breach(context: Context, table: Authority, paths: Sequence[str]) -> Breach:
    first, *others = paths
    more = f" and {len(others)} more" if others else ""
    who = table.owner or ", ".join(context.code_owners.of(first)) or "a person"
    if table.level == "never":
        message = f"{first}{more} changed, which agents must never do"
        fix = f"take that out of the change; where it has to be, {who} lowers its level in [[authority]] first"
    else:
        message = f"{first}{more} changed without a person's approval"
        trailer = f' with a trailer "{TRAILER}: NAME" in the commit, or in CI' if trailers_count(context) else " in CI"
        fix = f"let {who} approve it{trailer} by --approved-by"
    related = tuple(Place(path, 0, "changed, too") for path in others[:MOST_NAMED])
    ask = tuple(dict.fromkeys([table.owner, *context.owners(first)])) if table.owner else ()
    return Breach(first, 0, message, fix, ask=ask, related=related)
