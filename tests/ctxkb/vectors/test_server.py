from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctxkb.errors import ConfigError, StoreError
from ctxkb.vectors.server import collection_name, open_chroma_server
from support.vectors import nearest, rows_of, vector_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctxkb.vectors.server import ChromaServerIndex


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = shutil.which("chroma", path=str(Path(sys.executable).parent))
    assert program is not None
    folder = tmp_path_factory.mktemp("chroma")
    command = [program, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the Chroma server did not start")


@pytest.fixture
def connect(url: str) -> Iterator[Callable[..., ChromaServerIndex]]:
    """Opens collections on the server, and closes them after the test."""
    with ExitStack() as stack:
        yield lambda *wanted: stack.enter_context(closing(open_chroma_server(url, *wanted)))


def keys_found(index: ChromaServerIndex, key: int, limit: int) -> list[int]:
    return [found for found, _ in index.query(vector_of(key), limit)]


def test_every_client_sees_what_one_wrote(connect: Callable[..., ChromaServerIndex]) -> None:
    """A reader that was there before, and one that comes after, answer with rows as they stand on the server."""
    early = connect("r1", "m")
    assert keys_found(early, 1, 5) == []
    writer = connect("r1", "m", lambda: [rows_of(range(50))], 1)
    assert keys_found(early, 999, 10) == nearest(range(50), vector_of(999), 10)
    writer.update([(50, vector_of(50)), (3, vector_of(77))], [5])
    assert (keys_found(early, 50, 1), keys_found(early, 77, 1)) == ([50], [3])
    assert sorted(keys_found(early, 0, 100)) == [key for key in range(51) if key != 5]


def test_a_rebuilt_collection_is_found_by_old_clients(connect: Callable[..., ChromaServerIndex]) -> None:
    """A generation that differs rebuilds; who knew the collection before goes on asking without an error."""
    first = connect("r2", "m", lambda: [rows_of(range(10))], 1)
    second = connect("r2", "m", lambda: [rows_of(range(20, 30))], 2)
    assert sorted(keys_found(first, 0, 100)) == list(range(20, 30))
    assert (first.generation, second.generation) == (2, 2)


def test_an_update_holds_no_generation_until_it_is_marked(connect: Callable[..., ChromaServerIndex]) -> None:
    """A writer that was killed in the middle of an update leaves a collection that is rebuilt."""
    index = connect("r3", "m", lambda: [rows_of(range(10))], 1)
    index.update([], [4])
    assert index.generation is None
    index.mark_generation(2)
    assert connect("r3", "m").generation == 2


def test_repositories_and_models_do_not_mix(connect: Callable[..., ChromaServerIndex]) -> None:
    """Each repository and model has a collection of its own."""
    connect("r4", "m", lambda: [rows_of(range(10))], 1)
    assert keys_found(connect("r4", "other"), 1, 5) == []
    assert len({collection_name(repository, model) for repository in "ab" for model in "ab"}) == 4


def test_a_server_that_is_down_is_named() -> None:
    """The error names the address and says what to do."""
    with pytest.raises(StoreError, match=r"http://127.0.0.1:9 cannot be used: .*; start it \(`chroma run`\)"):
        open_chroma_server("http://127.0.0.1:9", "r", "m")


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://", "http://host:notaport"])
def test_an_address_that_is_none_is_a_configuration_error(url: str) -> None:
    """What cannot be an address is refused before anything is asked."""
    with pytest.raises(ConfigError, match=r"\[vectors\] url .* is not an address"):
        open_chroma_server(url, "r", "m")
