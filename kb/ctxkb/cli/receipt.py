"""`kb receipt`: a receipt in the form that a commit carries."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ctxkb.cli.options import Root, find
from ctxkb.cli.output import note, tell
from ctxkb.errors import ConfigError, KbError

if TYPE_CHECKING:
    from collections.abc import Callable


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("receipt")(receipt)


def receipt(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="RECEIPT", help="The receipt of an answer, such as kb-7g5tw42yeu.")
    ] = None,
    message: Annotated[
        str,
        typer.Option("--message", metavar="FILE", help="Write out the receipts that a commit's message names."),
    ] = "",
    root: Root = None,
) -> None:
    """Write a receipt out in full, as the trailer of a commit that `kb check` can verify anywhere."""
    from ctxkb.catalog.carried import TRAILER
    from ctxkb.cli.building import built
    from ctxkb.knowledge.carrying import carried

    if not names and not message:
        raise ConfigError("RECEIPT is missing; it stands in the first line of the answer of kb context or kb rules")
    with built(find(root)) as knowledge:
        for name in names or ():
            tell(f"{TRAILER}: {carried(knowledge, name)}")
        if message:
            _write_out(Path(message), lambda name: carried(knowledge, name))


def _write_out(message: Path, carried: Callable[[str], str]) -> None:
    """Replaces the names in a message by receipts in full.

    One that is not known stays as it is: a hook must not stop a commit for it.
    """
    from ctxkb.catalog.carried import NAME, TRAILER

    def full(match: re.Match[str]) -> str:
        try:
            return f"{match[1]}{carried(match[2])}"
        except KbError as error:
            note(f"kb: {error}")
            return match[0]

    try:
        before = message.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--message {message}: cannot be read: {error}") from error
    trailer = rf"^({TRAILER}:[ \t]*)({NAME.pattern})[ \t]*$"
    after = re.sub(trailer, full, before, flags=re.MULTILINE | re.IGNORECASE)
    if after != before:
        message.write_text(after, "utf-8")
