"""Validates a file of a GraphQL schema by the rules that hold within one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.contracts.faults import Fault
from ctxkb.errors import SourceError
from ctxkb.formats.decode import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import DocumentNode

    from ctxkb.formats.loads import Load


def graphql_faults(path: str, content: bytes, before: bytes, load: Load) -> Iterator[Fault]:
    """Names that a file defines twice. What other files, a server or a gateway add is not known, and not asked for."""
    del path, before, load
    tree = _tree(content)
    if tree is None:
        return
    from graphql import validation
    from graphql.validation.validate import validate_sdl

    rules = [
        validation.LoneSchemaDefinitionRule,
        validation.UniqueOperationTypesRule,
        validation.UniqueTypeNamesRule,
        validation.UniqueEnumValueNamesRule,
        validation.UniqueFieldDefinitionNamesRule,
        validation.UniqueArgumentDefinitionNamesRule,
        validation.UniqueDirectiveNamesRule,
        validation.UniqueInputFieldNamesRule,
    ]
    for error in validate_sdl(tree, rules=rules):
        places = error.locations or []
        yield Fault(places[-1].line if places else 1, error.message.rstrip("."))


def _tree(content: bytes) -> DocumentNode | None:
    """The syntax tree, None where the file cannot be read or holds operations, which are no schema."""
    from graphql import ExecutableDefinitionNode, GraphQLSyntaxError, parse

    try:
        tree = parse(decode(content))
    except (GraphQLSyntaxError, SourceError, RecursionError):
        # Its parser tells.
        return None
    return None if any(isinstance(each, ExecutableDefinitionNode) for each in tree.definitions) else tree
