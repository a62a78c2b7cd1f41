"""Changing the status of a decision in the form in which its file writes it, and no other byte of the file."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError
from ctxkb.formats import parse
from ctxkb.formats.decode import decode
from ctxkb.formats.fields import STATUS, key_of
from ctxkb.formats.frontmatter import split
from ctxkb.types import Kind, Source, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.types import Document

_KEY = r"[*_]{0,3}(?P<key>[A-Za-z][A-Za-z ]*?)[*_]{0,3}"
_LINE = re.compile(
    rf"(?P<head>\s*(?:[*+-]\s+|:)?{_KEY}\s*[:：][*_]{{0,3}}[ \t]*)"
    r"(?P<value>.*?)(?P<tail>[*_]{0,3}\s*\\?\s*(?:<!--.*)?)"
)
_ROW = re.compile(rf"(?P<head>\s*\|\s*{_KEY}:?\s*\|[ \t]*)(?P<value>.*?)(?P<tail>[ \t]*\|.*)")
_FRONT = re.compile(r"(?P<head>[\"']?(?P<key>[\w -]+)[\"']?\s*:[ \t]*)(?P<value>.*?)(?P<tail>(?:[ \t]+#.*)?)")


@dataclass(frozen=True, slots=True)
class NewStatus:
    """A status to be written. `word` is one of `Status`; `plain` says it in text, `linked` with a Markdown link."""

    word: str
    plain: str
    linked: str


def with_status(content: bytes, document: Document, status: NewStatus) -> bytes:
    """`content` with another status: in its front matter, its `Status:` line, its table, or its section.

    A file that states none gets one. Raises `ConfigError` where the status cannot be changed so that the file, read
    again, has it.
    """
    if document.format == "decision-rst":
        status = replace(status, linked=status.plain)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _by_hand(document, status)
    # Bytes that are no UTF-8 survive, and so do the line ends: "\r" stays at the end of its line.
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    for edited in _attempts(lines, content, document, status):
        result = "\n".join(edited).encode("utf-8", "surrogateescape")
        if _states(result, document, status):
            return result
    raise _by_hand(document, status)


def _by_hand(document: Document, status: NewStatus) -> ConfigError:
    return ConfigError(f"{document.path}: its status cannot be told from the rest; write by hand: {status.plain}")


def _states(content: bytes, document: Document, status: NewStatus) -> bool:
    """Whether `content` reads as the same decision with the new status, and the link that goes with it."""
    (read,) = parse(Source(document.path, content, Kind.DECISION, document.format)).documents or (None,)
    if read is None or read.status != status.word:
        return False
    linked = any(link.relation == "superseded-by" for link in read.links)
    same = (read.title, read.number, read.date) == (document.title, document.number, document.date)
    return same and linked is (status.word == Status.SUPERSEDED)


def _attempts(lines: list[str], content: bytes, document: Document, status: NewStatus) -> Iterator[list[str]]:
    """The file edited in each of the places where it may state its status, the plainest first."""
    front = split(decode(content))
    yield from _in_front(lines, front.lines, status)
    body = front.first_body_line - 1
    yield from _in_lines(lines, body, _head_end(document, len(lines)), status)
    yield from _in_section(lines, document, status)
    if not document.status_text:
        yield from _added(lines, body, document, status)


def _in_front(lines: list[str], keys: dict[str, int], status: NewStatus) -> Iterator[list[str]]:
    """The value of the front matter's key replaced, where it is a word or words on one line."""
    for key, number in keys.items():
        row, end = _ended(lines[number - 1])
        match = _FRONT.fullmatch(row)
        goes_on = not match or match["value"][:1] in {*"|>[{&*", ""} or lines[number][:1].isspace()
        if key_of(key) in STATUS and match and not goes_on:
            quote = match["value"][:1] if match["value"][:1] in {'"', "'"} else ""
            text = f"{match['head']}{quote}{status.plain}{quote}{match['tail']}"
            yield _replaced(lines, number - 1, text + end)


def _head_end(document: Document, count: int) -> int:
    """How many lines the decision's head has: up to the first section that is a part of it."""
    parts = (section.first for section in document.sections if section.role not in {"preamble", "status"})
    return min(parts, default=count + 1) - 1


def _in_lines(lines: list[str], first: int, past: int, status: NewStatus) -> Iterator[list[str]]:
    for index in range(first, past):
        row, end = _ended(lines[index])
        match = _LINE.fullmatch(row) or _ROW.fullmatch(row)
        if match and key_of(match["key"]) in STATUS and match["value"]:
            yield _replaced(lines, index, f"{match['head']}{_cased(status.linked, match['value'])}{match['tail']}{end}")


def _in_section(lines: list[str], document: Document, status: NewStatus) -> Iterator[list[str]]:
    """The status section: the words of the status replaced in their line, else its first line."""
    for section in document.sections:
        if section.role != "status":
            continue
        written = document.status_text.split("\n")[0].strip()
        rows = range(section.first, section.last)
        for index in rows:
            if written and written in lines[index]:
                yield _replaced(lines, index, lines[index].replace(written, _cased(status.linked, written), 1))
        for index in rows:
            row, end = _ended(lines[index])
            if re.match(r"[^\s=~\-<]", row):
                yield _replaced(lines, index, _cased(status.linked, row) + end)
                break


def _added(lines: list[str], body: int, document: Document, status: NewStatus) -> Iterator[list[str]]:
    """A status where there was none: in the front matter, else as a bullet below the title."""
    end = "\r" if lines[0].endswith("\r") else ""
    if body:
        yield [*lines[: body - 1], f"status: {status.plain}{end}", *lines[body - 1 :]]
    title = next((section for section in document.sections if section.heading == document.title), None)
    under = title.first if title else 0
    yield [*lines[:under], end, f"* Status: {status.linked}{end}", *lines[under:]]


def _ended(line: str) -> tuple[str, str]:
    """A line without its carriage return, and that."""
    return (line[:-1], "\r") if line.endswith("\r") else (line, "")


def _cased(text: str, old: str) -> str:
    """`text` with a capital where `old` has one."""
    letter = next((char for char in old if char.isalpha()), "")
    return text[:1].upper() + text[1:] if letter.isupper() else text


def _replaced(lines: Sequence[str], index: int, line: str) -> list[str]:
    return [*lines[:index], line, *lines[index + 1 :]]
