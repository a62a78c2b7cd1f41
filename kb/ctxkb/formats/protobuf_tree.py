"""What a Protocol Buffers file defines, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Word = Literal["message", "enum", "service", "rpc", "extend"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field, or a value of an enum (`type` and `label` are then ""), with its number as written."""

    name: str
    type: str
    number: str
    label: str
    told: str
    deprecated: bool
    line: int


@dataclass(frozen=True, slots=True)
class Definition:
    """A message (or group), enum, service, rpc or extension, with its 1-based lines, comments above included.

    `name` is qualified by the messages or the service around it, without the package. `uses` holds the type names
    that it refers to as they are written; for an rpc, the request and then the response.
    """

    word: Word
    name: str
    first: int
    last: int
    told: str
    fields: tuple[Field, ...] = ()
    inner: tuple[Definition, ...] = ()
    uses: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()
    deprecated: bool = False
    streams: tuple[bool, bool] = (False, False)
    """For an rpc: whether the request and the response are streams."""


@dataclass(frozen=True, slots=True)
class File:
    """A file: its package, what it imports, the lines of what stands before the first definition, and those.

    `comments` are the first and last lines of all comments, in order.
    """

    syntax: str
    package: str
    imports: tuple[str, ...]
    first: int
    last: int
    told: str
    definitions: tuple[Definition, ...]
    comments: tuple[tuple[int, int], ...] = ()
