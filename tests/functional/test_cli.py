from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from support.sample import KB, kb, sample

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"chromadb", "torch", "llama_index", "sentence_transformers", "mcp", "docutils", "onnxruntime"}


def _imported(root: Path, *arguments: str) -> set[str]:
    """The packages that a command imported, by their first name."""
    code = f"{KB[2].replace('sys.exit(main())', 'main()')}; print(' '.join(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=root, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stderr.splitlines()[-1].split()}


def test_answers_import_neither_torch_nor_chroma(tmp_path: Path) -> None:
    """A cold question loads the model by onnxruntime and scans; help loads nothing heavy at all."""
    sample(tmp_path)
    assert kb(tmp_path, "index").returncode == 0
    assert _imported(tmp_path, "--help") & HEAVY == set()
    for command in (["query", "httpx"], ["context", "httpx"], ["show", "ADR-0002"]):
        assert _imported(tmp_path, *command) & HEAVY <= {"onnxruntime"}


def test_beside_an_owner_nothing_is_loaded_at_all(tmp_path: Path) -> None:
    """With a server or `kb watch` running, a question is a message to it: no model, no numpy."""
    sample(tmp_path)
    with subprocess.Popen([*KB, "watch"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as owner:
        try:
            assert owner.stdout is not None
            owner.stdout.readline()
            heavy = _imported(tmp_path, "query", "httpx", "--json") & (HEAVY | {"numpy", "tiktoken"})
            assert heavy == set()
        finally:
            owner.terminate()


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
def test_ctrl_c_ends_with_130_and_frees_the_index(tmp_path: Path) -> None:
    """An interrupted `kb watch` says nothing more, and the next command takes over."""
    sample(tmp_path)
    with subprocess.Popen([*KB, "watch"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert process.stderr.read() == f"Watching {tmp_path}; Ctrl-C ends it.\n".encode()
    assert kb(tmp_path, "index").returncode == 0


def test_the_owner_is_killed_and_questions_go_on(tmp_path: Path) -> None:
    """After `kill -9` of the owner the next question is answered by the process that asks it, without a word."""
    repo = sample(tmp_path)
    with subprocess.Popen([*KB, "watch"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        owner.stdout.readline()
        owner.kill()
        owner.wait()
    repo.write({"docs/guides/zebra.md": "# Zebra crossing\n\nStop for zebras.\n"})
    done = kb(tmp_path, "query", "zebra crossing", "--limit", "1", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["hits"][0]["path"] == "docs/guides/zebra.md"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions differ there")
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """Where `.kb` cannot be made, commands that need it say so."""
    sample(tmp_path)
    (tmp_path / ".kb").write_text("in the way")
    for command in (["index"], ["query", "x"], ["serve"]):
        done = kb(tmp_path, *command)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("kb: error: cannot make the index folder ")
        assert done.stderr.count("\n") == 1


def test_a_garbage_index_is_rebuilt_with_a_warning(tmp_path: Path) -> None:
    """The question is answered, and one line says that the index had to be built anew."""
    sample(tmp_path)
    assert kb(tmp_path, "index").returncode == 0
    for path in (tmp_path / ".kb").glob("catalog.sqlite*"):
        path.write_bytes(b"garbage" * 1000)
    done = kb(tmp_path, "query", "httpx timeout", "--limit", "1")
    assert done.returncode == 0
    assert done.stdout.startswith("docs/adr/0002-call-services-with-httpx.md")
    assert done.stderr == f"the index {tmp_path / '.kb'} is damaged: it is built anew\n"


def test_ten_questions_at_once_are_all_answered(tmp_path: Path) -> None:
    """Of processes that find no index one builds it, the others wait for it, and each answers."""
    sample(tmp_path)
    started = [
        subprocess.Popen([*KB, "query", "httpx"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(10)
    ]
    deadline = time.monotonic() + 60
    for process in started:
        out, err = process.communicate(timeout=max(1.0, deadline - time.monotonic()))
        assert (process.returncode, err) == (0, b"")
        assert out.startswith(b"docs/adr/0002-call-services-with-httpx.md")
