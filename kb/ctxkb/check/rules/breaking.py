"""contract-breaking: what a contract's clients rely on stays, or its version or a decision says that it does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.contracts import COMPARERS
from ctxkb.check.contracts.surface import unnamed
from ctxkb.check.contracts.touched import touched_openapi
from ctxkb.check.contracts.versions import asked, raised
from ctxkb.check.findings import Breach, Place
from ctxkb.types import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.contracts import Break, Comparison


def check_breaking(context: Context) -> Iterator[Breach]:
    """One breach for each thing that clients lose, however many operations share it and however many copies tell it."""
    groups = _groups(context)
    decided = _decided(context) if groups else ""
    told: dict[str, list[_Group]] = {}
    for group in groups:
        if not any(_names(decided, name) for each in group.breaks for name in each.names):
            told.setdefault(group.message(), []).append(group)
    for copies in told.values():
        first, *rest = sorted(copies, key=lambda group: (group.first.where.count("/"), group.first.where))
        yield _breach(context, first, rest)


@dataclass(frozen=True, slots=True)
class _Group:
    """Breaks of one place with one message: one break of several operations."""

    breaks: tuple[Break, ...]
    comparison: Comparison

    @property
    def first(self) -> Break:
        """The break that stands for all."""
        return self.breaks[0]

    def message(self) -> str:
        """The break with the operations that it concerns."""
        if self.first.kind == "contract-removed":
            return self.first.message
        operations = {each.operation for each in self.breaks}
        more = f" and {len(operations) - 1} more" if len(operations) > 1 else ""
        return f"{self.first.operation}{more}: {self.first.message}"


def _groups(context: Context) -> list[_Group]:
    """What the contracts lose without that their version tells."""
    policy = context.config.contracts.breaks
    found: list[_Group] = []
    for before, after, others in touched_openapi(context):
        comparison = COMPARERS["openapi"](before, after, others)
        if raised(comparison.before, comparison.after, policy):
            continue
        groups: dict[tuple[str, int, str, str], list[Break]] = {}
        for each in comparison.breaks:
            if not each.moved or policy == "decision":
                alone = each.operation if each.kind == "operation-removed" else ""
                groups.setdefault((each.where, each.line, each.message, alone), []).append(each)
        found += (_Group(tuple(group), comparison) for group in groups.values())
    return found


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


def _breach(context: Context, group: _Group, copies: Sequence[_Group]) -> Breach:
    first = group.first
    return Breach(
        path=first.where,
        line=first.line,
        message=group.message(),
        fix=_fix(context, first, group.comparison),
        severity="info" if all(each.preview for each in group.breaks) else None,
        related=tuple(Place(each.first.where, each.first.line, "the same in this contract") for each in copies),
    )


def _fix(context: Context, broken: Break, comparison: Comparison) -> str:
    """What would make the break a change that clients are told of."""
    version = asked(comparison.before, context.config.contracts.breaks) if comparison.after else ""
    named = "one of its operations" if broken.kind == "contract-removed" else broken.operation
    back = "take it back" if broken.kind.endswith("required") else "bring it back"
    ways = [back, version, f"accept a decision in this change that names {named}"]
    return ", ".join(filter(None, ways[:-1])) + f", or {ways[-1]}"
