"""Which lines a change adds or edits, and which it takes away, as git tells them."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxkb.check.changes import INDEX, WORKING_TREE
from ctxkb.check.unshown import PICTURES, comparable
from ctxkb.check.untracked import tracking, untracked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxkb.check.changes import Change, Changes
    from ctxkb.check.git import Git

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


@dataclass(frozen=True, slots=True)
class Ranges:
    """Lines as sorted ranges (first, last), 1-based and inclusive; None stands for every line."""

    spans: tuple[tuple[int, int], ...] | None = ()

    def __contains__(self, line: int) -> bool:
        if self.spans is None:
            return True
        at = bisect_right(self.spans, line, key=lambda span: span[0]) - 1
        return at >= 0 and line <= self.spans[at][1]

    def rows(self, content: bytes) -> list[bytes]:
        """The lines of `content` that are among them."""
        rows = content.split(b"\n")
        return rows if self.spans is None else [row for first, last in self.spans for row in rows[first - 1 : last]]

    def meets(self, first: int, last: int) -> bool:
        """Whether any line from `first` to `last` is among them."""
        if self.spans is None:
            return True
        return any(start <= last and first <= end for start, end in self.spans)


EVERY = Ranges(None)
NONE = Ranges()


@dataclass(frozen=True, slots=True)
class Lines:
    """What a change does to one file: the lines at the head that are new or edited, those at the base that went.

    Where git takes the file for binary it is not `shown` which.
    """

    added: Ranges = NONE
    removed: Ranges = NONE
    shown: bool = True


@dataclass
class _File:
    """One file of a patch while it is read."""

    names: list[str] = field(default_factory=list)
    shown: bool = True
    removed: list[tuple[int, int]] = field(default_factory=list)
    added: list[tuple[int, int]] = field(default_factory=list)


def lines_of(git: Git, changes: Changes) -> dict[str, Lines]:
    """The lines of every file of the change by its path, as `Change.path` names it."""
    patched = _patched_here(git, changes) if changes.base else {}
    found: dict[str, Lines] = {}
    for change in changes.files:
        if change.kind in "AD":
            found[change.path] = Lines(EVERY, NONE) if change.kind == "A" else Lines(NONE, EVERY)
        else:
            found[change.path] = patched.get(change.path, Lines())
    return found


def _patched_here(git: Git, changes: Changes) -> dict[str, Lines]:
    """What differs, with files that moved to where git does not track them."""
    moved = changes.head == WORKING_TREE and any(change.kind == "R" for change in changes.files)
    fresh = untracked(git) if moved else []
    if not fresh:
        return _patched(git, changes)
    with tracking(git, fresh) as own:
        return _patched(own, changes)


def _patched(git: Git, changes: Changes) -> dict[str, Lines]:
    found = read_patch(_patch(git, changes))
    hidden = [
        change
        for change in changes.files
        if change.kind in "MR"
        and not found.get(change.path, Lines()).shown
        and not change.path.lower().endswith(PICTURES)
    ]
    found |= {change.path: Lines(EVERY, EVERY) for change in hidden}
    for part in comparable(git, changes, hidden) if hidden else ():
        found |= read_patch(_patch(git, changes, part))
    return found


def _patch(git: Git, changes: Changes, only: Sequence[Change] = ()) -> list[bytes]:
    """The patch of the whole change, or of some of its files, which are then text whatever they hold."""
    ends = {INDEX: ("--cached", changes.base), WORKING_TREE: (changes.base,)}
    paths = dict.fromkeys(path for change in only for path in (change.old, change.path))
    answer = git.run(
        "--literal-pathspecs", "diff", "-p", "-U0", "-M", "-l1000", *(["--text"] if only else []), "--no-color",
        "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--src-prefix=", "--dst-prefix=", "--relative",
        *ends.get(changes.head, (changes.base, changes.head)), "--", *paths,
    )  # fmt: skip
    return answer.split(b"\n")


def read_patch(patch: Iterable[bytes]) -> dict[str, Lines]:
    """The lines that a patch without context adds and takes away in each file, by its path behind the change.

    Of the patch only headers count (`diff`, `rename to`, `Binary files`, `---`, `+++`, `@@`): what the files hold may
    be left out.
    """
    files: list[_File] = []
    for line in patch:
        _take(line, files)
    return {
        each.names[-1]: Lines(Ranges(tuple(each.added)), Ranges(tuple(each.removed)), each.shown)
        for each in files
        if each.names
    }


def _take(line: bytes, files: list[_File]) -> None:
    """Read one line of a patch. What a file holds begins with a sign, so that it is never taken for a header."""
    if line.startswith(b"diff --"):
        files.append(_File())
    elif line.startswith(b"@@ ") and (hunk := _HUNK.match(line)):
        old, old_count, new, new_count = (int(part or 1) for part in hunk.groups())
        files[-1].removed += [(old, old + old_count - 1)] if old_count else []
        files[-1].added += [(new, new + new_count - 1)] if new_count else []
    elif line.startswith((b"--- ", b"+++ ")) and not (files[-1].removed or files[-1].added):
        files[-1].names.append(path_in_patch(line[4:]))
    elif line.startswith(b"rename to "):
        files[-1].names.append(path_in_patch(line[10:]))
    elif line.startswith(b"Binary files "):
        files[-1].shown = False
        files[-1].names += [] if files[-1].names else [path_in_patch(_twice(line[13:].removesuffix(b" differ")))]


def _twice(both: bytes) -> bytes:
    """The name in `NAME and NAME`; where one of the two is that of no file, the other."""
    before, after = b"/dev/null and ", b" and /dev/null"
    if both.startswith(before) or both.endswith(after):
        return both.removeprefix(before).removesuffix(after)
    return both[: (len(both) - 5) // 2]


def path_in_patch(written: bytes) -> str:
    """A path as git writes it in a patch: in quotes where it holds a quote or a control character."""
    written = written.removesuffix(b"\t")
    if written.startswith(b'"'):
        written = _ESCAPE.sub(_meant, written[1:-1])
    return os.fsdecode(written)


def _meant(escape: re.Match[bytes]) -> bytes:
    code = escape[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _LETTERS.get(code, code)
