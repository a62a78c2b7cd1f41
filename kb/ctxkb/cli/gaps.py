"""`kb gaps`: the questions that found no answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ctxkb.cli.options import Json, Root, find
from ctxkb.cli.output import note, plural, tell, tell_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import typer

    from ctxkb.catalog.usage import Gap


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("gaps")(gaps)


def gaps(json: Json = False, root: Root = None) -> None:
    """List the questions that found no answer, the most often asked first: each wants a document."""
    found = recorded(find(root))
    if json:
        tell_json({"gaps": [asdict(gap) for gap in found]})
    elif found:
        tell("\n".join(line for gap in found for line in lines(gap)))
    else:
        note("No gaps: no question was left without an answer.")


def recorded(root: Path) -> list[Gap]:
    """The gaps of a repository, none where nothing was asked yet. Raises `StoreError`."""
    from ctxkb.catalog.usage import DATABASE
    from ctxkb.catalog.usage import gaps as read

    folder = root / ".kb"
    return read(folder) if (folder / DATABASE).exists() else []


def lines(gap: Gap) -> Iterator[str]:
    """A gap as a person reads it: the question, how often and when, and what is known around it."""
    yield f"{_line(gap.question)}  ({plural(gap.asked, 'time')}, last on {gap.last_at[:10]})"
    facts = {"paths": ", ".join(gap.paths), "note": gap.note, "nearest": ", ".join(gap.nearest)}
    yield from (f"  {name:<8} {_line(fact)}" for name, fact in facts.items() if fact)


def _line(text: str) -> str:
    return " ".join(text.split())
