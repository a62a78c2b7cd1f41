"""The scope that a document's front matter states."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.text.globs import folder_glob
from ctxkb.types import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping


_NOT_PACKAGES = frozenset(
    {
        *(".github", "adr", "adrs", "architecture", "architecture-decisions", "decision-log", "decision-records"),
        *("decisions", "design", "doc", "docs", "documentation", "engineering", "keps", "rfc", "rfcs", "teps", "wiki"),
    }
)
"""Folders whose decisions govern what lies beside them, not what lies in them."""

_HOLDS_DECISIONS = re.compile(r"(?:^|[-_. ])(?:adrs?|decisions?|rfcs?)(?:[-_. ]|$)", re.IGNORECASE)
"""Names of such a folder where it holds the decision itself: "our-decisions"."""


def decision_scope(path: str, data: Mapping[str, object]) -> Scope:
    """What a decision's front matter states, else the package in which it lies; at the root the whole repository."""
    stated = stated_scope(data)
    folders = path.split("/")[:-1]
    held = len(folders) - 1 if folders and _HOLDS_DECISIONS.search(folders[-1]) else 0
    package = next((index for index, name in enumerate(folders) if name.lower() in _NOT_PACKAGES), held)
    if stated.stated or not package:
        return stated
    return Scope((folder_glob("/".join(folders[:package])),), "paths", stated=True)


def stated_scope(data: Mapping[str, object]) -> Scope:
    """The globs under the key `scope`, a list or text with commas; without them the whole repository is assumed."""
    value = data.get("scope")
    written = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    if isinstance(value, str):
        written = re.split(r",(?![^{]*\})", value)
    globs = tuple(glob for item in written if (glob := item.strip().strip("\"'")))
    return Scope(globs, "paths", stated=True) if globs else Scope()
