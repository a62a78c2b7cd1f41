"""Labels and arrows of a diagram, read alike from Mermaid, PlantUML and Structurizr."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGEST = 1_000
"""Characters of a line that are read: a longer one is data, and would cost its square."""

_COMMENT = re.compile(
    r"\s*(?:%%|'|//|#(?!\w*\[)|!include|skinparam|style\s|classDef\s|class\s+\w[\w,]*\s+\w+\s*$|click\s)"
)
_ASSIGNED = re.compile(r"\s*(?P<id>[\w.]+)\s*=\s*(?P<kind>\w+)\s+\"(?P<label>[^\"]*)\"(?:\s+\"(?P<more>[^\"]*)\")?")
_MACRO = re.compile(r"\s*(?P<kind>[A-Z]\w*)\s*\(\s*(?P<arguments>.*?)\)\s*(?:\{.*|\$.*)?$")
_RELATED = re.compile(r"\s*(?:Bi)?(?:Rel|Lay|Update)\w*\s*\(")
_ARGUMENT = re.compile(r"\"([^\"]*)\"|([^,\"]+)")
_WORD = (
    "participant|actor|component|database|node|interface|class|entity|queue|cloud|package|folder|frame|rectangle|boundary"
    "|control|collections|usecase|state|object|artifact|storage|abstract class|enum|agent|person|card|file|stack"
)
_NAMED = re.compile(
    rf"\s*(?:create\s+)?(?P<kind>{_WORD})\s+(?:\"(?P<quoted>[^\"]+)\"(?:\s+as\s+(?P<as>[\w.]+))?"
    r"|(?P<id>[\w.]+)\s+as\s+\"?(?P<label>[^\"{<]+?)\"?|\[(?P<boxed>[^\]]+)\](?:\s+as\s+(?P<boxas>[\w.]+))?"
    r"|(?P<bare>[\w.]+))\s*(?:<<[^>]*>>\s*)?(?:#\w+\s*)?\{?\s*",
    re.IGNORECASE,
)
_SUBGRAPH = re.compile(r"\s*subgraph\s+(?P<id>[\w.-]+)?\s*(?:\[\"?(?P<label>[^\"\]]+)\"?\]|\"(?P<quoted>[^\"]+)\")?\s*")
_SHAPE = re.compile(
    r"(?P<id>\w[\w.-]*?)\s*(?:\[\[|\(\[|\[\(|\(\(|\{\{|\[/|\[\\|\[|\(|\{|>)\s*\"?(?P<label>[^\"\[\](){}|]+?)\"?\s*[/\\]?[\])}]{1,3}"
)
_BOXED = re.compile(r"\[(?P<boxed>[^\[\]]+)\](?:\s+as\s+(?P<as>[\w.]+))?|:(?P<actor>[^:\s][^:]*):|\((?P<case>[^()]+)\)")

# `-- words -->` of Mermaid, then every arrow that has a line in it; what stands at its ends is a part of it.
_ARROW = re.compile(
    r"\s*(?:--|==|-\.)\s+(?P<words>[^-=.>|][^->|]*?)\s+(?:-->|---|==>|===|\.->|-\.->)\s*"
    r"|\s*(?P<left>(?:<\|?|[}|]?[o|]|[*])?)(?:-(?:\[[^\]]*\]|left|right|up|down|[lrud])?-+|-(?=[>x)\\/|])|={2,}|\.{2,}|-\.+-)"
    r"(?P<right>\|?>{1,2}[xo]?(?=\s)|\|?>{1,2}|[xo*](?=\s)|[o|][{|]|\)|)(?:\+|(?<=>)-)?\s*(?:\|\"?(?P<piped>[^|\"]*)\"?\|)?\s*"
)
_TARGET = re.compile(r"\s*(?P<end>.*?)(?:\s*:\s*(?P<words>.+)|\s+\"(?P<quoted>[^\"]*)\".*)?\s*$")
_STRUCTURED = re.compile(
    r"\s*(?P<from>[\w.]*)\s*->\s*(?P<to>[\w.]+)\s+\"(?P<words>[^\"]*)\"(?:\s+\"(?P<with>[^\"]*)\")?"
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a diagram shows: labels in their order, and arrows as "Web to API: asks"."""

    labels: tuple[str, ...]
    arrows: tuple[str, ...]


def drawn(rows: Sequence[str]) -> Drawn:
    """The labels and arrows of one diagram, its lines in order."""
    known: dict[str, str] = {}
    told: dict[str, None] = {}
    rows = [row[:_LONGEST] for row in rows if not _COMMENT.match(row)]
    for row in rows:
        for identity, label, more in _labels(row):
            known.setdefault(identity, label)
            told.setdefault(f"{label} ({more})" if more else label)
    arrows = dict.fromkeys(arrow for row in rows for arrow in _arrows(row, known))
    return Drawn(tuple(told), tuple(arrows))


def _labels(row: str) -> Iterator[tuple[str, str, str]]:
    """Id, label and description of what a line names."""
    if _RELATED.match(row):
        return
    if match := _ASSIGNED.match(row):
        yield match["id"], _plain(match["label"]), _plain(match["more"] or "")
    elif match := _MACRO.match(row):
        arguments = _arguments(match["arguments"])
        if len(arguments) > 1:
            yield arguments[0], arguments[1], "; ".join(arguments[2:4])
    elif match := _NAMED.fullmatch(row):
        label = match["quoted"] or match["label"] or match["boxed"] or match["bare"] or ""
        yield match["as"] or match["id"] or match["boxas"] or label, _plain(label), ""
    elif match := _SUBGRAPH.fullmatch(row):
        label = match["label"] or match["quoted"] or match["id"] or ""
        if label:
            yield match["id"] or label, _plain(label), ""
    else:
        yield from _shapes(row)


def _shapes(row: str) -> Iterator[tuple[str, str, str]]:
    for match in _SHAPE.finditer(row):
        yield match["id"], _plain(match["label"]), ""
    if not _SHAPE.search(row):
        for match in _BOXED.finditer(row):
            label = _plain(match["boxed"] or match["actor"] or match["case"] or "")
            if label not in ("", "*"):
                yield match["as"] or label, label, ""


def _arrows(row: str, known: dict[str, str]) -> Iterator[str]:
    """The arrows of a line; `A --> B --> C` are two."""
    if match := _STRUCTURED.match(row):
        words = " ".join(filter(None, (match["words"], f"({match['with']})" if match["with"] else "")))
        yield _arrow(known, match["from"] or "this", match["to"], words)
        return
    if _RELATED.match(row):
        match = _MACRO.match(row)
        if match is None or match["kind"].startswith(("Lay", "Update")):
            return
        arguments = _arguments(match["arguments"])
        if len(arguments) > 1:
            yield _arrow(known, arguments[0], arguments[1], " ".join(arguments[2:4]))
        return
    found = list(_ARROW.finditer(_without_labels(row)))
    if not found:
        return
    bare = _without_labels(row)
    for number, match in enumerate(found):
        start = found[number - 1].end() if number else 0
        past = found[number + 1].start() if number + 1 < len(found) else len(bare)
        target = _TARGET.match(bare[match.end() : past])
        source, end = bare[start : match.start()].strip(), target["end"].strip() if target else ""
        if not source or not end:
            continue
        words = match["words"] or match["piped"] or (target and (target["words"] or target["quoted"])) or ""
        backwards = (match["left"] or "").startswith("<") and ">" not in (match["right"] or "")
        for one in _ends(source):
            for other in _ends(end):
                yield _arrow(known, *((other, one) if backwards else (one, other)), words)


def _without_labels(row: str) -> str:
    """`row` with the shapes of Mermaid reduced to their ids, so that no arrow is seen in a label."""
    return re.sub(r":::\w+", "", _SHAPE.sub(lambda match: match["id"], row)).rstrip(" ;")


def _ends(written: str) -> list[str]:
    """The ends of an arrow: `A & B` are two; what says how many, and activation marks, are no names."""
    bare = re.sub(r"\"[^\"]*\"\s*$|^\s*\"[^\"]*\"(?=\s+\w)", "", written).strip() or written
    names = (part.strip().strip('"[]()').strip(": +-") for part in bare.split(" & "))
    return [name for name in names if name]


def _arrow(known: dict[str, str], source: str, target: str, words: str) -> str:
    said = _plain(words).strip('"')
    line = f"{known.get(source, source)} to {known.get(target, target)}"
    return f"{line}: {said}" if said else line


def _arguments(written: str) -> list[str]:
    found = (_plain(quoted or bare) for quoted, bare in _ARGUMENT.findall(written))
    return [argument for argument in found if argument and not argument.startswith("$")]


def _plain(label: str) -> str:
    """A label without line breaks and marks of emphasis."""
    return " ".join(re.sub(r"<br\s*/?>|\\n|</?[a-z]+>|\*\*|__|`", " ", label, flags=re.IGNORECASE).split())
