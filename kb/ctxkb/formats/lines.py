"""The written lines of a document without their markup, the links kept in place: where decisions state themselves."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ctxkb.formats.badges import badge
from ctxkb.formats.dates import find_date
from ctxkb.text.markdown import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

LINK = re.compile("\x01([^\x01\x02\x03]*)\x02([^\x01\x02\x03]*)\x03")
"""A link in the text of a `Line`: group 1 is what it shows, group 2 where it leads."""

_BOLD = "\x04\x05"
"""What stands around bold words while a line is read."""

_MARKS = re.compile("[\x01-\x05]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe0f\ufeff]")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_GOES_ON = re.compile(r"(?:\b(?:by|with|to|of)|[,;:])\s*$", re.IGNORECASE)
"""What a line ends with that goes on below."""

_ROW = re.compile(r"<tr\b.*?(?=<tr\b|</tr>|</table>|\Z)", re.IGNORECASE | re.DOTALL)
_CELL = re.compile(r"<t[dh]\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_IMAGE_SOURCE = re.compile(r"""<img\b[^>]*\bsrc\s*=\s*["']([^"']+)""", re.IGNORECASE)

LineKind = Literal["heading", "paragraph", "item", "quote", "row"]


@dataclass(frozen=True, slots=True)
class Line:
    """One written line: `number` is its line in the file, `depth` how many lists and quotes it stands in.

    In `text` emphasis, code marks, comments and struck-out words are gone and links are as `LINK` reads them. A row
    of a table of two columns reads "first: second".
    """

    number: int
    text: str
    kind: LineKind = "paragraph"
    depth: int = 0

    @property
    def words(self) -> str:
        """The text with each link replaced by what it shows."""
        return shown(self.text)


def shown(text: str) -> str:
    """`text` with each link replaced by what it shows."""
    return LINK.sub(r"\1", text)


def link(text: str, target: str) -> str:
    """Write a link as it stands in the text of a `Line`."""
    return f"\x01{_MARKS.sub('', text)}\x02{_MARKS.sub('', target)}\x03"


def tidy(text: str) -> str:
    """`text` with entities resolved, invisible characters dropped and white space made single."""
    return re.sub(r"\s+", " ", _INVISIBLE.sub("", html.unescape(text))).strip()


def markdown_lines(text: str, first_line: int = 1) -> list[Line]:
    """All lines of `text` (Markdown) outside code blocks, in order; `first_line` is where it begins in its file."""
    return [line for line in _walk(tokens(text), first_line) if line.text]


def _walk(stream: Sequence[Token], first_line: int) -> Iterator[Line]:
    containers: list[LineKind] = []
    kind: LineKind = "paragraph"
    rows: list[tuple[int, list[str]]] = []
    for token in stream:
        first = token.map[0] + first_line if token.map else 0
        if token.type in {"list_item_open", "blockquote_open"}:
            containers.append("item" if token.type == "list_item_open" else "quote")
        elif token.type in {"list_item_close", "blockquote_close"}:
            containers.pop()
        elif token.type == "tr_open":
            rows.append((first, []))
        elif token.type == "table_close":
            yield from table_lines(rows)
            rows = []
        elif token.type == "inline" and rows:
            rows[-1][1].append(tidy(" ".join(_inline(token))))
        elif token.type == "inline":
            place: LineKind = "heading" if kind == "heading" else (containers or ["paragraph"])[-1]
            for offset, written in enumerate(_inline(token)):
                yield Line(first + offset, tidy(written), place, len(containers))
        elif token.type == "html_block":
            yield from _html(token.content, first, len(containers))
        kind = "heading" if token.type == "heading_open" else "paragraph"


def table_lines(rows: Sequence[tuple[int, Sequence[str]]]) -> Iterator[Line]:
    """Read a table as "name: value" lines: by row where it has two columns, by column where names head it.

    Of a history of the status the latest row counts, of any other the first.
    """
    if len(rows) > 1 and all(_is_name(cell) for cell in rows[0][1]) and len(rows[0][1]) > 1:
        number, values = _latest(rows)
        for name, value in zip(rows[0][1], values, strict=False):
            yield Line(number, f"{name.rstrip(':')}: {value}", "row")
        return
    for number, cells in rows:
        if len(cells) == 2 and cells[0]:
            yield Line(number, f"{cells[0].rstrip(':')}: {cells[1]}", "row")
        else:
            yield Line(number, " ".join(cells), "row")


def _latest(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, Sequence[str]]:
    dated = [(day, at) for at, (_, cells) in enumerate(rows) if (day := find_date(" | ".join(cells)))]
    history = any(cell.strip(" :").lower() in {"status", "state"} for cell in rows[0][1])
    return rows[max(dated)[1]] if history and dated else rows[1]


_NAMES = {"status", "state", "date", "last modified", "deciders", "decision makers", "author", "authors", "owner"}
_NAMES |= {"tags", "id", "number", "title", "adr", "version", "supersedes", "superseded by", "decision", "owners"}


def _is_name(cell: str) -> bool:
    return cell.strip(" :").lower() in _NAMES


def _inline(token: Token) -> list[str]:
    """The lines of an inline token; struck-out words are left out, a status badge reads "Status: ..."."""
    lines = [""]
    target, opened, struck, stated = "", "", 0, ""
    for child in token.children or []:
        if child.type in {"s_open", "s_close"}:
            struck += 1 if child.type == "s_open" else -1
        elif struck:
            continue
        elif child.type in {"softbreak", "hardbreak"}:
            lines.append("")
        elif child.type == "link_open":
            target, opened, lines[-1], stated = str(child.attrs.get("href", "")), lines[-1], "", ""
        elif child.type == "link_close":
            lines[-1] = opened + (stated or link(" ".join(lines[-1].split()), target))
        elif child.type == "image":
            stated = badge(str(child.attrs.get("src", "")), child.content)
            lines[-1] = f"{lines[-1]} {stated}".lstrip() if stated else lines[-1] + child.content
        else:
            lines[-1] += _words(child, lines[-1])
    return [_chosen(line).removesuffix(" · ") for line in lines]


def _words(child: Token, before: str) -> str:
    """What a token that is no link or picture adds to the words `before` it; bold ones are marked."""
    if child.type == "html_inline":
        return " · " if _BREAK.fullmatch(child.content) and not _GOES_ON.search(before[-9:]) else ""
    if child.type in {"strong_open", "strong_close"}:
        return _BOLD[child.type == "strong_close"]
    return _MARKS.sub("", child.content) if child.type in {"text", "code_inline"} else ""


def _chosen(line: str) -> str:
    """`line` without the marks of bold words; of a choice, "Accepted | **Rejected**", the one bold word."""
    name, colon, choice = line.rpartition(":") if "|" in line else ("", "", "")
    bold = [part for part in choice.split("|") if re.fullmatch(rf"\s*{_BOLD[0]}[^{_BOLD}]*{_BOLD[1]}\s*", part)]
    if len(bold) == 1 and LINK.search(line) is None and not _is_name(bold[0].strip(f"{_BOLD} ")):
        line = f"{name}{colon} {bold[0]}"
    return line.replace(_BOLD[0], "").replace(_BOLD[1], "")


def _html(content: str, first: int, depth: int) -> Iterator[Line]:
    """Lines of an HTML block with its tags removed, those of its tables as of any table; comments say nothing."""
    text = _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), content)
    text = _IMAGE_SOURCE.sub(lambda match: badge(match[1]) + match[0], text)
    rows = [(first + text.count("\n", 0, match.start()), _cells(match[0])) for match in _ROW.finditer(text)]
    yield from table_lines([row for row in rows if row[1]])
    for offset, row in enumerate(_ROW.sub(lambda match: "\n" * match[0].count("\n"), text).split("\n")):
        for piece in re.split(rf"{_BREAK.pattern}|</(?:p|div|li)>", row, flags=re.IGNORECASE):
            yield Line(first + offset, tidy(_TAG.sub("", piece)), "paragraph", depth)


def _cells(row: str) -> list[str]:
    return [tidy(_TAG.sub(" ", cell)) for cell in _CELL.split(row)[1:]]
