"""What a rule is given to judge by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ctxkb.check.changes import Changes
    from ctxkb.check.documents import Documents
    from ctxkb.config import Config, Waiver


@dataclass(frozen=True, slots=True)
class Context:
    """The configuration, the knowledge base at both ends, and what differs.

    With `everything` the whole repository is judged; without it what the change adds, edits or moves. `day` is today.
    """

    config: Config
    changes: Changes
    base: Documents
    head: Documents
    day: date
    everything: bool = False

    def judged(self) -> list[str]:
        """The paths at the head that are judged, in order."""
        present = self.head.tree.paths()
        return sorted(present if self.everything else present & self.changes.present())

    def waiver(self, rule: str, path: str) -> Waiver | None:
        """The waiver that holds today for findings of `rule` at `path`; of several the one that lasts longest."""
        fitting = [each for each in self.config.waivers if each.rule == rule and each.until >= self.day]
        covering = (each for each in fitting if compile_globs(each.paths).matches(path))
        return max(covering, key=lambda each: each.until, default=None)


def matching(paths: Iterable[str], patterns: Iterable[str]) -> list[str]:
    """Those of `paths` that `patterns` match, in order."""
    globs = compile_globs(patterns)
    return sorted(path for path in paths if globs.matches(path))
