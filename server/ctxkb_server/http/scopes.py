"""What a token allows, in words: `read`, `read:decision`, `path:docs/**`, `write`, `metrics`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.catalog.view import Sight
from ctxkb.errors import ConfigError
from ctxkb.text.globs import glob_fault
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

READ, WRITE, METRICS, PATH = "read", "write", "metrics", "path:"
KINDS = {f"{READ}:{kind}": kind for kind in Kind}
SCOPES = (READ, *KINDS, f"{PATH}GLOB", WRITE, METRICS)
"""What there is, as it is shown to people."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody may do: see what lies within `sight`, propose drafts, read the server's figures."""

    sight: Sight
    write: bool
    metrics: bool

    @property
    def reads(self) -> bool:
        """Whether it lets anybody see anything."""
        return bool(self.sight.kinds)


def granted(scopes: Iterable[str]) -> Grant:
    """What scopes allow together. Words of others, such as `openid`, allow nothing.

    Raises `ConfigError` for a path that cannot be used: to leave it out could show more than was meant.
    """
    given = tuple(dict.fromkeys(scopes))
    kinds = frozenset(Kind) if READ in given else frozenset(KINDS[scope] for scope in given if scope in KINDS)
    globs = tuple(scope.removeprefix(PATH) for scope in given if scope.startswith(PATH))
    for glob in globs:
        if fault := glob_fault(glob):
            raise ConfigError(fault)
    return Grant(Sight(kinds, globs), WRITE in given, METRICS in given)


def checked(scopes: Sequence[str]) -> tuple[str, ...]:
    """Scopes for a new token, each once. Raises `ConfigError` for one that there is not, or that allow nothing."""
    wrong = [scope for scope in scopes if scope not in {READ, WRITE, METRICS, *KINDS} and not scope.startswith(PATH)]
    if wrong:
        raise ConfigError(f'there is no scope "{wrong[0][:80]}"; the scopes are {", ".join(SCOPES)}')
    grant = granted(scopes)
    if not grant.reads and not (grant.metrics and not grant.write and not grant.sight.paths):
        raise ConfigError(f"{', '.join(scopes)} lets nobody read anything; add read, or read:KIND")
    return tuple(dict.fromkeys(scopes))
