"""Whether a folder of Chroma may be opened: what it holds, noted at a clean close, and a marker while it is not clean.

A process that is killed while it changes an embedded Chroma leaves a database which may answer wrongly or crash whoever
opens it. So the marker reaches the disk before the first change and leaves it after a clean close.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

LAYOUT = 1
"""How the folder is laid out; a change rebuilds it."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a cleanly closed folder holds: the vectors of `model` as of the catalog's `generation`."""

    model: str
    generation: int
    chroma: str
    layout: int = LAYOUT


def mark(folder: Path) -> None:
    """Says, on the disk before it returns, that `folder` is being changed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "dirty").open("w", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
            file.flush()
            os.fsync(file.fileno())
        _sync(folder)
    except OSError as error:
        raise _cannot(folder, error) from error


def unmark(folder: Path, held: Held) -> None:
    """Says, on the disk before it returns, that `folder` is whole and holds `held`."""
    note = folder / "held.json"
    building = folder / "held.json.tmp"
    try:
        with building.open("w", encoding="utf-8") as file:
            json.dump(asdict(held), file)
            file.flush()
            os.fsync(file.fileno())
        building.replace(note)
        _sync(folder)
        (folder / "dirty").unlink(missing_ok=True)
        _sync(folder)
    except OSError as error:
        raise _cannot(folder, error) from error


def held_by(folder: Path) -> Held | None:
    """What `folder` holds; None where it is marked, was never closed cleanly, or is not there."""
    if (folder / "dirty").exists():
        return None
    try:
        return Held(**json.loads((folder / "held.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # a note that cannot be read vouches for nothing


def clear(folder: Path) -> None:
    """Marks `folder` and deletes all else in it, without opening anything: killed meanwhile, it is still marked."""
    mark(folder)
    try:
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != "dirty":
                path.unlink()
    except OSError as error:
        raise _cannot(folder, error) from error


def _sync(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows cannot open a folder; its file systems order these by themselves
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot(folder: Path, error: OSError) -> StoreError:
    return StoreError(f"cannot write {folder}: {error}; free some space, or make the folder writable")
