"""The folder `.kb/`: what lies in it, and who owns it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ctxkb.errors import StoreError

if TYPE_CHECKING:
    from types import TracebackType

FOLDER = ".kb"
CHROMA = "chroma"
LOCK = "owner.lock"
OWNER = "owner.json"


def kb_folder(root: Path) -> Path:
    """The folder of the index, made with its own `.gitignore` where it is missing.

    Raises `StoreError` where it cannot be made.
    """
    folder = root / FOLDER
    ignore = folder / ".gitignore"
    try:
        if not ignore.exists():
            folder.mkdir(exist_ok=True)
            ignore.write_text("*\n", "utf-8")
    except OSError as error:
        if folder.is_dir():  # it can be read, if not written
            return folder
        raise StoreError(
            f"cannot make the index folder {folder}: {error.strerror}; check the disk and the folder's permissions"
        ) from error
    return folder


class OwnerLock:
    """The lock that makes a process the owner. The system frees it when the process ends, however it ends."""

    def __init__(self, root: Path) -> None:
        self._path = kb_folder(root) / LOCK
        self._file: TextIO | None = None

    @property
    def held(self) -> bool:
        """Whether this process is the owner through this lock."""
        return self._file is not None

    def acquire(self) -> bool:
        """Tries once, without waiting; true where this process is the owner now.

        Raises `StoreError` where the lock file cannot be opened.
        """
        if self._file is not None:
            return True
        try:
            file = Path(self._path).open("a", encoding="utf-8")  # noqa: SIM115 - it stays open as long as it is held
        except OSError as error:
            raise StoreError(
                f"cannot open {self._path}: {error.strerror}; check the folder's permissions, or make it writable"
            ) from error
        if _lock(file):
            self._file = file
            return True
        file.close()
        return False

    def release(self) -> None:
        """Gives ownership up; another process may take it at once."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> OwnerLock:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: TextIO) -> bool:
        try:
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: TextIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
