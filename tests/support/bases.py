"""A knowledge base over a few files given as a dict: really parsed, cut, embedded and stored, without a model."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

from ctxkb.budget.render import as_json, pack_json, pack_text
from ctxkb.catalog.read import Catalog
from ctxkb.catalog.rows import FileState
from ctxkb.catalog.write import drop_file, put_embeddings, put_file, set_meta, writing
from ctxkb.config import Config, load_config
from ctxkb.formats.classify import classify
from ctxkb.knowledge import Knowledge, Request
from ctxkb.text.count import count_tokens
from ctxkb.types import Source
from ctxkb.vectors.exact import ExactIndex
from ctxkb_ingest.take import source_units
from support.embedders import HashEmbedder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ctxkb.types import Pack, Parsed


@dataclass(frozen=True, slots=True)
class Base:
    """A knowledge base with the parts that it was made of."""

    knowledge: Knowledge
    catalog: Catalog
    embedder: HashEmbedder
    vectors: ExactIndex

    def context(self, task: str, *paths: str, **more: object) -> Pack:
        """The pack for a task and the paths that it touches; `more` are fields of `Request`."""
        return self.knowledge.context(Request(task, paths, **more))  # type: ignore[arg-type]

    def put(self, files: Mapping[str, str | bytes]) -> dict[str, Parsed]:
        """Takes files in, or takes them in again; gives what the parsers made of each document."""
        parsed: dict[str, Parsed] = {}
        with writing(self.catalog) as connection:
            for path, content in files.items():
                data = content if isinstance(content, bytes) else dedent(content).removeprefix("\n").encode()
                what = classify(path, data[:4096], self.knowledge.config.sources)
                if what is None:
                    continue
                parsed[path], units = source_units(Source(path, data, *what))
                state = FileState(path, len(data), 0, 0, "", str(what[0]), what[1], parsed[path].problems)
                put_file(connection, state, parsed[path].documents, units)
        self._embed()
        return parsed

    def drop(self, *paths: str) -> None:
        """Forgets files."""
        with writing(self.catalog) as connection:
            for path in paths:
                drop_file(connection, path)

    def _embed(self) -> None:
        wanted = dict(self.catalog.unembedded(self.embedder.name))
        with writing(self.catalog) as connection:
            put_embeddings(connection, self.embedder.name, list(wanted), self.embedder.embed(list(wanted.values())))
            set_meta(connection, {"complete": 1})
        ids, vectors = self.catalog.live_embeddings(self.embedder.name)
        self.vectors.update(list(zip(ids.tolist(), vectors, strict=True)), ())


def base_of(
    root: Path, files: Mapping[str, str | bytes], *, config: Config | None = None, meaning: bool = True
) -> Base:
    """The knowledge base of a repository that holds `files`; with `meaning=False` its model is not ready yet."""
    catalog, embedder, vectors = Catalog(root / ".kb"), HashEmbedder(384), ExactIndex()
    knowledge = Knowledge(
        root,
        config or load_config(root),
        catalog,
        lambda: embedder if meaning else None,
        lambda: vectors if meaning else None,
    )
    base = Base(knowledge, catalog, embedder, vectors)
    base.put(files)
    return base


def rendered(pack: Pack, form: str = "text") -> str:
    """A pack as it is sent."""
    return pack_text(pack) if form == "text" else as_json(pack_json(pack))


def size(pack: Pack, form: str = "text") -> int:
    """The tokens of a pack as it is sent."""
    return count_tokens(rendered(pack, form))


def paths_of(pack: Pack) -> list[str]:
    """The paths of the items, in order, each once."""
    return list(dict.fromkeys(item.hit.unit.path for item in pack.items))


def adr(number: int, title: str, status: str, decision: str, *, more: str = "", scope: str = "") -> str:
    """A decision in Nygard's form; `status` may have several lines, `scope` is a list as YAML writes it."""
    head = f"---\nscope: {scope}\n---\n" if scope else ""
    context = f"## Context\n\nSomething had to be done about it.\n{more}\n"
    return f"{head}# {number}. {title}\n\n## Status\n\n{status}\n\n{context}## Decision\n\n{decision}\n"
