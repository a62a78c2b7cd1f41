"""The audit log: who asked what, and what was given. It stays on this machine, and never grows without bound."""

from __future__ import annotations

import json
import os
import re
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOG = "audit.jsonl"
LARGEST = 2_000_000
"""Bytes of the log after which it is moved to `audit.jsonl.1`, in the place of the one before."""

LONGEST_QUESTION = 300
_SECRET = re.compile(r"(?=\w*\d)(?=\w*[A-Za-z])[\w+=]{20,}|\bsk-[\w-]{16,}|(?<=://)[^/\s@]+(?=@)")


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


class Audit:
    """Appends calls to `.kb/audit.jsonl`, one JSON object a line; several processes may write at once."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self._path = folder / LOG
        self._largest = largest
        self._lock = threading.Lock()

    def record(self, call: Call) -> None:
        """Writes one call; a log that cannot be written must not keep the answer from its reader."""
        entry = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), **asdict(call)}
        entry["asked"] = masked(call.asked)
        line = json.dumps({key: value for key, value in entry.items() if value not in ("", ())}, ensure_ascii=False)
        with self._lock:
            try:
                self._append(line.encode() + b"\n")
            except OSError:
                return

    def _append(self, line: bytes) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line)
            full = os.fstat(handle).st_size > self._largest
        finally:
            os.close(handle)
        if full and self._path.stat().st_size > self._largest:
            self._path.replace(self._path.with_suffix(".jsonl.1"))


def masked(question: str) -> str:
    """The start of a question, with what looks like a key, a token or a password in a URL masked."""
    return _SECRET.sub("[masked]", " ".join(question.split()))[:LONGEST_QUESTION]
