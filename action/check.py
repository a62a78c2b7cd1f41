"""Runs `kb check` as a step of a GitHub workflow, with what the event tells of the change.

Findings do not end the step, so that the following ones can publish them: its output `code` says whether they fail
the job. A mistake in the configuration ends it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def arguments(environment: Mapping[str, str]) -> list[str]:
    """The arguments of `kb check`, from the variables that action.yml sets."""
    found = ["check", "--format=github", f"--format=sarif={environment['KB_SARIF']}"]
    found.append(f"--format=markdown={environment['KB_MARKDOWN']}")
    if base := _base(environment):
        found.append(f"--base={base}")
    if fail_on := environment.get("KB_FAIL_ON", ""):
        found.append(f"--fail-on={fail_on}")
    return found + [f"--approved-by=label:{label}" for label in _approvals(environment)]


def _base(environment: Mapping[str, str]) -> str:
    """What to compare with: what the caller names, the branch that a pull request goes to, what a push came upon."""
    if environment.get("KB_BASE"):
        return environment["KB_BASE"]
    if environment.get("GITHUB_BASE_REF"):
        return f"origin/{environment['GITHUB_BASE_REF']}"
    before = environment.get("KB_BEFORE", "")
    return before if before.strip("0") else ""  # a push that makes a branch comes upon a hash of noughts


def _approvals(environment: Mapping[str, str]) -> list[str]:
    """Those of the pull request's labels that approve it."""
    labels = json.loads(environment.get("KB_LABELS") or "null") or []
    approving = {each.strip() for each in environment.get("KB_APPROVAL_LABELS", "").split(",")}
    return [label for label in labels if label in approving]


def main(environment: Mapping[str, str]) -> int:
    """Run the check; return 0 for a verdict, whichever it is, else its exit code."""
    code = subprocess.run(["kb", *arguments(environment)], check=False).returncode
    if code not in (0, 1):
        return code
    with Path(environment["GITHUB_OUTPUT"]).open("a", encoding="utf-8") as output:
        output.write(f"code={code}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
