"""What imports look like, line by line: for files whose language has no grammar here, or that are too much for one.

Everything is bounded, since adjoining runs of blanks would otherwise take quadratic time.
"""

from __future__ import annotations

import posixpath
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP = r"[ \t]{0,20}"
_SOME = r"[ \t]{1,20}"
_TEXT = r"[\"'`]([^\"'`\n]{1,300})[\"'`]"

_SCRIPT = rf"\b(?:from|import|require)\s{{0,20}}\(?\s{{0,20}}{_TEXT}"
_JVM = rf"^{_GAP}import{_SOME}(?:static{_SOME})?([\w.]{{1,300}})"


def _compiled(*choices: str) -> re.Pattern[bytes]:
    return re.compile("|".join(choices).encode(), re.MULTILINE)


_ANY = _compiled(
    rf"""^{_GAP}(?:import|from|use|using|open|alias|include|@import|@use)\b{_GAP}["'<(]?{_GAP}([\w@./:\\-]{{1,300}})""",
    rf"""\b(?:from|require|import){_GAP}\(?{_GAP}["']([^"'\n]{{1,300}})["']""",
)
_GO_BLOCK = re.compile(rb"^import[ \t]{0,20}\(|^\)", re.MULTILINE)
_GO_LINE = _compiled(rf"^{_GAP}(?:import\b)?{_GAP}(?:[\w.]{{1,100}}{_SOME})?{_TEXT}{_GAP}(?:;|//|/\*|\r?$)")

_LOOKS = MappingProxyType(
    {
        "cpp": _compiled(rf"^{_GAP}\#{_GAP}include{_GAP}[<\"]([^>\"\n]{{1,300}})"),
        "csharp": _compiled(
            rf"^{_GAP}(?:global{_SOME})?using{_SOME}(?:static{_SOME})?(?:\w{{1,100}}{_GAP}={_GAP})?([\w.:]{{1,300}})"
        ),
        "java": _compiled(_JVM),
        "javascript": _compiled(_SCRIPT),
        "kotlin": _compiled(_JVM),
        "php": _compiled(
            rf"^{_GAP}use{_SOME}(?:(?:function|const){_SOME})?\\?([\w\\]{{1,300}})",
            rf"\b(?:require|include)(?:_once)?\b[^;\"'\n]{{0,100}}{_TEXT}",
            r"(?<![\w\\])\\([A-Za-z_]\w{0,100}(?:\\\w{1,100}){1,10})",
        ),
        "python": _compiled(
            rf"^{_GAP}import{_SOME}([\w.][\w., \t]{{0,1000}})",
            rf"^{_GAP}from{_SOME}([\w.]{{1,300}}){_SOME}import\b(?:{_GAP}\(?{_GAP}([\w, \t]{{1,1000}}))?",
            rf"\b(?:__import__|import_module)\(\s{{0,20}}{_TEXT}",
        ),
        "ruby": _compiled(
            rf"\b(?:require|require_relative|load)\b{_GAP}\(?{_GAP}{_TEXT}",
            rf"\bautoload\b{_GAP}\(?{_GAP}[^,\n]{{1,100}},{_GAP}{_TEXT}",
        ),
        "rust": _compiled(
            r"\bextern[ \t]{1,20}crate[ \t]{1,20}(\w{1,100})",
            r"\buse\s{1,20}(?:::)?\{?\s{0,20}(\w{1,100}(?:::\w{1,100}){0,10})",
            r"(?<![\w:])([A-Za-z_]\w{0,100}(?:::\w{1,100}){1,10})",
        ),
        "tsx": _compiled(_SCRIPT),
        "typescript": _compiled(_SCRIPT),
        "vue": _compiled(_SCRIPT),
    }
)
"""What imports look like in the languages that have a grammar; the groups hold what is imported."""


def looks(language: str, content: bytes) -> Iterator[tuple[tuple[str, ...], int]]:
    """The names of each import and the byte where it begins; `language` is "" for one without a grammar."""
    if language == "go":
        yield from _in_go(content)
        return
    for match in _LOOKS.get(language, _ANY).finditer(content):
        words = [group.decode("utf-8", "replace") for group in match.groups() if group]
        yield tuple(_members(words) if language == "python" else words), match.start()


def placed(path: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """What of `names` is written relative to the file `path`, by the repository's root."""
    folder = posixpath.dirname(path)
    relative = (name for name in names if name.startswith(("./", "../")))
    return tuple(posixpath.normpath(posixpath.join(folder, name)) for name in relative)


def _members(words: list[str]) -> Iterator[str]:
    """What an import of Python names: modules, and behind a module its members."""
    listed = [part.split()[0] for part in words[-1].split(",") if part.strip()]
    yield from [words[0], *(f"{words[0]}.{name}" for name in listed)] if words[1:] else listed


def _in_go(content: bytes) -> Iterator[tuple[tuple[str, ...], int]]:
    """Imports of one line, and the lines of a block of them; strings elsewhere are none."""
    begun = 0
    for mark in [*_GO_BLOCK.finditer(content), None]:
        end = mark.start() if mark else len(content)
        opened = content[begun - 1 : begun] == b"("
        for match in _GO_LINE.finditer(content, begun, end):
            if opened or match[0].lstrip().startswith(b"import"):
                yield (match[1].decode("utf-8", "replace"),), match.start()
        begun = mark.end() if mark else end
