"""The baseline: findings that a repository had on the day when it began, which count for nothing while they last."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.findings import Finding
    from ctxkb.check.trees import Tree

BASELINE = "kb-baseline.json"
"""The file at the root of the repository; it is committed."""

VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One accepted finding. `hash` stands for its message and the text of its line, wherever that line is."""

    path: str
    rule: str
    message: str
    hash: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings beside a baseline: the new ones, those in it, and what is left of it with the paths of today."""

    new: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    kept: Counter[Entry]
    gone: int


def read_baseline(tree: Tree) -> Counter[Entry]:
    """The baseline of one state, empty where there is none. Raises `ConfigError` for one that cannot be read."""
    content = next((content for _, content in tree.read([BASELINE])), None)
    if content is None:
        return Counter()
    try:
        data = json.loads(content)
        if data["version"] != VERSION:
            raise ValueError(f"version {data['version']} is not known here")
        rows = [
            (Entry(row["path"], row["rule"], row["message"], row["hash"]), row["count"]) for row in data["findings"]
        ]
        return Counter({entry: int(count) for entry, count in rows})
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigError(
            f"{BASELINE}: cannot be read: {error}; write it anew with `kb check --write-baseline`"
        ) from error


def baseline_text(entries: Counter[Entry]) -> str:
    """The file's text: one line an entry, in order, so that the same findings give the same bytes."""
    rows = [
        json.dumps(
            {"path": entry.path, "rule": entry.rule, "count": count, "hash": entry.hash, "message": entry.message}
        )
        for entry, count in sorted(entries.items())
    ]
    listed = ",\n".join(f"    {row}" for row in rows)
    findings = f"[\n{listed}\n  ]" if rows else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'


def entries_of(findings: Iterable[Finding]) -> Counter[Entry]:
    """What a baseline of these findings holds; they come with their excerpts."""
    return Counter(map(_entry, findings))


def compare(context: Context, findings: Sequence[Finding], baseline: Counter[Entry]) -> Compared:
    """Which of `findings` the baseline holds. A file that moved is followed: by the change, or by its name."""
    entries = list(map(_entry, findings))
    present = context.head.tree.paths()
    left, kept = baseline.copy(), Counter[Entry]()
    accepted: set[int] = set()
    by_content: dict[tuple[str, str], list[Entry]] = {}
    for entry in sorted(baseline):
        if entry.path not in present:
            by_content.setdefault((entry.rule, entry.hash), []).append(entry)
    tries: tuple[Callable[[Entry], Iterable[Entry]], ...] = (
        lambda entry: (entry,),
        lambda entry: (replace(entry, path=context.changes.before(entry.path)),),
        lambda entry: (old for old in by_content.get((entry.rule, entry.hash), ()) if _same_name(old, entry)),
    )
    for candidates in tries:
        for index, entry in enumerate(entries):
            found = None if index in accepted else next((old for old in candidates(entry) if left[old] > 0), None)
            if found is not None:
                left[found] -= 1
                kept[entry] += 1
                accepted.add(index)
    new = tuple(finding for index, finding in enumerate(findings) if index not in accepted)
    known = tuple(replace(findings[index], baselined=True) for index in sorted(accepted))
    return Compared(new, known, kept, left.total())


def _same_name(old: Entry, new: Entry) -> bool:
    return posixpath.basename(old.path) == posixpath.basename(new.path)


def _entry(finding: Finding) -> Entry:
    said = "\0".join((finding.message, finding.excerpt)).encode("utf-8", "surrogateescape")
    return Entry(finding.path, finding.rule, finding.message, hashlib.sha256(said).hexdigest()[:16])
