"""Executable rules as the configuration weighs them where they are asked for: what `kb check` will say there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.catalog.rows import section_of
from ctxkb.config.severity import configured_severity, strictest
from ctxkb.formats.executable_words import with_severity
from ctxkb.retrieve.binding import RULE
from ctxkb.retrieve.scope import ANY_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.catalog.rows import Row
    from ctxkb.config import Check
    from ctxkb.retrieve.library import Library
    from ctxkb.types import ExecutableRule, Hit, Unit


def weighed(library: Library, check: Check, paths: Sequence[str], hits: Sequence[Hit]) -> list[Hit]:
    """`hits` for `paths`, each rule with its severity there, the worst of several; what is off there is left out."""
    if not check.severity and not check.paths:
        return list(hits)
    found = [_weighed(library, check, paths, hit) if hit.unit.role == RULE else hit for hit in hits]
    return [hit for hit in found if hit.severity != "off"]


def weighed_row(library: Library, check: Check, row: Row) -> Row:
    """A unit to be read, whatever the path: a rule has the worst severity that it has anywhere."""
    own = _rule(library, row.unit) if row.unit.role == RULE else None
    if own is None or not (check.severity or check.paths):
        return row
    anchor = section_of(row.unit.anchor)
    there = (table.severity[anchor] for table in check.paths if anchor in table.severity)
    worst = strictest((configured_severity(check, anchor) or own.severity, *there))
    return replace(row, unit=replace(row.unit, text=with_severity(row.unit.text, worst)))


def _weighed(library: Library, check: Check, paths: Sequence[str], hit: Hit) -> Hit:
    anchor, document = section_of(hit.unit.anchor), hit.unit.document
    own = _rule(library, hit.unit)
    if own is None:
        return hit
    there = [path for path in paths if own.id in library.enforced([path]).get(document, {})]
    folders = [f"{path}/{ANY_FILE}".lstrip("/") for path in there]
    said = [configured_severity(check, anchor, *names) or own.severity for names in zip(there, folders, strict=True)]
    return replace(hit, severity=strictest(said) if said else "")


def _rule(library: Library, unit: Unit) -> ExecutableRule | None:
    anchor = section_of(unit.anchor)
    return next((rule for rule in library.documents[unit.document].rules if anchor == f"rule:{rule.id}"), None)
