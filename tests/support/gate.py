"""Runs the gate on a test's repository and gives its findings as lines that can be asserted whole."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from ctxkb.check.gate import check

if TYPE_CHECKING:
    from ctxkb.check.findings import Report
    from support.repos import Repo

TODAY = date(2026, 6, 1)

MADR = """\
---
status: accepted
date: 2026-01-02
---

# {title}

## Context and Problem Statement

We need one way to do it.

## Considered Options

* This
* That

## Decision Outcome

Chosen option: "This", because it is enough.
"""

NYGARD = """\
# {number}. {title}

Date: 2026-01-02

## Status

Accepted

## Context

We need one way to do it.

## Decision

We do this.

## Consequences

It is done.
"""


def madr(title: str = "Use this", **replaced: str) -> str:
    """A complete decision after MADR; `status` and such replace whole lines of its front matter."""
    text = MADR.format(title=title)
    for key, value in replaced.items():
        old = next(line for line in text.split("\n") if line.startswith(f"{key}: "))
        text = text.replace(old, f"{key}: {value}", 1)
    return text


def nygard(number: int, title: str = "Use this", status: str = "Accepted") -> str:
    """A complete decision after Nygard."""
    return NYGARD.format(number=number, title=title).replace("Accepted", status, 1)


def judged(repo: Repo, **options: Any) -> Report:  # noqa: ANN401 - what `check` takes
    """What `kb check` reports with the repository's own configuration, on 2026-06-01."""
    return check(repo.root, **{"day": TODAY, **options})


def findings(repo: Repo, *, weakened: bool = False, **options: Any) -> list[str]:  # noqa: ANN401 - what `check` takes
    """The findings as `path:line severity rule: message`, a waived one in parentheses.

    Tests change the configuration along with the rest; what `gate-weakened` says of it is among them with `weakened`.
    """
    lines = []
    for found in judged(repo, **options).findings:
        if found.rule == "gate-weakened" and not weakened:
            continue
        line = f"{found.path}:{found.line} {found.severity} {found.rule}: {found.message}"
        lines.append(f"({line})" if found.waived else line)
    return lines
