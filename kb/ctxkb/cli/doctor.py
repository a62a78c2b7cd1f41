"""`kb doctor`: what is wrong with the set-up, and how to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from ctxkb.cli.options import Json, Root, find
from ctxkb.cli.output import plural, tell, tell_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.cli.checkup import Remark

MARKS = {"ok": "ok     ", "warning": "warning", "error": "error  "}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("doctor")(doctor)


def doctor(root: Root = None, json: Json = False) -> None:
    """Check the set-up: Python, the model, the index, the configuration, the MCP clients. Ends with 1 on an error."""
    from ctxkb.cli.checkup import examine

    remarks = examine(find(root))
    if json:
        tell_json({"checks": [as_json(remark) for remark in remarks], "exit": int(_failed(remarks))})
    else:
        tell("\n".join(line(remark) for remark in remarks))
        tell(summary(remarks))
    if _failed(remarks):
        raise typer.Exit(1)


def line(remark: Remark) -> str:
    """One remark as a person reads it."""
    fix = f"\n         -> {remark.fix}" if remark.fix else ""
    return f"{MARKS[remark.state]}  {remark.name}: {remark.message}{fix}"


def as_json(remark: Remark) -> dict[str, Any]:
    """One remark for programs."""
    return {"name": remark.name, "state": remark.state, "message": remark.message, "fix": remark.fix}


def summary(remarks: Sequence[Remark]) -> str:
    """How many remarks there are of each sort."""
    counts = {state: sum(remark.state == state for remark in remarks) for state in MARKS}
    return f"{plural(counts['error'], 'error')}, {plural(counts['warning'], 'warning')}, {counts['ok']} ok"


def _failed(remarks: Sequence[Remark]) -> bool:
    return any(remark.state == "error" for remark in remarks)
