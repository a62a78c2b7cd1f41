"""The manifests at one end of a change, read where a rule asks for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ctxkb.check.manifests import is_manifest, read_manifest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.check.manifests import Manifest
    from ctxkb.check.trees import Tree
    from ctxkb.text.globs import Globs

LARGEST = 2_000_000
"""Bytes of the largest manifest that is read; those kept by hand stay below 100,000."""

_OTHERS = frozenset({"node_modules", "site-packages", "vendor", "third_party", "testdata", "fixtures", "__fixtures__"})
"""Folders in which a manifest is another project's, or no project's at all."""


@dataclass
class Manifests:
    """The manifests of `tree`, each read once; those that `ignored` matches are none."""

    tree: Tree
    ignored: Globs
    _known: dict[str, Manifest] = field(default_factory=dict)

    def read(self, paths: Iterable[str]) -> dict[str, Manifest]:
        """The manifests among `paths` that this end has, by path in order."""
        wanted = [path for path in dict.fromkeys(paths) if self._counts(path)]
        missing = [path for path in wanted if path not in self._known]
        for path, content in self.tree.read(missing, LARGEST):
            if manifest := read_manifest(path, content):
                self._known[path] = manifest
        return {path: self._known[path] for path in sorted(wanted) if path in self._known}

    @cached_property
    def all(self) -> dict[str, Manifest]:
        """Every manifest of this end by path."""
        return self.read(path for path in self.tree.paths() if is_manifest(path))

    def _counts(self, path: str) -> bool:
        return is_manifest(path) and not _OTHERS & set(path.split("/")) and not self.ignored.matches(path)
