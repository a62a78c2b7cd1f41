"""Where a link leads at one end of a change: to a file, to a folder, or nowhere."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDINGS = ("", ".md", ".mdx", ".markdown", ".rst", ".adoc", ".ipynb", ".txt")
_INDEXES = ("index.md", "index.mdx", "README.md", "readme.md", "index.rst", "README.rst", "_index.md", "index.html")
_HTML = re.compile(r"\.html?$", re.IGNORECASE)
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#|\\", re.IGNORECASE)
_TEMPLATED = re.compile(r"[][{}<>$*|\n]|^\d+$|\[\[|%[A-Z]+%|^@|\.\.\.|…")
_WEB = re.compile(r"(?:^|/)(?:blob|tree|raw|issues|pull|pulls|wiki|releases|actions|discussions|commit|compare)(?:/|$)")
_SITES = re.compile(
    r"(?:^|/)(?:mkdocs\.ya?ml|docusaurus\.config\.\w+|_config\.ya?ml|\.vitepress/|\.vuepress/|conf\.py|astro\.config\.\w+"
    r"|next\.config\.\w+|hugo\.(?:toml|ya?ml)|book\.toml|antora\.ya?ml|SUMMARY\.md|_sidebar\.md|gatsby-config\.\w+"
    r"|mint\.json|docs\.json|\.gitbook\.yaml|config\.toml|sidebars\.\w+|_meta\.\w+|meta\.json|\.readthedocs\.ya?ml)"
)


@dataclass(frozen=True)
class Lead:
    """What a link means. `file` is what it leads to, "" for a folder or nothing.

    `certain` is true where nothing but a file of this repository can be meant: by `guide.md`, not by `guide`, which a
    site may serve.
    """

    found: bool
    certain: bool = True
    file: str = ""


@dataclass(frozen=True)
class Files:
    """The files of one end of a change."""

    paths: frozenset[str]
    _cache: dict[tuple[str, str], Lead | None] = field(default_factory=dict, repr=False)

    @cached_property
    def folders(self) -> frozenset[str]:
        """All folders in which a file lies, the root ("") included."""
        found = {""}
        for path in self.paths:
            folder = posixpath.dirname(path)
            while folder not in found:
                found.add(folder)
                folder = posixpath.dirname(folder)
        return frozenset(found)

    @cached_property
    def is_site(self) -> bool:
        """Whether a generator makes pages of this repository, so that links need not name files."""
        return any(_SITES.search(path) for path in self.paths)

    def named(self, name: str) -> tuple[str, ...]:
        """The paths whose last part is `name`."""
        return self._named.get(name, ())

    @cached_property
    def _named(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.paths:
            found[posixpath.basename(path)].append(path)
        return {name: tuple(sorted(paths)) for name, paths in found.items()}

    def lead(self, origin: str, target: str) -> Lead | None:
        """Where `target`, a link in the file `origin`, leads; None where it is none into this repository."""
        if (origin, target) not in self._cache:
            self._cache[origin, target] = self._lead(origin, target)
        return self._cache[origin, target]

    def _lead(self, origin: str, target: str) -> Lead | None:
        path = target.split("#", 1)[0].split("?", 1)[0].strip()
        if not path:
            return Lead(True, file=origin) if target.startswith("#") else None
        if _OUTSIDE.match(path) or _TEMPLATED.search(path) or _WEB.search(path):
            return None
        if path.startswith("/"):
            return self._absolute(path.strip("/"))
        return self._relative(origin, path)

    def _absolute(self, path: str) -> Lead:
        """A path from the root of the repository or of a site that is made of one of its folders."""
        found = self._at(path)
        if found is None:
            ends = tuple(f"/{each}" for each in _readings(path))
            names = {posixpath.basename(each) for each in ends}
            below = (each for name in sorted(names) for each in self.named(name) if f"/{each}".endswith(ends))
            found = next(below, None)
        if found is not None:
            return Lead(True, certain=False, file=found)
        return Lead(False, certain=False)

    def _relative(self, origin: str, path: str) -> Lead | None:
        folder = posixpath.dirname(origin)
        beside = posixpath.normpath(posixpath.join(folder, path))
        if beside.startswith(".."):
            return None
        # A site serves a page as a folder of its own, and links may start there.
        inside = posixpath.normpath(posixpath.join(posixpath.splitext(origin)[0], path))
        for base in (beside, inside):
            found = self._at("" if base == "." else base)
            if found is not None:
                return Lead(True, file=found)
        ending = posixpath.splitext(path.rstrip("/"))[1]
        named = bool(re.fullmatch(r"\.\w{1,10}", ending)) and not _HTML.search(path) and not ending[1:].isdigit()
        return Lead(False, certain=named or not (self.is_site or _HTML.search(path)))

    def _at(self, path: str) -> str | None:
        """The file that `path` stands for, "" for a folder, None where there is neither."""
        file = next((each for each in _readings(path) if each in self.paths), None)
        return "" if file is None and path.rstrip("/") in self.folders else file


def _readings(path: str) -> Iterator[str]:
    """The files that a link may mean by `path`, itself first."""
    plain = path.rstrip("/")
    yield from (f"{plain}{ending}" for ending in _ENDINGS)
    yield from (f"{plain}/{index}" if plain else index for index in _INDEXES)
    if _HTML.search(plain):
        yield from (f"{_HTML.sub('', plain)}{ending}" for ending in _ENDINGS[1:])
