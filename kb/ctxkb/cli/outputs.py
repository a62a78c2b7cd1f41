"""Where `kb check` writes its report, and in which formats."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.check.findings import Report

FORMATS = ("text", "json", "github", "sarif", "junit", "gitlab", "markdown")
"""The formats of a report, by name; `ctxkb.check.render` writes them."""

SUMMARY = "GITHUB_STEP_SUMMARY"
"""The variable in which GitHub names the file that a step adds its summary to."""


@dataclass(frozen=True, slots=True)
class Output:
    """One rendering of the report: its format, and the file it goes into, None for standard output."""

    format: str
    file: Path | None


def read_outputs(words: Sequence[str]) -> tuple[Output, ...]:
    """What `--format` asks for: `FORMAT` for standard output, which is text by itself, `FORMAT=FILE` for a file.

    Raises `ConfigError` for a format that there is not, and where two of them would go to one place.
    """
    found = [_output(word) for word in words]
    places = [output.file for output in found]
    twice = next((place for place in places if places.count(place) > 1), "")
    if twice != "":
        where = twice or "standard output"
        raise ConfigError(f"--format: two formats would go to {where}; name a file, such as sarif=kb.sarif")
    return tuple(found) if None in places else (*found, Output("text", None))


def _output(word: str) -> Output:
    name, equals, file = word.partition("=")
    if name not in FORMATS:
        near = get_close_matches(name, FORMATS, 1)
        fix = f'did you mean "{near[0]}"?' if near else f"use one of {', '.join(FORMATS)}"
        raise ConfigError(f'--format: there is no format "{name}"; {fix}')
    if equals and not file:
        raise ConfigError(f"--format: {word} names no file; write {name}=FILE")
    return Output(name, Path(file) if file else None)


def write_outputs(report: Report, outputs: Sequence[Output]) -> None:
    """Write `report` as asked; beside GitHub's annotations also its summary, where the step has one.

    Raises `ConfigError` for a file that cannot be written.
    """
    from ctxkb.check.render import RENDERERS

    for output in sorted(outputs, key=lambda each: each.file is None):
        text = RENDERERS[output.format](report)
        if output.file is None:
            sys.stdout.write(text)
        else:
            _write(output.file, text, "w")
    summary = os.environ.get(SUMMARY, "")
    if summary and any(output.format == "github" for output in outputs):
        _write(Path(summary), RENDERERS["markdown"](report), "a")


def _write(file: Path, text: str, mode: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open(mode, encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be written: {error.strerror}; name a file in a folder that you may write to"
        ) from error
