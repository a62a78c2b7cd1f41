"""How each language names what it imports: from the nodes of one import to names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Named:
    """What one import names; `relative` holds paths beside the file, `above` how many Python packages lead up."""

    names: tuple[str, ...] = ()
    relative: str = ""
    above: int = 0

    def placed(self, path: str) -> tuple[str, ...]:
        """The same by the repository's root, for an import of the file `path`."""
        if self.relative:
            return (posixpath.normpath(posixpath.join(posixpath.dirname(path), self.relative)),)
        return tuple(_packages(path, self.above, self.names)) if self.above else ()


NamesOf = Callable[["Node", "Node | None"], Named]
"""The names in an import statement, of which the second node is the module where the query tells it."""


def _packages(path: str, above: int, names: tuple[str, ...]) -> Iterator[str]:
    """Each name with the packages in which the file lies, from any of them on: nothing tells which is the first."""
    folders = path.split("/")[:-1]
    inside = folders[: len(folders) - above + 1]
    for name in names:
        parts = [*inside, *filter(None, name.lstrip(".").split("."))]
        yield from (".".join(parts[start:]) for start in range(max(len(parts) - 1, 0)))


def _text(node: Node | None) -> str:
    written = (node.text or b"") if node else b""
    return re.sub(r"\s+", "", written.decode("utf-8", "replace"))


def _quoted(node: Node | None) -> str:
    """What stands in a literal, "" where a part of it is computed."""
    if node is None or any("substitution" in child.type or "interpolation" in child.type for child in node.children):
        return ""
    return re.sub(r"^[a-zA-Z]*(\"\"\"|'''|[\"'`<])|(\"\"\"|'''|[\"'`>])$", "", _text(node))


def _plain(_statement: Node, module: Node | None) -> Named:
    return Named((_text(module),))


def _literal(_statement: Node, module: Node | None) -> Named:
    name = _quoted(module)
    return Named((name,) if name else ())


def _script(_statement: Node, module: Node | None) -> Named:
    name = _quoted(module).removeprefix("node:")
    return Named((name,) if name else (), name if name.startswith(".") else "")


def _include(_statement: Node, module: Node | None) -> Named:
    name = _quoted(module)
    return Named((name,) if name else (), name if module and module.type == "string_literal" else "")


def _csharp(statement: Node, _module: Node | None) -> Named:
    return Named((_text(statement.named_children[-1]),)) if statement.named_children else Named()


def _python(statement: Node, module: Node | None) -> Named:
    if statement.type == "call":
        return _literal(statement, module)
    base = "__future__" if module is None else _text(module)
    if statement.type == "import_statement":
        return Named((base,))
    members = [_text(each.child_by_field_name("name") or each) for each in statement.children_by_field_name("name")]
    dot = "" if base.endswith(".") else "."
    above = len(base) - len(base.lstrip("."))
    return Named((base, *(f"{base}{dot}{member}" for member in members)), "", above)


def _ruby(statement: Node, module: Node | None) -> Named:
    name = _quoted(module)
    relative = _text(statement.child_by_field_name("method")) == "require_relative"
    return Named((name,) if name else (), name if relative else "")


_RUST_PATHS = frozenset({"scoped_identifier", "scoped_type_identifier"})
_RUST_USES = frozenset({"use_declaration", "scoped_use_list", "use_list", "use_as_clause", "use_wildcard"})


def _rust(statement: Node, module: Node | None) -> Named:
    if module is None:
        around = statement.parent.type if statement.parent else ""
        return Named() if around in _RUST_PATHS | _RUST_USES else Named((_text(statement).removeprefix("::"),))
    return Named(tuple(name.removeprefix("::") for name in _rust_names(module, "")))


def _rust_names(tree: Node, above: str) -> Iterator[str]:
    """The paths of a use tree, each whole; without recursion, since a file may nest as deep as it likes."""
    waiting = [(tree, above)]
    while waiting:
        node, above = waiting.pop()
        path = _text(node.child_by_field_name("path"))
        if node.type == "use_list":
            waiting += ((child, above) for child in reversed(node.named_children))
        elif node.type == "scoped_use_list":
            waiting += ((child, _beneath(above, path)) for child in [node.child_by_field_name("list")] if child)
        elif node.type == "use_as_clause":
            yield _beneath(above, path)
        else:
            name = _text(node).removesuffix("*").removesuffix("::")
            yield _beneath(above, name.removesuffix("self").removesuffix("::"))


def _beneath(above: str, name: str) -> str:
    return "::".join(filter(None, (above, name)))


def _php(statement: Node, _module: Node | None) -> Named:
    if statement.type == "qualified_name":
        name = _text(statement)
        return Named((name.lstrip("\\"),) if name.startswith("\\") else ())
    if statement.type != "namespace_use_declaration":
        string = next((node for node in _below(statement) if node.type in {"string", "encapsed_string"}), None)
        name = _quoted(string)
        return Named((name,) if name else (), name)
    prefix = next((_text(node) for node in statement.named_children if node.type == "namespace_name"), "")
    clauses = [node for node in _below(statement) if node.type == "namespace_use_clause"]
    names = (_text(clause.named_children[0]).strip("\\") for clause in clauses if clause.named_children)
    return Named(tuple("\\".join(filter(None, (prefix.strip("\\"), name))) for name in names))


def _below(node: Node) -> Iterator[Node]:
    """All nodes below `node`, in the order of the file."""
    waiting = node.named_children[::-1]
    while waiting:
        child = waiting.pop()
        yield child
        waiting += child.named_children[::-1]


NAMES: MappingProxyType[str, NamesOf] = MappingProxyType(
    {
        "cpp": _include,
        "csharp": _csharp,
        "go": _literal,
        "java": _plain,
        "javascript": _script,
        "kotlin": _plain,
        "php": _php,
        "python": _python,
        "ruby": _ruby,
        "rust": _rust,
        "tsx": _script,
        "typescript": _script,
        "vue": _script,
    }
)
"""How to name the imports of each language with a grammar."""
