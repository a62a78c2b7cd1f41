"""Files that are read no more, or as something that less is asked of."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ctxkb.check.executable.force import CARRIERS
from ctxkb.check.weakening.weakness import Weakness, some, value
from ctxkb.formats import may_hold_rules
from ctxkb.formats.classify import classify, wants_head
from ctxkb.formats.sniff import HEAD
from ctxkb.text.globs import compile_globs
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.trees import Tree
    from ctxkb.config import Config

_ASKED = frozenset({Kind.DECISION, Kind.CONVENTION, Kind.CONTRACT, Kind.SPEC})
"""The kinds of documents that have rules of their own, or may carry some."""


def fewer_documents(then: Config, now: Config, tree: Tree) -> Iterator[Weakness]:
    """Files of `tree` that are not read any more, or as another kind of document, since lists of globs changed."""
    old, new = then.sources, now.sources
    if ignored := [glob for glob in new.ignore if glob not in old.ignore]:
        what = f"sources.ignore is {value(new.ignore)}, was {value(old.ignore)}: {', '.join(ignored)} is not read"
        yield Weakness(what, ("sources", "ignore"))
    if old.model_copy(update={"ignore": new.ignore}) == new:
        return
    found: dict[tuple[Kind, Kind | None], list[str]] = defaultdict(list)
    for path, head in _heads(tree):
        was, is_ = classify(path, head, old), classify(path, head, new)
        if was and (is_ is None or (is_[0] is not was[0] and was[0] in _ASKED)):
            found[was[0], is_[0] if is_ else None].append(path)
    globs = compile_globs(new.ignore)
    lost = sorted((path, kind) for (kind, other), paths in found.items() if other is None for path in paths)
    if gone := [(path, kind) for path, kind in lost if not globs.matches(path)]:
        off = _off(tree, [path for path, kind in gone if kind in CARRIERS])
        yield Weakness(f"[sources] no longer reads {some([path for path, _ in gone])}{off}", ("sources",))
    for (kind, other), paths in found.items():
        if other is not None:
            off = _off(tree, paths if kind in CARRIERS and other not in CARRIERS else [])
            yield Weakness(f"[sources] reads {some(paths)} as {other}, was {kind}{off}", ("sources",))


def _off(tree: Tree, paths: list[str]) -> str:
    """What to add where some of `paths` carry executable rules."""
    return "; the rules in there are off" if any(may_hold_rules(content) for _, content in tree.read(paths)) else ""


def _heads(tree: Tree) -> Iterator[tuple[str, bytes | None]]:
    """Each file with its first bytes where its name does not tell what it is."""
    paths = sorted(tree.paths())
    yield from ((path, None) for path in paths if not wants_head(path))
    yield from ((path, content[:HEAD]) for path, content in tree.read(filter(wants_head, paths)))
