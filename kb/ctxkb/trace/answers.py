"""What the author of a change had been given: by the receipts of the commit, and by the log of calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ctxkb.catalog.carried import read_carried

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import datetime

    from ctxkb.catalog.calls import LoggedCall
    from ctxkb.catalog.carried import Carried
    from ctxkb.catalog.receipts import Receipt, Receipts
    from ctxkb.trace.target import Target

BEFORE = timedelta(hours=24)
"""How long before a commit a question may have been asked that belongs to it."""

AFTER = timedelta(minutes=5)
"""Clocks differ, and a commit may be amended while its author's date stays."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: how it is called, its receipt where that is still known, the ids that the log has, and who asked.

    `about` tells whether it was asked for what is traced, and not for something else in the same hours.
    """

    name: str
    receipt: Receipt | None
    ids: frozenset[str] = frozenset()
    client: str = ""
    about: bool = True


@dataclass(frozen=True, slots=True)
class Given:
    """All answers that its author may have had; `carried` is what the commit itself says of them."""

    answers: tuple[Answer, ...]
    carried: Carried | None
    checked: bool = False
    """Whether `check_change` was called."""
    unknown: tuple[str, ...] = ()
    """Receipts that the commit only names, and that are not known on this machine."""

    @property
    def asked(self) -> bool:
        """Whether anybody asked before the change was made."""
        return self.carried is not None or any(answer.about for answer in self.answers)


def given(target: Target, receipts: Receipts, calls: Iterable[LoggedCall]) -> Given:
    """What the commit's receipts name, and the calls of the day before it. Raises `StoreError`."""
    names = [value.split()[0] for value in target.receipts if value.split()]
    near = [call for call in calls if call.receipt in names or is_near(target.at, call)]
    clients = {call.receipt: call.client for call in near if call.receipt}
    own = [
        Answer(f"receipt {name} of the commit", receipts.recall(name), client=clients.get(name, "")) for name in names
    ]
    logged = [_logged(target, call, receipts) for call in near if not call.receipt or call.receipt not in names]
    found = tuple(_once([*own, *logged]))
    checked = any(call.tool == "check_change" for call in near)
    carried = read_carried(target.receipts) if names else None
    unknown = [name for name, answer in zip(names, own, strict=True) if not answer.receipt and not carried]
    return Given(found, carried, checked, tuple(unknown))


def _own(name: str, receipts: Receipts, client: str) -> Answer:
    return Answer(f"receipt {name} of the commit", receipts.recall(name), client=client)


def is_near(at: datetime, call: LoggedCall) -> bool:
    """Whether a call was answered in the hours before a commit of that time."""
    return not call.error and at - BEFORE <= call.at <= at + AFTER


def is_about(paths: Collection[str], call: LoggedCall) -> bool:
    """Whether a call asked what binds a change: about one of its paths, a folder around it, or no path at all."""
    return call.tool == "get_context" and (not call.paths or any(_meets(paths, asked) for asked in call.paths))


def _logged(target: Target, call: LoggedCall, receipts: Receipts) -> Answer:
    by = f" by {call.client}" if call.client else ""
    name = f"{call.tool}{by} at {call.at:%Y-%m-%d %H:%M}"
    known = receipts.recall(call.receipt) if call.receipt else None
    return Answer(name, known, frozenset(call.ids), call.client, is_about(target.paths, call))


def _meets(paths: Collection[str], asked: str) -> bool:
    """Whether a path or folder that was asked about holds anything of the change."""
    return not asked or any(f"{path}/".startswith(f"{asked.rstrip('/')}/") for path in paths)


def _once(answers: Iterable[Answer]) -> Iterator[Answer]:
    """Each answer once: the same receipt may have been given several times."""
    seen: set[tuple[str, frozenset[str]]] = set()
    for answer in answers:
        key = (answer.receipt.name if answer.receipt else answer.name, answer.ids)
        if key not in seen:
            seen.add(key)
            yield answer
