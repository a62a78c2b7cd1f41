"""`kb init --remove`: takes back what `kb init` wrote, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.cli.record import folders_of, forget, load
from ctxkb.cli.writing import Write, read_text, write_text
from ctxkb.config.root import KB_TOML
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ctxkb.cli.pieces import Piece
    from ctxkb.cli.record import Entry


@dataclass(frozen=True, slots=True)
class Taken:
    """What would be taken back, the folders that were made for it, and a line on each file that is left."""

    writes: tuple[Write, ...]
    folders: tuple[str, ...]
    left: tuple[str, ...]


def taken_back(root: Path) -> Taken:
    """What `kb init` wrote here, by its record where a file is as it was left, else by what stands in the file."""
    from ctxkb.cli.clients import every
    from ctxkb.cli.extras import EXTRAS

    entries = load(root)
    writes: list[Write] = []
    left: list[str] = []
    for piece in (*every(), *(extra.piece for extra in EXTRAS)):
        try:
            write = _without(root, piece, entries.get(piece.path))
        except ConfigError as error:
            left.append(f"left alone: {error}")
            continue
        if write is not None and not any((root / write.path).samefile(root / other.path) for other in writes):
            writes.append(write)
    configuration, text = entries.get(KB_TOML), read_text(root, KB_TOML)
    if text is not None and configuration is not None and configuration.fits(text):
        writes.insert(0, Write(KB_TOML, text, None, "the configuration, which nobody changed"))
    elif text is not None and (writes or configuration):
        left.append(f"left alone: {KB_TOML}: nothing shows that it is as kb init wrote it")
    return Taken(tuple(writes), _folders(writes, entries), tuple(left))


def _folders(writes: Sequence[Write], entries: Mapping[str, Entry]) -> tuple[str, ...]:
    """Folders that were made for files which are deleted, the innermost first; without a record all of theirs."""
    found = set[str]()
    for write in writes:
        entry = entries.get(write.path)
        if write.after is None:
            found.update(each for each in folders_of(write.path) if entry is None or each in entry.folders)
    return tuple(sorted(found, key=len, reverse=True))


def take_back(root: Path, taken: Taken) -> None:
    """Does it, removes folders that were made and are empty now, and forgets what was written. Raises `KbError`."""
    for write in taken.writes:
        write_text(root, write)
    for folder in taken.folders:
        with suppress(OSError):  # something else lies in it
            (root / folder).rmdir()
    forget(root)


def _without(root: Path, piece: Piece, entry: Entry | None) -> Write | None:
    """A file without the piece, None where it holds none, or one that a person wrote."""
    text = read_text(root, piece.path)
    if text is None or (entry is not None and not entry.ours):
        return None
    if entry is not None and entry.fits(text):
        return Write(piece.path, text, entry.before(text), piece.what)
    if not piece.stands(text):
        return None
    alone = piece.is_whole(text) if entry is None else entry.created and piece.is_alone(text)
    return Write(piece.path, text, None if alone else piece.take(text), piece.what)
