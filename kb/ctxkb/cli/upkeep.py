"""`kb init --check`: what is missing, out of date or set up otherwise in a repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.cli.clients import CLIENTS, chosen, wanted
from ctxkb.cli.extras import EXTRAS
from ctxkb.cli.writing import read_text
from ctxkb.config.root import KB_TOML, read_written
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ctxkb.cli.clients import Client
    from ctxkb.cli.pieces import Piece


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a piece: `broken` where its file cannot be used at all, `theirs` where people wrote it so.

    `stuck` is told of a piece of theirs that cannot start on this machine.
    """

    message: str
    broken: bool = False
    theirs: bool = False
    stuck: bool = False


def faults(root: Path, names: Sequence[str], extras: Sequence[str], *, everyone: bool = False) -> list[Fault]:
    """What is missing, out of date or set up otherwise, or whose file cannot be used; the configuration first.

    Asks for the clients that were named, else for those in use, and for extras that were named or are there. Raises
    `ConfigError` for a client that nobody knows and a CLAUDE.md that cannot be read.
    """
    configuration = [] if read_written(root) is not None else [Fault(f"{KB_TOML}: missing: the configuration")]
    clients = chosen(root, names, everyone=everyone) if names or everyone else in_use(root)
    return [*configuration, *misfits(root, clients, extras)]


def misfits(root: Path, clients: Sequence[Client], extras: Sequence[str] = ()) -> list[Fault]:
    """The faults of the pieces of `clients`, and of extras that were named or are there. Raises as `faults` does."""
    pieces = wanted(root, clients)
    pieces += [extra.piece for extra in EXTRAS if extra.option in extras or _stands(root, extra.piece)]
    return [fault for piece in pieces for fault in _faults(root, piece)]


def in_use(root: Path) -> list[Client]:
    """The clients that are set up and those that the repository shows; the usual ones where none is set up."""
    set_up = [client for client in CLIENTS if any(_stands(root, piece) for piece in client.pieces)]
    if not set_up:
        return chosen(root, ())
    return [client for client in CLIENTS if client in set_up or client.found(root)]


def _stands(root: Path, piece: Piece) -> bool:
    try:
        text = read_text(root, piece.path)
        return text is not None and (piece.stands(text) or piece.other(root, text) is not None)
    except ConfigError:
        return True  # nobody can tell: the fault is told


def _faults(root: Path, piece: Piece) -> Iterator[Fault]:
    try:
        text = read_text(root, piece.path)
        wrong, other = piece.missing(text), None if text is None else piece.other(root, text)
    except ConfigError as error:
        yield Fault(str(error), broken=True)
        return
    if wrong:
        yield Fault(f"{piece.path}: {wrong}: {piece.what}")
    if other:
        stuck = f", which cannot start: there is no `{other.missing}` on this machine" if other.missing else ""
        message = f"{piece.path}: ctxkb is set up otherwise here: {other.said}{stuck}"
        yield Fault(message, theirs=True, stuck=bool(stuck))
