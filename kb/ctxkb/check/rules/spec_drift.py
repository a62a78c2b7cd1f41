"""spec-contract-drift: a spec and the contract that it refers to say the same of endpoints, methods and fields."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.contracts.files import DATA, Files
from ctxkb.check.contracts.mentions import in_prose, in_service
from ctxkb.check.contracts.present import contracts_at
from ctxkb.check.findings import Breach, Place
from ctxkb.check.rules.spec import spec_paths, specs
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.contracts.mentions import Mention
    from ctxkb.check.contracts.present import Described
    from ctxkb.check.documents import Read

_FEWEST = 3
"""So many operations of a contract must a spec name before the rest are expected there, unless it refers to it."""


@dataclass(frozen=True, slots=True)
class Drift:
    """What a spec says and its contract does not; `about` is the same wherever it stands."""

    about: str
    line: int
    fix: str
    contract: str


def check_drift(context: Context) -> Iterator[Breach]:
    """One breach for each operation or field of a spec that its contract does not have, once either of them changes."""
    judged = {path for path, _ in specs(context)}
    data = [path for path in context.changes.touched() if path.lower().endswith(DATA)]
    if not judged and not data:
        return
    changed = context.changes.touched()
    before = Files(context.base.tree, context.base.loads, changed)
    after = Files(context.head.tree, context.head.loads, changed, before)
    contracts = contracts_at(context, after)
    concerned = set(judged)
    if not changed.isdisjoint({file for each in contracts for file in each.files}):
        concerned |= set(spec_paths(context, context.head.tree.paths()))
    if not contracts or not concerned:
        return
    then = contracts_at(context, before)
    for path, read in context.head.read(sorted(concerned)).items():
        found = list(_drifts(path, read, contracts))
        known = _known(context, path, then) if found else frozenset()
        for each in found:
            if path in judged or each.about not in known:
                yield _breach(path, each, known=each.about in known)


def _known(context: Context, path: str, contracts: Sequence[Described]) -> frozenset[str]:
    """What was so before."""
    before = context.base.read([context.changes.before(path)])
    return frozenset(each.about for was, read in before.items() for each in _drifts(was, read, contracts))


def _drifts(path: str, read: Read, contracts: Sequence[Described]) -> Iterator[Drift]:
    mentions = mentioned(path, read)
    if not mentions:
        return
    fitting = referred(path, read.text, mentions, contracts)
    if not fitting:
        return
    for mention in {(each.method, each.path): each for each in reversed(mentions)}.values():
        if not any(contract.find(mention.method, mention.path) for contract in fitting):
            yield no_operation(mention, fitting)
    for mention in mentions:
        yield from _no_fields(mention, fitting)


def mentioned(path: str, read: Read) -> list[Mention]:
    """The operations that a spec names, whichever form it has."""
    if read.kind not in (Kind.SPEC, Kind.CONTRACT) or not read.parsed.documents:
        return []
    format_ = read.parsed.documents[0].format
    if format_ == "service":
        return in_service(path, read.text.encode())
    return in_prose(read.text) if read.kind is Kind.SPEC and format_ in ("markdown", "mdx") else []


def referred(path: str, text: str, mentions: Sequence[Mention], contracts: Sequence[Described]) -> list[Described]:
    """The contracts that a spec is about: it names their file, or most of what it names is theirs."""
    named = [each for each in contracts if _names_file(path, text, each.side.path)]
    operations = {(each.method, each.path) for each in mentions}
    found = {pair for pair in operations if any(each.find(*pair) for each in named or contracts)}
    if named:
        return named if found else []
    if len(found) < _FEWEST or 2 * len(found) <= len(operations):
        return []
    return [each for each in contracts if any(each.find(*pair) for pair in found)]


def _names_file(path: str, text: str, contract: str) -> bool:
    relative = posixpath.relpath(contract, posixpath.dirname(path) or ".")
    return any(
        re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w-])", text) for name in {contract, relative, f"./{relative}"}
    )


def no_operation(mention: Mention, contracts: Sequence[Described]) -> Drift:
    """What to say of an operation that none of the contracts has."""
    methods = sorted({method for each in contracts for method in each.methods(mention.path)})
    has = f": for this path it has {', '.join(methods)}" if methods else ""
    path = contracts[0].side.path
    return Drift(
        f"{mention.name} is not in {path}{has}",
        mention.line,
        f"describe {mention.name} there, or correct it here",
        path,
    )


def _no_fields(mention: Mention, contracts: Sequence[Described]) -> Iterator[Drift]:
    """Fields of an operation that the contract does not know, where it knows most of those that the spec gives it."""
    for contract in contracts:
        operation = contract.find(mention.method, mention.path)
        names = contract.names(operation) if operation else None
        if operation is None or names is None:
            continue
        lost = [(name, line) for name, line in mention.fields if _last(name) not in names]
        if 2 * len(lost) < len(mention.fields):
            for name, line in lost:
                about = f"{operation.name} has no field {name} in {contract.side.path}"
                yield Drift(about, line, f"add {name} there, or correct it here", contract.side.path)
        return


def _last(name: str) -> str:
    return name.replace("[]", "").rsplit(".", 1)[-1]


def _breach(path: str, drift: Drift, *, known: bool) -> Breach:
    place = Place(drift.contract, 0, "the contract")
    return Breach(path, drift.line, drift.about, drift.fix, known=known, related=(place,))
