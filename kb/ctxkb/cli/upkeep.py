"""`kb init --check`: what is missing or out of date in the set-up of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.cli.clients import CLIENTS, chosen, wanted
from ctxkb.cli.extras import EXTRAS
from ctxkb.cli.writing import read_text
from ctxkb.config.root import KB_TOML, read_written
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ctxkb.cli.clients import Client
    from ctxkb.cli.pieces import Piece


def faults(root: Path, names: Sequence[str], extras: Sequence[str], *, everyone: bool = False) -> list[str]:
    """A line on each piece that is missing or out of date, or whose file cannot be used.

    Asks for the clients that were named, else for those that are set up or that the repository shows, and for extras
    that were named or are there.
    """
    clients = chosen(root, names, everyone=everyone) if names or everyone else _in_use(root)
    pieces = wanted(root, clients)
    pieces += [extra.piece for extra in EXTRAS if extra.option in extras or _stands(root, extra.piece)]
    configuration = [] if read_written(root) is not None else [f"{KB_TOML}: missing: the configuration"]
    return configuration + [fault for piece in pieces if (fault := _fault(root, piece))]


def _in_use(root: Path) -> list[Client]:
    set_up = [client for client in CLIENTS if any(_stands(root, piece) for piece in client.pieces)]
    if not set_up:
        return chosen(root, ())
    return [client for client in CLIENTS if client in set_up or client.found(root)]


def _stands(root: Path, piece: Piece) -> bool:
    try:
        text = read_text(root, piece.path)
        return text is not None and piece.stands(text)
    except ConfigError:
        return True  # nobody can tell: the fault is told


def _fault(root: Path, piece: Piece) -> str:
    try:
        wrong = piece.missing(read_text(root, piece.path))
    except ConfigError as error:
        return str(error)
    return f"{piece.path}: {wrong}: {piece.what}" if wrong else ""
