"""contract-missing-operation: what code serves and guides name stands in the contract."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ctxkb.check.contracts.files import Files
from ctxkb.check.contracts.mentions import in_prose
from ctxkb.check.contracts.present import contracts_at
from ctxkb.check.findings import Breach, Place
from ctxkb.check.references.endpoints import endpoints_in
from ctxkb.check.rules.spec_drift import no_operation, referred
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.contracts.present import Described

_FEWEST, _SHARE = 3, 0.8
"""So many endpoints beside a new one, and so many of them in a contract, show that the team describes them there."""

_MOST_BESIDE = 30
_LARGEST = 1_000_000


def check_missing_operation(context: Context) -> Iterator[Breach]:
    """Endpoints that the change brings in, and operations that it names in guides, which no contract has."""
    served = [(path, name.text, name.line) for path, name in context.offered.new if name.kind == "endpoint"]
    guides = sorted(path for path in context.changes.present() if path.lower().endswith((".md", ".mdx", ".markdown")))
    if not served and not guides:
        return
    files = Files(context.head.tree, context.head.loads)
    contracts = [each for each in contracts_at(context, files) if each.operations]
    if contracts:
        yield from _served(context, served, contracts)
        yield from _named(context, guides, contracts)


def _served(
    context: Context, served: Sequence[tuple[str, str, int]], contracts: Sequence[Described]
) -> Iterator[Breach]:
    for path, endpoint, line in served:
        method, route = endpoint.split(" ", 1)
        if not _is_described(method, route, contracts) and _is_habit(context, path, contracts):
            where = contracts[0].side.path
            yield Breach(
                path=path,
                line=line,
                message=f"{endpoint} is in no contract, as the endpoints beside it are",
                fix=f"describe it in {where}",
                severity="info",
                related=(Place(where, 0, "the contract"),),
            )


def _is_described(method: str, route: str, contracts: Sequence[Described]) -> bool:
    if method == "ANY":
        return any(each.methods(route) for each in contracts)
    return any(each.find(method, route) for each in contracts)


def _is_habit(context: Context, path: str, contracts: Sequence[Described]) -> bool:
    """Whether the contracts describe nearly all endpoints of the same folder that were there before."""
    folder, ending = posixpath.dirname(path), posixpath.splitext(path)[1]
    beside = (each for each in context.base.tree.paths() if posixpath.dirname(each) == folder and each.endswith(ending))
    read = context.base.tree.read(sorted(beside)[:_MOST_BESIDE], _LARGEST)
    there = {
        endpoint for each, content in read for endpoint, _ in endpoints_in(each, content.decode("utf-8", "replace"))
    }
    pairs = [endpoint.split(" ", 1) for endpoint in there]
    described = [pair for pair in pairs if _is_described(pair[0], pair[1], contracts)]
    return len(there) >= _FEWEST and len(described) >= _SHARE * len(there)


def _named(context: Context, guides: Sequence[str], contracts: Sequence[Described]) -> Iterator[Breach]:
    for path, read in context.head.read(guides).items():
        added = context.lines(path).added
        mentions = in_prose(read.text) if read.kind is Kind.GUIDE else []
        if not any(each.line in added for each in mentions):
            continue
        fitting = referred(path, read.text, mentions, contracts)
        for each in mentions:
            if each.line in added and fitting and not _is_described(each.method, each.path, fitting):
                drift = no_operation(each, fitting)
                place = Place(drift.contract, 0, "the contract")
                yield Breach(path, each.line, drift.about, drift.fix, severity="info", related=(place,))
