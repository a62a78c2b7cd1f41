"""The bundled model as an ONNX file in the user's cache folder: exported once a machine, whole or not there at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctxkb.embed import bundled
from ctxkb.embed.export import CANNOT_WRITE
from ctxkb.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

RECIPE = 2
"""How the file is made; a change makes a file of another name."""

_ELSEWHERE = "free some space, or set CTXKB_CACHE_DIR to a folder that can be written and has 400 MB free"


def cache_folder(given: Path | None = None) -> Path:
    """Where files of this machine are kept: `given`, else `CTXKB_CACHE_DIR`, else the user's cache folder."""
    if given is not None:
        return given
    if named := os.environ.get("CTXKB_CACHE_DIR"):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("ctxkb", appauthor=False)


def exported_model(precision: str, cache: Path, on_export: Callable[[str], None] | None = None) -> Path:
    """The ONNX file of the bundled model in `precision` ("int8" or "fp32"); exports it where it is not there whole.

    Ten processes that start at once export it once: the others wait. `on_export` is told why it takes a while.
    Raises `ConfigError` where the bundled weights are not what they must be, `StoreError` where `cache` is unusable.
    """
    model = cache / "models" / f"{bundled.MODEL}-{precision}-{RECIPE}.onnx"
    if is_whole(model):
        return model
    from filelock import FileLock

    try:
        model.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(model.with_suffix(".lock")):
            if not is_whole(model):
                _export(precision, model, on_export or _say_nothing)
    except OSError as error:
        raise _cannot_write(model.parent, str(error)) from error
    return model


def is_whole(model: Path) -> bool:
    """Whether `model` is the file that was exported: size and time as recorded, else (it was copied) its hash."""
    try:
        found = model.stat()
        noted = json.loads(_record(model).read_text(encoding="utf-8"))
        if found.st_size != noted["size"]:
            return False
        return bool(found.st_mtime_ns == noted["mtime_ns"] or _sha256(model) == noted["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return False  # a record that cannot be read vouches for nothing


def forget(model: Path) -> None:
    """Takes back the record of `model`, so that the next start exports it again."""
    _record(model).unlink(missing_ok=True)


def _export(precision: str, model: Path, on_export: Callable[[str], None]) -> None:
    """Under the lock: builds beside the target in a folder of its own, then moves the file, then its record."""
    for left in model.parent.glob("export-*"):
        shutil.rmtree(left, ignore_errors=True)
    source = bundled.model_folder()
    bundled.verify(source)
    on_export(
        f"preparing the embedding model {bundled.MODEL} ({precision}); this happens once on a machine, about 10 s"
    )
    with tempfile.TemporaryDirectory(prefix="export-", dir=model.parent, ignore_cleanup_errors=True) as folder:
        built = Path(folder) / model.name
        _run_export(source, precision, built)
        record = Path(folder) / "record.json"
        record.write_text(json.dumps(_facts(built)), encoding="utf-8")
        forget(model)
        built.replace(model)
        record.replace(_record(model))


def _run_export(source: Path, precision: str, target: Path) -> None:
    # -P: a folder named "onnx" or "torch" in the user's repository must not be imported
    command = [sys.executable, "-P", "-m", "ctxkb.embed.export", str(source), precision, str(target)]
    environment = {**os.environ, "TMPDIR": str(target.parent)}
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode == 0 and target.is_file():
        return
    said = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
    if done.returncode == CANNOT_WRITE:
        raise _cannot_write(target.parent.parent, said[0])
    raise StoreError(
        f"exporting the embedding model to {target.parent.parent} ended with code {done.returncode}: {said[0]}; "
        f"see the whole of it with: {' '.join(command[:-1])} /tmp/model.onnx"
    )


def _cannot_write(folder: Path, reason: str) -> StoreError:
    return StoreError(f"cannot write the embedding model to {folder}: {reason}; {_ELSEWHERE}")


def _facts(model: Path) -> dict[str, Any]:
    found = model.stat()
    return {"size": found.st_size, "mtime_ns": found.st_mtime_ns, "sha256": _sha256(model)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _record(model: Path) -> Path:
    return model.with_suffix(".json")


def _say_nothing(_: str) -> None:
    pass
