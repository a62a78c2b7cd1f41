"""contract-breaking: what a contract's clients rely on stays, or its version or a decision says that it does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.contracts import COMPARERS
from ctxkb.check.contracts.surface import unnamed
from ctxkb.check.contracts.touched import touched_openapi
from ctxkb.check.contracts.versions import asked, raised
from ctxkb.check.findings import Breach
from ctxkb.types import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.contracts import Break, Comparison


def check_breaking(context: Context) -> Iterator[Breach]:
    """One breach for each thing that clients lose, however many operations share it."""
    groups: dict[tuple[str, int, str, str], list[tuple[Break, Comparison]]] = {}
    for before, after, others in touched_openapi(context):
        comparison = COMPARERS["openapi"](before, after, others)
        if comparison.breaks and not raised(comparison.before, comparison.after, context.config.contracts.breaks):
            for each in comparison.breaks:
                if not each.moved or context.config.contracts.breaks == "decision":
                    alone = each.operation if each.kind == "operation-removed" else ""
                    groups.setdefault((each.where, each.line, each.message, alone), []).append((each, comparison))
    decided = _decided(context) if groups else ""
    for group in groups.values():
        if not any(_names(decided, name) for each, _ in group for name in each.names):
            yield _breach(context, [each for each, _ in group], group[0][1])


def _decided(context: Context) -> str:
    """The text of the accepted decisions that the change adds or edits, without marks and names of parameters."""
    texts = [
        read.text
        for read in context.head.read(sorted(context.changes.present())).values()
        if any(
            each.kind is Kind.DECISION and each.status == Status.ACCEPTED and not each.template
            for each in read.parsed.documents
        )
    ]
    return unnamed(re.sub(r"[`*]", "", "\n".join(texts)))


def _names(text: str, name: str) -> bool:
    """Whether `text` names the operation: by its method and path, or by its id."""
    words = re.escape(unnamed(name)).replace(r"\ ", r"\s+")
    return re.search(rf"(?<![\w/]){words}(?![\w/{{-])", text) is not None


def _breach(context: Context, group: Sequence[Break], comparison: Comparison) -> Breach:
    first = group[0]
    operations = list(dict.fromkeys(each.operation for each in group))
    more = f" and {len(operations) - 1} more" if len(operations) > 1 else ""
    subject = "" if first.kind == "contract-removed" else f"{operations[0]}{more}: "
    return Breach(
        path=first.where,
        line=first.line,
        message=f"{subject}{first.message}",
        fix=_fix(context, first, comparison),
        severity="info" if all(each.preview for each in group) else None,
    )


def _fix(context: Context, broken: Break, comparison: Comparison) -> str:
    """What would make the break a change that clients are told of."""
    version = asked(comparison.before, context.config.contracts.breaks) if comparison.after else ""
    named = "one of its operations" if broken.kind == "contract-removed" else broken.operation
    back = "take it back" if broken.kind.endswith("required") else "bring it back"
    ways = [back, version, f"accept a decision in this change that names {named}"]
    return ", ".join(filter(None, ways[:-1])) + f", or {ways[-1]}"
