"""Writing decisions: in one step, never over another one, never outside of the repository."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from ctxkb.errors import ConfigError


def create(root: Path, path: str, text: str) -> None:
    """Write a new file. Raises `ConfigError` where there is one already, or `path` leads out of `root`."""
    place = _inside(root, path)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = _written(place, text.encode())
        try:
            # A link, in place of a rename, fails where somebody else was quicker.
            os.link(temporary, place)
        finally:
            temporary.unlink()
    except FileExistsError as error:
        raise ConfigError(f"{path} exists already; choose another title, or edit that file") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}; check its folder's permissions") from error


def overwrite(root: Path, path: str, content: bytes) -> None:
    """Put `content` in the place of a file that exists; a reader sees the old one or the new one."""
    place = _inside(root, path)
    try:
        temporary = _written(place, content)
        try:
            temporary.chmod(place.stat().st_mode & 0o777)
            os.replace(temporary, place)  # noqa: PTH105 - named beside os.link above
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}; check its permissions") from error


def _inside(root: Path, path: str) -> Path:
    place = (root / path).resolve()
    if not place.is_relative_to(root.resolve()):
        raise ConfigError(f"{path} leads out of the repository {root}; name a folder within it")
    return place


def _written(place: Path, content: bytes) -> Path:
    """A temporary file beside `place`, readable as any new file is."""
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    temporary = Path(name)
    temporary.chmod(0o666 & ~_umask())
    return temporary


def _umask() -> int:
    """The process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
