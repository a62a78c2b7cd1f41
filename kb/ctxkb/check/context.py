"""What a rule is given to judge by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ctxkb.check.commits import commits_of
from ctxkb.check.granted import CONFIGURED_ONLY, Granted, granted_waivers
from ctxkb.check.lines import Lines
from ctxkb.check.manifests.difference import Difference
from ctxkb.check.manifests.state import Manifests
from ctxkb.check.owners import code_owners
from ctxkb.check.references.lost import lost_paths
from ctxkb.check.references.offered import offered
from ctxkb.check.references.stale import stale_mentions
from ctxkb.text.globs import compile_globs
from ctxkb.text.ignore import KBIGNORE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ctxkb.aside import Aside
    from ctxkb.check.changes import Changes
    from ctxkb.check.commits import Commit
    from ctxkb.check.documents import Documents
    from ctxkb.check.git import Git
    from ctxkb.check.granted import Unusable
    from ctxkb.check.owners import CodeOwners
    from ctxkb.check.references.offered import Offered
    from ctxkb.check.references.stale import Stale
    from ctxkb.config import Config
    from ctxkb.config.root import Written


@dataclass(frozen=True, slots=True)
class Configured:
    """The configuration at one end of the change, and the file that it stands in, None where there is none."""

    config: Config
    written: Written | None


@dataclass(frozen=True)
class Context:
    """The configuration and the knowledge base at both ends, and what differs.

    `compared` gives the lines of each file that differ. With `everything` the whole repository is judged; without it
    what the change adds, edits or moves. `day` is today.
    `approvals` name the people or labels that CI says approve the change.
    """

    git: Git
    now: Configured
    then: Configured
    changes: Changes
    compared: Aside[dict[str, Lines]]
    base: Documents
    head: Documents
    day: date
    everything: bool = False
    approvals: tuple[str, ...] = ()

    @property
    def config(self) -> Config:
        """The configuration by which is judged: that at the head."""
        return self.now.config

    @cached_property
    def commits(self) -> tuple[Commit, ...]:
        """The commits of the change, the latest first."""
        return commits_of(self.git, self.changes)

    def lines(self, path: str) -> Lines:
        """The lines of the file `path` that the change adds and takes away, none where it does not touch it."""
        return self.compared.result().get(path, Lines())

    @cached_property
    def offered(self) -> Offered:
        """Which names the change takes out of the code, and which it brings in."""
        return offered(self)

    @cached_property
    def stale(self) -> list[Stale]:
        """Where prose at the head names what the change takes away."""
        return stale_mentions(self, self.offered)

    @cached_property
    def lost(self) -> list[Stale]:
        """Where prose at the head names a path that was lost before."""
        return lost_paths(self)

    @cached_property
    def code_owners(self) -> CodeOwners:
        """Who owns which path at the head."""
        return code_owners(self.head.tree)

    @cached_property
    def dependencies(self) -> Difference:
        """What the change does to what the repository depends on."""
        ignored = compile_globs(self.config.sources.ignore)
        return Difference(self.changes, Manifests(self.base.tree, ignored), Manifests(self.head.tree, ignored))

    def owners(self, path: str) -> tuple[str, ...]:
        """Who to ask about `path`: who answers for its document at either end, then CODEOWNERS."""
        documents = self.head.of(path) or self.base.of(path)
        named = (owner for document in documents for owner in document.owners)
        return tuple(dict.fromkeys((*named, *self.code_owners.of(path))))

    def judged(self) -> list[str]:
        """The paths at the head that are judged, in order."""
        present = self.head.tree.paths()
        return sorted(present if self.everything else present & self.changes.present())

    @cached_property
    def decisions_differ(self) -> bool:
        """Whether a decision may differ between the two ends, or all are judged; told without parsing one."""
        touched = self.changes.touched()
        return self.everything or KBIGNORE in touched or any(map(self.head.may_decide, touched))

    @cached_property
    def granted(self) -> tuple[Granted | Unusable, ...]:
        """All waivers that concern the change: of the configuration, of its commits, at the lines of judged files."""
        return granted_waivers(self)

    def waiver(self, rule: str, path: str, line: int = 0) -> Granted | None:
        """The waiver that holds today for a finding of `rule` there; of several the one that lasts longest."""
        if rule in CONFIGURED_ONLY and not self._was_waived(rule, path):
            return None
        usable = (each for each in self.granted if isinstance(each, Granted) and each.waiver.until >= self.day)
        covering = (each for each in usable if each.covers(rule, path, line))
        return max(covering, key=lambda each: each.waiver.until, default=None)

    def _was_waived(self, rule: str, path: str) -> bool:
        """Whether the base waives `rule` there today, too, as far as it says anything: no change frees itself."""
        there = (each for each in self.then.config.waivers if each.rule == rule and each.until >= self.day)
        return self.then.written is None or any(compile_globs(each.paths).matches(path) for each in there)


def matching(paths: Iterable[str], patterns: Iterable[str]) -> list[str]:
    """Those of `paths` that `patterns` match, in order."""
    globs = compile_globs(patterns)
    return sorted(path for path in paths if globs.matches(path))
