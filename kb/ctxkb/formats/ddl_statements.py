"""SQL as statements with their lines, whatever the dialect; strings, comments and bodies are passed over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PART = r'(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|\[(?:[^\]]|\]\])+\]|[\w$]+)'
NAME = rf"{_PART}(?:\s*\.\s*{_PART})*"
"""A name as dialects quote it, with its schema; a quote inside is doubled."""

# An opened quote or comment without an end reaches to the end of the file: so no text is searched twice.
_SKIPPED = (
    r"(?P<copy>^COPY\b[^;]*\bFROM\s+stdin\b[^;]*;.*?(?:^\\\.$|\Z))|--[^\n]*|/\*.*?(?:\*/|\Z)|\"[^\"]*(?:\"|\Z)|`[^`]*(?:`|\Z)|(?P<tag>\$\w*\$).*?(?:(?P=tag)|\Z)"
    r"|^[ \t]*(?P<go>GO)[ \t]*$|(?P<end>;)|(?P<mark>[()])"
)
_STANDARD = re.compile(rf"'[^']*(?:''[^']*)*(?:'|\Z)|{_SKIPPED}", re.DOTALL | re.MULTILINE)
_ESCAPED = re.compile(rf"'[^'\\]*(?:(?:''|\\.)[^'\\]*)*(?:'|\Z)|{_SKIPPED}", re.DOTALL | re.MULTILINE)
"""With backslashes as MySQL has them, whose dumps are told by their backticks."""

_CREATE = re.compile(
    rf"(?P<verb>CREATE|ALTER)\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|VIRTUAL|EXTERNAL"
    rf"|FOREIGN|RECURSIVE|CONSTRAINT|ALGORITHM\s*=\s*\w+|DEFINER\s*=\s*\S+|SQL\s+SECURITY\s+\w+|EDITIONABLE)\s+)*"
    rf"(?P<kind>TABLE|MATERIALIZED\s+VIEW|VIEW|TYPE|DOMAIN|FUNCTION|PROCEDURE|TRIGGER|SEQUENCE|SCHEMA|EXTENSION)\s+"
    rf"(?:IF\s+(?:NOT\s+)?EXISTS\s+)?(?:ONLY\s+)?(?P<name>{NAME})",
    re.IGNORECASE,
)
_INDEX = re.compile(
    rf"CREATE\s+(?:UNIQUE\s+|CLUSTERED\s+|NONCLUSTERED\s+|FULLTEXT\s+|SPATIAL\s+)*(?P<kind>INDEX)\s+"
    rf"(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(?P<name>{NAME})?\s*ON\s+(?:ONLY\s+)?(?P<about>{NAME})",
    re.IGNORECASE,
)
_POLICY = re.compile(rf"CREATE\s+(?P<kind>POLICY|RULE)\s+(?P<name>{NAME}).*?\bON\s+(?P<about>{NAME})", re.I | re.S)
_COMMENT = re.compile(rf"(?P<kind>COMMENT)\s+ON\s+(?P<on>\w+(?:\s+VIEW)?)\s+(?P<name>{NAME})", re.IGNORECASE)
_DELIMITED = re.compile(
    r"^[ \t]*DELIMITER[ \t]+(?P<mark>[^\s;]+)[ \t]*\n(?P<body>.*?)(?:^[ \t]*DELIMITER[ \t]+;|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_DUMPED = re.compile(
    r"-- (?:(?:Data for )?Name: |Dependencies: |Table structure for|Dumping |Dump completed|\w+ (?:database )?dump\b"
    r"|Dumped (?:from|by)|Host: |Server version|Temporary (?:table|view) structure|Final view structure)|/\*!"
)
_BODY = frozenset({"function", "procedure", "trigger"})
_ENDED = re.compile(r"\bEND\b(?:\s+[\w$]+)?\s*\Z", re.IGNORECASE)
_BEGINS = re.compile(r"\bBEGIN\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: `kind` is "table", "view", "index" ...; `about` names the table that an index or comment is about.

    `text` is without the comments before it, which are `told` and begin on line `above`. `what` is "" for statements
    that define nothing, such as INSERT.
    """

    verb: str
    kind: str
    name: str
    about: str
    text: str
    told: str
    above: int
    first: int
    last: int

    @property
    def what(self) -> str:
        """What it does, in short: "alter table orders", "index orders_by_day"."""
        verb = self.verb if self.verb != "create" else ""
        return " ".join(filter(None, (verb, self.kind, self.name))) if self.kind else ""


def statements(text: str) -> Iterator[Statement]:
    """The statements of `text` in order; those that define nothing have an empty `kind`."""
    scanned = _DELIMITED.sub(_masked, text)
    scanner = _ESCAPED if "`" in text else _STANDARD
    begin, depth, line, counted = 0, 0, 1, 0
    begun, read = False, 0
    held: list[tuple[int, str]] = []
    for match in scanner.finditer(scanned):
        begun = begun or bool(_BEGINS.search(scanned, read, match.start()))
        read = match.end()
        if match["mark"]:
            depth = max(depth + (1 if match["mark"] == "(" else -1), 0)
        boundary = match["go"] or match["copy"] or (match["end"] and not depth)
        if not boundary or (match["end"] and begun and _open_body(scanned, begin, match.start())):
            if not match["mark"] and match[0].startswith(("--", "/*")):
                held.append((match.start(), match[0]))
            continue
        end = match.start() if match["go"] else match.end()
        line += text.count("\n", counted, begin)
        counted = begin
        yield _statement(text, begin, end, line, held)
        begin, depth, begun = match.end(), 0, False
        held = []
    line += text.count("\n", counted, begin)
    if text[begin:].strip():
        yield _statement(text, begin, len(text), line, held)


def comment_lines(text: str) -> Iterator[tuple[int, int]]:
    """First and last line of each comment of `text`; what programs that dump databases write by themselves is none."""
    line, counted = 1, 0
    for match in (_ESCAPED if "`" in text else _STANDARD).finditer(_DELIMITED.sub(_masked, text)):
        if match[0].startswith(("--", "/*")) and not _DUMPED.match(match[0]):
            line += text.count("\n", counted, match.start())
            counted = match.start()
            yield line, line + match[0].count("\n")


def _masked(match: re.Match[str]) -> str:
    """A region with a delimiter of its own as one of as many characters in which semicolons end its statements."""
    mark = match["mark"]
    body = match["body"].replace(";", " ").replace(mark, ";".rjust(len(mark)))
    opening = ";".rjust(match.start("body") - match.start() - 1) + "\n"
    return opening + body + ";".rjust(match.end() - match.end("body"))


def _open_body(text: str, begin: int, end: int) -> bool:
    """Whether a routine that began at `begin`, and whose BEGIN was read, goes on behind `end`: it has no END yet."""
    match = _CREATE.search(text, begin, min(end, begin + 2000))
    if match is None or match["kind"].lower() not in _BODY:
        return False
    return not _ENDED.search(text[max(begin, end - 100) : end])


def _statement(text: str, begin: int, end: int, line: int, held: Sequence[tuple[int, str]]) -> Statement:
    """The statement in `text[begin:end]`, which is on `line` where it begins."""
    start, told, above = begin, list[str](), -1
    while True:
        while start < end and text[start].isspace():
            start += 1
        comment = next((words for at, words in held if at == start), None)
        if comment is None:
            break
        if not told or text[start - 1 : start] != "\n" or text[max(start - 2, 0) : start] == "\n\n":
            # A comment behind the statement before stands on that statement's line; a blank line parts comments.
            told = []
            above = -1
        before = text[begin:start]
        if "\n" in before or begin == 0:
            above = start if above < 0 else above
            told.append(re.sub(r"^[ \t]*(?:--+|/?\*+/?|#)[ \t]*|\*/", "", comment, flags=re.MULTILINE))
        start += len(comment)
    first = line + text.count("\n", begin, start)
    far = above < 0 or text.count("\n", above, start) > sum(words.count("\n") + 1 for words in told)
    top = first if far else line + text.count("\n", begin, above)
    body = text[start:end].rstrip()
    words = "" if far else " ".join(" ".join(told).split())
    verb, kind, name, about = _told(body)
    return Statement(verb, kind, name, about, body, words, top, first, first + body.count("\n"))


def _told(body: str) -> tuple[str, str, str, str]:
    """Verb, kind, name and what it is about."""
    if match := _CREATE.match(body):
        kind = " ".join(match["kind"].lower().split())
        name = plain_name(match["name"])
        about = name
        if kind == "trigger" and (on := re.search(rf"\bON\s+({NAME})", body, re.IGNORECASE)):
            about = plain_name(on[1])
        return match["verb"].lower(), kind, name, about
    if match := _INDEX.match(body) or _POLICY.match(body):
        return "create", match["kind"].lower(), plain_name(match["name"] or ""), plain_name(match["about"])
    if match := _COMMENT.match(body):
        name = plain_name(match["name"])
        column = match["on"].lower() == "column"
        return "comment", "on " + match["on"].lower(), name, name.rpartition(".")[0] if column else name
    return "", "", "", ""


def plain_name(written: str) -> str:
    """A name without its quotes; `public` and `dbo`, which everything is in, are left out."""
    names = [_unquoted(part) for part in re.findall(_PART, written)]
    if len(names) > 1 and names[0].lower() in ("public", "dbo"):
        names = names[1:]
    return ".".join(names)


def _unquoted(part: str) -> str:
    return part[1:-1].replace(part[-1] * 2, part[-1]) if part[0] in '"`[' else part
