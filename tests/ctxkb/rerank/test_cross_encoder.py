from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ctxkb.errors import ConfigError
from ctxkb.rerank.cross_encoder import open_cross_encoder
from support.encoders import tiny_cross_encoder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CrossEncoder on disk."""
    return tiny_cross_encoder(tmp_path_factory.mktemp("models") / "tiny")


def test_a_folder_scores_pairs(folder: Path) -> None:
    """Each text gets one score, which depends on question and text and not on its neighbours."""
    score = open_cross_encoder(str(folder))
    texts = ["refund the money", "a green button", "x" * 5000, "", "\ud800"]
    together = score("refund", texts)
    assert len(set(together[:3])) == 3
    assert together == pytest.approx([score("refund", [text])[0] for text in texts], abs=1e-5)
    assert score("button", texts[:1]) != pytest.approx(together[:1], abs=1e-5)


def test_it_loads_quietly(folder: Path) -> None:
    """Loading and scoring print nothing: standard output may be the protocol's."""
    code = "import sys; from ctxkb.rerank.cross_encoder import open_cross_encoder as o; o(sys.argv[1])('a', ['b', 'c'])"
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("model", ["./nowhere", "~/nowhere", "a/b/c", "c:\\models"])
def test_a_folder_that_is_not_there(model: str) -> None:
    """What looks like a folder and is none is told in one line, with what to do."""
    with pytest.raises(ConfigError, match=r'\[rerank\] model ".*" is not a folder here; give the path of') as error:
        open_cross_encoder(model)
    assert "\n" not in str(error.value)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    """An empty folder says which one it is."""
    with pytest.raises(ConfigError, match=r"\[rerank\] the model in folder .* cannot be loaded: ") as error:
        open_cross_encoder(str(tmp_path))
    assert "\n" not in str(error.value)


def test_a_classifier_is_no_reranker(tmp_path: Path) -> None:
    """A model of several scores a pair is refused."""
    with pytest.raises(ConfigError, match="gives 3 scores a pair, so it cannot rank"):
        open_cross_encoder(str(tiny_cross_encoder(tmp_path / "three", labels=3)))
