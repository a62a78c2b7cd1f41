"""The prompts and patterns that a repository keeps for people and their tools, found where those tools look."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.decode import decode
from ctxkb.formats.frontmatter import split
from ctxkb.privacy.clean import masked
from ctxkb.privacy.invisible import visible
from ctxkb.text.markdown import headings
from ctxkb_ingest.listing import list_files
from ctxkb_server.prompt_gaps import Gapped, gapped

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from ctxkb.config import Privacy

PLACES: Mapping[str, str] = MappingProxyType(
    {
        ".github/prompts": ".prompt.md",
        ".claude/commands": ".md",
        ".claude/skills": "/SKILL.md",
        ".agents/skills": "/SKILL.md",
        ".cursor/commands": ".md",
        "docs/prompts": ".md",
        "docs/patterns": ".md",
    }
)
"""Where prompts lie, and how the names of their files end."""

LARGEST = 64_000
"""Bytes of a file that is still taken for a prompt."""

MOST = 200
"""So many prompts are served: who has more keeps something else there."""

_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class PromptFile:
    """One prompt of the repository; `path` is its file."""

    name: str
    path: str
    title: str
    description: str
    content: Gapped


def prompt_files(root: Path, privacy: Privacy, taken: Collection[str] = ()) -> list[PromptFile]:
    """The prompts of a repository, by name, none of them in `taken`. The same text in several places is served once.

    What `privacy` holds back is masked in them, as in documents.
    """
    found: dict[str, PromptFile] = {}
    for place, path in _paths(root):
        text = _text(root / path, root)
        read = _read(visible(masked(text, privacy)), place, path, {*taken, *found})
        if read is not None and all(read.content.text != other.content.text for other in found.values()):
            found[read.name] = read
    return sorted(found.values(), key=lambda prompt: prompt.name)


def traces(root: Path) -> frozenset[tuple[str, int, int]]:
    """What differs once a prompt was changed: the files in the places, with their times and sizes."""
    return frozenset(trace for place in PLACES for trace in _walked(root / place))


def _walked(folder: Path) -> Iterator[tuple[str, int, int]]:
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                found = Path(parent, name).lstat()
            except OSError:  # gone again since it was listed
                continue
            yield f"{parent}/{name}", found.st_mtime_ns, found.st_size


def _paths(root: Path) -> list[tuple[str, str]]:
    """The files that may be prompts, each behind its place, without those that git ignores."""
    folders = [place for place in PLACES if (root / place).is_dir()]
    names = sorted(list_files(root, folders).names)
    ordered = [(place, name) for place in folders for name in names if _is_prompt(place, name)]
    return ordered[:MOST]


def _is_prompt(place: str, name: str) -> bool:
    is_index = PurePosixPath(name).stem.lower() in {"readme", "index"}
    return name.startswith(f"{place}/") and name.endswith(PLACES[place]) and not is_index


def _text(file: Path, root: Path) -> str:
    """The text of a file; "" for a link out of the repository, and for what is too large or no text."""
    try:
        if not file.resolve().is_relative_to(root.resolve()) or file.stat().st_size > LARGEST:
            return ""
        return decode(file.read_bytes())
    except (OSError, SourceError):
        return ""


def _read(written: str, place: str, path: str, taken: Collection[str]) -> PromptFile | None:
    """One prompt, None where there is nothing but front matter, or where no person is meant to call it."""
    front = split(written, path)
    text = front.body.strip()
    if not text or front.data.get("user-invocable") is False:
        return None
    first = next((heading.text for heading in headings(text) if heading.level == 1), "")
    described = _line(front.data.get("description")) or first or _line(text.split("\n")[0])
    return PromptFile(
        name=_free(_line(front.data.get("name")) or _stem(place, path), place, taken),
        path=path,
        title=_line(front.data.get("title")) or first,
        description=f"{described} ({path})",
        content=gapped(text, _hint(front.data.get("argument-hint"))),
    )


def _stem(place: str, path: str) -> str:
    """The name of a prompt's file, with the folders between its place and it."""
    return path.removeprefix(f"{place}/").removesuffix(PLACES[place])


def _free(name: str, place: str, taken: Collection[str]) -> str:
    """A name as clients show it, which is not taken yet: one that is gets that of its place behind it."""
    plain = re.sub(r"[^\w.-]+", "-", name).strip("-.") or "prompt"
    told_apart = f"{plain}-{place.split('/')[0].strip('.')}"
    candidates = (plain, told_apart, *(f"{told_apart}-{number}" for number in range(2, MOST + 2)))
    return next(candidate for candidate in candidates if candidate not in taken)


def _hint(value: object) -> str:
    """An `argument-hint` as it is written: `[issue]` is a list to YAML."""
    return " ".join(f"[{part}]" for part in value) if isinstance(value, list) else _line(value)


def _line(value: object) -> str:
    return " ".join(value.split())[:_LONGEST_LINE] if isinstance(value, str) else ""
