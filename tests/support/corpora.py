"""The corpora of real documents, which lie outside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def corpus(name: str) -> Path:
    """The folder of the corpus `name`, in $CTXKB_CORPORA or beside the repository; skips the test without it."""
    beside = Path(__file__).parents[3] / "shared" / "eval" / "corpora"
    folder = Path(os.environ.get("CTXKB_CORPORA", beside)) / name
    if not folder.is_dir():
        pytest.skip(f"the corpus {name} is not at {folder}; set CTXKB_CORPORA to the folder that holds it")
    return folder
