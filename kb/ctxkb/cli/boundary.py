"""The one place where what goes wrong becomes an exit code and a line on standard error."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ctxkb.errors import KbError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FINE, MISTAKE, BUG, INTERRUPTED = 0, 2, 3, 130

HOOK = ["rules", "--hook"]
"""Runs before each edit of an agent, who waits for it: reading the command line would take most of its time."""


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit code; errors are told on standard error."""
    _prepare_streams()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except KbError as error:
        print(f"kb: error: {_one_line(str(error))}", file=sys.stderr)
        return MISTAKE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _reader_left()
    except Exception as error:  # noqa: BLE001 - the boundary: every bug becomes exit code 3 and a trace
        from ctxkb.cli.app import asks_for_debug

        return _bug(error, arguments, asks_for_debug(arguments))
    return code


def _run(arguments: Sequence[str]) -> int:
    if list(arguments) == HOOK:
        return _answer_hook()
    from ctxkb.cli.app import build

    try:
        build(arguments)(args=list(arguments), prog_name="kb")
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        return end.code if isinstance(end.code, int) else FINE
    return FINE


def _answer_hook() -> int:
    """Answers a hook of Claude Code, without the command line's own imports."""
    from pathlib import Path

    from ctxkb.cli.hook import respond
    from ctxkb.config.root import find_root

    respond(lambda: find_root(Path.cwd()))
    return FINE


def _prepare_streams() -> None:
    """Data for programs is UTF-8 whatever the locale; a terminal that lacks a character shows a replacement."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="replace")


def _reader_left() -> int:
    """Whoever read our output closed it: not an error, and nothing more must be written there."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return FINE


def _one_line(message: str) -> str:
    return " ".join(message.split())


def _bug(error: Exception, arguments: Sequence[str], debug: bool) -> int:
    from traceback import format_exception

    trace = "".join(format_exception(error))
    if debug:
        sys.stderr.write(trace)
        return BUG
    place = _write_log(trace, arguments)
    what = _one_line(f"{type(error).__name__}: {error}")
    if place is None:
        sys.stderr.write(trace)
        print(f"kb: bug: {what}; no log file could be written, the traceback stands above", file=sys.stderr)
    else:
        print(f"kb: bug: {what}; the traceback is in {place}, please report it", file=sys.stderr)
    return BUG


def _write_log(trace: str, arguments: Sequence[str]) -> Path | None:
    """Where the trace was written: the user's log folder, else the temporary one, else nowhere."""
    import shlex
    import tempfile
    from datetime import UTC, datetime
    from pathlib import Path

    from platformdirs import user_log_path

    from ctxkb import __version__

    now = datetime.now(UTC)
    text = f"{now.isoformat()}\nkb {__version__}, Python {sys.version}\n$ kb {shlex.join(arguments)}\n\n{trace}"
    for folder in (user_log_path("ctxkb", appauthor=False), Path(tempfile.gettempdir())):
        place = folder / f"kb-bug-{now:%Y%m%dT%H%M%S}-{os.getpid()}.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
        except OSError:
            continue
        return place
    return None
