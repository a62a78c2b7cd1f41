"""Parsers, one module a format: pure functions from a `Source` to what it holds. Each is imported on first use."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from ctxkb.errors import SourceError
from ctxkb.formats.contract_scope import package_scope
from ctxkb.types import Kind, Parsed, Problem, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxkb.formats.loads import Load
    from ctxkb.formats.split import Around


class Parser(Protocol):
    """Reads one source; raises `SourceError` only where the file cannot be read at all."""

    def __call__(self, source: Source, load: Load | None = None, around: Around | None = None, /) -> Parsed:
        """What the source holds. `load` reads YAML and JSON where others look into the same file.

        `around` gives the other files to a contract that is split over them.
        """
        ...


def _late(name: str, *, loads: bool = False, splits: bool = False) -> Parser:
    """Make a parser of "module:function", imported when called: most runs meet only a few formats.

    With `loads` the function takes what reads YAML and JSON, with `splits` also the files around.
    """

    def parser(source: Source, load: Load | None = None, around: Around | None = None, /) -> Parsed:
        module, function = name.split(":")
        given: dict[str, object] = {"load": load} if (loads or splits) and load else {}
        if splits and around:
            given["around"] = around
        return cast("Callable[..., Parsed]", getattr(import_module(module), function))(source, **given)

    parser.__qualname__ = name
    return parser


FORMATS: dict[str, Parser] = {
    "decision": _late("ctxkb.formats.decision:parse_decision"),
    "decision-rst": _late("ctxkb.formats.decision:parse_decision_rst"),
    "decision-asciidoc": _late("ctxkb.formats.decision:parse_decision_asciidoc"),
    "decision-kep": _late("ctxkb.formats.decision:parse_decision"),
    "kep": _late("ctxkb.formats.kep:parse_kep"),
    "agents": _late("ctxkb.formats.convention:parse_agents"),
    "claude": _late("ctxkb.formats.convention:parse_claude"),
    "cursor": _late("ctxkb.formats.convention:parse_cursor"),
    "copilot": _late("ctxkb.formats.convention:parse_copilot"),
    "rules": _late("ctxkb.formats.convention:parse_rules"),
    "openapi": _late("ctxkb.formats.openapi:parse_openapi", splits=True),
    "asyncapi": _late("ctxkb.formats.asyncapi:parse_asyncapi", splits=True),
    "contract-part": _late("ctxkb.formats.openapi_split:parse_part", splits=True),
    "graphql": _late("ctxkb.formats.graphql:parse_graphql"),
    "protobuf": _late("ctxkb.formats.protobuf:parse_protobuf"),
    "jsonschema": _late("ctxkb.formats.jsonschema:parse_jsonschema", loads=True),
    "avro": _late("ctxkb.formats.avro:parse_avro"),
    "xsd": _late("ctxkb.formats.xsd:parse_xsd"),
    "wsdl": _late("ctxkb.formats.wsdl:parse_wsdl"),
    "ddl": _late("ctxkb.formats.ddl:parse_ddl"),
    "prisma": _late("ctxkb.formats.prisma:parse_prisma"),
    "service": _late("ctxkb.formats.service:parse_service", loads=True),
    "markdown": _late("ctxkb.formats.guide:parse_markdown"),
    "mdx": _late("ctxkb.formats.guide:parse_mdx"),
    "rst": _late("ctxkb.formats.guide:parse_rst"),
    "asciidoc": _late("ctxkb.formats.guide:parse_asciidoc"),
    "diagram": _late("ctxkb.formats.diagram:parse_diagram"),
    "text": _late("ctxkb.formats.guide:parse_text"),
}
"""What reads each format; the keys are what `classify` gives and `Source.format` holds."""


def parse(source: Source, load: Load | None = None, around: Around | None = None) -> Parsed:
    """Read what `source` holds; a file that cannot be read becomes a `Problem`, never an exception.

    `load` reads YAML and JSON: a `ctxkb.formats.loads.Loads` where others look into the same files. `around` gives the
    other files of the repository to a contract that is split over them.
    """
    try:
        return _with_rules(source, _in_package(FORMATS[source.format](source, load, around)))
    except SourceError as error:
        return Parsed(problems=(Problem(source.path, error.line, error.reason),))


def _in_package(parsed: Parsed) -> Parsed:
    """`parsed` with contracts that state no scope governing the package in which they lie."""
    documents = (
        replace(one, scope=package_scope(one.path)) if one.kind is Kind.CONTRACT and not one.scope.stated else one
        for one in parsed.documents
    )
    return replace(parsed, documents=tuple(documents))


def may_hold_rules(content: bytes) -> bool:
    """Whether a decision or convention of these bytes may carry executable rules, told at a glance."""
    return b"rules:" in content or b"kb-rule" in content


def _with_rules(source: Source, parsed: Parsed) -> Parsed:
    if source.kind not in {Kind.DECISION, Kind.CONVENTION} or not may_hold_rules(source.content):
        return parsed
    from ctxkb.formats.executable_words import with_rules

    return with_rules(source, parsed)
