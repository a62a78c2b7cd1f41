"""The steps of a pipeline that run `kb check`, and how much each of them leaves to chance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.weakening.lapses import IGNORED, is_dead, lapses
from ctxkb.check.weakening.nodes import Place, places, strings, table, word
from ctxkb.check.weakening.shell import approvers, commands
from ctxkb.check.weakening.triggers import BY_HAND, unreached

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ctxkb.check.weakening.shell import Command
    from ctxkb.formats.yamlsafe import Table

_ACTION = re.compile(r"(?:^|/)ctxkb(?:[/@]|$)")
_HOOKS = frozenset({"kb-check", "kb-check-push"})
_NAMES = frozenset({"name", "desc", "description", "displayName", "group", "id", "key", "label", "stage", "title"})
"""Keys whose value is no command, whatever it says."""

_LABELS = frozenset({"kb-approved"})
"""The labels that approve where nothing else is said."""

_ITSELF = frozenset({"HEAD", "@", "GITHUB_SHA", "github.sha", "CI_COMMIT_SHA"})
_SIGNS = re.compile(r"[${}\s]")
_SAME = ("itself", "it compares the change with itself")
_UNPREFIXED = re.compile(r"\t[@+]*-")


@dataclass(frozen=True, slots=True)
class Step:
    """One `kb check`: the line where it stands, what it fails on, what approves, and why it may see or say less.

    `fail_on` is "" where the step does not say. `approvals` are told in words, `lapses` as their kind and in words.
    """

    shown: str
    fail_on: str = ""
    approvals: frozenset[str] = frozenset()
    lapses: tuple[tuple[str, str], ...] = ()


def steps_in_text(lines: Sequence[str]) -> Iterator[Step]:
    """The steps of a file that is read line by line, such as a Makefile."""
    for line in lines:
        around = [IGNORED] if _UNPREFIXED.match(line) else []
        for command in commands([line]):
            yield _of_command(command, line.strip(), [line], around)


def steps_in_yaml(text: str, runs: Callable[[str], bool], hidden: Callable[[str], bool]) -> Iterator[Step]:
    """The steps of a YAML file. Raises `SourceError` where it is none.

    `runs` tells whether an action or workflow of the repository, by its path, runs `kb check`; `hidden` whether a job
    of that name runs nothing by itself.
    """
    lines = text.split("\n")
    found = list(places(text))
    roots = [place.own for place in found if not place.names]
    called = [lapse for root in roots if {"jobs", "on"} <= root.keys() for lapse in unreached(root["on"])]
    whole = {place.names: place for root in roots for place in _extending(root)}
    for place in (whole.get(each.names, each) for each in found):
        if not any(map(is_dead, place.chain)) and not any(map(hidden, place.names[:1])):
            around = [*called, *(lapse for each in place.chain for lapse in lapses(each))]
            yield from _at(place, lines, around, runs)


def _extending(root: Table) -> Iterator[Place]:
    """The jobs that take in others (`extends` of GitLab), with what they take in."""
    for name, job in root.items():
        own = table(job)
        parents = [table(root.get(each)) for each in strings(own.get("extends"))]
        if any(parents):
            whole = table(None)
            for each in (*parents, own):
                whole.update(each)
                whole.spans.update(each.spans)
            yield Place(whole, (name,), (root,))


def _at(place: Place, lines: list[str], around: list[tuple[str, str]], runs: Callable[[str], bool]) -> Iterator[Step]:
    own = place.own
    used = word(own.get("uses"))
    if _ACTION.search(used) or (used.startswith("./") and runs(used)):
        yield _of_action(own, _line(own, "uses", used, lines), around)
    elif place.names[-2:-1] == ("hooks",):
        yield from _of_hook(own, lines, around)
    else:
        yield from _of_include(own, lines)
        for key in (each for each in own if each not in _NAMES):
            yield from _of_script(place, key, lines, around)


def _of_script(place: Place, key: str, lines: list[str], around: list[tuple[str, str]]) -> Iterator[Step]:
    """The steps in the commands under one key: a text of several lines, or a list of them that one shell runs."""
    own = place.own
    if key == "before_script" and "script" in own:
        return
    first = strings(own.get("before_script")) if key == "script" else ()
    script = [row for text in (*first, *strings(own[key])) for row in text.split("\n")]
    if not any("kb check" in row for row in script):
        return
    more = [IGNORED] if key == "after_script" else []
    for command in commands(script, pipes_fail=_pipes_fail(place)):
        yield _of_command(command, _line(own, key, script[command.line], lines), script, [*around, *more])


def _pipes_fail(place: Place) -> bool:
    """Whether a pipe fails with any of its parts: a step of GitHub asks for it by naming its shell."""
    if "jobs" not in place.chain[0]:
        return True
    shells = [table(table(each.get("defaults")).get("run")).get("shell") for each in place.chain]
    return any(word(shell).startswith("bash") for shell in (place.own.get("shell"), *shells))


def _of_command(command: Command, shown: str, script: Sequence[str], around: Sequence[tuple[str, str]]) -> Step:
    base, head = (_SIGNS.sub("", command.value(option)) for option in ("--base", "--head"))
    found = [*around, *([IGNORED] if command.ignored else [])]
    if (base in _ITSELF and not head and not command.has("--staged")) or (base and base == head):
        found.append(_SAME)
    if command.has("--write-baseline"):
        found.append(("accepts", "it accepts what it finds"))
    approvals = frozenset(f'"{name}" approves every change' for name in approvers(script))
    return Step(shown, command.value("--fail-on"), approvals, tuple(found))


def _of_action(own: Table, shown: str, around: Sequence[tuple[str, str]]) -> Step:
    inputs = table(own.get("with"))
    itself = [_SAME] if _SIGNS.sub("", word(inputs.get("base"))) in _ITSELF else []
    return Step(shown, word(inputs.get("fail-on")), _labels(word(inputs.get("approval-labels"))), (*around, *itself))


def _labels(listed: str) -> frozenset[str]:
    labels = {label.strip() for label in listed.split(",")} if "$" not in listed else set()
    return frozenset(f'the label "{label}" approves' for label in labels - _LABELS if label)


def _of_hook(own: Table, lines: list[str], around: list[tuple[str, str]]) -> Iterator[Step]:
    """A hook of pre-commit: its command and arguments, which no shell reads."""
    entry = word(own.get("entry")) or ("kb check" if word(own.get("id")) in _HOOKS else "")
    more = [BY_HAND] if strings(own.get("stages")) == ("manual",) else []
    key = "entry" if "entry" in own else "id"
    whole = " ".join((entry, *strings(own.get("args"))))
    for command in commands([whole]):
        yield _of_command(command, _line(own, key, entry, lines), [whole], [*around, *more])


def _of_include(own: Table, lines: list[str]) -> Iterator[Step]:
    """The job of ctxkb's template for GitLab, with what the file says of it."""
    listed = own.get("include")
    entries = listed if isinstance(listed, list) else [listed]
    taken = [text for each in entries for text in (word(each), *map(word, table(each).values())) if "ctxkb" in text]
    job = table(own.get("kb-check"))
    if taken and not is_dead(job):
        approvals = _labels(word(table(own.get("variables")).get("KB_APPROVAL_LABELS")))
        yield Step(_line(own, "include", taken[0], lines), "", approvals, tuple(lapses(job)))


def _line(own: Table, key: str, row: str, lines: list[str]) -> str:
    """The line of the file on which `row` of the value under `key` stands."""
    first, last, *_ = own.spans[key]
    within = lines[first - 1 : last]
    return next((line for line in within if row.strip() in line), within[0]).strip()
