"""dependency-new, dependency-banned, dependency-major: what comes into a project from others is decided."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach, Place
from ctxkb.check.manifests import is_manifest
from ctxkb.check.manifests.decided import Decided
from ctxkb.check.manifests.difference import key_of, keys
from ctxkb.check.manifests.names import named
from ctxkb.check.manifests.versions import major

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.findings import FindingSeverity
    from ctxkb.check.manifests.difference import Placed
    from ctxkb.check.manifests.interface import Dependency


def check_new(context: Context) -> Iterator[Breach]:
    """A dependency that nothing in the repository used before, and that nobody decided on."""
    policy = context.config.dependencies
    if policy.new == "off" or not _concerns(context):
        return
    decided = Decided(context.head, context.changes.present())
    for places in context.dependencies.added().values():
        first, *others = _in_order(context, "dependency-new", places)
        name = first.dependency.name
        if _matched(policy.allow, first.dependency) or _matched(policy.banned, first.dependency):
            continue
        if policy.new == "allow":
            why, fix = f'"{name}" is new, and not in `allow`', f'add "{name}" to [dependencies] allow in kb.toml'
        elif decided.accepted(first.dependency):
            continue
        else:
            why, fix = _undecided(first.dependency, decided)
        related = tuple(Place(path, each.line, "is new here, too") for path, each in others)
        yield Breach(first.path, first.dependency.line, why, fix, severity=_unwritten(context), related=related)


def _undecided(dependency: Dependency, decided: Decided) -> tuple[str, str]:
    """What is wrong with a new dependency that needs a decision, and how to mend it."""
    name = dependency.name
    pending = decided.pending(dependency)
    if pending:
        title = posixpath.basename(pending.path)
        return f'"{name}" is new, and {title}, which names it, is only "{pending.status}"', f"accept {pending.path}"
    return (
        f'"{name}" is new, and no accepted decision names it',
        f'write a decision that names "{name}" (`kb adr new`), or add it to [dependencies] allow in kb.toml',
    )


def check_banned(context: Context) -> Iterator[Breach]:
    """A dependency that the configuration bans."""
    banned = context.config.dependencies.banned
    paths = [path for path in context.judged() if is_manifest(path)] if banned else []
    if not paths:
        return
    difference = context.dependencies
    moved = difference.gone()
    for path, manifest in difference.head.read(paths).items():
        then = keys(difference.base.read([context.changes.before(path)]).values())
        seen: set[str] = set()
        for each in manifest.dependencies:
            pattern = _matched(banned, each)
            if pattern is not None and each.name not in seen:
                seen.add(each.name)
                known = key_of(each) in then or key_of(each) in moved
                why = f": {banned[pattern]}" if banned[pattern] else ""
                message = f'"{each.name}" is banned{why}'
                yield Breach(path, each.line, message, "take it out, or change `banned` in kb.toml", known)


def check_major(context: Context) -> Iterator[Breach]:
    """A dependency whose major version is raised beyond what anything in the repository asked for, undecided."""
    if not _concerns(context):
        return
    allow = context.config.dependencies.allow
    decided = Decided(context.head, context.changes.present())
    for before, after, (path, dependency) in context.dependencies.raised().values():
        if not _matched(allow, dependency) and not decided.accepted_major(dependency, after):
            name, new = dependency.name, major(after)
            yield Breach(
                path,
                dependency.line,
                f'"{name}" goes from {_shown(before)} to {_shown(after)}, and no accepted decision names it with {new}',
                f'write down what {name} {new} breaks here in a decision (`kb adr new "Use {name} {new}"`)',
                severity=_unwritten(context),
            )


def _shown(version: Sequence[int]) -> str:
    return ".".join(map(str, version))


def _concerns(context: Context) -> bool:
    """Whether the change has a base to compare with, and touches a manifest."""
    return bool(context.changes.base) and any(is_manifest(path) for path in context.changes.present())


def _matched(patterns: Iterable[str], dependency: Dependency) -> str | None:
    """The first of `patterns` that means `dependency`, None where none does."""
    return next((pattern for pattern in patterns if named(dependency, pattern)), None)


def _unwritten(context: Context) -> FindingSeverity | None:
    """What the rule has by itself, "info" for a team that has written no policy."""
    return None if "dependencies" in context.config.model_fields_set else "info"


def _in_order(context: Context, rule: str, places: Sequence[Placed]) -> list[Placed]:
    """`places`, those that a waiver covers behind those that count."""
    return sorted(places, key=lambda each: (bool(context.waiver(rule, each.path)), each.path, each.dependency.line))
