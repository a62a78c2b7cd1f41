from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from ctxkb.cli.boundary import run
from ctxkb.config import load_config
from ctxkb_server.engine import Engine
from support.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from support.repos import Repo


def _index(repo: Repo, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    assert run(["index", "--root", str(repo.root), *options]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    return re.sub(r"\d+\.\d+", "0.00", shown.out)


def test_it_tells_what_it_read_embedded_reused_and_skipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first run reads all, the second nothing; a file that cannot be read stands there with its reason."""
    repo = sample(tmp_path)
    first = _index(repo, capsys)
    assert first == (
        "files     5 (5 read, 0 removed)\nunits     10\nembedded  10\nreused    0\nskipped   0\nseconds   0.00\n"
    )
    assert _index(repo, capsys) == (
        "files     5 (0 read, 0 removed)\nunits     10\nembedded  0\nreused    10\nskipped   0\nseconds   0.00\n"
    )
    repo.write({"contracts/broken.openapi.yaml": 'openapi: 3.1.0\npaths: {"/a": [\n'}).remove("AGENTS.md")
    lines = _index(repo, capsys).splitlines()
    assert lines[:5] == [
        "files     4 (1 read, 1 removed)", "units     9", "embedded  0", "reused    9", "skipped   1",
    ]  # fmt: skip
    assert lines[5].startswith("  contracts/broken.openapi.yaml:")
    assert len(lines) == 7


def test_json_has_the_same_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--full` reads every file again and embeds no text twice; programs get numbers."""
    repo = sample(tmp_path)
    _index(repo, capsys)
    capsys.readouterr()
    assert run(["index", "--root", str(tmp_path), "--full", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report.pop("seconds") > 0
    assert report == {
        "files": 5, "units": 10, "changed": 5, "removed": 0, "embedded": 0, "reused": 10, "skipped": [], "remarks": [],
        "complete": True, "noted": [],
    }  # fmt: skip


def test_an_empty_folder_is_indexed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No git, no documents: an index with nothing in it, and no error."""
    assert run(["index", "--root", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("files     0 (0 read, 0 removed)\nunits     0\n")


def test_a_model_of_llama_index_embeds_and_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `kb.toml` names by module and class embeds the documents and the question, here and in a server."""
    repo = sample(tmp_path)
    repo.write({"kb.toml": '[embedding]\nmodel = "llama-index:support.llama:Letters"\n'})
    assert "embedded  10\n" in _index(repo, capsys)
    assert run(["query", "httpx", "--limit", "1", "--root", str(tmp_path)]) == 0
    here = capsys.readouterr().out
    assert here.startswith("docs/adr/0002-call-services-with-httpx.md:")
    problems: list[str] = []
    engine = Engine(tmp_path, load_config(tmp_path), problems.append)
    engine.start()
    try:
        assert run(["query", "httpx", "--limit", "1", "--root", str(tmp_path)]) == 0
    finally:
        engine.close()
    assert capsys.readouterr().out == here
    assert problems == []
