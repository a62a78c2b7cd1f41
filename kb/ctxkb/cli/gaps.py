"""`kb gaps`: the questions that found no answer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ctxkb.cli.options import Json, Root, find
from ctxkb.cli.output import note, plural, tell, tell_json
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ctxkb.catalog.usage import Gap


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("gaps")(gaps)


def gaps(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    again: Annotated[
        bool, typer.Option("--recheck", help="Ask each again, and close what is answered by now.")
    ] = False,
    close: Annotated[
        list[int] | None, typer.Option("--close", metavar="N", help="Close gap N; may be repeated.")
    ] = None,
    drop: Annotated[
        list[int] | None, typer.Option("--drop", metavar="N", help="Forget gap N; may be repeated.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for an issue or a page.")] = False,
    json: Json = False,
    root: Root = None,
) -> None:
    """List the questions that found no answer, the most often asked first: each wants a document."""
    if markdown and json:
        raise ConfigError("--markdown and --json exclude each other: choose one")
    folder = find(root)
    _settle(folder, close or (), drop or ())
    if again:
        _recheck(folder)
    elif close or drop:
        return
    found = recorded(folder, closed=everything)
    if json:
        tell_json({"gaps": [data(gap) for gap in found]})
    elif not found:
        note("No gaps: no question was left without an answer.")
    else:
        tell("\n".join(_markdown(found) if markdown else (line for gap in found for line in lines(gap))))


def _settle(root: Path, closed: Sequence[int], dropped: Sequence[int]) -> None:
    from ctxkb.catalog.usage import close_gap, drop_gap
    from ctxkb_ingest.folder import kb_folder

    for number in closed:
        close_gap(kb_folder(root), number, datetime.now(UTC))
    for number in dropped:
        drop_gap(kb_folder(root), number)


def _recheck(root: Path) -> None:
    """Asks the open gaps again, and says what came of it."""
    from ctxkb.cli.building import built
    from ctxkb.knowledge.gaps import recheck

    if not recorded(root):
        return
    with built(root, warm=True) as knowledge:
        result = recheck(knowledge, datetime.now(UTC))
    for gap, answer in result.closed:
        note(f"closed {gap.number}: {_line(gap.question)}  (answered by {answer})")
    if result.merged:
        note(f"merged {plural(result.merged, 'question')} with others that ask the same")
    note(f"{plural(len(result.closed), 'gap')} closed, {result.left} left")


def recorded(root: Path, *, closed: bool = False) -> list[Gap]:
    """The gaps of a repository, none where nothing was asked yet. Raises `StoreError`."""
    from ctxkb.catalog.usage import DATABASE
    from ctxkb.catalog.usage import gaps as read

    folder = root / ".kb"
    return read(folder, closed=closed) if (folder / DATABASE).exists() else []


def data(gap: Gap) -> dict[str, Any]:
    """A gap for programs."""
    return {key: value for key, value in asdict(gap).items() if key != "seen"}


def lines(gap: Gap) -> Iterator[str]:
    """A gap as a person reads it: its number, the question, how often and when, and what is known around it."""
    said = [plural(gap.asked, "time"), f"last on {gap.last_at[:10]}", *_standing(gap)]
    yield f"{gap.number:>3}  {_line(gap.question)}  ({', '.join(said)})"
    facts = {"paths": ", ".join(gap.paths), "note": gap.note, "nearest": ", ".join(gap.nearest)}
    yield from (f"     {name:<8} {_line(fact)}" for name, fact in facts.items() if fact)


def _standing(gap: Gap) -> Iterator[str]:
    """What is to be said of a gap that is not simply open and without any answer."""
    if gap.closed_at:
        yield f"closed on {gap.closed_at[:10]}: {gap.closed_by}"
    elif gap.confidence != "none":
        yield "reported" if gap.confidence == "high" else "low confidence"


def _markdown(found: Sequence[Gap]) -> Iterator[str]:
    yield "# Questions without an answer"
    for gap in found:
        yield f"\n## {gap.number}. {_escaped(gap.question)}\n"
        first = f", first on {gap.first_at[:10]}" if gap.asked > 1 else ""
        yield f"- Asked {', '.join([plural(gap.asked, 'time'), f'last on {gap.last_at[:10]}{first}', *_standing(gap)])}"
        if gap.paths:
            yield f"- Paths: {', '.join(f'`{path}`' for path in gap.paths)}"
        if gap.note:
            yield f"- Note: {_escaped(gap.note)}"
        if gap.nearest:
            yield f"- Came nearest: {', '.join(f'`{near}`' for near in gap.nearest)}"


def _escaped(text: str) -> str:
    """One line in which nothing is markup: who asked is not who shows it."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|!" else sign for sign in _line(text))


def _line(text: str) -> str:
    return " ".join(text.split())
