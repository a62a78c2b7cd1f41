"""Who answers for a path: CODEOWNERS as GitHub and GitLab read it.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
https://docs.gitlab.com/user/project/codeowners/reference/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError
from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.config.root import ReadFile
    from ctxkb.text.globs import Globs

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where it may stand; the first that is there is read."""

_SECTION = re.compile(r"\^?\[(?P<name>[^\]]+)\](?:\[\d+\])?(?P<owners>.*)")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The lines of CODEOWNERS as (section, patterns, owners), in order."""

    lines: tuple[tuple[str, Globs, tuple[str, ...]], ...] = ()

    def of(self, path: str) -> tuple[str, ...]:
        """Who owns `path`: of each section the last line that matches it; none where no line does."""
        found = {section: owners for section, globs, owners in self.lines if globs.matches(path)}
        return tuple(dict.fromkeys(owner for owners in found.values() for owner in owners))


def code_owners_in(read: ReadFile) -> CodeOwners:
    """What the CODEOWNERS file says. A line whose pattern cannot be used owns nothing, as on GitHub."""
    content = next((content for place in PLACES if (content := read(place)) is not None), b"")
    return CodeOwners(tuple(_lines(content.decode("utf-8", "replace"))))


def _lines(text: str) -> Iterator[tuple[str, Globs, tuple[str, ...]]]:
    section, default = "", ()
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if header := _SECTION.fullmatch(line.split(" #")[0].strip()):
            section, default = header["name"].casefold(), tuple(header["owners"].split())
            continue
        pattern, *owners = _WORD.findall(line.split(" #")[0])
        try:
            yield section, compile_globs([pattern.replace("\\ ", " ")]), tuple(owners) or default
        except ConfigError:
            continue
