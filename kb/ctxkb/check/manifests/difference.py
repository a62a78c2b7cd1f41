"""What a change does to what a repository depends on, whichever of its files and groups say so."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ctxkb.check.manifests.names import stem
from ctxkb.check.manifests.versions import is_raised, lower_bound

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ctxkb.check.changes import Changes
    from ctxkb.check.manifests.interface import Dependency, Ecosystem, Manifest
    from ctxkb.check.manifests.state import Manifests
    from ctxkb.check.manifests.versions import Version

_TYPES = "@types/"


class Key(NamedTuple):
    """What makes two dependencies one: the ecosystem, and the name without a major version."""

    ecosystem: Ecosystem
    name: str


class Placed(NamedTuple):
    """A dependency and the manifest that declares it."""

    path: str
    dependency: Dependency


class Raised(NamedTuple):
    """The least version that the whole repository asked for before a change, what asks for more, and for how much."""

    before: Version
    after: Version
    placed: Placed


@dataclass(frozen=True)
class Difference:
    """The manifests at both ends of `changes`."""

    changes: Changes
    base: Manifests
    head: Manifests

    @cached_property
    def after(self) -> dict[str, Manifest]:
        """The manifests that the change adds, edits or moves, as they are now; none that could not be read before."""
        found = self.head.read(self.changes.present())
        return {path: each for path, each in found.items() if not self._was_broken(path)}

    def _was_broken(self, path: str) -> bool:
        before = self.before.get(self.changes.before(path))
        return before is not None and bool(before.problem)

    @cached_property
    def before(self) -> dict[str, Manifest]:
        """The manifests that the change edits, moves or deletes, as they were."""
        return self.base.read(self.changes.touched())

    def added(self) -> dict[Key, list[Placed]]:
        """The dependencies that nothing in the repository used before, by their key, each with its places in order."""
        before = keys(self.before.values())
        found = {key: places for key, places in self._places.items() if key not in before}
        if not found:
            return {}
        base = self.base.mentioning(key.name for key in found)
        own = {Key(each.ecosystem, each.package) for each in (*base, *self.after.values()) if each.package}
        used = keys(base)
        strange = {key: places for key, places in found.items() if key not in used and key not in own}
        return {key: places for key, places in strange.items() if not _describes(key, used | self._places.keys())}

    def raised(self) -> dict[Key, Raised]:
        """The dependencies of which a later major is asked for than anything in the repository did, by their key."""
        before = bounds(self.before.values())
        found = {key: each for key in before if (each := self._raise(key, before[key]))}
        used = bounds(self.base.mentioning(key.name for key in found)) if found else {}
        again = {key: self._raise(key, used.get(key, each.before)) for key, each in found.items()}
        return {key: each for key, each in again.items() if each}

    def gone(self) -> set[Key]:
        """The dependencies that a file of the change declared and declares no longer: they may have moved."""
        now = {self.changes.before(path): keys([each]) for path, each in self.after.items()}
        return {key for path, each in self.before.items() for key in keys([each]) - now.get(path, set())}

    def _raise(self, key: Key, before: Version) -> Raised | None:
        versions = [
            (bound, each) for each in self._places.get(key, ()) if (bound := lower_bound(each.dependency.specifier))
        ]
        later = [(bound, each) for bound, each in versions if is_raised(before, bound)]
        return Raised(before, *max(later, key=lambda pair: pair[0])) if later else None

    @cached_property
    def _places(self) -> dict[Key, list[Placed]]:
        """Where the change declares what; what a workspace's member inherits is declared by the workspace."""
        found = defaultdict[Key, list[Placed]](list)
        for path, manifest in self.after.items():
            for each in manifest.dependencies:
                if not each.inherited:
                    found[key_of(each)].append(Placed(path, each))
        return found


def _describes(key: Key, known: Collection[Key]) -> bool:
    """Whether a package holds only the types of one that is `known`."""
    if key.ecosystem != "npm" or not key.name.startswith(_TYPES):
        return False
    about = key.name.removeprefix(_TYPES)
    scope, double, name = about.partition("__")
    return about == "node" or Key("npm", f"@{scope}/{name}" if double else about) in known


def key_of(dependency: Dependency) -> Key:
    """What makes it the same dependency elsewhere."""
    return Key(dependency.ecosystem, stem(dependency))


def keys(manifests: Iterable[Manifest]) -> set[Key]:
    """What some manifests depend on."""
    return {key_of(each) for manifest in manifests for each in manifest.dependencies}


def bounds(manifests: Iterable[Manifest]) -> dict[Key, Version]:
    """The greatest of the least versions that some manifests ask for of each dependency."""
    found: dict[Key, Version] = {}
    for each in (each for manifest in manifests for each in manifest.dependencies):
        if bound := lower_bound(each.specifier):
            found[key_of(each)] = max(bound, found.get(key_of(each), bound))
    return found
