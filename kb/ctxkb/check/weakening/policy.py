"""Settings that are weaker than they were: severities, what fails, what may come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.weakening.weakness import Weakness, some, value
from ctxkb.config.severity import SEVERITIES
from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ctxkb.config import Config, Severity
    from ctxkb.config.models import Check

    Usual = Callable[[str], Severity]
    """The severity of a rule that nothing sets."""

SCALES = (
    ("check", "fail_on", "fail_on", ("never", "error", "warning", "info")),
    ("check", "approval", "approval", ("trailer", "ci")),
    ("check", "receipt", "receipt", ("off", "warning", "error")),
    ("contracts", "break", "breaks", ("any-version", "major", "decision")),
)
"""Settings by table, key and the field that holds them, with their values, the weakest first."""


def weaker_settings(then: Config, now: Config, paths: Iterable[str], usual: Usual) -> Iterator[Weakness]:
    """What `now` asks less strictly than `then`; `paths` are the files that severities by path concern."""
    for table, key, field, scale in SCALES:
        old, new = (getattr(getattr(each, table), field) for each in (then, now))
        if scale.index(new) < scale.index(old):
            yield Weakness(f"{table}.{key} is {value(new)}, was {value(old)}", (table, key))
    lowered = sorted(
        rule
        for rule in {*then.check.severity, *now.check.severity}
        if _rank(now.check.severity.get(rule) or usual(rule)) < _rank(then.check.severity.get(rule) or usual(rule))
    )
    for rule in lowered:
        old, new = (each.check.severity.get(rule) or usual(rule) for each in (then, now))
        yield Weakness(f"the severity of {rule} is {value(new)}, was {value(old)}", ("check", "severity"))
    if then.check.paths != now.check.paths:
        yield from _by_path(then.check, now.check, sorted(paths), usual, lowered)
    if now.index.max_file_kb < then.index.max_file_kb:
        what = f"index.max_file_kb is {now.index.max_file_kb}, was {then.index.max_file_kb}: larger files are not read"
        yield Weakness(what, ("index", "max_file_kb"))


def _rank(severity: Severity) -> int:
    return SEVERITIES.index(severity)


def _by_path(then: Check, now: Check, paths: list[str], usual: Usual, told: list[str]) -> Iterator[Weakness]:
    rules = {rule for check in (then, now) for table in check.paths for rule in table.severity}
    for rule in sorted(rules - set(told)):
        found: dict[tuple[Severity, Severity], list[str]] = {}
        for path in paths:
            old, new = (_severity(check, rule, path) or usual(rule) for check in (then, now))
            if _rank(new) < _rank(old):
                found.setdefault((new, old), []).append(path)
        for (new, old), lower in found.items():
            what = f"the severity of {rule} is {value(new)} for {some(lower)}, was {value(old)}"
            yield Weakness(what, ("check", "paths"))


def _severity(check: Check, rule: str, path: str) -> Severity | None:
    tables = (table for table in reversed(check.paths) if rule in table.severity)
    matching = next((table for table in tables if compile_globs(table.paths).matches(path)), None)
    return matching.severity[rule] if matching else check.severity.get(rule)


def looser_dependencies(then: Config, now: Config) -> Iterator[Weakness]:
    """Packages that may come in and might not before."""
    old, new = then.dependencies, now.dependencies
    if new.new == "off" != old.new:
        yield Weakness(f"dependencies.new is {value(new.new)}, was {value(old.new)}", ("dependencies", "new"))
    for name in sorted(old.banned.keys() - new.banned.keys()):
        what = f"{name} is banned no more, was {value(old.banned[name])}"
        yield Weakness(what, ("dependencies", "banned"))
    if more := [name for name in new.allow if name not in old.allow]:
        what = f"dependencies.allow is {value(new.allow)}, was {value(old.allow)}: {', '.join(more)} may come in"
        yield Weakness(what, ("dependencies", "allow"))
