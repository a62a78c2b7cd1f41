"""Executable rules as the configuration weighs them where they are asked for: what `kb check` will say there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.catalog.rows import section_of
from ctxkb.config.severity import configured_severity
from ctxkb.retrieve.binding import RULE
from ctxkb.retrieve.scope import ANY_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.config import Check, Severity
    from ctxkb.retrieve.library import Library
    from ctxkb.types import Hit

_WORST_FIRST: tuple[Severity, ...] = ("error", "warning", "info", "off")


def weighed(library: Library, check: Check, paths: Sequence[str], hits: Sequence[Hit]) -> list[Hit]:
    """`hits` for `paths`, each rule with its severity there, the worst of several; what is off there is left out."""
    if not check.severity and not check.paths:
        return list(hits)
    found = [_weighed(library, check, paths, hit) if hit.unit.role == RULE else hit for hit in hits]
    return [hit for hit in found if hit.severity != "off"]


def _weighed(library: Library, check: Check, paths: Sequence[str], hit: Hit) -> Hit:
    anchor, document = section_of(hit.unit.anchor), hit.unit.document
    own = next((rule for rule in library.documents[document].rules if anchor == f"rule:{rule.id}"), None)
    if own is None:
        return hit
    there = [path for path in paths if own.id in library.enforced([path]).get(document, {})]
    folders = [f"{path}/{ANY_FILE}".lstrip("/") for path in there]
    said = {configured_severity(check, anchor, *names) or own.severity for names in zip(there, folders, strict=True)}
    return replace(hit, severity=min(said, key=_WORST_FIRST.index, default=""))
