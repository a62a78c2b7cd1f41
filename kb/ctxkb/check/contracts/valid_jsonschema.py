"""Validates a JSON Schema by the meta-schema of the draft that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxkb.check.contracts.faults import Fault
from ctxkb.check.contracts.plain import heart, line_at, outermost, plain, read, refers, said
from ctxkb.formats.openapi_words import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.formats.loads import Load


def jsonschema_faults(path: str, content: bytes, before: bytes, load: Load) -> Iterator[Fault]:
    """What a schema holds against its draft; one that names no draft, or one that is not known, is not judged."""
    del before  # a schema is judged as a whole: it is small
    root = read(path, content, load)
    if not root or not text(root.get("$schema")):
        return
    from jsonschema.validators import validator_for

    schema = plain(root)
    judge: Any = validator_for(schema, default=None)
    if judge is None:
        return
    for error in outermost([heart(each) for each in judge(judge.META_SCHEMA).iter_errors(schema)]):
        where = list(error.absolute_path)
        if not refers(root, where):
            place = f"{'.'.join(map(str, where))}: " if where else ""
            yield Fault(line_at(root, where), f"{place}{said(error)}")
