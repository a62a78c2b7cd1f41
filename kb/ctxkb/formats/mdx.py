"""MDX as the Markdown that its readers see: modules, expressions and tags made blank, line for line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MODULE = re.compile(r"(?:import\s+(?:[\w*{'\"]|type\b)|export\s+(?:const|let|var|default|function|async|class|\{|\*))")
_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_ATTRIBUTES = rf"""(?:[^<>{{}}"']|"[^"]*"|'[^']*'|{_BRACES})*"""
_TAG = rf"</?[A-Za-z][\w.:-]*(?:\s{_ATTRIBUTES})?>"
_BARE = re.compile(rf"\s*(?:{_TAG}\s*)+|\s*(?:</?>|/>)\s*|\s*(?!\{{%){_BRACES}\s*")
_OPENING = re.compile(rf"\s*<[A-Za-z][\w.:-]*(?:\s{_ATTRIBUTES})?")
_CLOSED = re.compile(r">\s*$")
_COMMENT = re.compile(r"\s*\{/\*")
_COMMENT_END = re.compile(r"\*/\}")
_AT_START = re.compile(rf"(\s*)(?:<[A-Z][\w.:-]*(?:\s{_ATTRIBUTES})?>\s*)+")
_AT_END = re.compile(r"(?:</[A-Z][\w.:-]*>\s*)+$")
_NAMED = re.compile(r"""<([A-Z][\w.:-]*)[^<>]*?\s(?:title|label|summary)=\{?["']([^"'{}]*)["']""")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")

_LONGEST = 4_000
"""Characters of a line that may be a tag: longer ones are data."""

_ROWS = 500
"""Lines of a module, an expression or a comment: what is not closed within so many is prose."""


def markdown_of(path: str, text: str) -> str:
    """`text` as Markdown, line for line: the prose of MDX, what is Markdown already as it is."""
    return prose_of_mdx(text) if path.lower().endswith(".mdx") else text


def prose_of_mdx(text: str) -> str:
    """`text` with imports, exports, expressions, comments and lines of nothing but tags made blank, line for line.

    Markdown would read a heading below `<Tab>` as part of an HTML block, where MDX reads a heading. The title of a
    component that holds prose stands in place of its tag. What stands between two tags on one line, and blocks of
    code, stay.
    """
    rows = text.split("\n")
    opened = [_opened(row) for row in rows]
    shown: list[str] = []
    titles: dict[int, tuple[str, int]] = {}
    fence = ""
    while len(shown) < len(rows):
        at = len(shown)
        row = rows[at]
        mark = _FENCE.match(row)
        if fence or mark:
            fence = _still_open(fence, mark)
            shown.append(row)
        elif past := _past_code(rows, opened, at):
            shown += [""] * (past - at)
            titles |= _titled(rows, at, past)
        else:
            shown.append(_between_tags(row))
    for at, (title, past) in titles.items():
        if any(map(str.strip, shown[at:past])):
            shown[at] = title
    return "\n".join(shown)


def _still_open(fence: str, mark: re.Match[str] | None) -> str:
    """The fence that is open after a line; `mark` is what the line begins with."""
    if mark is None:
        return fence
    if not fence:
        return mark[1]
    return "" if mark[1].startswith(fence) else fence


def _opened(row: str) -> int:
    """How many more brackets a line opens than it closes."""
    return sum(map(row.count, "{([")) - sum(map(row.count, "})]"))


def _past_code(rows: Sequence[str], opened: Sequence[int], at: int) -> int:
    """The number of the row behind the module line, expression, comment or tags that begin at `at`; 0 for prose.

    `opened` tells how many brackets each of the rows leaves open.
    """
    row = rows[at]
    if _MODULE.match(row):
        return _balanced(opened, at)
    if _COMMENT.match(row):
        return next((past for past in _past(rows, at) if _COMMENT_END.search(rows[past - 1])), at + 1)
    if len(row) > _LONGEST:
        return 0
    if _BARE.fullmatch(row):
        return at + 1
    if row.lstrip().startswith("{"):
        past = _balanced(opened, at)
        return past if past > at + 1 else 0
    # The braces of an attribute may be closed on a later line.
    return _past_tag(rows, at) if _OPENING.fullmatch(row) or _is_cut_off(row) else 0


def _past(rows: Sequence[object], at: int) -> range:
    """The numbers of the rows behind which something that begins at `at` may end."""
    return range(at + 1, min(at + _ROWS, len(rows)) + 1)


def _is_cut_off(row: str) -> bool:
    """Whether a line begins a component with an attribute whose braces end on a later line."""
    return bool(re.match(r"\s*<[A-Za-z]", row)) and row.count("{") > row.count("}")


def _balanced(opened: Sequence[int], at: int) -> int:
    """The number of the row behind the one that closes the brackets opened at `at`; the next where none does."""
    depth = 0
    for past in _past(opened, at):
        depth += opened[past - 1]
        if depth <= 0:
            return past
    return at + 1


def _past_tag(rows: Sequence[str], at: int) -> int:
    """The number of the row behind the line that closes the tag begun at `at`, or of the first blank one."""
    for past in _past(rows, at)[1:]:
        if _CLOSED.search(rows[past - 1]):
            return past
        if not rows[past - 1].strip():
            return past - 1
    return at + 1


def _titled(rows: Sequence[str], at: int, past: int) -> dict[int, tuple[str, int]]:
    """By the row `at`, the title of the component whose tag stands there, and the row of its end; none without one."""
    found = _NAMED.search(" ".join(rows[at:past])[:_LONGEST])
    if found is None or not found[2].strip():
        return {}
    ends = (number for number in _past(rows, at) if f"</{found[1]}>" in rows[number - 1])
    end = next(ends, 0)
    return {at: (found[2].strip(), end)} if end else {}


def _between_tags(row: str) -> str:
    """A line of prose without the components that it begins and ends with; those inside of it stay."""
    if "<" not in row or len(row) > _LONGEST:
        return row
    row = _AT_END.sub("", row)
    opening = _AT_START.match(row)
    if opening is None:
        return row
    titled = _NAMED.search(opening[0])
    title = f"{titled[2].strip()}: " if titled and titled[2].strip() else ""
    return f"{opening[1]}{title}{row[opening.end() :]}"
