"""rule-drift: what is written from the conventions says what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach
from ctxkb.check.sync.drift import drifts
from ctxkb.check.sync.files import BEGIN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.context import Context


def check_rule_drift(context: Context) -> Iterator[Breach]:
    """Each file that `kb sync` would write or delete."""
    then = {each.path: each for each in drifts(context.base, context.then.config.sync)}
    for each in drifts(context.head, context.config.sync):
        before = then.get(context.changes.before(each.path) or each.path)
        lines = (each.before or "").split("\n")
        yield Breach(
            path=each.path,
            line=next((number for number, line in enumerate(lines, 1) if BEGIN in line), 0),
            message=f"{each.path} {each.what}",
            fix="run `kb sync`" if each.mine else f"move {each.path} away or mend its markers, then run `kb sync`",
            known=before is not None and (before.before, before.after) == (each.before, each.after),
        )
