"""The lines that findings are about, read from the head of the change."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.privacy.clean import masked
from ctxkb.privacy.invisible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxkb.check.findings import Finding
    from ctxkb.check.trees import Tree
    from ctxkb.config import Privacy

_LONGEST = 160


def with_excerpts(tree: Tree, findings: Iterable[Finding], privacy: Privacy) -> list[Finding]:
    """`findings`, each with the line that it names where `tree` has it and it holds a word, without blanks around it.

    What `privacy` holds back is masked, and hidden characters are shown: a report goes to logs and pull requests.
    """
    known = list(findings)
    wanted: dict[str, set[int]] = defaultdict(set)
    for each in known:
        if each.line:
            wanted[each.path].add(each.line)
    found = {
        (path, line): text
        for path, content in tree.read(sorted(wanted))
        for line, text in _lines(quotable(content.decode("utf-8", "replace"), privacy), sorted(wanted[path]))
    }
    return [replace(each, excerpt=found.get((each.path, each.line), "")) for each in known]


def quotable(text: str, privacy: Privacy) -> str:
    """`text` as a report may quote it, in as many lines."""
    return visible(masked(text, privacy))


def _lines(content: str, numbers: Sequence[int]) -> Iterable[tuple[int, str]]:
    rows = content.split("\n", numbers[-1])
    for number in numbers:
        if number <= len(rows):
            text = " ".join(rows[number - 1][: 4 * _LONGEST].split())
            if re.search(r"\w", text):  # the bar above front matter tells nothing
                yield number, text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
