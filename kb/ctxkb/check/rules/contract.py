"""contract-invalid: a contract can be read by those who rely on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.context import Context


def check_contract_invalid(context: Context) -> Iterator[Breach]:
    """What the parsers could not read in a contract, with its line."""
    for path, read in context.head.read(context.judged()).items():
        if read.kind is not Kind.CONTRACT or not read.parsed.problems:
            continue
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
