"""How a repository writes its decisions: in which folder, under which names, in which form."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ctxkb.types import Document

Word = TypeVar("Word")
Naming = Literal["number", "date", "compact-date", "title"]

_NUMBERED = re.compile(r"(?P<prefix>[A-Za-z]+[-_]?)?(?P<number>\d{1,6})(?P<gap>[-_])(?P<rest>.+)")
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}[-_].+")
_COMPACT = re.compile(r"\d{8}[-_].+")
_LONGEST_SLUG = 80


@dataclass(frozen=True, slots=True)
class Style:
    """What the next decision of a folder looks like.

    `naming` tells how its file is named: a number of `width` digits behind `prefix`, a date, or its title alone.
    `template` is an id of `ctxkb_templates`.
    """

    folder: str
    naming: Naming = "number"
    width: int = 4
    prefix: str = ""
    template: str = "madr-minimal"


def detect(documents: Sequence[Document], folder: str = "", usual: str = "docs/adr") -> Style:
    """The style of `folder`, or of the folder with most decisions; `usual` is where the first one goes."""
    place = folder or _main_folder(documents) or usual
    inside = [document for document in documents if posixpath.dirname(document.path) == place]
    names = [posixpath.basename(document.path) for document in inside]
    naming = _most(map(_naming, names)) or "number"
    numbered = [match for name in names if _naming(name) == "number" and (match := _NUMBERED.match(name))]
    return Style(
        folder=place,
        naming=naming,
        width=_most(len(match["number"]) for match in numbered) or 4,
        prefix=_most(match["prefix"] or "" for match in numbered) or "",
        template=_most(map(_template, inside)) or "madr-minimal",
    )


def folder_of_glob(pattern: str) -> str:
    """The folder that a glob names before its first wildcard: "docs/adr" of "docs/adr/**"; docs/adr where none."""
    parts = pattern.removeprefix("./").split("/")[:-1]
    plain = parts[: next((index for index, part in enumerate(parts) if re.search(r"[*?\[{!]", part)), len(parts))]
    return "/".join(plain) or "docs/adr"


def _main_folder(documents: Sequence[Document]) -> str:
    return _most(posixpath.dirname(document.path) for document in documents) or ""


def _most(words: Iterable[Word]) -> Word | None:
    """The word that occurs most often, the later one of two that are equal, None where there is none."""
    counts = Counter(words)
    return max(reversed(counts), key=lambda word: counts[word]) if counts else None


def _naming(name: str) -> Naming:
    if _DATED.match(name):
        return "date"
    if _COMPACT.match(name):
        return "compact-date"
    return "number" if _NUMBERED.match(name) else "title"


def _template(document: Document) -> str:
    """The template whose form `document` has."""
    headings = {section.heading.lower() for section in document.sections}
    if headings & {"context and problem statement", "decision outcome", "considered options"}:
        full = any("pros and cons" in heading for heading in headings) and "decision drivers" in headings
        return "madr" if full else "madr-minimal"
    if {"context", "decision"} <= headings:
        return "nygard"
    words = " ".join(section.text for section in document.sections).lower()
    return "y-statement" if "in the context of" in words and "facing" in words else "madr-minimal"


def next_number(names: Iterable[str], style: Style) -> int:
    """One more than the largest number among the file names of the folder; 1 for the first one."""
    taken = [
        int(match["number"])
        for name in names
        if _naming(name) == "number"
        and (match := _NUMBERED.match(name))
        and (match["prefix"] or "").lower() == style.prefix.lower()
    ]
    return max(taken, default=0) + 1


def file_name(style: Style, number: int, day: date, title: str) -> str:
    """The name of the file for a decision with `title`."""
    slug = slug_of(title)
    if style.naming == "date":
        return f"{day.isoformat()}-{slug}.md"
    if style.naming == "compact-date":
        return f"{day:%Y%m%d}-{slug}.md"
    return f"{style.prefix}{number:0{style.width}}-{slug}.md" if style.naming == "number" else f"{slug}.md"


def slug_of(title: str) -> str:
    """`title` in small letters and hyphens, accents dropped, cut at a word; "decision" where nothing is left."""
    folded = unicodedata.normalize("NFKD", title.replace("ß", "ss"))
    bare = "".join(char for char in folded if not unicodedata.combining(char)).lower()
    slug = re.sub(r"[^\w]+|_", "-", bare).strip("-")
    if len(slug) > _LONGEST_SLUG:
        slug = slug[:_LONGEST_SLUG].rpartition("-")[0] or slug[:_LONGEST_SLUG]
    return slug or "decision"
