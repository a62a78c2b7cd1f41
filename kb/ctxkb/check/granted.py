"""The waivers of a change, wherever they stand: in the configuration, in a commit's message, or at the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ctxkb.check.waiver_lines import marked_lines
from ctxkb.check.waiver_text import Fault, parse_waiver
from ctxkb.config.faults import line_of
from ctxkb.config.root import KB_TOML
from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ctxkb.check.commits import Commit
    from ctxkb.check.context import Context
    from ctxkb.config import Waiver

TRAILER = "Kb-Waive"

HEAD_LINES = 10
"""A waiver in so many first lines of a file also covers what is wrong with the file as a whole."""

LARGEST = 1_000_000
"""Bytes of the largest file that is looked into for waivers at its lines."""

UNWAIVABLE = frozenset({"gate-weakened", "waiver-invalid", "waiver-expired", "waiver-unused"})
"""Rules about the gate itself: a waiver of these would let a change wave itself through."""

CONFIGURED_ONLY = frozenset({"authority"})
"""Rules that only the configuration may waive, where it is seen: an agent can write a comment or a trailer."""

Where = Literal["configuration", "trailer", "line"]


@dataclass(frozen=True, slots=True)
class Granted:
    """A waiver and the `path` and `line` where it stands (1-based, 0 for no line).

    `what` names it in a message. One at a line covers `lines` of its file, any other what its own paths match. `known`
    is one that stood word for word at the base.
    """

    waiver: Waiver
    where: Where
    path: str
    line: int
    what: str
    known: bool
    lines: frozenset[int] = frozenset()

    def covers(self, rule: str, path: str, line: int) -> bool:
        """Whether it is a waiver of a finding of `rule` there, whatever the day."""
        if self.waiver.rule != rule or rule in UNWAIVABLE:
            return False
        if self.where == "line":
            return path == self.path and line in self.lines
        return compile_globs(self.waiver.paths).matches(path)


@dataclass(frozen=True, slots=True)
class Unusable:
    """What was meant to be a waiver, where it stands, and why it is none; `known` is one that stood at the base."""

    where: Where
    path: str
    line: int
    why: str
    known: bool


def granted_waivers(context: Context) -> tuple[Granted | Unusable, ...]:
    """Every waiver that concerns the change, those of the configuration first."""
    return (*_configured(context), *_in_trailers(context), *_at_lines(context))


def _configured(context: Context) -> Iterator[Granted | Unusable]:
    written = context.now.written
    for index, waiver in enumerate(context.config.waivers):
        path, line = (written.name, line_of(written, ("waivers", index))) if written else (KB_TOML, 0)
        what = f"the waiver of {waiver.rule} for {', '.join(waiver.paths)}"
        known = waiver in context.then.config.waivers
        if waiver.rule in UNWAIVABLE:
            why = f"{what} covers nothing: the gate itself cannot be waived"
            yield Unusable("configuration", path, line, why, known)
        else:
            yield Granted(waiver, "configuration", path, line, what, known)


def _in_trailers(context: Context) -> Iterator[Granted | Unusable]:
    for commit in context.commits:
        for value in commit.values(TRAILER):
            path = _place(context, commit)
            name = f"the trailer {TRAILER} of commit {commit.hash[:10]}"
            found = _allowed(parse_waiver(value, at_line=False))
            if isinstance(found, Fault):
                yield Unusable("trailer", path, 0, f"{name} is no waiver: {found.why}", known=False)
            else:
                yield Granted(found, "trailer", path, 0, f"{name}, a waiver of {found.rule},", known=False)


def _place(context: Context, commit: Commit) -> str:
    """A file to show what is said of a commit at: one that it touches and that the change still has."""
    return next(iter(sorted(commit.paths & context.changes.present()) or sorted(commit.paths)), KB_TOML)


def _at_lines(context: Context) -> Iterator[Granted | Unusable]:
    for path, content in context.head.tree.read(context.judged(), LARGEST):
        marked = dict(marked_lines(path, content))
        passed = marked.keys() | (_blanks(path, content) if marked else set())
        before = _written_before(context, path) if marked else frozenset()
        for line, text in marked.items():
            found = _allowed(parse_waiver(text, at_line=True))
            known = text in before
            if isinstance(found, Fault):
                yield Unusable("line", path, line, f"the waiver in this line is none: {found.why}", known)
            else:
                what = f"the waiver of {found.rule}"
                yield Granted(found, "line", path, line, what, known, _covered(line, passed))


def _written_before(context: Context, path: str) -> frozenset[str]:
    """The words of the waivers in comments of a file as it was at the base."""
    found = context.base.tree.read([context.changes.before(path)], LARGEST)
    return frozenset(text for old, content in found for _, text in marked_lines(old, content))


def _blanks(path: str, content: bytes) -> set[int]:
    """The blank lines of a reStructuredText file, where one must follow a comment; none of any other."""
    rows = content.split(b"\n") if path.lower().endswith((".rst", ".rest")) else ()
    return {number for number, row in enumerate(rows, 1) if not row.strip()}


def _covered(line: int, passed: Collection[int]) -> frozenset[int]:
    """The lines that a waiver in `line` covers: its own, the next one not `passed` over, and the file from its head."""
    following = line + 1
    while following in passed:
        following += 1
    return frozenset({line, following} | ({0, 1} if line <= HEAD_LINES else set()))


def _allowed(found: Waiver | Fault) -> Waiver | Fault:
    if isinstance(found, Fault) or found.rule not in UNWAIVABLE | CONFIGURED_ONLY:
        return found
    if found.rule in UNWAIVABLE:
        return Fault(f"{found.rule} cannot be waived")
    return Fault(f"{found.rule} can be waived in the configuration only")
