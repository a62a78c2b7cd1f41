"""Files that a command is about to write: shown first, then written in one step each."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ctxkb.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Write:
    """What shall stand in a file. `before` is None where there is no such file yet, `after` where it shall go."""

    path: str
    before: str | None
    after: str | None
    what: str

    @property
    def changes(self) -> bool:
        """False where the file holds this already."""
        return self.before != self.after


def read_text(root: Path, path: str) -> str | None:
    """The text of a file of the repository with its line ends, None where there is none.

    Raises `ConfigError` where it cannot be read, is not UTF-8, or leads out of the repository.
    """
    place = root / path
    if not place.exists() and not place.is_symlink():
        return None
    if not place.resolve().is_relative_to(root.resolve()):
        raise ConfigError(f"{path}: leads out of the repository, it is left alone; make it a file of its own")
    try:
        return place.read_bytes().decode("utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; check its permissions") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8; save it as UTF-8") from error


def write_text(root: Path, write: Write) -> None:
    """Puts the text in place in one step; a reader sees the old file or the new one. Raises `ConfigError`."""
    place = (root / write.path).resolve()
    try:
        if write.after is None:
            place.unlink(missing_ok=True)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        _replace(place, write.after.encode())
    except OSError as error:
        raise ConfigError(f"{write.path}: cannot be written: {error.strerror}; check its permissions") from error


def _replace(place: Path, content: bytes) -> None:
    mode = place.stat().st_mode & 0o777 if place.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(mode)
        Path(name).replace(place)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
