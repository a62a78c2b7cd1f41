"""What agents may do to the paths that they ask about: it stands first in every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.config.authority import STRICTNESS, authority_over, strictest
from ctxkb.config.owners import code_owners_in
from ctxkb.config.root import files_in
from ctxkb.errors import ConfigError
from ctxkb.retrieve.scope import ANY_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ctxkb.config import Authority

MOST_NAMED = 3
"""So many paths are named in a sentence."""

LONGEST = 80
"""Characters of a path or of owners that are repeated."""


def authority_lines(root: Path, tables: Sequence[Authority], paths: Sequence[str]) -> tuple[str, ...]:
    """One sentence for each of `tables` that governs any of `paths` (files or folders), the strictest first."""
    found: dict[Authority, list[str]] = {}
    for path in paths if tables else ():
        inside = f"{path}/{ANY_FILE}" if path else ANY_FILE
        table = strictest(authority_over(tables, path), authority_over(tables, inside))
        if table is not None:
            found.setdefault(table, []).append(path or ".")
    ordered = sorted(found.items(), key=lambda pair: -STRICTNESS[pair[0].level])
    return tuple(_sentence(root, table, governed) for table, governed in ordered)


def _sentence(root: Path, table: Authority, paths: Sequence[str]) -> str:
    named = enumerated(paths)
    if table.level == "never":
        return f"Authority: never change {named}."
    return f"Authority: change {named} only once {_short(_owner(root, table, paths[0]))} approves; ask first."


def enumerated(paths: Sequence[str], word: str = "") -> str:
    """The first of some paths or globs, each on one line, joined by a comma or `word`; and how many more there are."""
    named = (f" {word} " if word else ", ").join(_short(path) for path in paths[:MOST_NAMED])
    return f"{named} and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else named


def _owner(root: Path, table: Authority, path: str) -> str:
    """Who approves; a CODEOWNERS file that cannot be read names nobody."""
    if table.owner:
        return table.owner
    try:
        owners = code_owners_in(files_in(root)).of(path)
    except ConfigError:
        owners = ()
    return " or ".join(owners) or "a person"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"...{plain[-LONGEST:]}"
