from __future__ import annotations

import json
import os
import subprocess
import time
from typing import TYPE_CHECKING

from ctxkb.cli.boundary import run
from support.sample import KB, kb, sample

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_without_an_index_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No index is an answer; programs get null."""
    assert run(["status", "--root", str(tmp_path)]) == 0
    assert run(["status", "--root", str(tmp_path), "--json"]) == 0
    assert capsys.readouterr().out == f"{tmp_path}: no index yet; kb index makes it\nnull\n"


def test_it_tells_what_is_indexed_and_what_changed_since(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts by kind, units, embeddings, the owner, stale files, and files that could not be read."""
    repo = sample(tmp_path).write({"contracts/broken.openapi.yaml": 'openapi: 3.1.0\npaths: {"/a": [\n'})
    assert run(["index", "--root", str(tmp_path)]) == 0
    repo.write({"AGENTS.md": "# Changed\n", "docs/new.md": "# New\n"}).remove("docs/guides/add-an-endpoint.md")
    capsys.readouterr()
    assert run(["status", "--root", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith("generation")][:-1] == [
        "documents   5 (1 contract, 1 convention, 2 decision, 1 guide)",
        "units       10",
        "embeddings  10 of 10",
        "owner       none: kb serve, or kb watch",
        "fresh       no: 3 files changed since (AGENTS.md, docs/guides/add-an-endpoint.md, docs/new.md)",
        "problems    1",
    ]
    assert lines[-1].startswith("  contracts/broken.openapi.yaml:")


def test_json_has_stable_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs find the same facts under fixed names."""
    sample(tmp_path)
    run(["index", "--root", str(tmp_path)])
    capsys.readouterr()
    assert run(["status", "--root", str(tmp_path), "--json"]) == 0
    state = json.loads(capsys.readouterr().out)
    assert state.pop("generation") > 0
    assert state == {
        "documents": {"contract": 1, "convention": 1, "decision": 2, "guide": 1},
        "units": 10,
        "embeddings": {"done": 10, "wanted": 10},
        "complete": True,
        "owner": None,
        "stale": [],
        "problems": [],
    }


def test_a_watching_process_is_the_owner_and_the_only_one(tmp_path: Path) -> None:
    """`kb watch` tells of each change, answers for others, is named by `kb status`, and a second one gives way."""
    repo = sample(tmp_path)
    with subprocess.Popen(
        [*KB, "watch"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "NO_COLOR": "1"},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith(b"5 files read, 0 removed, 10 embedded")
            owner = kb(tmp_path, "status").stdout.splitlines()[4]
            assert owner == f"owner       process {process.pid} keeps it up to date"
            second = kb(tmp_path, "watch")
            message = f"Process {process.pid} keeps the index of {tmp_path} up to date already.\n"
            assert (second.returncode, second.stderr) == (0, message)
            repo.write({"docs/guides/zebra.md": "# Zebra crossing\n\nStop for zebras.\n"})
            assert process.stdout.readline().startswith(b"1 file read, 0 removed, 1 embedded")
            started = time.monotonic()
            assert kb(tmp_path, "query", "zebra crossing", "--limit", "1").stdout.startswith("docs/guides/zebra.md:1")
            assert time.monotonic() - started < 5
            assert kb(tmp_path, "index").stdout.startswith("files     6 (0 read, 0 removed)")
        finally:
            process.terminate()
