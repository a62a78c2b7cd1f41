"""Which contracts a change touches: by their own file, or by one that they refer to."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING

from ctxkb.check.contracts.files import DATA, Files
from ctxkb.check.contracts.interface import Side
from ctxkb.formats.classify import classify
from ctxkb.formats.sniff import HEAD
from ctxkb.text.globs import compile_globs
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.check.context import Context

_SAMPLES = frozenset(
    {
        "test",
        "tests",
        "__tests__",
        "testing",
        "spec-tests",
        "fixture",
        "fixtures",
        "__fixtures__",
        "testdata",
        "test-data",
    }
    | {"test_data", "example", "examples", "sample", "samples", "mock", "mocks", "__mocks__", "snapshots", "e2e"}
)
"""Folders whose contracts serve to try something out: they are broken on purpose, and no client relies on them."""

_PART = re.compile(rb"""\$ref|["']?(?:properties|responses|schema|parameters)["']?\s*:""")
_WHOLE = re.compile(rb"""(?:^(?:openapi|swagger)|["'](?:openapi|swagger)["'])\s*:\s*["']?[23]""", re.MULTILINE)
_CROWD = 40
"""In a folder with more data files than this only a name tells a description."""
_NAMED = re.compile(r"openapi|swagger", re.IGNORECASE)


def is_sample(context: Context, path: str) -> bool:
    """Whether a contract at `path` only serves to try something out, and nobody has listed it as a contract."""
    listed = context.config.sources.contracts
    if listed and compile_globs(listed).matches(path):
        return False
    return not _SAMPLES.isdisjoint(path.lower().split("/")[:-1])


def touched_openapi(context: Context) -> Iterator[tuple[Side, Side | None, list[Side]]]:
    """Each description at the base that the change touches, what it is at the head, and others there.

    Nothing is read where the change holds no YAML or JSON.
    """
    touched = context.changes.touched()
    changed = [path for path in touched if path.lower().endswith(DATA)]
    changed = sorted(path for path in changed if not is_sample(context, path))
    if not changed:
        return
    before = Files(context.base.tree, context.base.loads, touched)
    after = Files(context.head.tree, context.head.loads, touched, before)
    before.fetch(changed)
    after.fetch(changed)
    parts = frozenset(path for path in changed if _may_be_part(before, path) or _may_be_part(after, path))
    old = _roots(context, before, changed, parts)
    if not old:
        return
    moved = {change.old: change.path for change in context.changes.files if change.kind == "R"}
    new = _roots(context, after, changed, parts, wide=any(path not in after.tree.paths() for path in old))
    for path in old:
        now = moved.get(path, path)
        head = Side(now, after) if now in after.tree.paths() else None
        yield Side(path, before), head, [Side(other, after) for other in new if other != now]


def _may_be_part(files: Files, path: str) -> bool:
    content = files.content(path)
    return bool(_PART.search(content)) and not _WHOLE.search(content)


def _roots(
    context: Context, files: Files, changed: Sequence[str], parts: frozenset[str], *, wide: bool = False
) -> list[str]:
    """The descriptions that are `changed` or refer to one of `parts`; all that have a name as such with `wide`."""
    found = [path for path in changed if is_whole(context, files, path)]
    more = [path for path in _candidates(files.tree.paths(), parts, wide=wide) if path not in changed]
    files.fetch(more)
    for path in more:
        whole = not is_sample(context, path) and is_whole(context, files, path)
        if whole and (wide or not parts.isdisjoint(files.closure([path]))):
            found.append(path)
    return found


def _candidates(paths: Iterable[str], parts: Iterable[str], *, wide: bool) -> list[str]:
    """The files that may be what `parts` belong to: beside them or above, or named as such wherever they are."""
    folders = {folder for part in parts for folder in _above(part)}
    if not folders and not wide:
        return []
    data = [path for path in paths if path.lower().endswith(DATA)]
    crowds = Counter(posixpath.dirname(path) for path in data)
    return sorted(
        path
        for path in data
        if _NAMED.search(posixpath.basename(path))
        or (posixpath.dirname(path) in folders and crowds[posixpath.dirname(path)] <= _CROWD)
    )


def _above(path: str) -> Iterator[str]:
    """The folder of `path` and all above it, "" for the root."""
    while path:
        path = posixpath.dirname(path)
        yield path


def is_whole(context: Context, files: Files, path: str) -> bool:
    """Whether a whole description stands in the file, and the configuration does not ignore it."""
    content = files.content(path)
    return bool(_WHOLE.search(content)) and classify(path, content[:HEAD], context.config.sources) == (
        Kind.CONTRACT,
        "openapi",
    )
