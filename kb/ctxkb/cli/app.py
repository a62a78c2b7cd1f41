"""Puts the command line together: the commands, and what stands before them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from ctxkb import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "init": "ctxkb.cli.init",
    "index": "ctxkb.cli.index",
    "watch": "ctxkb.cli.watch",
    "query": "ctxkb.cli.query",
    "context": "ctxkb.cli.context",
    "rules": "ctxkb.cli.rules",
    "show": "ctxkb.cli.show",
    "serve": "ctxkb.cli.serve",
    "token": "ctxkb.cli.token",
    "check": "ctxkb.cli.check",
    "receipt": "ctxkb.cli.receipt",
    "adr": "ctxkb.cli.adr",
    "coverage": "ctxkb.cli.coverage",
    "sync": "ctxkb.cli.sync",
    "gaps": "ctxkb.cli.gaps",
    "trace": "ctxkb.cli.trace",
    "report": "ctxkb.cli.report",
    "eval": "ctxkb.cli.evaluate",
    "status": "ctxkb.cli.status",
    "doctor": "ctxkb.cli.doctor",
}
"""Every command, in the order of the help, and the module whose `register` adds it."""


def build(arguments: Sequence[str]) -> typer.Typer:
    """The application with the one command that `arguments` name, or with all of them where they name none."""
    app = typer.Typer(
        name="kb",
        help="The rules that a codebase must obey, for coding agents before they write and for CI after.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_before_any_command)
    wanted = command_of(arguments)
    for module in [COMMANDS[wanted]] if wanted in COMMANDS else COMMANDS.values():
        import_module(module).register(app)
    return app


def command_of(arguments: Sequence[str]) -> str:
    """The first argument that is no option, "" where there is none."""
    return next((argument for argument in arguments if not argument.startswith("-")), "")


def asks_for_debug(arguments: Sequence[str]) -> bool:
    """Whether `--debug` stands before the command."""
    before = arguments[: arguments.index(command_of(arguments))] if command_of(arguments) else arguments
    return "--debug" in before


def _before_any_command(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=lambda asked: _print_version(asked), help="Print the version."
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of a bug in place of a log file.")] = False,
) -> None:
    """Takes the options that stand before the command."""


def _print_version(asked: bool) -> None:
    if asked:
        print(f"kb {__version__}")
        raise typer.Exit
