"""spec-placeholder: text of a template that nobody has filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.contracts.plain import read as contents
from ctxkb.check.rules.placeholder import placeholders
from ctxkb.check.rules.spec import Fault, judged
from ctxkb.formats.frontmatter import split
from ctxkb.formats.yamltree import Table
from ctxkb.text.markdown import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.context import Context
    from ctxkb.check.documents import Read
    from ctxkb.check.findings import Breach
    from ctxkb.formats.yamltree import Value

_SPEC_KIT = re.compile(
    r"\[(?:FEATURE NAME|FEATURE|DATE|\#{3}[^\]]*|Brief Title|Describe this user journey[^\]]*|initial state|action"
    r"|expected outcome|NEEDS CLARIFICATION:[^\]]*)\](?![(\[:])"
)
_WHOLE = re.compile(r"\{[^{}]*[A-Za-z]\s[^{}]*\}")
"""In a service spec a text in braces, of several words, is what its template asked for."""


def check_spec_placeholder(context: Context) -> Iterator[Breach]:
    """Template text that stands where words of the spec belong."""
    yield from judged(context, _unfilled)


def _unfilled(path: str, read: Read) -> Iterator[Fault]:
    if read.parsed.documents[0].format == "service":
        root = contents(path, read.text.encode())
        found = sorted(_in_values(root, 1)) if root else []
    else:
        found = sorted({*placeholders(read.text, path), *_of_spec_kit(read.text)})
    seen: set[str] = set()
    for line, words in found:
        if words not in seen:
            seen.add(words)
            shown = words if len(words) <= 60 else f"{words[:57]}..."
            yield Fault(
                line, f"text of the template is not filled in: {shown}", "say what belongs there, or take it out"
            )


def _of_spec_kit(text: str) -> Iterator[tuple[int, str]]:
    """The marks of spec-kit's template in prose; where a text is about them they stand as code."""
    front = split(text)
    for token in tokens(front.body):
        if token.type == "inline" and token.map:
            words = " ".join(child.content for child in token.children or () if child.type == "text")
            for match in _SPEC_KIT.finditer(words):
                yield token.map[0] + front.first_body_line, match[0]


def _in_values(value: Value, line: int) -> Iterator[tuple[int, str]]:
    if isinstance(value, Table):
        for key, item in value.items():
            yield from _in_values(item, value.spans[key].first)
    elif isinstance(value, list):
        for item in value:
            yield from _in_values(item, line)
    elif isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        yield line, " ".join(value.split())
