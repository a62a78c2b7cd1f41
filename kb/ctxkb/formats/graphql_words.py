"""Summaries of GraphQL definitions, and the names that they use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.formats.contract_text import clip, listing, name_words, named, summarise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphql import Node


def name_of(node: Node | None) -> str:
    """The name of a definition, field, argument or fragment, "" where it has none."""
    name = getattr(node, "name", None)
    return str(name.value) if name is not None else ""


def type_summary(node: Node, word: str) -> str:
    """Kind, name, description, fields and values of a type, with what its fields' descriptions tell."""
    fields = [*_children(node, "fields"), *_children(node, "operation_types")]
    return summarise(
        [
            f"{word} {named(name_of(node))}" if name_of(node) else word,
            _deprecation(node),
            clip(_description(node), 400),
            listing("implements", map(name_of, _children(node, "interfaces")), 150),
            listing("arguments", map(name_of, _children(node, "arguments")), 200),
            listing("on", (str(getattr(place, "value", "")) for place in _children(node, "locations")), 150),
            listing("fields", (name_of(field) or _type_name(field) for field in fields), 300),
            listing("values", map(name_of, _children(node, "values")), 300),
            listing("one of", map(name_of, _children(node, "types")), 300),
            *_told([*fields, *_children(node, "values"), *_children(node, "arguments")]),
        ]
    )


def field_summary(node: Node, owner: str) -> str:
    """Owner, name, description, arguments and result of a field of a root type."""
    arguments = _children(node, "arguments")
    return summarise(
        [
            f"{owner}.{name_of(node)}",
            f"{owner.lower()} {name_words(name_of(node))}",
            _deprecation(node),
            clip(_description(node), 500),
            listing("arguments", (f"{name_of(item)} {_type_name(item)}" for item in arguments), 300),
            f"returns {named(_type_name(node))}",
            *_told(arguments),
        ]
    )


def operation_summary(node: Node, heading: str, comment: str) -> str:
    """Heading, comment, variables and selected fields of an operation or fragment."""
    variables = (name_of(getattr(item, "variable", None)) for item in _children(node, "variable_definitions"))
    condition = getattr(node, "type_condition", None)
    return summarise(
        [
            heading,
            name_words(heading),
            clip(_description(node) or comment, 400),
            f"on {name_of(condition)}" if condition is not None else "",
            listing("variables", variables, 200),
            listing("selects", _selected(node), 400),
        ]
    )


def asked_fields(node: Node) -> Iterator[str]:
    """The fields of the root type that an operation asks for, such as `Query.user`; none for any other node."""
    if node.kind != "operation_definition":
        return
    root = str(getattr(node, "operation").value).capitalize()  # noqa: B009 - only this kind of node has it
    for choice in _children(getattr(node, "selection_set", None) or node, "selections"):
        if choice.kind == "field" and not name_of(choice).startswith("__"):
            yield f"{root}.{name_of(choice)}"


def used_names(node: Node) -> Iterator[str]:
    """Names of the types below `node` in order, of directives as `@name`, of fragments as `...name`; repeated."""
    stack: list[object] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, (list, tuple)):
            stack.extend(reversed(item))
            continue
        kind = getattr(item, "kind", "")
        prefix = {"named_type": "", "directive": "@", "fragment_spread": "..."}.get(kind)
        if prefix is not None:
            yield prefix + str(getattr(getattr(item, "name", None), "value", ""))
        stack.extend(getattr(item, key, None) for key in reversed(getattr(item, "keys", ())) if key != "loc")
        if kind.endswith("_extension"):
            yield str(getattr(getattr(item, "name", None), "value", ""))


def _children(node: Node, key: str) -> list[Node]:
    return list(getattr(node, key, None) or ())


def _description(node: Node) -> str:
    description = getattr(node, "description", None)
    return str(description.value) if description is not None else ""


def _type_name(node: Node) -> str:
    """The name of a field's or argument's type, list and non-null marks aside."""
    kind = getattr(node, "type", None)
    while getattr(kind, "type", None) is not None:
        kind = getattr(kind, "type", None)
    return name_of(kind)


def _told(nodes: Iterable[Node]) -> list[str]:
    return [f"{name_of(node)}: {clip(told, 150)}" for node in nodes if (told := _description(node))]


def _deprecation(node: Node) -> str:
    """Return "deprecated" and the reason where the directive says so, else ""."""
    for directive in _children(node, "directives"):
        if name_of(directive) == "deprecated":
            reasons = (getattr(argument, "value", None) for argument in _children(directive, "arguments"))
            return " ".join(["deprecated", *(str(getattr(reason, "value", "")) for reason in reasons)])
    return ""


def _selected(node: Node) -> Iterator[str]:
    """Names of the fields that an operation selects, level by level, so that the outermost come first."""
    level = [node]
    while level:
        below: list[Node] = []
        for item in level:
            for choice in _children(getattr(item, "selection_set", None) or item, "selections"):
                if choice.kind == "field":
                    yield name_of(choice)
                below.append(choice)
        level = below
