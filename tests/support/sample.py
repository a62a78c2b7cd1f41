"""A small repository with one document of each kind, and how tests run `kb` in it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

KB = (sys.executable, "-c", "import sys; from ctxkb.cli import main; sys.exit(main())")
"""The command line of this checkout, whether or not it is installed."""

FILES: dict[str, str | bytes] = {
    "AGENTS.md": """
        # Working here

        - Commits MUST name the ticket.
        - Never log customer data.
        """,
    "docs/adr/0001-call-services-with-requests.md": """
        # 1. Call services with requests

        ## Status

        Superseded by [2. Call services with httpx](0002-call-services-with-httpx.md)

        ## Decision

        Outgoing calls use the library requests.
        """,
    "docs/adr/0002-call-services-with-httpx.md": """
        # 2. Call services with httpx

        ## Status

        Accepted

        Supersedes [1. Call services with requests](0001-call-services-with-requests.md)

        ## Context

        Calls without a timeout hung our workers.

        ## Decision

        Outgoing calls use httpx with a timeout of five seconds.
        """,
    "contracts/orders.openapi.yaml": """
        openapi: 3.1.0
        info: {title: Orders, version: "1"}
        paths:
          /v1/orders:
            post:
              operationId: createOrder
              summary: Place an order
              responses:
                "201": {description: The order was placed.}
        """,
    "docs/guides/add-an-endpoint.md": """
        # Add an endpoint

        Write the handler in `api/`, then describe it in the contract.

        ## Test it

        Run `make check`, which starts a fake payment provider.
        """,
}


def sample(root: Path) -> Repo:
    """The sample as a git repository with one commit."""
    repo = Repo(root).write(FILES)
    repo.commit()
    return repo


def kb(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `kb` as a process of its own in `root` and returns what it printed, whatever its exit code."""
    return subprocess.run(
        [*KB, *arguments],
        cwd=root,
        env={**os.environ, "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
