"""The `kb` command line: one module a command, each imported only when it is asked for."""

from __future__ import annotations

ALLOCATIONS = 200_000
"""Objects made between two collections of garbage: most of a command's are modules, which stay."""


def main() -> int:
    """Runs the command of this process's arguments and returns its exit code."""
    import gc
    import os
    import sys

    gc.set_threshold(ALLOCATIONS, 20, 20)
    # pydantic looks for plugins in what every installed package says of itself; neither typer nor we need any
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

    from ctxkb.cli.boundary import run

    code = run(sys.argv[1:])
    gc.freeze()  # the process ends: a last look for garbage would take a tenth of its time
    return code
