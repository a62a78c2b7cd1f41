"""What a rule would have flagged in the commits of the past, each as a change of its own, merges as one."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from ctxkb.check.context import matching
from ctxkb.check.executable.imports import TEXT_SUFFIXES
from ctxkb.check.executable.matches import File, breaches, concerns, fresh
from ctxkb.check.git import commit_of
from ctxkb.check.lines import EVERY, Lines, path_in_patch, read_patch
from ctxkb.check.manifests import PARSERS
from ctxkb.check.trees import BlobTree
from ctxkb.check.unshown import PICTURES
from ctxkb.errors import ConfigError
from ctxkb.text.languages import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.check.executable.force import Held
    from ctxkb.check.executable.matches import Match
    from ctxkb.check.git import Git

_RECORD, _FIELD = b"\x1e", "\x1f"
_HEADERS = (b"diff --", b"@@ ", b"--- ", b"+++ ")
_WILD = re.compile(r"[*?\[{\\]")


@dataclass(frozen=True, slots=True)
class Spot:
    """What the rule would have flagged: the 1-based `line` of `path` (0 for the whole file), and what stood there."""

    path: str
    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """One commit that the rule would have flagged; `date` is the day of the commit, `spots` are by path and line."""

    commit: str
    date: str
    subject: str
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """How many commits were looked at, and those that the rule would have flagged, the latest first."""

    commits: int
    flagged: tuple[Flagged, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file of a commit: its blobs ("" where there is none), its paths, and the lines that the commit adds."""

    old_path: str
    path: str
    old: str
    new: str
    lines: Lines = field(default_factory=Lines)


@dataclass
class _Commit:
    """One commit as `git log` tells it."""

    hash: str
    date: str
    subject: str
    raw: list[bytes] = field(default_factory=list)
    patch: list[bytes] = field(default_factory=list)

    def entries(self) -> Iterator[_Entry]:
        """The files of the commit that the log names."""
        patched = read_patch(self.patch)
        for line in self.raw:
            facts, *names = line[1:].split(b"\t")
            _, _, old, new, letter = facts.decode().split(" ")
            paths = [path_in_patch(name) for name in names]
            lines = Lines(EVERY) if letter[0] == "A" else patched.get(paths[-1], Lines())
            yield _Entry("" if letter[0] == "A" else paths[0], paths[-1], old, "" if letter[0] == "D" else new, lines)


def try_rule(git: Git, held: Held, last: int) -> Trial:
    """What the rule would have flagged in each of the `last` commits from `HEAD` on, along first parents."""
    looked_at = git.word("rev-list", "--first-parent", f"--max-count={last}", "HEAD").split()
    before = commit_of(git, f"{looked_at[-1]}^") if looked_at else ""
    commits = list(_commits(git, held, f"{before}..HEAD" if before else "HEAD")) if looked_at else []
    work = [(commit, [each for each in commit.entries() if held.governs(each.path)]) for commit in commits]
    spots = _about_files(held, work) if held.rule.subject == "file" else _about_content(git, held, work)
    flagged = tuple(
        Flagged(commit.hash, commit.date, commit.subject, tuple(sorted(found, key=lambda spot: (spot.path, spot.line))))
        for (commit, _), found in zip(work, spots, strict=True)
        if found
    )
    return Trial(len(looked_at), flagged)


_Work: TypeAlias = "Sequence[tuple[_Commit, list[_Entry]]]"


def _about_files(held: Held, work: _Work) -> list[list[Spot]]:
    rule = held.rule
    if rule.forbid:
        return [
            [
                Spot(each.path, 0, each.path)
                for each in entries
                if each.new and matching([each.path], rule.values) and not matching([each.old_path], rule.values)
            ]
            for _, entries in work
        ]
    found = []
    for commit, entries in work:
        touched = {path for each in commit.entries() for path in (each.path, each.old_path) if path}
        causes = sorted(each.path for each in entries) if not matching(touched, rule.values) else []
        found.append([Spot(causes[0], 0, causes[0])] if causes else [])
    return found


def _about_content(git: Git, held: Held, work: _Work) -> list[list[Spot]]:
    wanted = {
        (each.new, each.path): None
        for _, entries in work
        for each in entries
        if each.new and each.lines != Lines() and concerns(held.rule, each.path)
    }
    now = _matches(git, held, wanted)
    olds = {
        (each.old, each.old_path): None for _, entries in work for each in entries if now.get((each.new, each.path))
    }
    before = _matches(git, held, (key for key in olds if key[1] and held.governs(key[1])))
    return [[spot for each in entries for spot in _spots(each, now, before)] for _, entries in work]


_Found: TypeAlias = "dict[tuple[str, str], tuple[Match, ...]]"


def _spots(entry: _Entry, now: _Found, before: _Found) -> Iterator[Spot]:
    key = (entry.old, entry.old_path)
    added = entry.lines.added if key in before else EVERY
    for each in fresh(now.get((entry.new, entry.path), ()), before.get(key, ()), added):
        if not each.known:
            yield Spot(entry.path, each.line, each.match.what)


def _matches(git: Git, held: Held, keys: Iterable[tuple[str, str]]) -> _Found:
    """What breaks the rule in each of some (blob, path); a blob that is not there is left out."""
    paths: dict[str, list[str]] = {}
    for blob, path in keys:
        paths.setdefault(blob, []).append(path)
    tree = BlobTree(git, {blob: blob for blob in paths})
    return {
        (blob, path): breaches(held.rule, File(path, content))
        for blob, content in tree.read(paths)
        for path in paths[blob]
    }


def _places(held: Held) -> list[str]:
    """Pathspecs of what the rule may be about: git compares nothing else, and reads no pictures."""
    rule = held.rule
    if rule.subject == "file":
        return []
    globs = rule.when or held.document.scope.globs
    folders = {_WILD.split(glob.removeprefix("./"))[0].rpartition("/")[0] for glob in globs if not glob.startswith("!")}
    inside = sorted(f"{folder}/" for folder in folders) if folders and "" not in folders else [""]
    if rule.subject == "pattern" and not rule.languages:
        return [*(f":(glob){folder}**" for folder in inside), *(f":(exclude,icase)*{suffix}" for suffix in PICTURES)]
    if rule.subject == "dependency":
        return [f":(glob){folder}**/{name}" for folder in inside for name in PARSERS]
    languages = rule.languages or tuple(SUFFIXES)
    suffixes = [suffix for language in languages for suffix in SUFFIXES[language]]
    suffixes += [] if rule.languages else sorted(TEXT_SUFFIXES)
    return [f":(glob,icase){folder}**/*{suffix}" for folder in inside for suffix in suffixes]


def _commits(git: Git, held: Held, span: str) -> Iterator[_Commit]:
    """The commits of a range that touch what may be governed, read as git writes them: a patch may be large."""
    command = git.command(
        "log", "--first-parent", "--diff-merges=first-parent", "--date=short",
        "--format=%x1e%H%x1f%ad%x1f%s", "--raw", "--no-abbrev", "-p", "-U0", "-M", "-l1000", "--no-color",
        "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--src-prefix=", "--dst-prefix=", "--relative",
        span, "--", *_places(held),
    )  # fmt: skip
    with subprocess.Popen(command, cwd=git.root, env=git.environment(), stdout=subprocess.PIPE) as process:
        commit: _Commit | None = None
        for line in process.stdout or ():
            row = line.rstrip(b"\n")
            if row.startswith(_RECORD):
                if commit:
                    yield commit
                name, day, subject = os.fsdecode(row[1:]).split(_FIELD, 2)
                commit = _Commit(name, day, subject)
            elif commit and row.startswith(b":"):
                commit.raw.append(row)
            elif commit and row.startswith(_HEADERS):
                commit.patch.append(row)
        if commit:
            yield commit
    if process.returncode:
        raise ConfigError("`git log -p` fails: does this clone lack objects of the past? `git fetch` brings them")
