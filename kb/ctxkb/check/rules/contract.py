"""contract-invalid: a contract can be read, and is one by its own specification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.contracts.faults import VALIDATORS
from ctxkb.check.contracts.files import DATA, refers_to
from ctxkb.check.contracts.touched import is_sample
from ctxkb.check.findings import Breach
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.context import Context
    from ctxkb.check.documents import Read

_LARGEST = 2_000_000
"""Bytes of the largest file that is looked through for what it refers to."""

_MOST = 10
"""Findings a file: whoever mends these sees what is left."""


def check_contract_invalid(context: Context) -> Iterator[Breach]:
    """What the parsers could not read in a contract, and what its specification forbids, with its line."""
    read = context.head.read(context.judged())
    contracts = {path: each for path, each in read.items() if each.kind is Kind.CONTRACT}
    contracts = {path: each for path, each in contracts.items() if not is_sample(context, path)}
    for path, each in contracts.items():
        yield from _unreadable(context, path, each)
    yield from _forbidden(context, contracts)
    yield from _lost(context)


def _unreadable(context: Context, path: str, read: Read) -> Iterator[Breach]:
    if not read.parsed.problems:
        return
    before = context.base.read([context.changes.before(path)]).values()
    then = {problem.reason for each in before for problem in each.parsed.problems}
    for problem in read.parsed.problems:
        yield Breach(
            path=path,
            line=problem.line,
            message=f"cannot be read as a contract: {problem.reason}",
            fix="mend the file at that line; kb and every client of the contract skip what they cannot read",
            known=problem.reason in then,
        )


def _lost(context: Context) -> Iterator[Breach]:
    """`$ref`s of any file, changed or not, to one that the change deletes or moves."""
    present = context.head.tree.paths()
    gone = {path for path in context.changes.touched() - present if path.lower().endswith(DATA)}
    gone &= context.base.tree.paths()
    if not gone:
        return
    paths = sorted(path for path in present if path.lower().endswith(DATA) and not is_sample(context, path))
    for path, content in context.head.tree.read(paths, _LARGEST):
        for ref, line in refers_to(path, content, gone):
            yield Breach(
                path=path,
                line=line,
                message=f"is not valid: the $ref {ref} leads to a file that is there no longer",
                fix="let it lead to where that is now, or bring the file back",
            )


def _forbidden(context: Context, contracts: dict[str, Read]) -> Iterator[Breach]:
    formats = {path: each.parsed.documents[0].format for path, each in contracts.items() if each.parsed.documents}
    judged = {path: VALIDATORS[name] for path, name in formats.items() if name in VALIDATORS}
    load = context.head.loads
    before = dict(context.base.tree.read(context.changes.before(path) for path in judged))
    for path, now in context.head.tree.read(judged):
        then = before.get(context.changes.before(path), b"")
        # With --all a file is judged as a whole, whatever the change did to it.
        found = list(dict.fromkeys(judged[path](path, now, b"" if context.everything else then, load)))
        earlier = judged[path](path, then, b"" if context.everything else now, load) if found else ()
        told = {fault.reason for fault in earlier}
        for fault in sorted(found, key=lambda each: (each.reason in told, each.line))[:_MOST]:
            yield Breach(
                path=path,
                line=fault.line,
                message=f"is not valid: {fault.reason}",
                fix="mend it as the specification of the format asks; what is made from the contract may fail on it",
                known=fault.reason in told,
            )
