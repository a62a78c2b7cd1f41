"""A file's values as a validator of JSON wants them, and where in the file a fault that it finds stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxkb.errors import SourceError
from ctxkb.formats.loads import load_file
from ctxkb.formats.yamltree import Number, Table, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jsonschema.exceptions import ValidationError

    from ctxkb.formats.loads import Load

_LONGEST = 160
"""Characters of a message: a validator repeats the value that it refuses, however large."""


def read(path: str, content: bytes, load: Load = load_file) -> Table | None:
    """The mapping that a YAML or JSON file holds, None where it cannot be read or holds none."""
    try:
        root = load(path, content).root if content else None
    except SourceError:
        # Its parser tells.
        return None
    return root if isinstance(root, Table) else None


def plain(value: Value) -> Any:  # noqa: ANN401 - JSON
    """`value` in Python's own types, numbers as such."""
    if isinstance(value, Table):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return _number(value) if isinstance(value, Number) else value


def _number(written: str) -> int | float | str:
    for kind in (lambda text: int(text, 0), int, float):
        try:
            return kind(written)
        except ValueError:
            continue
    return str(written)


def line_at(root: Value, path: Iterable[str | int]) -> int:
    """The line of what stands at `path` below `root`, or of the nearest value around it that has one."""
    line = 1
    value = root
    for part in path:
        if isinstance(value, Table) and isinstance(part, str) and part in value:
            line = value.spans[part].first
            value = value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
            if isinstance(value, Table) and value.spans:
                line = min(span.first for span in value.spans.values())
        else:
            break
    return line


def refers(root: Value, path: Iterable[str | int]) -> bool:
    """Whether a value on the way to `path` is a `$ref`: what belongs there stands elsewhere."""
    value = root
    for part in path:
        if isinstance(value, Table) and isinstance(value.get("$ref"), str):
            return True
        if isinstance(value, Table) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return False
    return isinstance(value, Table) and isinstance(value.get("$ref"), str)


def heart(error: ValidationError) -> ValidationError:
    """The error that a person would name: of several alternatives that fail, in the one that comes nearest."""
    while error.context:
        told = [each for each in error.context if not (each.validator == "required" and "'$ref'" in each.message)]
        if not told:
            return error
        error = max(told, key=lambda each: len(each.absolute_path))
    return error


def said(error: ValidationError) -> str:
    """What is wrong, in few words."""
    words = " ".join(error.message.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."


def outermost(errors: Sequence[ValidationError]) -> list[ValidationError]:
    """`errors` without those that only follow from others: a property is unknown where what allows it has failed."""
    paths = [tuple(error.absolute_path) for error in errors]
    return [
        error
        for error, path in zip(errors, paths, strict=True)
        if error.validator != "unevaluatedProperties"
        or not any(other[: len(path)] == path and len(other) > len(path) for other in paths)
    ]
