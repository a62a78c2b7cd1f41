"""What `kb doctor` looks at: each check is a function that gives remarks."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from ctxkb.cli.noted import place
from ctxkb.errors import KbError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ctxkb.types import Concern

State = Literal["ok", "warning", "error"]

OLDEST_PYTHON = (3, 11)
_PROBE = 65_536
"""Bytes that are written to see whether the disk is full: about what SQLite needs to begin."""

CONCERNS: Mapping[Concern, tuple[str, str]] = MappingProxyType(
    {
        "reading": ("file", "mend the file, or name it under ignore in kb.toml"),
        "masked": ("masked", "take it out of the file and revoke it, for git keeps it; or see allow under [privacy]"),
        "hidden": ("hidden character", "take it out: readers get its number in its place"),
        "instruction": ("command to readers", "read that line: agents are shown it as part of the document"),
    }
)
"""What each sort of problem of a document is called, and how it is mended."""

_PERSONAL = "take it out of the file if nobody needs it there, for git keeps it; or see allow under [privacy]"
"""In place of the words about a secret: personal data cannot be revoked."""

FEWEST_WATCHES = 8192
"""Folders that Linux lets one user watch by default on small machines; large repositories need more."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What one check found; `fix` says how to mend it, "" where there is nothing to mend."""

    name: str
    state: State
    message: str
    fix: str = ""


def examine(root: Path) -> list[Remark]:
    """All checks on the repository at `root`, in order."""
    return [remark for check in CHECKS for remark in check(root)]


def python(root: Path) -> Iterator[Remark]:  # noqa: ARG001 - every check takes the root
    """Whether this Python is new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        yield Remark("python", "error", f"{found} is too old", "install Python 3.11 or newer, and ctxkb into it")
    else:
        yield Remark("python", "ok", found)


def sqlite(root: Path) -> Iterator[Remark]:  # noqa: ARG001 - every check takes the root
    """Whether SQLite can search text."""
    try:
        with sqlite3.connect(":memory:") as connection:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5(body)")
    except sqlite3.Error as error:
        yield Remark("sqlite", "error", f"{sqlite3.sqlite_version}: {error}", "use a Python whose SQLite has FTS5")
    else:
        yield Remark("sqlite", "ok", f"{sqlite3.sqlite_version} with FTS5")


def model(root: Path) -> Iterator[Remark]:
    """Whether the embedding model's files are what they must be."""
    from ctxkb.config import load_config
    from ctxkb.embed import bundled
    from ctxkb.embed.registry import PRECISIONS

    try:
        name = load_config(root).embedding.model
        if name in PRECISIONS:
            bundled.verify(bundled.model_folder())
            yield Remark("model", "ok", f"{bundled.MODEL}, its files are whole")
        else:
            yield Remark("model", "ok", f"{name} (named in the configuration, not looked into)")
    except KbError as error:
        yield Remark("model", "error", str(error), "the message says how")


def cache(root: Path) -> Iterator[Remark]:  # noqa: ARG001 - every check takes the root
    """Whether the model can be kept in the user's cache folder."""
    from ctxkb.embed.exported import cache_folder

    folder = cache_folder()
    yield _writable("cache", folder, "set CTXKB_CACHE_DIR to a folder that can be written and has 400 MB free")


def index_folder(root: Path) -> Iterator[Remark]:
    """Whether the index can be written, and stays out of git."""
    folder = root / ".kb"
    found = _writable("index folder", folder, "check the disk and the folder's permissions")
    if found.state == "error" and (folder / "catalog.sqlite").exists():
        message = f"{found.message}; answers rest on the index as it is, and have no receipts"
        found = replace(found, state="warning", message=message)
    yield found
    if _git(root, "ls-files", "--", ".kb"):
        yield Remark("index folder", "error", ".kb is tracked by git", "git rm -r --cached .kb && git commit")


def _writable(name: str, folder: Path, fix: str) -> Remark:
    """Tries it in the folder, or in the nearest one above that there is."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        with TemporaryFile(dir=there, buffering=0) as file:
            file.write(bytes(_PROBE))
    except OSError as error:
        return Remark(name, "error", f"{folder} cannot be written: {error.strerror}", fix)
    return Remark(name, "ok", f"{folder} can be written")


def git(root: Path) -> Iterator[Remark]:
    """Whether git is there and this is a repository."""
    if shutil.which("git") is None:
        yield Remark("git", "warning", "not on the PATH", "install git: kb check reads both ends of a change from it")
    elif _git(root, "rev-parse", "--show-toplevel") is None:
        yield Remark("git", "warning", f"{root} is not in a git repository", "git init, if kb check shall work here")
    else:
        yield Remark("git", "ok", "found, and this is a repository")


def _git(root: Path, *arguments: str) -> str | None:
    """What git prints, None where it fails or is missing."""
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def configuration(root: Path) -> Iterator[Remark]:
    """Whether the configuration is valid."""
    from ctxkb.config import load_config
    from ctxkb.config.root import read_written

    try:
        load_config(root)
        written = read_written(root)
    except KbError as error:
        yield Remark("configuration", "error", str(error), "the message says how")
    else:
        yield Remark(
            "configuration", "ok", f"{written.name} is valid" if written else "the defaults; kb init writes kb.toml"
        )


def watching(root: Path) -> Iterator[Remark]:  # noqa: ARG001 - every check takes the root
    """Whether the system lets enough folders be watched."""
    limit = Path("/proc/sys/fs/inotify/max_user_watches")
    if not limit.exists():
        return
    found = int(limit.read_text("ascii"))
    if found < FEWEST_WATCHES:
        fix = "sudo sysctl fs.inotify.max_user_watches=524288"
        yield Remark("watching", "warning", f"only {found} folders can be watched", fix)
    else:
        yield Remark("watching", "ok", f"{found:,} folders can be watched")


def command(root: Path) -> Iterator[Remark]:  # noqa: ARG001 - every check takes the root
    """Whether MCP clients can start `kb`."""
    place = shutil.which("kb")
    if place is None:
        fix = "put its folder on the PATH (pipx or uv tool install do), or name the whole path in .mcp.json"
        yield Remark("command", "warning", "kb is not on the PATH, so MCP clients cannot start it by name", fix)
    else:
        yield Remark("command", "ok", place)


def clients(root: Path) -> Iterator[Remark]:
    """Whether what `kb init` writes for the clients in use is there and up to date, as `kb init --check` tells it."""
    from ctxkb.cli.upkeep import in_use, misfits

    try:
        used = in_use(root)
        found = misfits(root, used)
    except KbError as error:
        yield Remark("client", "error", str(error), "mend it, then run kb init")
        return
    for fault in found:
        if fault.broken:
            yield Remark("client", "error", fault.message, "mend it, then run kb init")
        elif fault.theirs:
            fix = "see whether that is meant so; kb init leaves it as it is, and writes its own once it is taken out"
            yield Remark("client", "warning", fault.message, fix)
        else:
            yield Remark("client", "warning", fault.message, "kb init")
    if not found:
        yield Remark("client", "ok", f"{', '.join(client.name for client in used)}: set up, and up to date")


def index(root: Path) -> Iterator[Remark]:
    """Whether there is an index, and who keeps it."""
    from ctxkb.cli.state import look
    from ctxkb.privacy.personal import NAMES

    try:
        state = look(root)
    except KbError as error:
        closed = _writable("index", root / ".kb", "make the folder writable, then run kb index")
        yield Remark("index", "error", str(error), closed.fix or "rm -r .kb && kb index")
        return
    if state is None:
        yield Remark("index", "warning", "there is none yet", "kb index")
        return
    words = "complete" if state.complete else "not complete"
    yield Remark(
        "index",
        "ok" if state.complete else "warning",
        f"{state.units} units, {words}",
        "" if state.complete else "kb index",
    )
    yield Remark("owner", "ok", f"process {state.owner} keeps it up to date" if state.owner else "no process keeps it")
    for problem in state.problems:
        name, fix = CONCERNS[problem.concern]
        personal = problem.concern == "masked" and problem.reason.partition(",")[0] in NAMES
        yield Remark(name, "warning", f"{place(problem)}: {problem.reason}", _PERSONAL if personal else fix)


CHECKS: tuple[Callable[[Path], Iterator[Remark]], ...] = (
    python, sqlite, git, configuration, model, cache, index_folder, index, watching, command, clients,
)  # fmt: skip
