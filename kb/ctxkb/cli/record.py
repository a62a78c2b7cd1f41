"""What `kb init` wrote here, kept in `.kb/init.json`, so that `kb init --remove` leaves the very bytes of before."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ctxkb.cli.pieces import Piece
    from ctxkb.cli.writing import Write

FILE = "init.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """How to get from a file as it was left (`after`, a hash) to what it was before.

    `length` characters from `start` on replaced those of `was`. `created` tells that there was no file, `folders` which
    of its folders were made for it. Text of the file is kept only where it was replaced: it may hold secrets.
    """

    after: str
    start: int
    length: int
    was: str
    created: bool
    folders: tuple[str, ...] = ()

    @property
    def ours(self) -> bool:
        """False for a file that held everything before the first `kb init`."""
        return self.created or bool(self.length or self.was)

    def fits(self, text: str) -> bool:
        """Whether the file is still as it was left."""
        return self.after == _hash(text)

    def before(self, text: str) -> str | None:
        """What a file that fits was before, None where there was none."""
        return None if self.created else text[: self.start] + self.was + text[self.start + self.length :]


def entry(before: str | None, after: str, folders: tuple[str, ...] = ()) -> Entry:
    """The entry for a file that was `before`, None where there was none, and is `after` now."""
    if before is None:
        return Entry(_hash(after), 0, 0, "", created=True, folders=folders)
    start = _common(before, after)
    tail = _common(before[start:][::-1], after[start:][::-1])
    return Entry(_hash(after), start, len(after) - tail - start, before[start : len(before) - tail], created=False)


def load(root: Path) -> dict[str, Entry]:
    """The entries by path; none where there is no record that can be read."""
    try:
        kept = json.loads((root / ".kb" / FILE).read_text("utf-8"))["files"]
        return {path: Entry(**{**each, "folders": tuple(each["folders"])}) for path, each in kept.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # then the files themselves have to tell
        return {}


def keep(root: Path, plans: Sequence[Write], pieces: Sequence[Piece]) -> None:
    """Records what is about to be done to each file, and which files need nothing because a person saw to it.

    Raises `KbError` where the record cannot be written.
    """
    entries, by_path = load(root), {piece.path: piece for piece in pieces}
    for plan in plans:
        if plan.after is None or (not plan.changes and plan.path in entries):
            continue
        old, text = entries.get(plan.path), plan.before
        folders = _missing_folders(root, plan.path) if old is None else old.folders
        if old is not None and text is not None and old.fits(text):
            text = old.before(text)
        elif plan.changes and text is not None:
            piece = by_path[plan.path]
            text = None if piece.is_alone(text) else piece.take(text)
        entries[plan.path] = entry(text, plan.after, folders)
    _save(root, entries)


def _missing_folders(root: Path, path: str) -> tuple[str, ...]:
    return tuple(folder for folder in folders_of(path) if not (root / folder).exists())


def folders_of(path: str) -> list[str]:
    """The folders in which a file lies, the innermost first, without the root."""
    return [folder.as_posix() for folder in PurePosixPath(path).parents[:-1]]


def _save(root: Path, entries: Mapping[str, Entry]) -> None:
    from ctxkb.cli.writing import Write, write_text
    from ctxkb_ingest.folder import kb_folder

    kb_folder(root)
    content = {"files": {path: asdict(each) for path, each in entries.items()}}
    write_text(root, Write(f".kb/{FILE}", None, json.dumps(content, indent=1) + "\n", "what kb init wrote"))


def forget(root: Path) -> None:
    """Removes the record, and `.kb/` where nothing else lies in it. Raises `ConfigError`."""
    folder = root / ".kb"
    try:
        (folder / FILE).unlink(missing_ok=True)
        if [each.name for each in folder.glob("*")] == [".gitignore"]:
            (folder / ".gitignore").unlink()
            folder.rmdir()
    except OSError as error:
        raise ConfigError(f".kb/{FILE}: cannot be removed: {error.strerror}; check its permissions") from error


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
