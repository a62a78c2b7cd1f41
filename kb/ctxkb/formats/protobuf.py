"""Protocol Buffers: a section a message, enum, service and rpc, with the comments directly above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.formats.contract_parts import untitled_contract
from ctxkb.formats.contract_text import clip, excerpt, listing, name_words, named, summarise
from ctxkb.formats.decode import decode
from ctxkb.formats.protobuf_parser import read_file
from ctxkb.formats.stray_comments import with_comments
from ctxkb.text.markdown import Anchors
from ctxkb.types import Parsed, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.formats.protobuf_tree import Definition, File
    from ctxkb.types import Source

SHOWN_WHOLE = 40
"""A service of so many lines or fewer is shown whole, a longer one up to its first rpc: each has a section."""

_ROLES = {"message": "message", "enum": "enum", "service": "service", "rpc": "rpc", "extend": "message"}


def parse_protobuf(source: Source) -> Parsed:
    """Read a `.proto` file; raises `SourceError` with the line where it does not parse."""
    text = decode(source.content)
    lines, file = text.split("\n"), read_file(text)
    found = with_comments(_sections(file, lines), file.comments, lines, "proto")
    return Parsed((untitled_contract(source, found),))


def _sections(file: File, lines: Sequence[str]) -> tuple[Section, ...]:
    """The head of the file and its definitions, inner ones after the one around them."""
    anchors = Anchors()
    head = [_head(file, lines, anchors.take("info"))] if file.first else []
    found = [(definition, anchors.take(definition.name)) for definition in _all(file.definitions)]
    known = {definition.name: anchor for definition, anchor in reversed(found)}
    return (*head, *(_section(definition, anchor, file, known, lines) for definition, anchor in found))


def _all(definitions: Iterable[Definition]) -> Iterator[Definition]:
    for definition in definitions:
        yield definition
        yield from _all(definition.inner)


def _head(file: File, lines: Sequence[str], anchor: str) -> Section:
    summary = summarise(
        [
            f"package {file.package} ({name_words(file.package)})" if file.package else "",
            clip(file.told, 600),
            listing("services and messages", (definition.name for definition in file.definitions), 300),
            listing("imports", file.imports, 200),
        ]
    )
    text = excerpt(lines, file.first, file.last)
    return Section("info", anchor, file.first, file.last, text, role="info", syntax="proto", summary=summary)


def _section(definition: Definition, anchor: str, file: File, known: dict[str, str], lines: Sequence[str]) -> Section:
    last = definition.last
    if definition.word == "service" and definition.inner and last - definition.first >= SHOWN_WHOLE:
        last = max(definition.first, definition.inner[0].first - 1)
    names = definition.name.split(".")[:-1] if definition.word != "extend" else []
    refs = dict.fromkeys(filter(None, (_target(name, definition, file, known) for name in _uses(definition))))
    return Section(
        heading=definition.name,
        anchor=anchor,
        first=definition.first,
        last=last,
        text=excerpt(lines, definition.first, last),
        level=len(names) + 1,
        breadcrumb=tuple(".".join(names[: index + 1]) for index in range(len(names))),
        role=_ROLES[definition.word],
        syntax="proto",
        refs=tuple(ref for ref in refs if ref != anchor),
        summary=_summary(definition, file),
    )


def _uses(definition: Definition) -> tuple[str, ...]:
    if definition.word == "service":
        return tuple(f"{rpc.name}" for rpc in definition.inner)
    return definition.uses


def _target(name: str, definition: Definition, file: File, known: dict[str, str]) -> str | None:
    """The anchor of what `name` means inside `definition`: searched from the innermost scope outwards."""
    if name.startswith("."):
        name, scopes = name[1:], [""]
    else:
        parts = definition.name.split(".")
        scopes = [".".join(parts[:length]) for length in range(len(parts), -1, -1)]
    package = f"{file.package}."
    for scope in scopes:
        wanted = f"{scope}.{name}" if scope else name
        if anchor := known.get(wanted):
            return anchor
    # `billing.v1.Invoice`, or a part of the package in front: `v1.Invoice`.
    for length in range(len(name.split(".")) - 1, 0, -1):
        qualifier, rest = ".".join(name.split(".")[:length]), ".".join(name.split(".")[length:])
        if f".{package}".endswith(f".{qualifier}.") and rest in known:
            return known[rest]
    return None


def _summary(definition: Definition, file: File) -> str:
    """Word, name, comments, fields with what is told of them, and for an rpc what it takes and gives."""
    own = definition.name.rsplit(".", 1)[-1]
    return summarise(
        [
            definition.name if definition.word == "extend" else f"{definition.word} {definition.name}",
            name_words(own) if name_words(own) != own.lower() else "",
            "deprecated" if definition.deprecated else "",
            clip(definition.told, 500),
            _call(definition),
            listing("rpcs", (named(rpc.name.rsplit(".", 1)[-1]) for rpc in definition.inner if rpc.word == "rpc"), 300),
            listing(
                "values" if definition.word == "enum" else "fields", (item.name for item in definition.fields), 300
            ),
            *(f"{item.name}: {clip(item.told, 150)}" for item in definition.fields if item.told),
            listing("reserved", definition.reserved, 100),
            f"package {file.package}" if file.package else "",
        ]
    )


def _call(definition: Definition) -> str:
    if definition.word != "rpc":
        return ""
    sides = zip(("takes", "returns"), definition.uses, definition.streams, strict=True)
    return ", ".join(f"{side} {'a stream of ' if stream else ''}{named(name)}" for side, name, stream in sides)
