from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ctxkb.config import load_config
from ctxkb.embed.registry import open_embedder
from ctxkb.errors import ConfigError
from ctxkb.knowledge import Knowledge
from ctxkb_ingest.open import reader_vectors
from support.embedders import HashEmbedder
from support.indexed import indexed

if TYPE_CHECKING:
    from pathlib import Path

    from support.indexed import Indexed

FILES: dict[str, str | bytes] = {
    "docs/adr/0001-widgets.md": "# 1. Use widgets\n\n## Status\n\nAccepted\n\n## Decision\n\nWe use widgets.\n",
    "docs/handbook.md": "# Handbook\n\nHow to turn the crank.\n\n## Oil\n\nUse gearbox oil.\n",
    "docs/copy.md": "# Handbook\n\nHow to turn the crank.\n\n## Oil\n\nUse gearbox oil.\n",
}


def _vectors(held: Indexed) -> dict[str, np.ndarray[Any, Any]]:
    texts = held.catalog.passages(range(1, 1000)).values()
    by_hash = held.catalog.connection.execute("SELECT p.text, e.vector FROM passages p JOIN embeddings e USING (hash)")
    found = {text: np.frombuffer(vector, np.float32) for text, vector in by_hash}
    assert set(found) == {text for of_unit in texts for text in of_unit}
    return found


def test_the_pipeline_and_the_direct_way_give_the_same_vectors(tmp_path: Path) -> None:
    """Whatever embeds, the catalog holds the same texts with the same vectors, and each was embedded once."""
    with indexed(tmp_path / "a", FILES) as first, indexed(tmp_path / "b", FILES) as second:
        one, other = first.index(through="pipeline"), second.index(through="direct")
        assert one.embedded == other.embedded == len(first.embedder.embedded)
        assert (one.complete, one.units) == (True, other.units)
        mine, theirs = _vectors(first), _vectors(second)
        assert mine.keys() == theirs.keys()
        assert all(np.array_equal(mine[text], theirs[text]) for text in mine)
        assert first.index(through="pipeline").embedded == 0


def test_only_new_texts_go_through_the_pipeline(tmp_path: Path) -> None:
    """After an edit the pipeline embeds the new text alone."""
    with indexed(tmp_path, FILES) as held:
        held.index(through="pipeline")
        before = len(held.embedder.embedded)
        held.repo.write({"docs/handbook.md": "# Handbook\n\nHow to turn the crank.\n\n## Oil\n\nUse olive oil.\n"})
        assert held.index(through="pipeline").embedded == 1
        (new,) = held.embedder.embedded[before:]
        assert "olive" in new


def test_a_llama_index_program_reads_parses_and_embeds(tmp_path: Path) -> None:
    """Reader, node parser and embedding run in a program's own pipeline; nodes are units with their relations."""
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.schema import NodeRelationship

    from ctxkb_ingest.pipeline import KbEmbedding, KbNodeParser, KbReader

    with indexed(tmp_path, FILES) as held:
        held.index()
        documents = KbReader(tmp_path).load_data()
        assert [(document.id_, document.metadata["kind"]) for document in documents] == [
            ("docs/adr/0001-widgets.md", "decision"), ("docs/copy.md", "guide"), ("docs/handbook.md", "guide"),
        ]  # fmt: skip
        parts = [KbNodeParser(), KbEmbedding(HashEmbedder())]
        nodes = IngestionPipeline(transformations=parts, disable_cache=True).run(documents=documents)
        units = [row.unit for row in held.catalog.units_of(document.id_ for document in documents)]
        assert [(node.id_, node.get_content()) for node in nodes] == [(unit.id, unit.text) for unit in units]
        assert [node.metadata["lines"] for node in nodes] == [[unit.first, unit.last] for unit in units]
        assert all(node.source_node.node_id == unit.path for node, unit in zip(nodes, units, strict=True))
        assert all(np.isclose(np.linalg.norm(node.embedding), 1) for node in nodes)
        guide = [node for node in nodes if node.metadata["path"] == "docs/handbook.md"]
        assert [node.relationships[NodeRelationship.PREVIOUS].node_id for node in guide[1:]] == [
            node.id_ for node in guide[:-1]
        ]


def test_a_llama_index_program_retrieves(tmp_path: Path) -> None:
    """The retriever gives what the knowledge base finds, with why, and status of each."""
    from ctxkb_ingest.pipeline import KbRetriever

    with indexed(tmp_path, FILES) as held:
        held.index()
        vectors = reader_vectors(held.catalog, "", lambda: held.embedder)
        knowledge = Knowledge(tmp_path, load_config(tmp_path), held.catalog, lambda: held.embedder, vectors)
        best = KbRetriever(knowledge, limit=3).retrieve("which widgets do we use?")[0]
        assert best.node.metadata["path"] == "docs/adr/0001-widgets.md"
        assert (best.node.metadata["status"], best.node.metadata["kind"]) == ("accepted", "decision")


def test_any_llama_index_embedding_by_name(tmp_path: Path) -> None:
    """`llama-index:module:Class` in kb.toml embeds through that class, and its vectors have length 1."""
    from ctxkb_ingest.pipeline import load_llama_embedding

    name = "llama-index:support.llama:Letters"
    embedder = open_embedder(name, loaders={"llama-index": load_llama_embedding})
    assert (embedder.name, embedder.dimensions) == ("llama-index:support.llama:Letters@letters", 26)
    assert np.allclose(embedder.embed(["aab", "zz"])[:, [0, 1, 25]], [[2 / 5**0.5, 1 / 5**0.5, 0], [0, 0, 1]])
    assert embedder.embed([]).shape == (0, 26)
    with indexed(tmp_path, {"kb.toml": f'[embedding]\nmodel = "{name}"\n', **FILES}) as held:
        held.embedder = embedder  # type: ignore[assignment]
        assert held.index(through="pipeline").complete


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("support.llama", 'write "llama-index:<module>:<Class>"'),
        ("no_such_package.x:Y", "cannot import no_such_package.x .*; install the package it is in"),
        ("support.llama:Nothing", "support.llama has no class Nothing"),
        ("support.llama:HELPER", "HELPER is not a LlamaIndex embedding"),
        ("support.llama:Demanding", "Demanding cannot be made without arguments: .*; write a class of your own"),
    ],
)
def test_a_name_that_is_no_embedding(name: str, reason: str) -> None:
    """A wrong name is one line that says what is missing and what to do."""
    from ctxkb_ingest.pipeline import load_llama_embedding

    with pytest.raises(ConfigError, match=reason):
        load_llama_embedding(name)


def test_nothing_is_printed_and_the_direct_way_stays_light(tmp_path: Path) -> None:
    """A run prints nothing, and without the pipeline it imports neither LlamaIndex nor torch nor chromadb."""
    with indexed(tmp_path, FILES):
        pass
    program = (
        "import sys\nfrom pathlib import Path\nfrom ctxkb.config import load_config\n"
        "from ctxkb_ingest.run import run_index\nfrom support.embedders import HashEmbedder\n"
        "root = Path(sys.argv[1])\n"
        "report = run_index(root, load_config(root), HashEmbedder, through=sys.argv[2])\n"
        "assert report.complete and report.files == 3, report\n"
        "heavy = {'llama_index', 'torch', 'chromadb', 'onnxruntime'} & set(sys.modules)\n"
        "assert heavy <= set(sys.argv[3:]), heavy\n"
    )
    for arguments in (["direct"], ["direct"], ["pipeline"]):
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path), *arguments],
            capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
