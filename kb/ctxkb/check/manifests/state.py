"""The manifests at one end of a change, read where a rule asks for them."""

from __future__ import annotations

import re
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
        wanted = sorted({path for path in paths if self._counts(path)})
        for path, content in self.tree.read((path for path in wanted if path not in self._known), LARGEST):
            self._parse(path, content)
        return {path: self._known[path] for path in wanted if path in self._known}

    def mentioning(self, names: Iterable[str]) -> list[Manifest]:
        """Every manifest of this end that may declare, or be, one of these packages; no other one is parsed."""
        words = {_word(name) for name in names}
        found = []
        for path, content in self.tree.read(self._paths, LARGEST):
            lower = content.lower()
            if any(word in lower for word in words):
                found.append(self._known.get(path) or self._parse(path, content))
        return found

    @cached_property
    def _paths(self) -> list[str]:
        return sorted(path for path in self.tree.paths() if self._counts(path))

    def _parse(self, path: str, content: bytes) -> Manifest:
        manifest = read_manifest(path, content)
        if manifest is None:
            raise ValueError(f"{path} is no manifest")
        self._known[path] = manifest
        return manifest

    def _counts(self, path: str) -> bool:
        return is_manifest(path) and not _OTHERS & set(path.split("/")) and not self.ignored.matches(path)


def _word(name: str) -> bytes:
    """What stands in every spelling of a name: the longest run of letters and digits behind its last slash or colon."""
    return max(re.split(r"[\W_]+", re.split(r"[/:]", name)[-1].lower()), key=len).encode()
