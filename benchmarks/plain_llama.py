"""The LlamaIndex pipeline as its documentation shows it, which the benchmarks stand beside.

`SimpleDirectoryReader`, `SentenceSplitter` with its default sizes (1,024 tokens, 200 of them shared), the bundled
model's weights through sentence-transformers as `HuggingFaceEmbedding` runs them, and Chroma.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import chromadb
from chromadb.config import Settings
from llama_index.core import SimpleDirectoryReader
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import MetadataMode
from pydantic import PrivateAttr

from ctxkb.embed import bundled

if TYPE_CHECKING:
    from pathlib import Path

    from llama_index.core.schema import BaseNode, Document

BATCH = 10
"""The batch of `HuggingFaceEmbedding`."""

PART = 1_000


class PlainEmbedding(BaseEmbedding):
    """What `HuggingFaceEmbedding` does for a sentence-transformers model, whose package need not be installed."""

    _model: Any = PrivateAttr()

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        super().__init__(embed_batch_size=BATCH)
        self._model = SentenceTransformer(str(bundled.model_folder()), device="cpu", local_files_only=True)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        found = self._model.encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        vectors: list[list[float]] = found.tolist()
        return vectors

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def read(folder: Path) -> list[Document]:
    """All files of a repository that are text, hidden folders as well, since rules for agents lie there."""
    reader = SimpleDirectoryReader(
        str(folder), recursive=True, exclude_hidden=False, exclude=[".git/**", ".kb/**", "**/.git/**", "**/.kb/**"]
    )
    return reader.load_data()


def embedded(documents: list[Document], embedding: BaseEmbedding) -> list[BaseNode]:
    """Their nodes with vectors."""
    pipeline = IngestionPipeline(transformations=[SentenceSplitter(), embedding], disable_cache=True)
    return list(pipeline.run(documents=documents))


def stored(nodes: list[BaseNode], folder: Path) -> Any:  # noqa: ANN401 - chromadb's classes are private
    """A Chroma collection of the nodes."""
    client = chromadb.PersistentClient(path=folder, settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection("nodes", metadata={"hnsw:space": "cosine"}, embedding_function=None)
    for start in range(0, len(nodes), PART):
        part = nodes[start : start + PART]
        collection.add(
            ids=[node.node_id for node in part],
            embeddings=[node.get_embedding() for node in part],
            documents=[node.get_content(MetadataMode.NONE) for node in part],
            metadatas=[{"path": str(node.metadata["file_path"])} for node in part],
        )
    return collection
