"""The knowledge base as it stands at one end of a change, parsed where a rule asks for it and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ctxkb.formats import parse
from ctxkb.formats.classify import classify, is_ignored, wants_head
from ctxkb.formats.loads import Loads
from ctxkb.formats.sniff import HEAD
from ctxkb.text.ignore import KBIGNORE, ignored_by
from ctxkb.types import Kind, Parsed, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ctxkb.check.trees import Tree
    from ctxkb.config import Sources
    from ctxkb.text.globs import Globs
    from ctxkb.types import Document

PROSE = (".md", ".mdx", ".markdown", ".rst", ".adoc", ".asciidoc", ".mdc")
"""The endings of files that people write for people."""


@dataclass(frozen=True, slots=True)
class Read:
    """One file as it was read: its kind (None where it is no document), its text, and what came of it."""

    kind: Kind | None
    text: str
    parsed: Parsed


@dataclass
class Documents:
    """The documents of `tree`, files of up to `limit` bytes.

    Files outside of `changed` are those of `same`, which reads them once for both ends. `loads` reads YAML and JSON,
    for both ends and all rules.
    """

    tree: Tree
    sources: Sources
    limit: int
    same: Documents | None = None
    changed: frozenset[str] = frozenset()
    loads: Loads = field(default_factory=Loads)
    _known: dict[str, Read] = field(default_factory=dict)
    _kinds: dict[str, Kind | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.same:
            self.loads = self.same.loads

    def read(self, paths: Iterable[str]) -> dict[str, Read]:
        """What each of `paths` holds, by path in their order; what is not there or no document is left out."""
        wanted = [path for path in dict.fromkeys(paths) if self._may_be_document(path)]
        shared = [path for path in wanted if self.same is not None and path not in self.changed]
        found = self.same.read(shared) if self.same is not None else {}
        missing = [path for path in wanted if path not in found and path not in self._known]
        for path, content in self.tree.read(missing, self.limit):
            self._known[path] = self._read(path, content)
        found |= {path: self._known[path] for path in wanted if path in self._known}
        return {path: found[path] for path in wanted if path in found}

    def of(self, path: str) -> tuple[Document, ...]:
        """The documents in the file `path`, none where this end does not have it."""
        return tuple(document for read in self.read([path]).values() for document in read.parsed.documents)

    @cached_property
    def prose(self) -> dict[str, bytes]:
        """The bytes of every file of prose by path, documents or not: what may name or link to other files."""
        paths = sorted(path for path in self.tree.paths() if path.lower().endswith(PROSE))
        wanted = (path for path in paths if not is_ignored(path, self.sources) and not self._ignored.matches(path))
        return dict(self.tree.read(wanted, self.limit))

    def kind_of(self, path: str) -> Kind | None:
        """The kind of the document `path` as its name tells it, None where it is none or only its content tells."""
        if self.same is not None:
            return self.same.kind_of(path)
        if path not in self._kinds:
            told = None if wants_head(path) else classify(path, None, self.sources)
            self._kinds[path] = told[0] if told else None
        return self._kinds[path]

    def paths_of(self, kinds: Collection[Kind]) -> list[str]:
        """The paths of the documents of some kinds, sorted, as far as their names tell what they are."""
        return sorted(path for path, kind in self._told.items() if kind in kinds)

    @cached_property
    def _told(self) -> dict[str, Kind]:
        """The kinds of all files here whose names tell that they are documents: most files are none."""
        there = self.tree.paths()
        same = {path: kind for path, kind in self.same._told.items() if path in there} if self.same else {}
        fresh = self.changed & there if self.same else there
        return same | {path: kind for path in fresh if (kind := self.kind_of(path))}

    def decisions(self) -> tuple[Document, ...]:
        """All decisions by path, templates left out."""
        return self._decisions

    def may_decide(self, path: str) -> bool:
        """Whether `path` is that of a decision, told without reading it."""
        return self.kind_of(path) is Kind.DECISION and not self._ignored.matches(path)

    def written_decisions(self) -> Iterator[tuple[str, bytes]]:
        """Path and bytes of the files in which the decisions lie: to parse them all takes time."""
        yield from self.tree.read(filter(self.may_decide, self.paths_of({Kind.DECISION})), self.limit)

    @cached_property
    def _decisions(self) -> tuple[Document, ...]:
        paths = self.paths_of({Kind.DECISION})
        unchanged: tuple[Document, ...] = ()
        if self.same is not None and KBIGNORE not in self.changed:
            paths = [path for path in paths if path in self.changed]
            unchanged = tuple(each for each in self.same.decisions() if each.path not in self.changed)
        read = self.read(filter(self.may_decide, paths))
        own = (document for each in read.values() for document in each.parsed.documents)
        found = (each for each in own if each.kind is Kind.DECISION and not each.template)
        return tuple(sorted((*unchanged, *found), key=lambda document: document.id))

    def _may_be_document(self, path: str) -> bool:
        """Whether this end has the file, and its name does not tell that it is no document."""
        there = path in self.tree.paths()
        return there and (wants_head(path) or self.kind_of(path) is not None)

    def _read(self, path: str, content: bytes) -> Read:
        told = classify(path, content[:HEAD], self.sources)
        if told is None or self._ignored.matches(path):
            return Read(None, "", Parsed())
        kind, format_ = told
        text = content.decode("utf-8", "replace").replace("\r\n", "\n")
        return Read(kind, text, parse(Source(path, content, kind, format_), self.loads))

    @cached_property
    def _ignored(self) -> Globs:
        """What `.kbignore` at this end lists."""
        return ignored_by(b"".join(content for _, content in self.tree.read([KBIGNORE])))
