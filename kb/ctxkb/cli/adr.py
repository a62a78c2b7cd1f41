"""`kb adr`: decisions from the command line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ctxkb.cli.options import Json, Root, find
from ctxkb.cli.output import note, tell, tell_json

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from ctxkb.types import Document

Title = Annotated[str, typer.Argument(metavar="TITLE", help="What is decided, in a few words.")]
Name = Annotated[str, typer.Argument(metavar="ID", help="The decision: its number, file name or path.")]
Form = Annotated[
    str, typer.Option("--template", metavar="ID", help="madr, madr-minimal, nygard or y-statement; else as the others.")
]
Day = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="The day of the decision; else today."),
]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    group = typer.Typer(no_args_is_help=True, help="Begin, list, accept and replace decisions.")
    for command, name in (
        (list_, "list"),
        (new, "new"),
        (accept, "accept"),
        (supersede, "supersede"),
        (graph, "graph"),
    ):
        group.command(name)(command)
    app.add_typer(group, name="adr")


def list_(json: Json = False, root: Root = None) -> None:
    """List the decisions: number, status, date, title, path."""
    from dataclasses import asdict

    from ctxkb.adr.shelf import rows

    found = rows(_shown(find(root)))
    if json:
        tell_json([asdict(row) for row in found])
        return
    for row in found:
        tell(f"{row.number or '-':>4}  {row.status:<10}  {row.date or '-':<10}  {row.title}  {row.path}")
    if not found:
        note("There is no decision yet: begin one with `kb adr new TITLE`.")


def new(
    title: Title,
    folder: Annotated[
        str, typer.Option("--dir", metavar="DIR", help="The folder, from the root on; else where the others are.")
    ] = "",
    template: Form = "",
    day: Day = None,
    root: Root = None,
) -> None:
    """Begin a decision: a proposed one, in the style of those that exist."""
    from ctxkb.adr.decide import begin
    from ctxkb.adr.files import create

    place = find(root)
    begun, text = begin(
        place, _decisions(place), title, _day(day), folder=folder, template=template, usual=_usual_folder(place)
    )
    create(place, begun.path, text)
    tell(begun.path)


def accept(name: Name, root: Root = None) -> None:
    """Set a decision's status to accepted, in the form in which the file writes it."""
    from ctxkb.adr.decide import accept as settle
    from ctxkb.adr.shelf import pick

    place = find(root)
    document = pick(_decisions(place), name)
    settle(place, document)
    tell(document.path)


def supersede(name: Name, title: Title, template: Form = "", day: Day = None, root: Root = None) -> None:
    """Replace a decision by a new one; both files say so."""
    from ctxkb.adr.decide import supersede as replace
    from ctxkb.adr.shelf import pick

    place = find(root)
    documents = _decisions(place)
    old = pick(documents, name)
    begun = replace(place, documents, old, title, _day(day), template=template)
    tell(begun.path)
    note(f"{old.path} is superseded by it.")


def graph(
    format_: Annotated[Literal["mermaid", "dot"], typer.Option("--format", help="What is to draw it.")] = "mermaid",
    root: Root = None,
) -> None:
    """Draw what supersedes, amends and relates to what."""
    from ctxkb.adr.drawing import DRAWINGS

    tell(DRAWINGS[format_](_shown(find(root))).rstrip("\n"))


def _decisions(root: Path) -> tuple[Document, ...]:
    """The decisions in the working tree."""
    from ctxkb.adr.shelf import read_decisions
    from ctxkb.config import load_config
    from ctxkb.types import Kind
    from ctxkb_ingest.discover import discover

    found = discover(root, load_config(root), {}).changed
    return read_decisions(root, ((each.path, each.format) for each in found if each.kind is Kind.DECISION))


def _shown(root: Path) -> tuple[Document, ...]:
    """The decisions with their titles masked as an answer has them; those that are edited stay as they are written."""
    from dataclasses import replace

    from ctxkb.config import load_config
    from ctxkb.privacy.clean import masked

    privacy = load_config(root).privacy
    return tuple(replace(document, title=masked(document.title, privacy)) for document in _decisions(root))


def _usual_folder(root: Path) -> str:
    """Where the first decision goes: the folder that the configuration's first glob names, else docs/adr."""
    from ctxkb.adr.style import folder_of_glob
    from ctxkb.config import load_config

    globs = load_config(root).sources.decisions
    return folder_of_glob(globs[0]) if globs else "docs/adr"


def _day(given: datetime | None) -> date:
    return (given or datetime.now()).date()
