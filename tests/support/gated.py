"""A repository with a strict gate, and what gate-weakened says of a change to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.gate import findings, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
[check]
fail_on = "warning"
approval = "ci"
receipt = "warning"
severity = { decision-section = "error", decision-number = "info" }

[[check.paths]]
paths = ["docs/adr/**"]
severity = { decision-status = "warning" }

[sources]
ignore = ["old/**"]

[[couple]]
name = "api"
when = ["src/api/**"]
require = ["contracts/**"]
severity = "warning"
except = ["src/api/tests/**"]
unless_only = ["tests"]

[[authority]]
paths = ["infra/**"]
level = "approval"

[[authority]]
paths = ["infra/prod/**"]
level = "never"

[dependencies]
allow = ["pytest*"]
banned = { moment = "use date-fns" }

[[waivers]]
rule = "couple"
paths = ["src/api/legacy/**"]
until = 2026-08-01
owner = "payments"
reason = "ticket 88"

[contracts]
break = "decision"
"""

WORKFLOW = """\
on: pull_request
jobs:
  check:
    steps:
      - run: kb check --base origin/main
"""


def gated(root: Path) -> Repo:
    """A repository with the gate of `CONFIG`, on the branch `feature`."""
    repo = Repo(root).write({"kb.toml": CONFIG, "src/api/a.py": "a = 1\n", "src/api/legacy/b.py": "b = 1\n"})
    repo.write({"contracts/api.txt": "x\n", "docs/adr/0001-a.md": madr(), "docs/guide.md": "# Guide\n"})
    repo.write({"infra/a.tf": "a\n", "infra/prod/a.tf": "a\n", ".github/workflows/check.yml": WORKFLOW}).commit()
    return repo.branch("feature")


def weakened(repo: Repo, **options: object) -> list[str]:
    """What the rule says, without its name."""
    return [
        line.replace(" gate-weakened:", "")
        for line in findings(repo, weakened=True, **options)
        if " gate-weakened: " in line
    ]
