"""A decision that is begun and written, as `kb adr new` does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.adr import decide
from ctxkb.adr.files import create

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from ctxkb.types import Document


def begin(root: Path, documents: Sequence[Document], title: str, day: date, **options: str) -> decide.Begun:
    """What was begun; `options` are those of `decide.begin`."""
    begun, text = decide.begin(root, documents, title, day, **options)  # type: ignore[arg-type]
    create(root, begun.path, text)
    return begun
