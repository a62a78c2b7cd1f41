"""Which files the conventions are written to, and what stands in them."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.sync.prose import body, lowered, moved
from ctxkb.text.globs import compile_globs
from ctxkb.text.markdown import slug
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ctxkb.check.documents import Documents
    from ctxkb.config.models import Sync
    from ctxkb.types import Document

BEGIN = "<!-- ctxkb:sync:begin -->"
END = "<!-- ctxkb:sync:end -->"
_BLOCK = re.compile(rf"{re.escape(BEGIN)}.*?{re.escape(END)}(?:\r?\n)?", re.DOTALL)

AGENTS, CLAUDE, COPILOT = "AGENTS.md", "CLAUDE.md", ".github/copilot-instructions.md"
OWN_FILES = (".cursor/rules/kb-*.mdc", ".github/instructions/kb-*.instructions.md")
"""Files that hold nothing but what is written here."""

SHARED_FILES = (AGENTS, CLAUDE, COPILOT)
"""Files of people, of which a block is written here."""


@dataclass(frozen=True, slots=True)
class Generated:
    """What shall stand in a file: front matter, "" where the rest of the file is people's own, and the block."""

    path: str
    front: str
    block: str

    def within(self, text: str) -> str:
        """`text`, the file as it is, with the block in its place; a file of its own is written whole."""
        if self.front:
            return f"{self.front}\n{self.block}"
        if _BLOCK.search(text):
            return _BLOCK.sub(lambda _: self.block, text, count=1)
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        return text + gap + self.block


def without(text: str) -> str:
    """A file that people share with the block, without it; "" where nothing else stands there."""
    end = "\r\n" if "\r\n" in text else "\n"
    parts = [part.strip("\r\n") for part in _BLOCK.split(text, maxsplit=1)]
    kept = [part for part in parts if part.strip()]
    return (end * 2).join(kept) + end if kept else ""


def sources(documents: Documents, sync: Sync) -> list[Document]:
    """The conventions to write, by path: those in force that the configuration names and that are Markdown."""
    globs = compile_globs(sync.conventions)
    paths = sorted(path for path in documents.tree.paths() if globs.matches(path) and path.endswith((".md", ".mdx")))
    found = (document for read in documents.read(paths).values() for document in read.parsed.documents)
    return [
        each
        for each in found
        if each.kind is Kind.CONVENTION and each.scope.apply in {"always", "paths"} and not each.template
    ]


def generated(conventions: Sequence[Document], sync: Sync) -> dict[str, Generated]:
    """What each file shall hold, by its path; nothing without a convention."""
    made = (each for target in sync.targets for each in TARGETS[target](conventions, sync)) if conventions else ()
    return {each.path: each for each in made}


def left_over(paths: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """The files that may have been written for a convention or a target which is no longer there."""
    globs, kept = compile_globs((*OWN_FILES, *(f"/{path}" for path in SHARED_FILES))), set(wanted)
    return sorted(path for path in paths if globs.matches(path) and path not in kept)


def is_ours(text: str) -> bool:
    """Whether a file holds a block that was written here."""
    return BEGIN in text and END in text


def _agents(conventions: Sequence[Document], _sync: Sync) -> Iterator[Generated]:
    yield Generated(AGENTS, "", _block(_joined(conventions, AGENTS)))


def _claude(conventions: Sequence[Document], sync: Sync) -> Iterator[Generated]:
    text = "@AGENTS.md" if "agents" in sync.targets else _joined(conventions, CLAUDE)
    yield Generated(CLAUDE, "", _block(text))


def _cursor(conventions: Sequence[Document], _sync: Sync) -> Iterator[Generated]:
    for name, each in _named(conventions):
        path = f".cursor/rules/kb-{name}.mdc"
        globs = ",".join(each.scope.globs)
        facts = [f"description: {_quoted(each.title)}", f"globs: {globs}".rstrip(), f"alwaysApply: {_truth(not globs)}"]
        yield Generated(path, _front(facts), _block(_single(each, path)))


def _copilot(conventions: Sequence[Document], _sync: Sync) -> Iterator[Generated]:
    general = [each for each in conventions if not each.scope.globs]
    if general:
        yield Generated(COPILOT, "", _block(_joined(general, COPILOT)))
    for name, each in _named(conventions):
        if each.scope.globs:
            path = f".github/instructions/kb-{name}.instructions.md"
            facts = [f"applyTo: {_quoted(','.join(each.scope.globs))}"]
            yield Generated(path, _front(facts), _block(_single(each, path)))


TARGETS: dict[str, Callable[[Sequence[Document], Sync], Iterator[Generated]]] = {
    "agents": _agents,
    "claude": _claude,
    "cursor": _cursor,
    "copilot": _copilot,
}
"""What writes the files of each target."""


def _block(text: str) -> str:
    return f"{BEGIN}\n{text.strip()}\n{END}\n"


def _front(facts: Sequence[str]) -> str:
    return "\n".join(["---", *facts, "---", ""])


def _joined(conventions: Sequence[Document], place: str) -> str:
    """All conventions as sections of one file, each with its scope."""
    return "\n\n".join(
        "\n\n".join(
            filter(None, (f"## {each.title}", _origin(each, place), _scope(each), lowered(_text(each, place), 1)))
        )
        for each in conventions
    )


def _single(convention: Document, place: str) -> str:
    """One convention as a file of its own."""
    return "\n\n".join((f"# {convention.title}", _origin(convention, place), _text(convention, place)))


def _text(convention: Document, place: str) -> str:
    return moved(body(convention), convention.path, place)


def _origin(convention: Document, place: str) -> str:
    where = posixpath.relpath(convention.path, posixpath.dirname(place) or ".")
    return f"<!-- Written by `kb sync` from {where}: edit that file. -->"


def _scope(convention: Document) -> str:
    globs = ", ".join(f"`{glob}`" for glob in convention.scope.globs)
    return f"Applies to {globs}." if globs else ""


def _named(conventions: Sequence[Document]) -> Iterator[tuple[str, Document]]:
    """Each convention with a file name of its own: that of its file, with its folder where two are alike."""
    stems = [slug(posixpath.splitext(posixpath.basename(each.path))[0]) for each in conventions]
    for stem, each in zip(stems, conventions, strict=True):
        folder = slug(posixpath.basename(posixpath.dirname(each.path)))
        yield (f"{folder}-{stem}" if stems.count(stem) > 1 else stem), each


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _truth(value: bool) -> str:
    return "true" if value else "false"
