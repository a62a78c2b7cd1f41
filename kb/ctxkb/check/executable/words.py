"""What is said of a breach of an executable rule."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach, Place
from ctxkb.formats.executable_words import claim_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.executable.force import Held

_FORBIDDEN = {"import": "imports {}", "dependency": "depends on {}", "pattern": "holds {}", "file": "is {}"}
_REQUIRED = {"import": "does not import {}", "pattern": "does not hold {}"}
_LONGEST = 60
_NAMED = 3


def breach_of(context: Context, held: Held, path: str, line: int, what: str, *, known: bool, note: str = "") -> Breach:
    """A file that holds what the rule forbids (`what` of it, on `line`), or nothing of what it requires."""
    rule, document = held.rule, posixpath.basename(held.document.path)
    if rule.forbid:
        said = f"{_FORBIDDEN[rule.subject].format(_shown(what))}, which {document} forbids"
    else:
        said = f"{_REQUIRED[rule.subject].format(_listed(rule.values))}, which {document} requires"
    return _breach(context, held, path, line, said + note, known=known and rule.on == "changed")


def changed_alone(context: Context, held: Held, causes: Sequence[str]) -> Breach:
    """Files that the rule governs, none of those that it requires with them."""
    more = f" and {len(causes) - 1} more" if len(causes) > 1 else ""
    wanted, document = _listed(held.rule.values), posixpath.basename(held.document.path)
    lack = f"there is no {wanted}" if held.rule.on == "everywhere" else f"nothing in {wanted} did"
    return _breach(context, held, causes[0], 0, f"{causes[0]}{more} changed, but {lack}: {document}", known=False)


def _breach(context: Context, held: Held, path: str, line: int, said: str, *, known: bool) -> Breach:
    rule = held.rule
    ends = f". {rule.message}" if rule.message else ""
    return Breach(
        path=path,
        line=line,
        message=f"{said}{ends}",
        fix=claim_of(rule),
        severity="info" if known else rule.severity,
        rule=held.name,
        ask=tuple(dict.fromkeys((*context.owners(held.document.path), *context.owners(path)))),
        related=(Place(held.document.path, rule.first, "the rule stands here"),),
    )


def _shown(what: str) -> str:
    """One line of what was found, cut where it is long."""
    first = what.split("\n")[0]
    return f"`{first}`" if first == what and len(first) <= _LONGEST else f"`{first[:_LONGEST]}...`"


def _listed(values: Sequence[str]) -> str:
    shown = [f"`{value}`" for value in values[:_NAMED]]
    return " or ".join([*shown, *([f"{len(values) - _NAMED} more"] if len(values) > _NAMED else [])])
