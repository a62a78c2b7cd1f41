"""Writes a receipt out in full, so that a commit can carry it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ctxkb.catalog.carried import CHANGED, content_mark, write_carried
from ctxkb.errors import KbError
from ctxkb.knowledge.since import content_hash

if TYPE_CHECKING:
    from ctxkb.catalog.receipts import Receipt
    from ctxkb.knowledge.facade import Knowledge


def carried(knowledge: Knowledge, name: str) -> str:
    """The receipt `name` as one line for a commit's message. Raises `KbError` for one that is not known here."""
    receipt = knowledge.catalog.receipts.recall(name)
    if receipt is None:
        raise KbError(
            f"the receipt {name[:80]} is not known here (any more); ask again, and use the receipt of that answer"
        )
    given = _given(knowledge, receipt)
    rows = [knowledge.catalog.unit(key) for key in receipt.left_out]
    left_out = {row.unit.path for row in rows if row is not None} - given.keys()
    return write_carried(name, given, left_out)


def _given(knowledge: Knowledge, receipt: Receipt) -> dict[str, str]:
    """The mark of the content of each file whose units bound and were given; `CHANGED` where it is another one now.

    A unit that is gone tells nothing: what is left of its file does.
    """
    same: dict[str, bool] = {}
    for key, given in receipt.included.items():
        row = knowledge.catalog.unit(key)
        if given.binding and row is not None and row.unit.document in knowledge.library.documents:
            kept = content_hash(knowledge.library, row.unit) == given.hash
            same[row.unit.path] = same.get(row.unit.path, True) and kept
    return {path: _mark(knowledge, path) if kept else CHANGED for path, kept in same.items()}


def _mark(knowledge: Knowledge, path: str) -> str:
    """The mark of a file as it lies there, as long as that is what the index holds."""
    state = knowledge.catalog.file(path)
    try:
        content = (knowledge.root / path).read_bytes()
    except OSError:  # gone since it was read
        return CHANGED
    return content_mark(content) if state and hashlib.sha256(content).hexdigest() == state.sha256 else CHANGED
