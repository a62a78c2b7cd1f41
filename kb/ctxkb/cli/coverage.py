"""`kb coverage`: the code that nothing governs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ctxkb.cli.options import Json, Root, find
from ctxkb.cli.output import plural, tell, tell_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.coverage import Coverage

Within = Annotated[
    list[str] | None, typer.Option("--path", metavar="GLOB", help="Only files that this matches; may be repeated.")
]
Last = Annotated[int, typer.Option("--last", metavar="N", min=1, help="Weigh files by the last so many commits.")]
Least = Annotated[
    float | None, typer.Option("--min", metavar="X", min=0, max=1, help="End with 1 where less is governed (0 to 1).")
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many places.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("coverage")(coverage)


def coverage(
    path: Within = None,
    last: Last = 1000,
    least: Least = None,
    limit: Limit = 20,
    json: Json = False,
    root: Root = None,
) -> None:
    """Tell which code no rule, decision or contract governs, by how often it changes."""
    from datetime import date

    from ctxkb.check.coverage import coverage as measure
    from ctxkb.check.gate import open_context

    found = measure(open_context(find(root), "", "", date.today()), tuple(path or ()), last)
    if json:
        tell_json(_data(found, limit))
    else:
        tell("\n".join(_lines(found, limit)))
    if least is not None and found.share < least:
        raise typer.Exit(1)


def _data(found: Coverage, limit: int) -> dict[str, object]:
    return {
        "coverage": round(found.share, 4),
        "files": {"all": found.files, "governed": found.governed_files},
        "changes": {"all": found.changes, "governed": found.governed_changes, "commits": found.commits},
        "general": found.general,
        "ungoverned": [
            {"path": each.path, "files": each.files, "changes": each.changes} for each in found.places[:limit]
        ],
    }


def _lines(found: Coverage, limit: int) -> Iterator[str]:
    changes = f"{found.governed_changes:,} of {plural(found.changes, 'change')} in the last {found.commits:,} commits"
    files = f"{found.governed_files:,} of {plural(found.files, 'file')}"
    yield f"{found.share:.0%} governed: {changes}, {files}."
    if found.general:
        yield f"Not counted: {plural(found.general, 'document')} for the whole repository."
    if found.places:
        yield ""
        yield "Nothing narrower governs:"
        yield "  changes  files  path"
        yield from (f"  {each.changes:>7,}  {each.files:>5,}  {each.path}" for each in found.places[:limit])
        if len(found.places) > limit:
            yield f"  and {plural(len(found.places) - limit, 'more place')}; --limit shows them"
