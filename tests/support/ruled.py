"""A repository whose decision carries executable rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.gate import madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = "docs/adr/0001-use-date-fns.md"
NO_MOMENT = """\
  - id: no-moment
    forbid: {import: moment}
    message: Use date-fns.
"""


def decision(rules: str, scope: str = '["web/**"]', status: str = "accepted", title: str = "Use date-fns") -> str:
    """A complete decision that carries rules."""
    front = f"status: {status}\nscope: {scope}\nrules:\n{rules.rstrip()}"
    return madr(title).replace("status: accepted", front, 1)


def started(tmp_path: Path, rules: str = NO_MOMENT, files: dict[str, str] | None = None, **fields: str) -> Repo:
    """A repository whose first decision carries rules, on a branch of its own."""
    repo = Repo(tmp_path).write({DOCUMENT: decision(rules, **fields), "web/a.ts": "let a = 1;\n", **(files or {})})
    repo.commit("Decide")
    return repo.branch("change")


FLAGGED = "web/a.ts:1 error rule:no-moment: imports `moment`, which 0001-use-date-fns.md forbids. Use date-fns."
