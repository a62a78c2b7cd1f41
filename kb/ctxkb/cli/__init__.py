"""The `kb` command line: one module a command, each imported only when it is asked for."""

from __future__ import annotations


def main() -> int:
    """Runs the command of this process's arguments and returns its exit code."""
    import sys

    from ctxkb.cli.boundary import run

    return run(sys.argv[1:])
