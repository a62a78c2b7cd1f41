"""Who asks, and what they may see and do. Whoever answers reads it here; nobody passes it on by hand."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxkb.catalog.view import Sight

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks: a name for the log, what they may see, and whether they may write."""

    name: str
    sight: Sight = field(default_factory=Sight)
    write: bool = False
    transport: str = "stdio"


LOCAL = Caller("", write=True)
"""Whoever started this process: they can read the files themselves."""

NOBODY = Caller("nobody", Sight(kinds=frozenset()), transport="http")
"""Who is not known. A server on the network begins with it, so that what forgets to ask shows nothing."""

_CALLER: ContextVar[Caller] = ContextVar("caller", default=LOCAL)


def current() -> Caller:
    """Who asks right now, in this task or in the thread that works for it."""
    return _CALLER.get()


@contextmanager
def acting(caller: Caller) -> Iterator[None]:
    """Lets everything inside, and the tasks and threads that begin there, answer to `caller`."""
    token = _CALLER.set(caller)
    try:
        yield
    finally:
        _CALLER.reset(token)
