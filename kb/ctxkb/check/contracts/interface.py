"""What a comparer of two states of a contract is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ctxkb.check.contracts.files import Files

BreakKind = Literal[
    "contract-removed",
    "operation-removed",
    "address-changed",
    "response-field-removed",
    "request-field-required",
    "parameter-required",
    "body-required",
]
"""What a client of the contract would stumble over."""


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that a client of a contract can no longer rely on.

    `operation` is the operation that it concerns, as people name it ("GET /orders/{id}"). `where` and `line` (1-based,
    0 for the whole file) lead to the place at the head, or to a file that is gone. `message` names the thing without
    the operation, so that breaks of one place with one message are one break of several operations.
    """

    kind: BreakKind
    operation: str
    where: str
    line: int
    message: str
    names: tuple[str, ...] = ()
    """What people call the operation: method and path as they were and are, its operationId."""
    moved: str = ""
    """The operation of a newer version by its path, `GET /v2/orders/{id}`, where the same change brings it."""
    preview: bool = False
    """Whether the operation says of itself that it is not stable yet."""


@dataclass(frozen=True, slots=True)
class Side:
    """A contract at one end of a change: the path of its file, and the files of that end."""

    path: str
    files: Files


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a change does to one contract: its breaks, and its version before and after ("" where it states none)."""

    breaks: tuple[Break, ...]
    before: str
    after: str


Comparer = Callable[[Side, Side | None, Sequence[Side]], Comparison]
"""Compares a contract with what becomes of it, None where its file is gone.

The last argument holds further contracts at the head to which its operations may have moved.
"""
