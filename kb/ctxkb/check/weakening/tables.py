"""Couplings, authority and waivers that ask less than they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.weakening.weakness import Weakness, probes, some, value
from ctxkb.config.authority import STRICTNESS, authority_over
from ctxkb.config.severity import SEVERITIES
from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.config import Authority, Config, Couple, Level, Waiver


def fewer_couplings(then: Config, now: Config, paths: frozenset[str]) -> Iterator[Weakness]:
    """Couplings that are gone, and those that ask in fewer cases or for less."""
    taken: set[int] = set()
    for old in then.couple:
        if any(not _weaker_keys(old, new, paths) for new in now.couple):
            continue
        index = _counterpart(old, now.couple, taken)
        if index is None:
            yield Weakness(f"{_named(old)} is removed", ("couple",))
            continue
        taken.add(index)
        for key in _weaker_keys(old, now.couple[index], paths):
            was, is_ = _field(old, key), _field(now.couple[index], key)
            yield Weakness(f"{_named(old)} asks less: {key} is {value(is_)}, was {value(was)}", ("couple", index, key))


def _named(couple: Couple) -> str:
    return f'the coupling "{couple.name or ", ".join(couple.when)}"'


def _field(couple: Couple, key: str) -> str | Sequence[str]:
    found: str | Sequence[str] = getattr(couple, "unless" if key == "except" else key)
    return found


def _counterpart(old: Couple, new: Sequence[Couple], taken: set[int]) -> int | None:
    """The coupling that took the place of `old`: of its name, else with its files, else with what it asks for."""
    free = [index for index in range(len(new)) if index not in taken]
    named = [index for index in free if old.name and new[index].name == old.name]
    triggered = [index for index in free if new[index].when == old.when]
    asking = [index for index in free if new[index].require == old.require]
    return next(iter([*named, *triggered, *asking]), None)


def _weaker_keys(old: Couple, new: Couple, paths: Iterable[str]) -> list[str]:
    """The keys of `new` by which it asks less than `old`, judged by the files that there are and might be."""
    known = {*paths, *probes(old.when), *probes(new.require), *probes(new.unless)}
    when = {path for path in known if _matches(old.when, path)} - {path for path in known if _matches(new.when, path)}
    excepted = {path for path in known if _matches(new.unless, path) and _matches(old.when, path)}
    tests = {
        "when": any(not _matches(old.unless, path) for path in when),
        "require": any(_matches(new.require, path) and not _matches(old.require, path) for path in known),
        "except": any(not _matches(old.unless, path) for path in excepted),
        "unless_only": not set(new.unless_only) <= set(old.unless_only),
        "severity": SEVERITIES.index(new.severity) < SEVERITIES.index(old.severity),
    }
    return [key for key, weaker in tests.items() if weaker]


def _matches(patterns: Sequence[str], path: str) -> bool:
    return compile_globs(patterns).matches(path)


def less_authority(then: Config, now: Config, paths: frozenset[str]) -> Iterator[Weakness]:
    """Paths that agents may touch more freely."""
    if then.authority == now.authority:
        return
    known = sorted({*paths, *(probe for table in then.authority for probe in probes(table.paths))})
    found: dict[tuple[Authority, Level], list[str]] = {}
    for path in known:
        old, new = authority_over(then.authority, path), authority_over(now.authority, path)
        level: Level = new.level if new else "free"
        if old is not None and STRICTNESS[level] < STRICTNESS[old.level]:
            found.setdefault((old, level), []).append(path)
    for (old, level), freer in found.items():
        real = [path for path in freer if path in paths] or [", ".join(old.paths)]
        yield Weakness(f"authority over {some(real)} is {value(level)}, was {value(old.level)}", ("authority",))


def more_waivers(then: Config, now: Config) -> Iterator[Weakness]:
    """Waivers that are new, last longer or cover more."""
    for index, new in enumerate(now.waivers):
        old = _same_waiver(new, then.waivers)
        what = f"the waiver of {new.rule} for {', '.join(new.paths)}"
        key = ("waivers", index)
        if old is None:
            yield Weakness(f"{what} until {new.until} is added ({new.owner}: {new.reason})", key)
            continue
        if new.until > old.until:
            yield Weakness(f"{what} ends on {new.until}, was {old.until}", key)
        if not set(new.paths) <= set(old.paths):
            yield Weakness(f"{what} covers {value(new.paths)}, was {value(old.paths)}", key)


def _same_waiver(new: Waiver, waivers: Sequence[Waiver]) -> Waiver | None:
    """The waiver that `new` was: of its rule and paths, else of its rule and reason."""
    same = [old for old in waivers if old.rule == new.rule]
    return next(
        (old for old in same if old.paths == new.paths), next((o for o in same if o.reason == new.reason), None)
    )
