"""LlamaIndex: the pipeline of `kb index`, any LlamaIndex embedding by name, and our parts for LlamaIndex programs.

The only module that imports `llama_index`; its types reach nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import NodeParser
from llama_index.core.readers.base import BaseReader
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import BaseNode, Document, NodeRelationship, NodeWithScore, TextNode
from pydantic import PrivateAttr

from ctxkb.config import load_config
from ctxkb.errors import ConfigError, SourceError
from ctxkb.formats.decode import decode
from ctxkb.types import Kind, Source, Unit
from ctxkb_ingest.discover import discover
from ctxkb_ingest.store import StoredEmbedder, stored_units
from ctxkb_ingest.take import source_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from llama_index.core.schema import QueryBundle
    from numpy.typing import NDArray

    from ctxkb.catalog.read import Catalog
    from ctxkb.embed.interface import Embedder
    from ctxkb.knowledge import Knowledge
    from ctxkb_ingest.report import Progress

Units = Callable[[Source], Sequence[Unit]]
"""Cuts a source into units."""

RUN_UNITS = 5_000
"""Units that go through the pipeline at once, so that memory stays bounded whatever the repository holds."""


def embed_through_pipeline(catalog: Catalog, embedder: Embedder, progress: Progress) -> int:
    """Runs the files whose texts have no vector of this model yet through an `IngestionPipeline`; how many texts.

    Documents and units are those which the catalog holds already, masked as they are there: no file is read again.
    The vectors land in the catalog, each text's once.
    """
    total = len(catalog.unembedded(embedder.name))
    progress.start("embed", total)
    store = StoredEmbedder(catalog, embedder, progress)
    units: dict[str, Sequence[Unit]] = {}
    parser = KbNodeParser(units=lambda source: units[source.path])
    pipeline = IngestionPipeline(transformations=[parser, KbEmbedding(store)], disable_cache=True)
    for paths in _runs(catalog.unembedded_files(embedder.name)):
        units = {path: stored_units(catalog, path) for path in paths}
        pipeline.run(documents=[_stored_document(found) for found in units.values() if found])
    store.embed_rest()
    return total


def _runs(files: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    """Paths in groups of about `RUN_UNITS` units."""
    paths: list[str] = []
    units = 0
    for path, count in files:
        paths.append(path)
        units += count
        if units >= RUN_UNITS:
            yield paths
            paths, units = [], 0
    if paths:
        yield paths


def _stored_document(units: Sequence[Unit]) -> Document:
    """A file of the catalog, of at least one unit, as LlamaIndex sees it."""
    metadata = {"path": units[0].path, "kind": units[0].kind.value, "format": units[0].syntax}
    return Document(id_=units[0].path, text="\n\n".join(unit.text for unit in units), metadata=metadata)


def to_document(source: Source) -> Document:
    """A source as LlamaIndex sees it; its id is its path. A file that is no text has none."""
    try:
        text = decode(source.content)
    except SourceError:
        text = ""
    metadata = {"path": source.path, "kind": source.kind.value, "format": source.format}
    return Document(id_=source.path, text=text, metadata=metadata)


def _parsed_units(source: Source) -> Sequence[Unit]:
    return source_units(source)[1]


class KbNodeParser(NodeParser):
    """Cuts documents of `KbReader` into one node a unit, with the unit's id, its lines and its headings."""

    include_metadata: bool = False
    _units: Units | None = PrivateAttr(default=None)

    def __init__(self, units: Units | None = None, **fields: Any) -> None:  # noqa: ANN401 - LlamaIndex's own fields
        super().__init__(**fields)
        self._units = units

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex stores it."""
        return "KbNodeParser"

    def _parse_nodes(
        self,
        nodes: Sequence[BaseNode],
        show_progress: bool = False,  # noqa: ARG002 - LlamaIndex passes it
        **kwargs: Any,  # noqa: ANN401, ARG002 - likewise
    ) -> list[BaseNode]:
        return [node for document in nodes for node in self._nodes_of(document)]

    def _nodes_of(self, document: BaseNode) -> list[BaseNode]:
        metadata = document.metadata
        content = document.get_content().encode()
        source = Source(metadata["path"], content, Kind(metadata["kind"]), metadata["format"])
        units = self._units or _parsed_units
        of = document.as_related_node_info()
        return [_node(unit, {NodeRelationship.SOURCE: of}) for unit in units(source)]


def _node(unit: Unit, relationships: dict[NodeRelationship, Any]) -> TextNode:
    metadata: dict[str, Any] = {
        "title": unit.title,
        "headings": " > ".join((*unit.breadcrumb, unit.heading)),
        "path": unit.path,
        "kind": unit.kind.value,
        "document": unit.document,
        "lines": [unit.first, unit.last],
        "tokens": unit.tokens,
        "embed": list(unit.embed),
    }
    quiet = ["path", "kind", "document", "lines", "tokens", "embed"]
    return TextNode(
        id_=unit.id,
        text=unit.text,
        metadata=metadata,
        relationships=relationships,
        excluded_embed_metadata_keys=quiet,
        excluded_llm_metadata_keys=["document", "tokens", "embed"],
    )


class KbEmbedding(BaseEmbedding):
    """An `Embedder` for LlamaIndex. A node of `KbNodeParser` gets the mean of the vectors of its texts."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, **fields: Any) -> None:  # noqa: ANN401 - LlamaIndex's own fields
        super().__init__(model_name=embedder.name, **fields)
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex stores it."""
        return "KbEmbedding"

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> Sequence[BaseNode]:  # noqa: ANN401, ARG002 - LlamaIndex's
        """The nodes with their vectors; all texts go to the embedder at once, which may sort them."""
        texts = [node.metadata.get("embed") or [node.get_content()] for node in nodes]
        vectors = self._embedder.embed([text for of_node in texts for text in of_node])
        start = 0
        for node, of_node in zip(nodes, texts, strict=True):
            node.embedding = _mean(vectors[start : start + len(of_node)]).tolist()
            start += len(of_node)
        return nodes

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        found: list[list[float]] = self._embedder.embed(texts).tolist()
        return found

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embeddings([query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def _mean(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    total = vectors.sum(axis=0)
    length = float(np.linalg.norm(total))
    return np.asarray(total / (length or 1.0), np.float32)


class KbReader(BaseReader):
    """The documents of a repository, found and told apart as `kb index` does it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def lazy_load_data(self, *args: Any, **load_kwargs: Any) -> Iterator[Document]:  # noqa: ANN401, ARG002 - LlamaIndex's
        """One `Document` a file; files that cannot be read are left out."""
        from ctxkb_ingest.take import read_candidate

        config = load_config(self._root)
        for candidate in discover(self._root, config, {}).changed:
            source = read_candidate(self._root, candidate, config)
            if source is not None:
                yield to_document(source)


class KbRetriever(BaseRetriever):
    """The units that answer a question, the best first, from a knowledge base that is open."""

    def __init__(self, knowledge: Knowledge, limit: int = 10) -> None:
        super().__init__()
        self._knowledge = knowledge
        self._limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._knowledge.search(query_bundle.query_str, limit=self._limit).hits
        found = []
        for hit in hits:
            node = _node(hit.unit, {})
            node.metadata |= {"status": hit.status, "why": hit.why, "binding": hit.binding}
            found.append(NodeWithScore(node=node, score=hit.score))
        return found


def load_llama_embedding(name: str) -> Embedder:
    """The embedder for "module:Class", a LlamaIndex embedding made without arguments. Raises `ConfigError`."""
    module, colon, kind = name.partition(":")
    if not colon or not module or not kind:
        raise ConfigError(f'[embedding] model "llama-index:{name}": write "llama-index:<module>:<Class>"')
    try:
        found = getattr(import_module(module), kind)
    except ImportError as error:
        raise ConfigError(
            f'[embedding] model "llama-index:{name}": cannot import {module} ({error}); install the package it is in'
        ) from error
    except AttributeError as error:
        raise ConfigError(f'[embedding] model "llama-index:{name}": {module} has no class {kind}') from error
    if not (isinstance(found, type) and issubclass(found, BaseEmbedding)):
        raise ConfigError(f'[embedding] model "llama-index:{name}": {kind} is not a LlamaIndex embedding')
    try:
        return LlamaEmbedder(found(), name)
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f'[embedding] model "llama-index:{name}": {kind} cannot be made without arguments: {error}; '
            "write a class of your own that sets them"
        ) from error


class LlamaEmbedder:
    """A LlamaIndex embedding as an `Embedder`; its vectors are brought to length 1."""

    def __init__(self, embedding: BaseEmbedding, name: str) -> None:
        self.name = f"llama-index:{name}@{embedding.model_name}"
        self._embedding = embedding
        self._dimensions = 0

    @property
    def dimensions(self) -> int:
        """The length of each vector, found by embedding a word."""
        if not self._dimensions:
            self._dimensions = self.embed(["word"]).shape[1]
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of `texts` in their order: shape (len(texts), dimensions), float32, each of length 1."""
        if not texts:
            return np.zeros((0, self._dimensions), np.float32)
        found = np.asarray(self._embedding.get_text_embedding_batch(list(texts)), np.float32)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.where(lengths == 0, 1, lengths), np.float32)
