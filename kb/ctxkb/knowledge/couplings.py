"""What has to change along with the paths that are asked about: it is told before the gate asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.config.severity import configured_severity
from ctxkb.knowledge.authority import enumerated
from ctxkb.retrieve.scope import ANY_FILE
from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.config import Config, Couple


def coupling_lines(config: Config, paths: Sequence[str]) -> tuple[str, ...]:
    """One sentence for each coupling that asks for something where any of `paths` (files or folders) changes."""
    found = ((couple, [path or "." for path in paths if _asks(config, couple, path)]) for couple in config.couple)
    named = ((enumerated(couple.require, "or"), enumerated(asking)) for couple, asking in found if asking)
    return tuple(f"Couple: change {wanted} with {cause}." for wanted, cause in named)


def _asks(config: Config, couple: Couple, path: str) -> bool:
    names = path, f"{path}/{ANY_FILE}".lstrip("/")
    when, unless = compile_globs(couple.when), compile_globs(couple.unless)
    severity = configured_severity(config.check, "couple", path) or couple.severity
    return severity != "off" and any(map(when.matches, names)) and not any(map(unless.matches, names))
