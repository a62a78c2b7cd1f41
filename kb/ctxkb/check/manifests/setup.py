"""setup.cfg and setup.py of setuptools; the latter is read, never run: lists that it computes are not seen."""

from __future__ import annotations

import ast
from configparser import Error, RawConfigParser
from typing import TYPE_CHECKING

from ctxkb.check.manifests.interface import Declared, Dependency
from ctxkb.check.manifests.pep508 import requirement, requirements
from ctxkb.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEYS = {"install_requires": "", "setup_requires": "build", "tests_require": "test"}
_EXTRAS = "extras_require"


def parse_setup_cfg(content: str) -> Declared:
    """What a setup.cfg declares; `file:` and `attr:` lead elsewhere and are not followed."""
    parser = RawConfigParser(strict=False)
    try:
        parser.read_string(content)
    except Error as error:
        raise SourceError(f"not an INI file: {error.message.splitlines()[0]}") from error
    keys = [("options", key, group) for key, group in _KEYS.items()]
    extras = f"options.{_EXTRAS}"
    keys += [(extras, key, key) for key in (parser[extras] if parser.has_section(extras) else ())]
    found = [each for section, key, group in keys for each in _listed(parser, section, key, group, content)]
    return Declared(found, parser.get("metadata", "name", fallback=""))


def _listed(parser: RawConfigParser, section: str, key: str, group: str, content: str) -> Iterator[Dependency]:
    rows = [row.strip() for row in content.split("\n")]
    start = rows.index(f"[{section}]") if f"[{section}]" in rows else 0
    for word in (parser.get(section, key, fallback="") or "").replace(",\n", "\n").split("\n"):
        word = word.split(" #")[0].strip()
        if not word or word.startswith(("#", "file:", "attr:")):
            continue
        start = next((number for number in range(start, len(rows)) if word in rows[number]), start)
        yield from requirements([(word, start + 1)], group)


def parse_setup_py(content: str) -> Declared:
    """What the call of `setup` in a setup.py declares by plain lists, also such that have a name."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise SourceError(f"not Python: {error}") from error
    assigned = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "setup")
    given = {word.arg: word.value for call in calls for word in call.keywords if word.arg}
    stated = {key: assigned.get(_name(value), value) for key, value in given.items()}
    found = [each for key, group in _KEYS.items() for each in _stated(stated.get(key), group, assigned)]
    extras = stated.get(_EXTRAS)
    if isinstance(extras, ast.Dict):
        for key, value in zip(extras.keys, extras.values, strict=True):
            found += _stated(value, _text(key), assigned)
    return Declared(found, _text(stated.get("name")))


def _stated(node: ast.expr | None, group: str, assigned: dict[str, ast.expr]) -> list[Dependency]:
    if isinstance(node, ast.BinOp):
        return [*_stated(node.left, group, assigned), *_stated(node.right, group, assigned)]
    node = assigned.get(_name(node), node)
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else []
    return [found for item in items if (found := requirement(_text(item), group, item.lineno))]


def _name(node: ast.expr | None) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
