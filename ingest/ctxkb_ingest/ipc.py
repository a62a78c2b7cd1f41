"""The owner's side of `ctxkb_ingest.ask`: answers other processes of this machine, each on a thread of its own."""

from __future__ import annotations

import contextlib
import hmac
import json
import os
import secrets
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ctxkb.errors import KbError, StoreError
from ctxkb_ingest.ask import LARGEST, connect, messages
from ctxkb_ingest.folder import OWNER, kb_folder

Send = Callable[[dict[str, Any]], None]
"""Tells the asking process how far its request is."""

Handler = Callable[[dict[str, Any], Send], dict[str, Any]]
"""Answers one operation: takes the payload, gives the result; raises `KbError` for what the asker can mend."""

MOST_REQUESTS = 32
REQUEST_SECONDS = 5.0
"""How long a request may take to arrive."""

_PREFIX = "kb-owner-"


class RequestServer:
    """Listens on a socket that only this user can reach, and says where in `.kb/owner.json`."""

    def __init__(self, root: Path, handlers: Mapping[str, Handler]) -> None:
        self._file = kb_folder(root) / OWNER
        self._handlers = dict(handlers)
        self._token = secrets.token_hex(32)
        self._free = threading.BoundedSemaphore(MOST_REQUESTS)
        self._closing = threading.Event()
        self._folder: Path | None = None
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listens from now on. The caller holds the owner's lock, so what another one left behind is removed.

        Raises `StoreError` where the address cannot be written, as on a full disk; nothing listens then.
        """
        remove_stale(self._file)
        try:
            address = self._listen()
            self._thread = threading.Thread(target=self._accept, name="kb-requests", daemon=True)
            self._thread.start()
            _write_private(self._file, {"address": address, "token": self._token, "pid": os.getpid()})
        except OSError as error:
            self.close()
            raise StoreError(f"cannot write {self._file}: {error.strerror}; free some space") from error

    def close(self) -> None:
        """Stops listening; requests that are being answered end by themselves."""
        self._closing.set()
        if self._listener is None or self._thread is None:
            return
        with contextlib.suppress(OSError):  # already removed, with the whole folder
            self._file.unlink()
        with contextlib.suppress(OSError):  # wakes the thread that waits in accept
            connect(_address_of(self._listener)).close()
        self._thread.join()
        self._listener.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _listen(self) -> str | list[Any]:
        if hasattr(socket, "AF_UNIX"):
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX))  # made so that only this user may enter it
            self._listener = socket.socket(socket.AF_UNIX)
            self._listener.bind(str(self._folder / "s"))
        else:
            self._listener = socket.socket()
            self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(MOST_REQUESTS)
        return _address_of(self._listener)

    def _accept(self) -> None:
        listener = self._listener
        assert listener is not None  # noqa: S101 - `start` made it
        while not self._closing.is_set():
            link, _ = listener.accept()
            if self._closing.is_set() or not self._free.acquire(blocking=False):
                link.close()  # the asker takes this for no owner, and does the work himself
                continue
            threading.Thread(target=self._serve, args=(link,), name="kb-request", daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        try:
            with link:
                link.settimeout(REQUEST_SECONDS)
                request = next(messages(link), None)
                if request is not None and self._is_allowed(request):
                    self._answer(link, request)
        except OSError:  # the asker is gone, or never said anything: there is nobody to tell
            return
        finally:
            self._free.release()

    def _is_allowed(self, request: Mapping[str, Any]) -> bool:
        return hmac.compare_digest(str(request.get("token", "")).encode(), self._token.encode())

    def _answer(self, link: socket.socket, request: Mapping[str, Any]) -> None:
        handler = self._handlers.get(str(request.get("op", "")))
        payload = request.get("payload")
        if handler is None or not isinstance(payload, dict):
            _send(link, {"error": f"the owner does not know how to {str(request.get('op'))[:80]}", "type": "KbError"})
            return
        try:
            result = handler(payload, lambda told: _send_if_there(link, {"progress": told}))
        except KbError as error:
            _send(link, {"error": str(error), "type": type(error).__name__})
            return
        _send(link, {"result": result})


def _send(link: socket.socket, message: Mapping[str, Any]) -> None:
    packed = json.dumps(message).encode() + b"\n"
    if len(packed) > LARGEST:
        packed = json.dumps({"error": "the answer is too large", "type": "KbError"}).encode() + b"\n"
    link.sendall(packed)


def _send_if_there(link: socket.socket, message: Mapping[str, Any]) -> None:
    """Progress for an asker who may be gone: the work goes on without him."""
    with contextlib.suppress(OSError):
        _send(link, message)


def _address_of(listener: socket.socket) -> str | list[Any]:
    name = listener.getsockname()
    return name if isinstance(name, str) else list(name)


def _write_private(file: Path, content: Mapping[str, Any]) -> None:
    """Writes a file that only this user may read, in one step."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix="owner-")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            json.dump(content, opened)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def remove_stale(file: Path) -> None:
    """Removes what an owner that was killed left behind: its address, and its socket's folder."""
    try:
        address = json.loads(file.read_text("utf-8")).get("address", "")
        file.unlink()
    except (OSError, ValueError, AttributeError):
        return
    folder = Path(str(address)).parent
    if folder.name.startswith(_PREFIX) and folder.parent == Path(tempfile.gettempdir()):
        shutil.rmtree(folder, ignore_errors=True)
