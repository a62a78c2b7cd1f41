"""The audit log: who asked what, and what was given. It stays on this machine, and never grows without bound."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ctxkb.config import Privacy
from ctxkb.privacy.questions import masked_start
from ctxkb_server.caller import current

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOG = "audit.jsonl"
MEGABYTE = 1_000_000
LARGEST = 10 * MEGABYTE
"""Bytes of the log after which it is moved to `audit.jsonl.1`, in the place of the one before."""

LONGEST_QUESTION = 300
LONGEST_NAME = 200
LONGEST_PATH = 1_000

REFUSALS_A_MINUTE = 60
"""More refusals are counted and not written: whoever is refused must not push out what was logged."""

_UNSEEN = re.compile(r"[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""What would break a line, or show it in another order than it was written in."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool: `client` is its name and version, `ids` are what it was given, `tokens` what that cost."""

    client: str
    tool: str
    asked: str
    paths: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    tokens: int = 0
    confidence: str = ""
    receipt: str = ""
    error: str = ""
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that was turned away before anybody answered it: `why`, with its HTTP `status`, and who sent it."""

    why: str
    status: int
    caller: str = ""
    address: str = ""
    request: str = ""
    client: str = ""


class Audit:
    """Appends to `.kb/audit.jsonl`, one JSON object a line; several processes may write at once.

    `privacy` gives the kinds of personal data that are masked beside secrets, as they are configured at the moment.
    """

    def __init__(self, folder: Path, largest: int = LARGEST, privacy: Callable[[], Privacy] = Privacy) -> None:
        self._path = folder / LOG
        self._privacy = privacy
        self._largest = largest
        self._lock = threading.Lock()
        self._minute = 0
        self._refused = 0

    def record(self, call: Call) -> None:
        """Writes one call of the current caller."""
        caller = current()
        words = {"asked": self._masked(call.asked), "error": self._masked(call.error)}
        paths = tuple(masked_start(path, LONGEST_PATH, self._privacy()) for path in call.paths)
        entry = {**asdict(call), **words, "paths": paths}
        self._write({"transport": caller.transport, "caller": caller.name, **entry})

    def refuse(self, refusal: Refusal) -> None:
        """Writes one refusal, or counts it where there were very many."""
        minute = int(time.monotonic() // 60)
        with self._lock:
            unlogged = max(0, self._refused - REFUSALS_A_MINUTE) if minute != self._minute else 0
            self._refused = 1 if minute != self._minute else self._refused + 1
            self._minute = minute
            if self._refused > REFUSALS_A_MINUTE:
                return
        said = {key: self._masked(f"{value}", LONGEST_NAME) for key, value in asdict(refusal).items()}
        entry = {"transport": "http", "refused": said.pop("why"), **said, "status": refusal.status}
        self._write({**entry, **({"unlogged": unlogged} if unlogged else {})})

    def _write(self, entry: dict[str, Any]) -> None:
        """Writes one line; a log that cannot be written must not keep the answer from its reader."""
        known = {key: value for key, value in entry.items() if value not in ("", ())}
        text = json.dumps({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **known}, ensure_ascii=False)
        line = _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
        with self._lock:
            try:
                self._append(line.encode() + b"\n")
            except OSError:
                return

    def _masked(self, words: str, longest: int = LONGEST_QUESTION) -> str:
        """The start of what somebody sent, in one line and without what looks like a secret."""
        return " ".join(masked_start(words, longest, self._privacy(), guessing=True).split())

    def _append(self, line: bytes) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line)
            written = os.fstat(handle)
        finally:
            os.close(handle)
        if written.st_size > self._largest and os.path.samestat(written, self._path.stat()):
            self._path.replace(self._path.with_suffix(".jsonl.1"))
