"""One requirement of Python as PEP 508 writes it, by its name and its versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.manifests.interface import Dependency

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_REQUIREMENT = re.compile(
    r"""\s*(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*
    (?:@\s*(?P<url>\S+)|\(?(?P<specifier>(?:===|[<>=!~]=|[<>])[^;()]*)\)?)?\s*(?:;.*)?""",
    re.VERBOSE | re.DOTALL,
)
LOCAL = re.compile(r"(?:file:|\.{0,2}/|[A-Za-z]:[\\/])")
"""What the address of something on this machine begins with."""


def requirement(text: str, group: str, line: int) -> Dependency | None:
    """The dependency that `text` states; None where it is no requirement, or one that lies on this machine."""
    found = _REQUIREMENT.fullmatch(text)
    if found is None or LOCAL.match(found["url"] or ""):
        return None
    specifier = found["url"] or " ".join((found["specifier"] or "").split())
    return Dependency(found["name"], specifier, group, line, "pypi")


def requirements(lines: Iterable[tuple[str, int]], group: str) -> Iterator[Dependency]:
    """The dependencies that some texts with their lines state."""
    for text, line in lines:
        if found := requirement(text, group, line):
            yield found
