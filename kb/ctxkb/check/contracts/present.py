"""The operations that the contracts of one end describe, for documents and code that name them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ctxkb.check.contracts.files import DATA, Files
from ctxkb.check.contracts.interface import Side
from ctxkb.check.contracts.surface import operations, root_of, unnamed
from ctxkb.check.contracts.touched import is_sample, is_whole
from ctxkb.formats.yamltree import Table
from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.check.context import Context
    from ctxkb.check.contracts.files import Node
    from ctxkb.check.contracts.surface import Operation

_TELLING = re.compile(r"openapi|swagger|(?:^|[-_.])api(?:[-_.]|$)", re.IGNORECASE)
_FOLDERS = frozenset(
    {"openapi", "swagger", "api", "apis", "contract", "contracts", "api-spec", "api-specs", "specification"}
)
_MOST = 100
"""Files that are looked into for a description; a repository with more of such a name keeps other things in them."""
_LITERAL = frozenset({"example", "examples", "default", "const", "enum"})


@dataclass(frozen=True)
class Described:
    """One contract and its operations."""

    side: Side

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """All of them."""
        return tuple(operations(self.side))

    @cached_property
    def files(self) -> frozenset[str]:
        """The files over which the contract is split."""
        return self.side.files.closure([self.side.path])

    @property
    def title(self) -> str:
        """Its title, "" where it has none."""
        info = root_of(self.side).at("info")
        return info.text("title") if info else ""

    def find(self, method: str, path: str) -> Operation | None:
        """The operation that a document means by `method` and `path`, with or without what stands before the path."""
        return next((each for each in self.operations if each.method == method and _same(each, path)), None)

    def methods(self, path: str) -> list[str]:
        """The methods that the contract has for `path`."""
        return sorted({each.method for each in self.operations if _same(each, path)})

    def names(self, operation: Operation) -> frozenset[str] | None:
        """The names of all parameters and fields of `operation`, None where not all can be had."""
        found: set[str] = set()
        waiting: list[Node] = [operation.node, *filter(None, [operation.shared.at("parameters")])]
        seen: set[int] = set()
        while waiting:
            node = waiting.pop()
            resolved = self.side.files.resolve(node)
            if resolved is None:
                return None
            if id(resolved.value) in seen:
                continue
            seen.add(id(resolved.value))
            if isinstance(resolved.value, Table):
                properties = resolved.at("properties")
                found |= {name for name, _ in properties.entries()} if properties else set()
                found |= {resolved.text("name")} if resolved.text("in") else set()
                waiting += (each for key, each in resolved.entries() if key not in _LITERAL)
            waiting += resolved.listed()
        return frozenset(found)


def _same(operation: Operation, path: str) -> bool:
    """Whether `path` means that of `operation`: either may leave out how it begins, an example fills in parameters."""
    wanted, own = _segments(path), _segments(operation.prefix + operation.path)
    length = min(len(wanted), len(own))
    pairs = list(zip(wanted[-length:], own[-length:], strict=True)) if length else []
    return all(one == other or other == "{}" for one, other in pairs) and any(other != "{}" for _, other in pairs)


def _segments(path: str) -> list[str]:
    """The parts of a path, `{id}`, `:id` and `<id>` as `{}`."""
    parts = unnamed(path).strip("/").split("/")
    return ["{}" if re.fullmatch(r"\{\}|:\w+|<[\w:]+>", part) else part for part in parts if part]


def contracts_at(context: Context, files: Files, also: Iterable[str] = ()) -> list[Described]:
    """The descriptions at one end: those that are named or lie as such, that are configured, and of `also` those."""
    listed = compile_globs(context.config.sources.contracts) if context.config.sources.contracts else None
    data = [path for path in files.tree.paths() if path.lower().endswith(DATA)]
    likely = [path for path in data if (listed and listed.matches(path)) or _is_likely(path)]
    wanted = sorted({*sorted(likely, key=lambda path: (path.count("/"), path))[:_MOST], *also} & files.tree.paths())
    files.fetch(wanted)
    whole = (path for path in wanted if not is_sample(context, path) and is_whole(context, files, path))
    return [Described(Side(path, files)) for path in whole]


def _is_likely(path: str) -> bool:
    stem = posixpath.basename(path).rsplit(".", 1)[0]
    return bool(_TELLING.search(stem)) or not _FOLDERS.isdisjoint(path.lower().split("/")[:-1])
