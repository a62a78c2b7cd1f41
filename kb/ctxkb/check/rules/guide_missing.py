"""guide-missing: what people can call, set or import has a word in the guides."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach, Place
from ctxkb.check.references.mentions import paths_in
from ctxkb.check.references.names import names_in
from ctxkb.check.references.search import files_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.references.names import Name

_PUBLIC = {"command": "command", "endpoint": "endpoint", "setting": "setting", "export": "exported symbol"}
_ID = "guide-missing"
_FEWEST, _SHARE = 3, 0.8
"""How many others of its kind there must be, and how many of them in the guides, for a rule of the team to be seen."""

_MOST_BESIDE = 30
_MOST_NAMES = 40
_WORDS, _JOINED = re.compile(r"[\w$]+"), re.compile(r"[\w$]+(?:[-:][\w$]+)+")
_NO_GUIDE = re.compile(
    r"(?:^|/)(?:change-?log|changes|history|news|release[-_]?notes?)[^/]*$|\.changeset/", re.IGNORECASE
)
_EXAMPLES = re.compile(
    r"(?:^|/)\.env|example|sample|values[^/]*\.ya?ml$|compose[^/]*\.ya?ml$|schema[^/]*\.json$", re.IGNORECASE
)
_CONTRACT = re.compile(r"\.(?:ya?ml|json|http|rest)$", re.IGNORECASE)


def check_missing(context: Context) -> Iterator[Breach]:
    """One breach for each file and kind of name that the change brings in without a word in the guides."""
    found: dict[tuple[str, str], list[Name]] = defaultdict(list)
    for path, name in context.offered.new:
        if name.kind in _PUBLIC:
            found[path, name.kind].append(name)
    if not found:
        return
    guides = _Guides(context)
    for (path, kind), names in found.items():
        missing = [name for name in names if not guides.name(name)]
        habit = _habit(context, guides, path, kind) if missing else None
        if missing and (habit or kind != "export" or _is_wanted(context)):
            yield _breach(path, missing, habit, wanted=_is_wanted(context))


class _Guides:
    """The prose and contracts at the head, by which names stand in them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._texts = {
            path: content.decode("utf-8", "replace")
            for path, content in context.head.prose.items()
            if not _NO_GUIDE.search(path)
        }

    def name(self, name: Name) -> str:
        """A file that says something of `name`, "" where none does."""
        return self._in_prose(name) or self._in_data(name)

    def _in_prose(self, name: Name) -> str:
        if name.kind == "endpoint":
            route = name.text.partition(" ")[2]
            hint = _longest(route)
            return self._first(self._texts, lambda text: hint in text and _names_route(text, route))
        near = self._words.get(name.text, [])
        if name.kind != "command":
            return near[0] if near else ""
        stem = name.text.replace(":", "-")
        page = next((path for path in self._texts if posixpath.splitext(posixpath.basename(path))[0] == stem), "")
        return page or self._first(near, _command(name.text).search)

    def _first(self, paths: Iterable[str], holds: Callable[[str], object]) -> str:
        return next((path for path in paths if holds(self._texts[path])), "")

    @cached_property
    def _words(self) -> dict[str, list[str]]:
        """The guides in which each word stands; words that hyphens or colons join count alone and together."""
        found: dict[str, list[str]] = defaultdict(list)
        for path, text in self._texts.items():
            for word in {*_WORDS.findall(text), *_JOINED.findall(text)}:
                found[word].append(path)
        return found

    def _in_data(self, name: Name) -> str:
        """A contract that describes an endpoint, or a sample of the settings that holds one."""
        if name.kind == "setting":
            return next((path for path in files_with(self._context, [name.text]) if _EXAMPLES.search(path)), "")
        if name.kind != "endpoint":
            return ""
        route = name.text.partition(" ")[2]
        near = [path for path in files_with(self._context, [_longest(route)]) if _CONTRACT.search(path)]
        read = self._context.head.tree.read(near)
        return next((path for path, content in read if _names_route(content.decode("utf-8", "replace"), route)), "")


def _command(name: str) -> re.Pattern[str]:
    """A command where it is code, a heading, or what follows the name of a program."""
    word = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
    return re.compile(
        rf"^\s*#.*{word}|`[^`\n]*{word}[^`\n]*`|^\s*(?:[$>]\s*)?[\w./-]+\s+(?:[\w-]+\s+)?{word}", re.MULTILINE
    )


def _longest(route: str) -> str:
    return max(re.split(r"[/{}*]+", route), key=len)


def _names_route(text: str, route: str) -> bool:
    """Whether a text writes the path of an endpoint, with or without a prefix that one of the two leaves out."""
    for written in paths_in(text):
        if written.endswith(route) or (written.strip("/{}") and route.endswith(written) and _longest(route) in written):
            return True
    return False


def _is_wanted(context: Context) -> bool:
    """Whether the team's configuration says how much this rule matters."""
    check = context.config.check
    return _ID in check.severity or any(_ID in table.severity for table in check.paths)


def _habit(context: Context, guides: _Guides, path: str, kind: str) -> str | None:
    """The guide that names most of what was there of the kind in the folder, None unless nearly all of it is named."""
    folder, ending = posixpath.dirname(path), posixpath.splitext(path)[1]
    beside = [each for each in context.base.tree.paths() if posixpath.dirname(each) == folder and each.endswith(ending)]
    nearest = sorted(beside, key=lambda each: (each != context.changes.before(path), each))[:_MOST_BESIDE]
    read = context.base.tree.read(nearest)
    offered = {name.text: name for each, content in read for name in names_in(each, content) if name.kind == kind}
    there = list(offered.values())[:_MOST_NAMES]
    where = [guides.name(name) for name in there]
    named = Counter(page for page in where if page)
    if len(there) < _FEWEST or named.total() < _SHARE * len(there):
        return None
    return named.most_common(1)[0][0]


def _breach(path: str, names: Sequence[Name], habit: str | None, *, wanted: bool) -> Breach:
    kind = _PUBLIC[names[0].kind]
    verb = "are" if len(names) > 1 else "is"
    return Breach(
        path=path,
        line=names[0].line,
        message=f"the {kind}{'s' if len(names) > 1 else ''} {_listed(name.text for name in names)} {verb} in no guide",
        fix="say in a guide, a contract or the README what it is for",
        severity=None if wanted else "warning" if habit else "info",
        related=(Place(habit, 0, f"names most {kind}s that were there before"),) if habit else (),
    )


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return ", ".join(f'"{name}"' for name in shown[:3]) + more
