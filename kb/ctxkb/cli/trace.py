"""`kb trace`: why a rule did not reach a change."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ctxkb.cli.options import Json, Root, find, in_repository
from ctxkb.cli.output import note, tell, tell_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.trace.verdict import Case, Trace

What = Annotated[str, typer.Argument(metavar="COMMIT|PATH:LINE", help="A commit, or a line: the commit that wrote it.")]
Rule = Annotated[
    str,
    typer.Option("--rule", metavar="ID", help="Only this rule or document; you say that it was broken."),
]
As = Annotated[
    Literal["gap", "question", "rule"] | None,
    typer.Option("--as", help="Make a gap, a question for kb eval, or a draft of a rule of the first problem."),
]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("trace")(trace)


def trace(what: What, rule: Rule = "", form: As = None, json: Json = False, root: Root = None) -> None:
    """Tell why a rule did not reach a change: missing, not found, cut by the budget, ignored, or wrong."""
    from ctxkb.cli.tracing import traced
    from ctxkb.trace.render import trace_json, trace_lines

    folder = find(root)
    with traced(folder, _place(what, folder), rule) as (case, traces):
        if json:
            tell_json(trace_json(case.target, case.given, traces))
        else:
            tell("\n".join(trace_lines(case.target, case.given, traces)))
        if form:
            note(_turned(form, case, traces))


def _place(what: str, root: Path) -> str:
    """A line as it is named from the root, where it was named from the current folder."""
    found = re.fullmatch(r"(.+):(\d+)", what)
    if found and Path(found[1]).is_file():
        return f"{in_repository([found[1]], root)[0]}:{found[2]}"
    return what


def _turned(form: Literal["gap", "question", "rule"], case: Case, traces: Sequence[Trace]) -> str:
    """Makes something of the first verdict that is a problem, and says where it is now."""
    from ctxkb.cli.trace_as import as_gap, as_question, as_rule

    first = next((trace for trace in traces if trace.verdict != "followed"), None)
    if first is None:
        return f"There is nothing to turn into a {form}: every rule was given, and nothing shows that it was broken."
    return {"gap": as_gap, "question": as_question, "rule": as_rule}[form](case, first)
