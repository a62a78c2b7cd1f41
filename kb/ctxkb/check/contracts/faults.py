"""What is wrong with a contract that can be read: one validator a format, all of them listed in `VALIDATORS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from ctxkb.formats.loads import Load


@dataclass(frozen=True, slots=True)
class Fault:
    """What a contract must not hold: where (1-based line), and why; the same `reason` before is the same fault."""

    line: int
    reason: str


Validator = Callable[[str, bytes, bytes, Load], Iterator[Fault]]
"""Judges a file by its path and its bytes. Parts that stand in the third argument, the file as it was, may be skipped.

The last argument reads YAML and JSON.

Gives nothing for a file that cannot be read: this is told by its parser. Nothing is ever fetched.
"""


def _late(name: str) -> Validator:
    """Make a validator of "module:function", imported when called: the libraries behind it are heavy."""

    def validator(path: str, content: bytes, before: bytes, load: Load) -> Iterator[Fault]:
        module, function = name.split(":")
        return cast("Validator", getattr(import_module(module), function))(path, content, before, load)

    return validator


VALIDATORS: dict[str, Validator] = {
    "openapi": _late("ctxkb.check.contracts.valid_openapi:openapi_faults"),
    "graphql": _late("ctxkb.check.contracts.valid_graphql:graphql_faults"),
    "jsonschema": _late("ctxkb.check.contracts.valid_jsonschema:jsonschema_faults"),
}
"""What judges a contract of a format (a key of `ctxkb.formats.FORMATS`) beyond what its parser does."""
