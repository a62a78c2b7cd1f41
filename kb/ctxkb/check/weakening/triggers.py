"""On which events a GitHub workflow runs, as far as that leaves changes unchecked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.weakening.nodes import strings, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.formats.yamlsafe import Table, Value

BY_HAND = ("by hand", "it only runs by hand")
_UNCALLED = ("pulls", "it does not run on pull requests")
_PULLS = ("pull_request", "pull_request_target")
_CALLED = frozenset({"merge_group", "workflow_call"})
_EVERYTHING = frozenset({"**", "**/*"})
_TYPES = {"opened": "opened", "synchronize": "pushed to"}


def unreached(on: Value) -> Iterator[tuple[str, str]]:
    """What of the changes a workflow with these triggers does not see, each as its kind and in words."""
    events = {name: table(each) for name, each in table(on).items()} or {name: table(None) for name in strings(on)}
    asked = next((events[name] for name in _PULLS if name in events), None)
    if asked is not None:
        yield from _filtered(asked)
    elif events.keys() == {"workflow_dispatch"}:
        yield BY_HAND
    elif events and not events.keys() & _CALLED:
        push = events.get("push")
        yield from [_UNCALLED] if push is None or push.keys() & {"branches", "tags"} else _by_paths(push)


def _filtered(event: Table) -> Iterator[tuple[str, str]]:
    """What a trigger on pull requests leaves out."""
    if _EVERYTHING & {*strings(event.get("branches-ignore")), *strings(event.get("paths-ignore"))}:
        yield _UNCALLED
        return
    if branches := strings(event.get("branches")):
        yield "branches", f"it only runs on pull requests to {', '.join(branches)}"
    for name in _TYPES.keys() - {*strings(event.get("types"))} if event.get("types") else ():
        yield name, f"it does not run when a pull request is {_TYPES[name]}"
    yield from _by_paths(event)


def _by_paths(event: Table) -> Iterator[tuple[str, str]]:
    if paths := strings(event.get("paths")):
        yield "paths", f"it only runs where {', '.join(paths)} changes"
    for glob in (each for each in strings(event.get("paths-ignore")) if not each.startswith("!")):
        yield f"not {glob}", f"it does not run where only {glob} changes"
