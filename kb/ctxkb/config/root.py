"""Finds the repository's root and the file that configures it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    ReadFile = Callable[[str], bytes | None]
    """The bytes of a file by its path from the root, None where it is not there."""

KB_TOML = "kb.toml"
PYPROJECT = "pyproject.toml"
_TOOL_KB = re.compile(r"^\s*\[{1,2}\s*tool\s*\.\s*[\"']?kb[\"']?\s*[.\]]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Written:
    """A configuration as it stands in a file: the file's name, its text, the keys above it, and its table."""

    name: str
    text: str
    above: tuple[str, ...]
    table: dict[str, Any]


def find_root(start: Path) -> Path:
    """The nearest folder from `start` upwards with `kb.toml`, `[tool.kb]` or `.git`; `start`'s own folder if none."""
    here = start.resolve()
    if here.is_file():
        here = here.parent
    return next((folder for folder in (here, *here.parents) if _is_root(folder)), here)


def _is_root(folder: Path) -> bool:
    if (folder / KB_TOML).is_file() or (folder / ".git").exists():
        return True
    try:
        return _configures((folder / PYPROJECT).read_bytes())
    except OSError:
        return False


def _configures(pyproject: bytes) -> bool:
    """Whether a `pyproject.toml` has a table `[tool.kb]`, told by its text: it may be broken, or someone else's."""
    return bool(_TOOL_KB.search(pyproject.decode("utf-8", "replace")))


def files_in(root: Path) -> ReadFile:
    """Reads the files of the folder `root`. Raises `ConfigError` for one that is there and cannot be read."""

    def read(name: str) -> bytes | None:
        try:
            return (root / name).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        except OSError as error:
            raise ConfigError(f"{name}: cannot be read: {error.strerror}; check its permissions") from error

    return read


def written_in(read: ReadFile) -> Written | None:
    """The configuration file: `kb.toml`, else `[tool.kb]` of `pyproject.toml`, else None."""
    content = read(KB_TOML)
    if content is not None:
        text = _decode(KB_TOML, content)
        return Written(KB_TOML, text, (), _parse(KB_TOML, text))
    content = read(PYPROJECT)
    if content is None or not _configures(content):
        return None
    text = _decode(PYPROJECT, content)
    table = _parse(PYPROJECT, text)["tool"]["kb"]
    return Written(PYPROJECT, text, ("tool", "kb"), table)


def read_written(root: Path) -> Written | None:
    """The configuration file of the folder `root`, as `written_in` finds it."""
    return written_in(files_in(root))


def _decode(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{name}:{line}: is not UTF-8; save it as UTF-8") from error


def _parse(name: str, text: str) -> dict[str, Any]:
    import tomllib  # not where nothing is configured

    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ConfigError(f"{name}: is nested too deeply; it needs tables and lists of text only") from error
    except ValueError as error:
        what, _, place = str(error).partition(" (at ")
        found = re.search(r"line (\d+)", place)
        lines = text.splitlines() or [""]
        line = int(found[1]) if found else len(lines)
        raise ConfigError(f"{name}:{line}: {_mend(what, lines[line - 1])}") from error


def _mend(what: str, line: str) -> str:
    """What is wrong with a line that is not TOML; a date which does not exist is told as such."""
    if day := re.search(r"=\s*(\d+-\d+-\d+)", line):
        return f"{day[1]} is not a date; write it as 2027-01-31"
    return f"is not valid TOML: {what[:1].lower()}{what[1:]}; mend that line"
