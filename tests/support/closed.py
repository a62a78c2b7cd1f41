"""Folders that cannot be written: one that is mounted read-only, and one on a disk that is full."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Makes `folder` read-only meanwhile, for root too; skips the test where the system does not allow it."""
    _mount("--bind", f"{folder}", f"{folder}")
    try:
        _mount("-o", "remount,ro,bind", f"{folder}")
        yield
    finally:
        _unmount(folder)


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """A disk of its own at `folder` meanwhile; skips the test where the system does not allow it."""
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", f"{folder}")
    try:
        yield
    finally:
        _unmount(folder)


def fill(folder: Path) -> None:
    """Leaves no byte free on the disk of `folder`."""
    with (folder / "filling").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass


def _mount(*arguments: str) -> None:
    try:
        done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount here")
    if done.returncode:
        pytest.skip(f"mounting needs rights: {done.stderr.strip()}")


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", f"{folder}"], check=True)
