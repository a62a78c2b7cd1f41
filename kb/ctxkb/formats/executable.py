"""Executable rules: what a decision or convention forbids or requires in a form that `kb check` can enforce.

They stand under `rules:` in the front matter, or in a fenced `kb-rule` block with the same YAML. Nothing in a rule can
run: the YAML constructs nothing, and patterns are RE2's, which takes time in proportion to the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats import executable_fields as fields
from ctxkb.formats.frontmatter import split
from ctxkb.formats.yamlsafe import Table, load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.formats.frontmatter import FrontMatter
    from ctxkb.formats.yamlsafe import Value
    from ctxkb.types import ExecutableRule

FENCE = "kb-rule"
"""The word behind the fence of a block that holds rules."""

MOST_RULES = 200
"""How many rules one document may hold."""

_KEY = re.compile(r"[^\s#-]")
_FORM = "a rule is a mapping with `id` and `forbid` or `require`"
_OURS = frozenset({"id", "forbid", "require"})


@dataclass(frozen=True, slots=True)
class RuleFault:
    """Why a rule cannot be used; `id` is "unnamed" where it has none. `line` is 1-based."""

    id: str
    line: int
    reason: str


def rules_in(text: str) -> tuple[tuple[ExecutableRule, ...], tuple[RuleFault, ...]]:
    """The rules that a document (`text` with LF line ends) carries, in its order, and what is wrong with others."""
    rules: dict[str, ExecutableRule] = {}
    faults: list[RuleFault] = []
    for block, above, fenced in _blocks(text):
        for found in _read(block, above, fenced=fenced):
            if isinstance(found, RuleFault):
                faults.append(found)
            elif found.id in rules:
                faults.append(
                    RuleFault(found.id, found.first, f"a second rule of that id: line {rules[found.id].first}")
                )
            elif len(rules) == MOST_RULES:
                faults.append(RuleFault(found.id, found.first, f"a document may hold {MOST_RULES} rules"))
                return tuple(rules.values()), tuple(faults)
            else:
                rules[found.id] = found
    return tuple(rules.values()), tuple(faults)


def front_rules(front: FrontMatter, rows: Sequence[str]) -> range:
    """The 1-based lines of `rows`, the lines of a document, on which its front matter holds `rules`; none without."""
    first = front.lines.get("rules", 0)
    if not first or not front.data:
        return range(0)
    past = front.first_body_line - 1
    return range(first, next((line for line in range(first + 1, past) if _KEY.match(rows[line - 1])), past))


def _blocks(text: str) -> Iterator[tuple[str, int, bool]]:
    """The YAML of each place that may hold rules, how many lines stand above it, and whether it is fenced."""
    front, rows = split(text), text.split("\n")
    lines = front_rules(front, rows)
    if lines:
        yield "\n".join(rows[lines.start - 1 : lines.stop - 1]), lines.start - 1, False
    if FENCE in front.body:
        from ctxkb.text.markdown import tokens

        for token in tokens(front.body):
            if token.type == "fence" and token.map and token.info.split()[:1] == [FENCE]:
                yield token.content, token.map[0] + front.first_body_line, True


def _read(block: str, above: int, *, fenced: bool) -> Iterator[ExecutableRule | RuleFault]:
    """The rules of one block: a list under `rules`, a list, or one rule.

    A list of that name in front matter may be another tool's; what is fenced is meant to be ours.
    """
    try:
        root = load_yaml(block).root
    except SourceError as error:
        if fenced or re.search(r"\b(forbid|require)\s*:", block):
            yield RuleFault(fields.UNNAMED, error.line + above, error.reason)
        return
    when: tuple[str, ...] = ()
    if isinstance(root, Table) and "rules" in root:
        scope, root = root.get("scope"), root["rules"]
        when = fields.texts(scope) if scope else ()
    entries = root if isinstance(root, list) else [root] if root else []
    if fenced and not entries:
        yield RuleFault(fields.UNNAMED, above, f"it holds none; {_FORM}")
    ours = fenced or not isinstance(root, list | Table)
    if ours or any(isinstance(entry, Table) and _OURS & entry.keys() for entry in entries):
        for entry in entries:
            yield _rule(entry, when, above)


def _rule(entry: Value, when: tuple[str, ...], above: int) -> ExecutableRule | RuleFault:
    if not isinstance(entry, Table) or not entry:
        return RuleFault(fields.UNNAMED, above + 1, _FORM)
    spans = entry.spans.values()
    first, last = above + min(span.first for span in spans), above + max(span.last for span in spans)
    name = entry.get("id")
    try:
        return fields.rule_of(entry, when, above, first, last)
    except SourceError as error:
        return RuleFault(
            name if fields.is_id(name) else fields.UNNAMED, above + error.line if error.line else first, error.reason
        )
