"""What a change may consist of alone without touching what a file does: tests, comments, formatting, lock files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.rules.likeness import alike
from ctxkb.text.code import is_lock_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.check.context import Context
    from ctxkb.config.models import Trivial

LARGEST = 400_000
"""Bytes of the largest file whose two states are compared; what is larger counts as changed."""

MOST_COMPARED = 200
"""So many edited files are compared; a change of more is none that only mends comments."""

_TEST = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|__mocks__|specs?|e2e|testdata|fixtures|cypress)/"
    r"|(?:^|/)(?:test_[^/]*|conftest)\.py$"
    r"|(?:_test|_spec|\.test|\.spec|\.cy|-test|-spec)\.[a-z]+$"
    r"|(?:Tests?|Spec|IT|TestCase)\.(?:java|kt|kts|scala|groovy|cs|swift|php)$",
)
_DOCUMENT = re.compile(r"\.(?:md|mdx|rst|adoc|txt)$|(?:^|/)specs?/.*\.(?:ya?ml|json|proto|graphql)$", re.IGNORECASE)
"""What lies in a folder that is called spec may well be a spec."""


def is_test(path: str) -> bool:
    """Whether a file is part of the tests, told by its name and folder; a document never is."""
    return bool(_TEST.search(path)) and not _DOCUMENT.search(path)


def substantial(context: Context, paths: Iterable[str], kinds: Iterable[Trivial]) -> list[str]:
    """Those of `paths` whose change consists of more than `kinds`. A file that is new, gone or moved always does."""
    listed = frozenset(kinds)
    left = [
        path
        for path in paths
        if not ("tests" in listed and is_test(path)) and not ("lock-files" in listed and is_lock_file(path))
    ]
    if not listed & {"comments", "formatting"}:
        return left
    edited = sorted(frozenset(left) & {change.path for change in context.changes.files if change.kind == "M"})
    if len(edited) > MOST_COMPARED:
        return left
    before = dict(context.base.tree.read(edited, LARGEST))
    same = {
        path
        for path, content in context.head.tree.read(edited, LARGEST)
        if path in before
        and content != before[path]  # else its mode changed
        and alike(path, before[path], content, comments="comments" in listed, formatting="formatting" in listed)
    }
    return [path for path in left if path not in same]
