"""A YAML loader for front matter: constructs nothing but plain values, and refuses what would blow up."""

from __future__ import annotations

import re
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_NODES = 10_000
_DEEPEST = 40


class RefusedError(ValueError):
    """The YAML is well formed, and reading it would cost too much: an alias bomb, a cycle, endless nesting."""


def load(text: str) -> object:
    """Read `text` as dicts, lists, text, numbers, booleans, dates; raises `ValueError` where it is no YAML.

    As YAML 1.2 has it, only `true` and `false` are booleans; a number with a leading zero stays text, and so does
    a date that no calendar has. A tag is dropped and its value read.
    """
    loader = _loader()(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _weigh(node, {})
        value: object = loader.construct_document(node)
    except yaml.YAMLError as error:
        raise ValueError(_one_line(error)) from error
    finally:
        loader.dispose()
    return value


def _weigh(node: yaml.Node, weights: dict[int, int]) -> int:
    """How many nodes `node` stands for with its aliases written out."""
    known = weights.get(id(node))
    if known == 0:
        raise RefusedError("an alias contains itself")
    if known:
        return known
    weights[id(node)] = 0
    total = 1
    if isinstance(node, yaml.MappingNode):
        total += sum(_weigh(key, weights) + _weigh(value, weights) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        total += sum(_weigh(item, weights) for item in node.value)
    if total > _MOST_NODES:
        raise RefusedError(f"its aliases stand for more than {_MOST_NODES:,} values")
    weights[id(node)] = total
    return total


def _one_line(error: yaml.YAMLError) -> str:
    words = getattr(error, "problem", None) or str(error)
    return re.sub(r"\s+", " ", str(words)).strip()


@cache
def _loader() -> type[yaml.SafeLoader]:
    class PlainLoader(yaml.SafeLoader):
        """Reads null, text, lists and maps as YAML does, and numbers, booleans and dates as written below."""

        depth = 0

        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            deeper = self.check_event(yaml.CollectionStartEvent)
            self.depth += deeper
            if self.depth > _DEEPEST:
                raise RefusedError(f"nested deeper than {_DEEPEST} levels")
            node: yaml.Node | None = super().compose_node(parent, index)
            self.depth -= deeper
            return node

    own = (":bool", ":timestamp", ":int", ":float")
    PlainLoader.yaml_implicit_resolvers = {
        first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith(own)]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    PlainLoader.yaml_constructors = {
        f"tag:yaml.org,2002:{name}": yaml.SafeLoader.yaml_constructors[f"tag:yaml.org,2002:{name}"]
        for name in ("null", "str", "seq", "map")
    }
    for tag, pattern, convert in _SCALARS:
        PlainLoader.add_implicit_resolver(tag, re.compile(pattern), None)
        PlainLoader.add_constructor(tag, partial(_scalar, convert))
    PlainLoader.add_constructor(None, _untagged)
    return PlainLoader


_SCALARS: tuple[tuple[str, str, Callable[[str], object]], ...] = (
    ("!bool", r"(?:true|True|TRUE|false|False|FALSE)$", lambda text: text.lower() == "true"),
    ("!int", r"[-+]?(?:0|[1-9][0-9]*)$", int),
    ("!float", r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+$", float),
    ("!day", r"\d{4}-\d{2}-\d{2}$", date.fromisoformat),
)


def _scalar(convert: Callable[[str], object], _loader: yaml.SafeLoader, node: yaml.Node) -> object:
    try:
        return convert(str(node.value))
    except ValueError:
        return str(node.value)


def _untagged(loader: yaml.SafeLoader, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value
