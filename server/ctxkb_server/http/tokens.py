"""Bearer tokens: random words of 256 bits, of which only the SHA-256 is kept, in `.kb/tokens.json`."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctxkb.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FILE = "tokens.json"
PREFIX = "kb_"
VERSION = 1
LONGEST_NAME = 60
_NAME = re.compile(r"[\w.@ -]+")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept. `expires` is None for one that does not; `revoked` for one that still counts."""

    id: str
    name: str
    sha256: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None

    def state(self, now: datetime) -> str:
        """What it is now: "active", "expired" or "revoked"."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if self.expires is not None and self.expires <= now else "active"


class TokenFile:
    """The tokens of one repository. Each change replaces the file in one step; it is for its owner alone to read."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def read(self) -> tuple[Token, ...]:
        """All tokens, in the order in which they were made. Raises `StoreError` where the file is damaged."""
        try:
            held = json.loads(self.path.read_bytes())
            return tuple(_token(entry) for entry in held["tokens"])
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"cannot read the tokens in {self.path}: {error}; restore the file or delete it"
            ) from error

    def create(self, name: str, scopes: Sequence[str], expires: datetime | None) -> tuple[Token, str]:
        """A new token and its secret, which is nowhere else. Raises `ConfigError` for a name that is in use."""
        if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            raise ConfigError(
                f"a token's name is up to {LONGEST_NAME} letters, digits and . @ - _; name it for its user"
            )
        now = datetime.now(UTC).replace(microsecond=0)
        secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
        token = Token(secrets.token_hex(4), name, digest(secret), tuple(scopes), now, expires)
        with self._changing() as held:
            if any(one.name == name and one.state(now) == "active" for one in held):
                raise ConfigError(f'there is a token "{name}" already; revoke it first, or choose another name')
            self._write((*held, token))
        return token, secret

    def revoke(self, name: str) -> Token:
        """The token of that name or id, which counts no longer. Raises `ConfigError` where there is none."""
        now = datetime.now(UTC).replace(microsecond=0)
        with self._changing() as held:
            found = [one for one in held if name in {one.name, one.id} and one.revoked is None]
            if not found:
                known = ", ".join(one.name for one in held if one.revoked is None) or "there is none"
                raise ConfigError(f'no token is called "{name[:80]}"; those that count: {known}')
            gone = replace(found[-1], revoked=now)
            self._write([gone if one.id == gone.id else one for one in held])
        return gone

    @contextmanager
    def _changing(self) -> Iterator[tuple[Token, ...]]:
        """The tokens as they are, while nobody else changes them."""
        from filelock import FileLock

        with FileLock(self.path.with_suffix(".lock"), mode=0o600):
            yield self.read()

    def _write(self, tokens: Sequence[Token]) -> None:
        packed = json.dumps({"version": VERSION, "tokens": [_entry(token) for token in tokens]}, indent=1)
        handle, name = tempfile.mkstemp(prefix=f"{FILE}-", dir=self.path.parent)  # nobody else may read it, from birth
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(f"{packed}\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except OSError as error:
            raise StoreError(f"cannot write the tokens to {self.path}: {error}; check the disk") from error
        finally:
            Path(name).unlink(missing_ok=True)


def digest(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits: there is nothing to guess, so nothing to slow down."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def found(tokens: Sequence[Token], secret: str) -> Token | None:
    """The token of that secret; how long it takes tells nothing of how near a guess came."""
    wanted, hit = digest(secret), None
    for token in tokens:
        if hmac.compare_digest(token.sha256.encode(), wanted.encode()):
            hit = token
    return hit


def expiry(text: str, now: datetime) -> datetime | None:
    """When a new token ends: "12h", "90d", "4w", the end of a day such as "2027-01-31", or "never".

    Raises `ConfigError` for anything else, and for what is past.
    """
    if text == "never":
        return None
    if match := re.fullmatch(r"([1-9]\d{0,4})([hdw])", text):
        return (now + int(match[1]) * _UNITS[match[2]]).replace(microsecond=0)
    try:
        end = datetime.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        end = None
    if end is None:
        raise ConfigError(f'"{text[:40]}" is no time to expire; write 12h, 90d, 4w, 2027-01-31 or never')
    end = end.replace(tzinfo=UTC) + timedelta(days=1)
    if end <= now:
        raise ConfigError(f"{text} is past; give a day to come")
    return end


def _token(entry: dict[str, Any]) -> Token:
    created, expires, revoked = (_time(entry[key]) for key in ("created", "expires", "revoked"))
    if created is None:
        raise ValueError("a token was never created")
    scopes = tuple(str(scope) for scope in entry["scopes"])
    return Token(str(entry["id"]), str(entry["name"]), str(entry["sha256"]), scopes, created, expires, revoked)


def _time(written: str | None) -> datetime | None:
    time = datetime.fromisoformat(written) if written else None
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time


def _entry(token: Token) -> dict[str, Any]:
    times = {"created": token.created, "expires": token.expires, "revoked": token.revoked}
    written = {key: time.isoformat() if time else None for key, time in times.items()}
    return {"id": token.id, "name": token.name, "sha256": token.sha256, "scopes": list(token.scopes), **written}
