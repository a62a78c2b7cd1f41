from __future__ import annotations

import json
import stat
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ctxkb.config import Config
from ctxkb.errors import ConfigError, KbError, StoreError
from ctxkb_ingest import ipc
from ctxkb_ingest.ask import ask_owner, connect
from ctxkb_ingest.folder import OwnerLock
from ctxkb_ingest.ipc import RequestServer
from ctxkb_ingest.seat import RETRY_SECONDS, Seat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb_ingest.ipc import Handler, Send


@contextmanager
def answering(root: Path, **handlers: Handler) -> Iterator[RequestServer]:
    """A server with these handlers."""
    server = RequestServer(root, handlers)
    server.start()
    try:
        yield server
    finally:
        server.close()


def _echo(payload: dict[str, Any], send: Send) -> dict[str, Any]:
    for number in range(payload.get("steps", 0)):
        send({"step": number})
    return {"got": payload}


def test_a_request_gets_its_progress_and_its_result(tmp_path: Path) -> None:
    """What the handler sends on the way arrives in order, then what it gives."""
    told: list[dict[str, Any]] = []
    with answering(tmp_path, echo=_echo):
        assert ask_owner(tmp_path, "echo", {"steps": 2, "ä": "ö"}, told.append) == {"got": {"steps": 2, "ä": "ö"}}
    assert told == [{"step": 0}, {"step": 1}]
    assert ask_owner(tmp_path, "echo", {}) is None


def test_a_known_error_arrives_as_what_it_was(tmp_path: Path) -> None:
    """The asker gets the same kind of error with the same message; an unknown operation is one too."""

    def fail(_payload: dict[str, Any], _send: Send) -> dict[str, Any]:
        raise ConfigError("the model is missing; install it")

    with answering(tmp_path, fail=fail):
        with pytest.raises(ConfigError, match="the model is missing; install it"):
            ask_owner(tmp_path, "fail", {})
        with pytest.raises(KbError, match="does not know how to fly"):
            ask_owner(tmp_path, "fly", {})


def test_only_this_user_may_ask(tmp_path: Path) -> None:
    """The address and the token can be read by this user only, and a wrong token gets no answer."""
    with answering(tmp_path, echo=_echo):
        file = tmp_path / ".kb/owner.json"
        held = json.loads(file.read_text())
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(Path(held["address"]).parent.stat().st_mode) == 0o700
        file.write_text(json.dumps({**held, "token": "0" * 64}))
        assert ask_owner(tmp_path, "echo", {}) is None
    assert not Path(held["address"]).parent.exists()


def test_a_slow_request_does_not_hold_up_others(tmp_path: Path) -> None:
    """Each request has a thread; one that never ends is given up by its asker alone."""
    release = threading.Event()

    def wait(_payload: dict[str, Any], _send: Send) -> dict[str, Any]:
        release.wait(10)
        return {}

    with answering(tmp_path, wait=wait, echo=_echo):
        slow = threading.Thread(target=ask_owner, args=(tmp_path, "wait", {}))
        slow.start()
        started = time.monotonic()
        assert ask_owner(tmp_path, "echo", {}) == {"got": {}}
        assert ask_owner(tmp_path, "wait", {}, timeout=0.2) is None
        assert time.monotonic() - started < 2
        release.set()
        slow.join(5)


@pytest.mark.parametrize("said", [b"", b"nonsense\n", b"[1]\n", b'{"token": 1}\n', b'{"op": "echo"', b"x" * 100_000])
def test_nonsense_is_not_answered_and_breaks_nothing(tmp_path: Path, said: bytes) -> None:
    """Whatever arrives instead of a request, the next one is answered."""
    with answering(tmp_path, echo=_echo):
        address = json.loads((tmp_path / ".kb/owner.json").read_text())["address"]
        with connect(address) as link:
            link.sendall(said)
        assert ask_owner(tmp_path, "echo", {}) == {"got": {}}


def test_too_many_requests_are_turned_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the bound an asker is told at once that nobody answers, and the bound frees itself."""
    monkeypatch.setattr(ipc, "MOST_REQUESTS", 2)
    monkeypatch.setattr(ipc, "REQUEST_SECONDS", 0.5)
    with answering(tmp_path, echo=_echo):
        address = json.loads((tmp_path / ".kb/owner.json").read_text())["address"]
        with connect(address), connect(address):
            time.sleep(0.1)
            assert ask_owner(tmp_path, "echo", {}) is None
            time.sleep(0.6)  # those who said nothing have been given up
            assert ask_owner(tmp_path, "echo", {}) == {"got": {}}


@pytest.mark.parametrize(
    "left", ["", "{", "[]", '{"address": "/nowhere/s", "token": "x"}', '{"address": ["127.0.0.1", 9], "token": "x"}']
)
def test_what_a_killed_owner_left_is_no_owner(tmp_path: Path, left: str) -> None:
    """An address that nobody listens at, or that cannot be read, stands for no owner; the next one replaces it."""
    (tmp_path / ".kb").mkdir()
    (tmp_path / ".kb/owner.json").write_text(left)
    assert ask_owner(tmp_path, "echo", {}) is None
    with answering(tmp_path, echo=_echo):
        assert ask_owner(tmp_path, "echo", {}) == {"got": {}}


def test_an_asker_who_leaves_does_not_stop_the_work(tmp_path: Path) -> None:
    """A handler that sends progress to nobody goes on to its end."""
    done = threading.Event()

    def work(_payload: dict[str, Any], send: Send) -> dict[str, Any]:
        for number in range(20):
            send({"step": number})
            time.sleep(0.01)
        done.set()
        return {}

    with answering(tmp_path, work=work):
        assert ask_owner(tmp_path, "work", {}, timeout=0.001) is None
        assert done.wait(5)


def test_an_address_that_cannot_be_written_is_told_once_and_tried_again(tmp_path: Path) -> None:
    """As on a full disk: nothing listens and nothing is left; the seat is taken as soon as there is room."""
    blocked = tmp_path / ".kb/owner.json"
    blocked.mkdir(parents=True)
    with pytest.raises(StoreError, match=r"cannot write .*owner\.json"):
        RequestServer(tmp_path, {}).start()
    assert list((tmp_path / ".kb").glob("owner-*")) == []
    problems: list[str] = []
    seat = Seat(tmp_path, Config(), lambda: None, on_problem=problems.append)
    seat.start()
    time.sleep(2.2 * RETRY_SECONDS)
    assert (seat.is_owner, len(problems)) == (False, 1)
    blocked.rmdir()
    end = time.monotonic() + 10
    while not seat.is_owner:
        assert time.monotonic() < end
        time.sleep(0.05)
    seat.close()


def test_the_lock_is_one_processs(tmp_path: Path) -> None:
    """A lock that is held cannot be taken again until it is released."""
    with OwnerLock(tmp_path) as first, OwnerLock(tmp_path) as second:
        assert first.acquire()
        assert first.acquire()
        assert not second.acquire()
        first.release()
        assert second.acquire()
        assert (first.held, second.held) == (False, True)
