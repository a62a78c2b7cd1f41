"""The scope that a document's front matter states."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.types import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping


def stated_scope(data: Mapping[str, object]) -> Scope:
    """The globs under the key `scope`, a list or text with commas; without them the whole repository is assumed."""
    value = data.get("scope")
    written = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    if isinstance(value, str):
        written = re.split(r",(?![^{]*\})", value)
    globs = tuple(glob for item in written if (glob := item.strip().strip("\"'")))
    return Scope(globs, "paths", stated=True) if globs else Scope()
