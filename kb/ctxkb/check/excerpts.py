"""The lines that findings are about, read from the head of the change."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxkb.check.findings import Finding
    from ctxkb.check.trees import Tree

_LONGEST = 160


def with_excerpts(tree: Tree, findings: Iterable[Finding]) -> list[Finding]:
    """`findings`, each with the line that it names where `tree` has it, without the blanks around it."""
    known = list(findings)
    wanted: dict[str, set[int]] = defaultdict(set)
    for each in known:
        if each.line:
            wanted[each.path].add(each.line)
    found = {
        (path, line): text
        for path, content in tree.read(sorted(wanted))
        for line, text in _lines(content, sorted(wanted[path]))
    }
    return [replace(each, excerpt=found.get((each.path, each.line), "")) for each in known]


def _lines(content: bytes, numbers: Sequence[int]) -> Iterable[tuple[int, str]]:
    rows = content.split(b"\n", numbers[-1])
    for number in numbers:
        if number <= len(rows):
            text = " ".join(rows[number - 1][: 4 * _LONGEST].decode("utf-8", "replace").split())
            yield number, text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
