"""The places in prose that still name what a change takes away."""

from __future__ import annotations

import json
import posixpath
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.references.commands import tasks_in
from ctxkb.check.references.mentions import Gone
from ctxkb.check.references.names import names_in
from ctxkb.check.references.offered import TASK_FILES
from ctxkb.check.references.search import files_with, occurring

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ctxkb.check.context import Context
    from ctxkb.check.references.mentions import Mention
    from ctxkb.check.references.offered import Offered

_MOST = 40
"""Files of code that are read to see whether an endpoint is still served."""


@dataclass(frozen=True, slots=True)
class Stale:
    """A mention in the file `path`, and where what it names is now, "" where it is gone; `known`: gone before."""

    path: str
    mention: Mention
    now: str
    known: bool = False


def stale_mentions(context: Context, difference: Offered) -> list[Stale]:
    """Where prose at the head mentions what went, lines that the change itself writes left out.

    What still occurs in code or configuration at the head has not gone, whatever the change did to it.
    """
    if not difference.files and not difference.gone:
        return []
    gone = Gone(difference, _programs(context) if difference.names("command") else frozenset())
    found = [
        Stale(path, mention, difference.files.get(mention.was, "") if mention.kind == "path" else "")
        for path, content in context.head.prose.items()
        if gone.may_be_in(content)
        for mention in gone.mentioned(path, content.decode("utf-8", "replace").replace("\r\n", "\n"))
        if mention.line not in context.lines(path).added
    ]
    there = _still_there(context, difference, [stale.mention for stale in found])
    return [stale for stale in found if (stale.mention.kind, stale.mention.key) not in there]


def _still_there(context: Context, difference: Offered, mentions: Collection[Mention]) -> set[tuple[str, str]]:
    """Kind and key of the mentions whose names the head has somewhere else."""
    words = occurring(context, {each.key for each in mentions if each.kind in {"symbol", "setting"}})
    options = occurring(context, {each.key for each in mentions if each.kind == "option"}, words=False)
    found = {(each.kind, each.key) for each in mentions if each.key in words | options}
    commands = {each.key for each in mentions if each.kind == "command"}
    if commands:
        found |= {("command", key) for key in commands & _offered_now(context, difference, commands)}
    routes = {each.key for each in mentions if each.kind == "endpoint"}
    return found | {("endpoint", key) for key in routes if _is_served(context, key)}


def _offered_now(context: Context, difference: Offered, commands: set[str]) -> set[str]:
    """The tasks of all task files at the head, and those of `commands` that code there still defines."""
    files = [path for name in TASK_FILES for path in difference.after.named(name)]
    found = {task for path, content in context.head.tree.read(files) for task, _ in tasks_in(path, content)}
    words = {command for command in commands if " " not in command}
    for path in files_with(context, [f'"{word}"' for word in words] + [f"'{word}'" for word in words])[:_MOST]:
        for _, content in context.head.tree.read([path]):
            found |= {name.text for name in names_in(path, content) if name.kind == "command"}
    return found


def _is_served(context: Context, key: str) -> bool:
    """Whether a file of code at the head still serves the endpoint `key`, "GET /path" or "/path"."""
    method, _, route = key.rpartition(" ")
    last = next((part for part in reversed(route.split("/")) if part and "{" not in part), "")
    for path in files_with(context, [last])[:_MOST] if last else ():
        for _, content in context.head.tree.read([path]):
            for name in names_in(path, content):
                verb, _, served = name.text.partition(" ")
                if name.kind == "endpoint" and served == route and (not method or verb in {method, "ANY"}):
                    return True
    return any(
        section.heading.endswith(f" {route}") and (not method or section.heading.startswith(f"{method} "))
        for path in sorted(context.changes.present())
        if path.endswith((".yaml", ".yml", ".json"))
        for document in context.head.of(path)
        for section in document.sections
        if section.role == "operation"
    )


def _programs(context: Context) -> frozenset[str]:
    """The names under which the repository's own programs are called."""
    paths = context.base.tree.paths()
    manifests = [path for path in paths if posixpath.basename(path) in {"pyproject.toml", "package.json"}]
    found = {path.split("/")[-2] for path in paths if "/cmd/" in f"/{path}" and path.endswith("/main.go")}
    found |= {"manage.py"} if any(path.endswith("manage.py") for path in paths) else set()
    for path, content in context.base.tree.read(sorted(manifests, key=lambda each: each.count("/"))[:_MOST]):
        found |= set(_scripts(path, content))
    return frozenset(found)


def _scripts(path: str, content: bytes) -> Iterator[str]:
    try:
        if path.endswith(".toml"):
            data = tomllib.loads(content.decode("utf-8", "replace"))
            poetry = data.get("tool", {}).get("poetry", {})
            yield from (*data.get("project", {}).get("scripts", {}), *poetry.get("scripts", {}))
            return
        data = json.loads(content)
    except (ValueError, RecursionError):
        return
    named = data.get("bin") if isinstance(data, dict) else None
    if isinstance(named, dict):
        yield from named
    elif isinstance(named, str) and isinstance(data.get("name"), str):
        yield data["name"].rpartition("/")[2]
