from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOADERS = {
    "embedding": "from ctxkb.embed.registry import open_embedder as o; o(sys.argv[1]).embed(['a'])",
    "rerank": "from ctxkb.rerank.cross_encoder import open_cross_encoder as o; o(sys.argv[1])",
}
INSTEAD = {"embedding": '"default"', "rerank": '""'}
NAME = "nobody/no-such-model"
MOST_SECONDS = 30
"""What the imports and one question may take on a busy machine; the library's own attempts take 55."""


@contextmanager
def hub(status: int) -> Iterator[str]:
    """The address of a model hub that answers every question with this status, 0 for one that never answers."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if status == 0:
                time.sleep(15)
            with suppress(OSError):  # whoever asked has gone
                self.send_response(status or 200)
                self.send_header("X-Error-Code", "RepoNotFound" if status == 404 else "")
                self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def told(table: str, **environment: str) -> str:
    """What loading the model by its name says at the end, within seconds."""
    known = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "no_proxy": "127.0.0.1", **environment}
    command = [sys.executable, "-c", f"import sys; {LOADERS[table]}", NAME]
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=known, check=False)
    assert time.monotonic() - started < MOST_SECONDS
    return done.stderr.splitlines()[-1]


def said(table: str) -> tuple[str, str]:
    """How the one line about a model that cannot be had begins and ends."""
    where = "is neither a folder nor in the Hugging Face cache, and cannot be downloaded"
    ways = f"check the name, download it where there is a network, or use model = {INSTEAD[table]}"
    return f'ctxkb.errors.ConfigError: [{table}] model "{NAME}" {where}: ', f"; {ways}"


@pytest.mark.parametrize("table", LOADERS)
@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, "the hub knows no public model of that name"), (500, "Server error '500"), (0, "timed out")],
)
def test_a_misspelt_hub_model_is_told_within_seconds(table: str, status: int, reason: str) -> None:
    """Whether the hub does not know a name, fails, or never answers: one line, and soon."""
    begin, end = said(table)
    with hub(status) as address:
        last = told(table, HF_ENDPOINT=address, HF_HUB_OFFLINE="0")
    assert (last.startswith(begin), reason in last, last.endswith(end)) == (True, True, True)


@pytest.mark.parametrize("table", LOADERS)
@pytest.mark.parametrize("offline", ["0", "1"])
def test_without_a_network_it_is_told_at_once(table: str, offline: str) -> None:
    """Nobody listens where the hub should be, or the user wants no network: nothing is tried again."""
    begin, end = said(table)
    last = told(table, HF_ENDPOINT="http://127.0.0.1:9", HF_HUB_OFFLINE=offline)
    assert (last.startswith(begin), last.endswith(end)) == (True, True)


@pytest.mark.parametrize("table", LOADERS)
def test_half_a_model_in_the_cache_is_not_waited_for(table: str, tmp_path: Path) -> None:
    """A download that broke off left its configuration: without a network the rest is not tried for minutes."""
    commit = "a" * 40
    folder = tmp_path / "models--nobody--no-such-model"
    (folder / "snapshots" / commit).mkdir(parents=True)
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(commit)
    (folder / "snapshots" / commit / "config.json").write_text('{"model_type": "bert"}')
    begin, end = said(table)
    last = told(table, HF_ENDPOINT="http://127.0.0.1:9", HF_HUB_OFFLINE="0", HF_HUB_CACHE=str(tmp_path))
    assert (last.startswith(begin), last.endswith(end)) == (True, True)
