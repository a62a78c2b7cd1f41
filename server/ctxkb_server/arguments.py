"""What callers may pass: clamped where that is safe, else refused with one line that says what to pass."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator

from ctxkb.errors import ConfigError
from ctxkb.types import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

BUDGET = (50, 20_000)
LIMIT = (1, 100)
LONGEST_TEXT = 20_000
"""Characters of a task or question that are read; the rest is dropped."""
MOST_PATHS = 500

_KINDS = tuple(str(kind) for kind in Kind)
_STATUSES = tuple(str(status) for status in Status)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")


def _as_list(value: Any) -> Any:  # noqa: ANN401 - what a client sends may be anything
    if value is None:
        return []
    return [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _as_text(value: Any) -> Any:  # noqa: ANN401 - as above
    return "" if value is None else value


def _as_number(value: Any) -> Any:  # noqa: ANN401 - as above
    try:
        return int(float(value))
    except OverflowError:
        return BUDGET[float(value) > 0]
    except (TypeError, ValueError):
        raise ValueError(f"{str(value)[:40]!r} is not a whole number") from None


def _as_word(value: Any) -> Any:  # noqa: ANN401 - as above
    return value.strip().lower() if isinstance(value, str) else value


Words = Annotated[str, BeforeValidator(_as_text)]
Names = Annotated[list[str], BeforeValidator(_as_list)]
Number = Annotated[int, BeforeValidator(_as_number)]
Form = Annotated[Literal["text", "json"], BeforeValidator(_as_word)]
Draft = Annotated[Literal["decision", "rule"], BeforeValidator(_as_word)]


def clamp(value: int, bounds: tuple[int, int]) -> int:
    """`value`, or the nearer of the bounds."""
    low, high = bounds
    return max(low, min(high, value))


def clean(text: str) -> str:
    """A text without control characters and no longer than `LONGEST_TEXT`."""
    return _CONTROL.sub(" ", text[:LONGEST_TEXT]).strip()


def required(text: str, name: str, example: str) -> str:
    """A text that must not be empty. Raises `ConfigError`."""
    cleaned = clean(text)
    if not cleaned:
        raise ConfigError(f"{name} is empty; {example}")
    return cleaned


def kinds(names: Iterable[str]) -> tuple[str, ...]:
    """The kinds of documents that were named, in any case, singular or plural. Raises `ConfigError`."""
    return tuple(dict.fromkeys(_kind(name) for name in names if name.strip()))


def _kind(name: str) -> str:
    word = clean(name).lower()
    for candidate in (word, word.removesuffix("s")):
        if candidate in _KINDS:
            return candidate
    if word in {"adr", "adrs"}:
        return str(Kind.DECISION)
    raise ConfigError(f'there is no kind "{word[:80]}"; the kinds are {", ".join(_KINDS)}')


def status(name: str) -> str:
    """A status in small letters; words outside the known ones are allowed, since files may write any."""
    word = clean(name).lower()
    near = get_close_matches(word, _STATUSES, 1, 0.8)
    return near[0] if near else word


def paths(given: Sequence[str]) -> tuple[str, ...]:
    """No more paths than can be looked at; where they lie is for the knowledge base. Raises `ConfigError`."""
    if len(given) > MOST_PATHS:
        raise ConfigError(f"{len(given)} paths are too many; give at most {MOST_PATHS}, or the folders they lie in")
    return tuple(given)


def identity(given: str, root: Path) -> str:
    """An id as the knowledge base knows it: without the repository's own folder in front of it."""
    text = required(given, "id", "pass one that `search` or `get_context` gave, a number or path:line")
    return text.removeprefix(f"{root.as_posix()}/")
