"""What replaces, amends and relates to what, as text that Mermaid or Graphviz draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.formats.graph import build_graph
from ctxkb.privacy.invisible import visible
from ctxkb.types import SETTLED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctxkb.types import Document

    Drawing = Callable[[Sequence[Document]], str]

_ARROWS = {"supersedes": "==>", "amends": "-->", "relates": "-.->"}
_STYLES = {"supersedes": "bold", "amends": "solid", "relates": "dotted"}


def mermaid(documents: Sequence[Document]) -> str:
    """A Mermaid flowchart: one box a decision, settled ones dashed, an arrow for each relation."""
    names = _names(documents)
    rows = ["flowchart LR"]
    rows += [f'    {names[each.id]}["{_mermaid_text(_label(each))}"]' for each in documents]
    rows += [
        f"    {names[edge.source]} {_ARROWS[edge.relation]}|{edge.relation}| {names[edge.target]}"
        for edge in build_graph(documents).edges
    ]
    rows += [f"    style {names[each.id]} stroke-dasharray: 4" for each in documents if each.status in SETTLED]
    return "\n".join(rows) + "\n"


def dot(documents: Sequence[Document]) -> str:
    """A Graphviz graph: one box a decision, settled ones dashed, an arrow for each relation."""
    rows = ["digraph decisions {", "    rankdir=LR;", "    node [shape=box];"]
    for each in documents:
        style = ", style=dashed" if each.status in SETTLED else ""
        rows.append(f"    {_quoted(each.id)} [label={_quoted(_label(each))}{style}];")
    rows += [
        f"    {_quoted(edge.source)} -> {_quoted(edge.target)}"
        f" [label={_quoted(edge.relation)}, style={_STYLES[edge.relation]}];"
        for edge in build_graph(documents).edges
    ]
    return "\n".join([*rows, "}"]) + "\n"


DRAWINGS: dict[str, Drawing] = {"mermaid": mermaid, "dot": dot}


def _names(documents: Sequence[Document]) -> dict[str, str]:
    return {document.id: f"d{index}" for index, document in enumerate(documents, 1)}


def _label(document: Document) -> str:
    number = f"{document.number}. " if document.number.isdecimal() else ""
    return f"{number}{visible(document.title)} ({document.status})"


def _mermaid_text(text: str) -> str:
    """Mermaid reads quotes, brackets and angles inside a label; as entities they are only shown."""
    for char, entity in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(char, entity)
    return text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
