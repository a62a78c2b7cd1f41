from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctxkb import __version__
from ctxkb.cli import app, boundary
from ctxkb.errors import ConfigError
from support.sample import KB, kb

if TYPE_CHECKING:
    import typer


def _fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Makes `kb doctor` raise `error`."""

    def build(arguments: object) -> typer.Typer:
        def doctor() -> None:
            raise error

        made = real(arguments)  # type: ignore[arg-type]
        made.registered_commands.clear()
        made.command("doctor")(doctor)
        return made

    real = app.build
    monkeypatch.setattr(app, "build", build)


def test_a_known_error_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the user can mend is said in one line on standard error, whatever line breaks the message has."""
    _fail_with(monkeypatch, ConfigError("kb.toml:3: wrong;\n  write it so"))
    assert boundary.run(["doctor"]) == 2
    assert capsys.readouterr() == ("", "kb: error: kb.toml:3: wrong; write it so\n")


def test_a_bug_is_exit_code_3_and_a_log_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names a file, and the file holds the command and the traceback."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    _fail_with(monkeypatch, ZeroDivisionError("by zero"))
    assert boundary.run(["doctor"]) == 3
    printed = capsys.readouterr()
    start, end = "kb: bug: ZeroDivisionError: by zero; the traceback is in ", ", please report it\n"
    assert (printed.out, printed.err[: len(start)], printed.err[-len(end) :]) == ("", start, end)
    log = Path(printed.err[len(start) : -len(end)]).read_text()
    assert "$ kb doctor\n" in log
    assert "Traceback (most recent call last)" in log


def test_a_log_file_that_cannot_be_written_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where neither folder can be written the traceback stands on standard error."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(blocked))
    _fail_with(monkeypatch, ZeroDivisionError("by zero"))
    assert boundary.run(["doctor"]) == 3
    printed = capsys.readouterr().err
    assert "Traceback (most recent call last)" in printed
    assert printed.endswith("no log file could be written, the traceback stands above\n")


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`kb --debug` prints it and writes no log."""
    _fail_with(monkeypatch, ZeroDivisionError("by zero"))
    assert boundary.run(["--debug", "doctor"]) == 3
    assert capsys.readouterr().err.endswith("ZeroDivisionError: by zero\n")


def test_an_interrupt_is_exit_code_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends a command with 130."""
    _fail_with(monkeypatch, KeyboardInterrupt())
    assert boundary.run(["doctor"]) == 130


@pytest.mark.parametrize("arguments", [["nonsense"], ["init", "--nonsense"], ["query"]])
def test_a_usage_error_is_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown command or option, or a missing argument, is the user's mistake and told on standard error."""
    assert boundary.run(arguments) == 2
    assert capsys.readouterr().out == ""


def test_the_version_is_printed(tmp_path: Path) -> None:
    """`kb --version` prints one line, in colour for nobody."""
    done = kb(tmp_path, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"kb {__version__}\n", "")


def test_help_names_every_command(tmp_path: Path) -> None:
    """`kb --help` lists all commands and imports none of the heavy libraries."""
    done = kb(tmp_path, "--help")
    assert [name for name in app.COMMANDS if f" {name} " not in done.stdout] == []
    assert "\x1b" not in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """`kb --help | head -0` says nothing on standard error."""
    with subprocess.Popen([*KB, "--help"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0
