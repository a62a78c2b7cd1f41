"""What the parsers share: values whose types are not known, and TOML with the lines of what it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctxkb.config.faults import line_of
from ctxkb.config.root import Written
from ctxkb.errors import SourceError
from ctxkb.formats.yamlsafe import Table, load_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.formats.yamlsafe import Value


def table(value: object, *keys: str) -> dict[str, Any]:
    """The table at `keys` below `value`, an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def texts(value: object) -> list[str]:
    """The texts in a list, none where `value` is no list."""
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def text(value: object) -> str:
    """`value` where it is text, else ""."""
    return value if isinstance(value, str) else ""


def entries(value: Value) -> Iterator[tuple[str, str, int]]:
    """Name, text ("" where it is none) and 1-based line of each entry of a table; nothing where `value` is none."""
    if isinstance(value, Table):
        for name, held in value.items():
            yield name, text(held), value.spans[name].first


def load_object(content: str) -> Table:
    """Read decoded JSON. Raises `SourceError` where it is no JSON, or no object."""
    root = load_json(content).root
    if not isinstance(root, Table):
        raise SourceError("holds no object", 1)
    return root


@dataclass(frozen=True, slots=True)
class Toml:
    """A TOML file: what it holds, and its text to find the lines of that."""

    data: dict[str, Any]
    text: str

    def line(self, *keys: str) -> int:
        """The 1-based line of the key at `keys`, or of the nearest table above it; 0 where it is not found."""
        return line_of(Written("", self.text, (), {}), keys)

    def lines_in(self, words: list[str], *keys: str) -> Iterator[tuple[str, int]]:
        """Each of `words`, texts of the list at `keys`, with the 1-based line on which it stands."""
        start = max(self.line(*keys) - 1, 0)
        rows = self.text.split("\n")
        for word in words:
            found = next((number for number in range(start, len(rows)) if _quoted(word).search(rows[number])), None)
            start = start if found is None else found
            yield word, 0 if found is None else found + 1


def _quoted(word: str) -> re.Pattern[str]:
    """`word` as a TOML string, its own quotes escaped or not."""
    inner = re.escape(word).replace('"', r'\\?"')
    return re.compile(f"""["']{inner}["']""")


def load_toml(text: str) -> Toml:
    """Read decoded `text`. Raises `SourceError` where it is no TOML."""
    import tomllib  # not where no such file changed

    try:
        return Toml(tomllib.loads(text), text)
    except RecursionError as error:
        raise SourceError("is nested too deeply") from error
    except ValueError as error:
        raise SourceError(f"not TOML: {error}") from error
