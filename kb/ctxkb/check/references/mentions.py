"""Which of the names that went out of a repository a text mentions."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ctxkb.check.references.endpoints import normal
from ctxkb.check.references.pieces import is_forbidden, is_past, pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ctxkb.check.references.files import Files
    from ctxkb.check.references.offered import Offered
    from ctxkb.check.references.pieces import Piece, Where


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that went, as a text writes it on a 1-based line. `kind` says what it is, `was` the file that offered it.

    `key` is the name as code writes it, by which it is looked for.
    """

    kind: str
    text: str
    line: int
    was: str
    key: str


_PATH = re.compile(r"(?<![\w@./:-])(?:\./|/)?((?:[\w.@+-]+/)+[\w.@+-]*|[\w@+-][\w.@+-]*\.[A-Za-z]\w{0,9})(?![\w/*{<$])")
_ADDRESS = re.compile(r"://|[\w-]\.(?:com|org|io|net|dev)/")
_WORD = re.compile(r"(?<![\w$-])[A-Za-z_$][\w$]*(?:\(\))?(?![\w$-])")
_OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]+")
_ROUTE = re.compile(
    r"(?:\b(GET|POST|PUT|DELETE|PATCH)\s+)?"
    r"(?:(?P<own>(?:https?://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\$\{?\w*(?:URL|HOST|API)\w*\}?)(?::\d+)?)"
    r"|(?<![\w.:/-]))"
    r"(?P<path>/[\w{}<>:.\-/]*\w[\w{}<>:.\-/]*)"
)
_TASK = re.compile(r"\b(make|just|(?:npm|yarn|pnpm|bun)(?: run)?)\s+([a-z][\w.:-]*)")
_CALL = re.compile(
    r"(?:^|[$>|&;`(]|&&)\s*(?:(?:sudo|npx|uv run|poetry run|python3? -m|\./(?:bin/)?|bundle exec)\s*)?"
    r"([a-z][\w.-]*)\s+([^|&;#]*)"
)
_DEFINES = re.compile(
    r"\b(?:def|class|function|func|fn|interface|struct|enum|trait|module|type|const|let|var|val)\s+([A-Za-z_$][\w$]*)"
    r"|^\s*(?:export\s+)?([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=(?!=)|^\s*([A-Za-z_$][\w$]*)\s*\("
)
_GENERIC = re.compile(
    r"(?:index|main|app|test|tests|setup|config|settings|utils?|types?|styles?|readme|license|changelog|server|client|api|"
    r"routes?|models?|views?|schema|package|example|values|template|__init__|conftest|mod|lib|docker-compose|compose|ci|"
    r"deploy|build|release|default|base|common|core|helpers?|constants|errors?|data|user|users|page|layout|home|script)"
    r"\.\w+$|^\.\w+$",
    re.IGNORECASE,
)
"""File names that exist anywhere: alone they name no file of this repository."""

_OTHER_TOOLS = frozenset([
    "git", "docker", "kubectl", "helm", "npm", "npx", "yarn", "pnpm", "pip", "uv", "poetry", "cargo", "go", "curl",
    "gh", "terraform", "aws", "gcloud", "az", "psql", "make", "brew", "apt", "apt-get", "ssh", "rsync", "tar",
    "grep", "find", "pytest", "ruff", "mypy", "eslint", "prettier", "bundle", "rails", "rake", "mix", "gradle",
    "mvn", "docker-compose",
])  # fmt: skip
_SHORTEST = 5
_LONGEST = 300
_FEW = 40
"""Up to so many words are looked for one by one; more are looked up among the words of each text."""


@dataclass(frozen=True)
class Gone:
    """The names that a change takes away, to be looked for in texts. `programs` are those that the repository has."""

    offered: Offered
    programs: frozenset[str] = frozenset()

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """The files and folders that went by the last part of their paths."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in sorted((*self.offered.files, *self.offered.folders)):
            found[posixpath.basename(path)].append(path)
        return found

    @cached_property
    def _symbols(self) -> dict[str, str]:
        return self.offered.names("export") | self.offered.names("symbol")

    @cached_property
    def _settings(self) -> dict[str, str]:
        return self.offered.names("setting")

    @cached_property
    def _commands(self) -> dict[str, str]:
        return self.offered.names("command")

    @cached_property
    def _options(self) -> dict[str, str]:
        return self.offered.names("option")

    @cached_property
    def _tasks(self) -> dict[str, str]:
        return self.offered.names("task")

    @cached_property
    def _endpoints(self) -> list[tuple[str, str, str]]:
        """Method, path and file of each endpoint."""
        named = self.offered.names("endpoint")
        return [(method, route, was) for name, was in named.items() for method, _, route in [name.partition(" ")]]

    @cached_property
    def _keys(self) -> Mapping[bytes, set[bytes]]:
        """Words of which a text must hold one to mention any of the names, each with what it must also hold."""
        names = [*self._by_name, *self._symbols, *self._settings, *self._commands, *self._options]
        tasks = [task.partition(" ")[2].removeprefix("run ") for task in self._tasks]
        routes = [max(re.split(r"[/{}*]+", route), key=len) for _, route, _ in self._endpoints]
        found: dict[bytes, set[bytes]] = defaultdict(set)
        for name in filter(None, names):
            found[_longest(name)].add(name.encode())
        for word in map(_longest, filter(None, (*tasks, *routes))):
            found[word].add(word)
        return found

    def may_be_in(self, content: bytes) -> bool:
        """Whether a text may mention any of the names, told without parsing it."""
        words = set(self._keys) if len(self._keys) <= _FEW else self._keys.keys() & re.findall(rb"\w+", content)
        plain = content.replace(b"\\", b"")
        return any(name in plain for word in words if word in content for name in self._keys[word])

    def mentioned(self, path: str, text: str) -> Iterator[Mention]:
        """The names that `text`, in the file `path`, mentions as if they were there."""
        parts = list(pieces(path, text))
        own = {next(filter(None, m.groups())) for p in parts if p.where == "block" for m in _DEFINES.finditer(p.text)}
        for piece in parts:
            found = [*self._paths(path, piece), *self._routes(piece)]
            if piece.where != "prose":
                found += [*self._words(piece, own), *self._called(piece)]
            if found and not is_past(piece):
                yield from (each for each in found if not is_forbidden(piece, each.text))

    def _paths(self, origin: str, piece: Piece) -> Iterator[Mention]:
        for written in written_paths(piece):
            bearers = self._by_name.get(posixpath.basename(written.rstrip("/")), ())
            # A bare name that several files bore says how such files are called, not which one.
            for was in bearers if len(bearers) == 1 or "/" in written else ():
                meant = _is_meant(origin, written, was, piece.where, self.offered.files)
                if meant and not is_there(self.offered.after, origin, written):
                    yield Mention("path", written, piece.line, was, was)
                    break

    def _words(self, piece: Piece, own: Iterable[str]) -> Iterator[Mention]:
        for match in _WORD.finditer(piece.text):
            name = match[0].removesuffix("()")
            kind = "setting" if name in self._settings else "symbol"
            was = self._settings.get(name) or self._symbols.get(name)
            if was and name not in own and _is_specific(match[0], piece.where):
                yield Mention(kind, name, piece.line, was, name)

    def _called(self, piece: Piece) -> Iterator[Mention]:
        for match in _TASK.finditer(piece.text) if self._tasks else ():
            runner = match[1] if match[1] in {"make", "just"} else "npm run"
            if was := self._tasks.get(f"{runner} {match[2]}"):
                yield Mention("command", match[0], piece.line, was, f"{runner} {match[2]}")
        for match in _CALL.finditer(piece.text) if self._commands else ():
            words = [word for word in match[2].split() if not word.startswith("-")][:2]
            for word in words if match[1] in self.programs else ():
                if was := self._commands.get(word):
                    yield Mention("command", f"{match[1]} {word}", piece.line, was, word)
        if not self._options or any(word in _OTHER_TOOLS for word in piece.text.split()[:3]):
            return
        for match in _OPTION.finditer(piece.text):
            if was := self._options.get(match[0]):
                yield Mention("option", match[0], piece.line, was, match[0])

    def _routes(self, piece: Piece) -> Iterator[Mention]:
        for match in _ROUTE.finditer(piece.text) if self._endpoints else ():
            written = normal(match["path"].rstrip(".:"))
            whole = piece.where == "code" and match[0] == piece.text.strip()
            for method, route, was in self._endpoints:
                # A path of one part is a common word; behind its method or host, or marked as code, it is not.
                told = match[1] or match["own"] or whole or route.count("/") > 1
                if told and method in {match[1] or method, "ANY"} and _is_route(written, route):
                    yield Mention("endpoint", match[0].strip(), piece.line, was, f"{match[1] or ''} {route}".strip())
                    break


def _longest(name: str) -> bytes:
    return str(max(re.findall(r"\w+", name) or [name], key=len)).encode()


def paths_in(text: str) -> Iterator[str]:
    """The paths of endpoints that a text may hold, in the form of `ctxkb.check.references.endpoints.normal`."""
    return (normal(match["path"].rstrip(".:")) for match in _ROUTE.finditer(text))


def _is_route(written: str, route: str) -> bool:
    """Whether a path, maybe with values for its parameters and a prefix before it, is that of an endpoint."""
    pattern = re.escape(route).replace(r"\{\}", r"[^/]+")
    prefix = r"(?:/.+)?" if route.count("/") > 1 else ""
    return re.fullmatch(prefix + pattern, written) is not None


def written_paths(piece: Piece) -> Iterator[str]:
    """What looks like the path of a file or folder in a piece of text, addresses of sites left out."""
    for match in _PATH.finditer(piece.text):
        before = piece.text[max(0, match.start() - _LONGEST) : match.start()].split()
        joined = match.start() > 0 and not piece.text[match.start() - 1].isspace()
        if not (joined and before and _ADDRESS.search(before[-1])):
            yield match[1].rstrip(".")


def is_there(files: Files, origin: str, written: str) -> bool:
    """Whether a path may mean something there is: beside the text `origin`, at the root, or below any folder."""
    plain = written.rstrip("/")
    if any(path in files.paths or path in files.folders for path in (plain, beside(origin, plain))):
        return True
    name = posixpath.basename(plain)
    below = (*files.named(name), *(folder for folder in files.folders if posixpath.basename(folder) == name))
    return any(f"/{path}".endswith(f"/{plain}") for path in below)


def beside(origin: str, path: str) -> str:
    """The path that `path`, written in the file `origin`, has from the root."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(origin), path))


def _is_meant(origin: str, written: str, was: str, where: Where, files: Mapping[str, str]) -> bool:
    """Whether `written` names the file or folder `was`: whole, from the text's folder, or by enough of its end."""
    plain = written.rstrip("/")
    if was not in files and not written.endswith("/") and (where == "prose" or "/" not in plain):
        return False
    if "/" not in plain:
        file = was in files and where == "code" and "." in plain and not _is_generic(plain, origin, was)
        return file or (where == "code" and was == plain and written.endswith("/"))
    return was in {plain, beside(origin, plain)} or f"/{was}".endswith(f"/{plain}")


def _is_generic(name: str, origin: str, was: str) -> bool:
    """Whether a file name names none: it exists anywhere, or is one word for a page that lay in another folder."""
    one_word = re.fullmatch(r"[a-z]+\.mdx?", name) is not None
    return bool(_GENERIC.match(name)) or (one_word and beside(origin, name) != was)


def _is_specific(word: str, where: Where) -> bool:
    """Whether a word in code is so particular that it means the symbol of this repository."""
    name = word.removesuffix("()")
    if len(name) < _SHORTEST:
        return False
    if re.search(r"[a-z0-9][A-Z]|[A-Za-z0-9]_[A-Za-z0-9]", name):
        return True
    return where == "code" and (word.endswith("()") or (name[0].isupper() and not name.isupper()))
