"""Tells which kind of document a file is, and which parser reads it, from its path and its first bytes."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ctxkb.formats.places import AGENT_FILES, DEFAULT_PLACES, NEVER, PRIVATE, STEPS, Place
from ctxkb.formats.sniff import looks_like_contract, looks_like_diagram
from ctxkb.text.globs import Globs, compile_globs
from ctxkb.types import Kind

if TYPE_CHECKING:
    from ctxkb.config import Sources

_ADOC = (".adoc", ".asciidoc")
_PROSE = {".md": "markdown", ".markdown": "markdown", ".mdx": "mdx", ".rst": "rst", ".txt": "text", "": "text"}
_PROSE |= dict.fromkeys(_ADOC, "asciidoc")
_DECISION = {".md": "decision", ".markdown": "decision", ".mdx": "decision", ".rst": "decision-rst"}
_DECISION |= dict.fromkeys(_ADOC, "decision-asciidoc")
_DATA = frozenset({".yaml", ".yml", ".json"})
_SCHEMA = frozenset({".graphql", ".graphqls", ".gql", ".proto", ".xsd", ".wsdl", ".avsc", ".avpr", ".prisma"})
_KEP = frozenset({"kep.yaml", "kep.yml"})
_DRAWN = frozenset({".mmd", ".mermaid", ".puml", ".plantuml", ".pu"})
_HEADED = _DATA | {".sql", ".dsl"}
"""Suffixes of files that only their first bytes tell from others."""

_UNTOLD = {**dict.fromkeys(_DATA, "openapi"), ".sql": "ddl"}
"""What reads a file that is listed by its full path, whatever its first bytes are."""
_RULE_FILES = frozenset({".mdc", ".cursorrules"})
_SUFFIXES = frozenset({*_PROSE, *_HEADED, *_SCHEMA, *_DRAWN, *_RULE_FILES})
_NO_HEAD = frozenset({"package.json", "tsconfig.json", "composer.json", "deno.json", "turbo.json", "nx.json"})
_OVERVIEW = re.compile(r"(readme|index|overview|summary|toc|_sidebar|changelog)$", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:[a-z]+[-_])?\d+[-_ ]", re.IGNORECASE)


def classify(path: str, head: bytes | None, sources: Sources) -> tuple[Kind, str] | None:
    """The kind of the file at `path` and its key in `FORMATS`, or None where it is no document.

    `head` is needed only where `wants_head(path)`; without it such a file is no document. What `sources` lists for a
    kind stands in place of that kind's usual places, and what it ignores is no document.
    """
    if not _may_be_document(path) or is_ignored(path, sources):
        return None
    return (
        _configured(path, head, sources)
        or _agent_file(path, sources)
        or _usual(path, head, sources)
        or _guide(path, head, sources)
    )


def wants_head(path: str) -> bool:
    """Whether `classify` needs the first bytes of the file (`ctxkb.formats.sniff.HEAD` of them are enough)."""
    return _suffix(path) in _HEADED and _name(path) not in _NO_HEAD


def is_ignored(path: str, sources: Sources) -> bool:
    """Whether the file is never read: generated, vendored, one person's own, or listed in `sources.ignore`."""
    return _ignored(sources.include_private, sources.ignore).matches(path)


@lru_cache(maxsize=16)
def _ignored(include_private: bool, ignore: tuple[str, ...]) -> Globs:
    return compile_globs((*NEVER, *(() if include_private else PRIVATE), *ignore))


def _configured(path: str, head: bytes | None, sources: Sources) -> tuple[Kind, str] | None:
    """What the lists of `sources` tell, guides left out: their globs are wide, and everything else goes before."""
    for kind, globs in (*_lists(sources), (Kind.DECISION, sources.more_decisions)):
        if kind is not Kind.GUIDE and globs and compile_globs(globs).matches(path):
            found = _as(kind, path, head, literal=path in globs)
            if found:
                return found
    return None


def _lists(sources: Sources) -> tuple[tuple[Kind, tuple[str, ...]], ...]:
    return (
        (Kind.DECISION, sources.decisions),
        (Kind.CONTRACT, sources.contracts),
        (Kind.CONVENTION, sources.conventions),
        (Kind.SPEC, sources.specs),
        (Kind.GUIDE, sources.guides),
    )


def _agent_file(path: str, sources: Sources) -> tuple[Kind, str] | None:
    if sources.conventions or not _lies_in(AGENT_FILES, path):
        return None
    return Kind.CONVENTION, _rule_format(path)


def _usual(path: str, head: bytes | None, sources: Sources) -> tuple[Kind, str] | None:
    """What the usual places tell, for the kinds without a list of their own; guides come last, in `_guide`."""
    listed = {kind for kind, globs in _lists(sources) if globs}
    for place in DEFAULT_PLACES:
        if place.kind not in listed | {Kind.GUIDE} and _lies_in(place, path):
            found = _as(place.kind, path, head, literal=False)
            if found:
                return found
    if Kind.CONTRACT in listed or _lies_in(STEPS, path):
        return None
    return _as(Kind.CONTRACT, path, head, literal=False)


def _guide(path: str, head: bytes | None, sources: Sources) -> tuple[Kind, str] | None:
    if _suffix(path) in _DRAWN or (_suffix(path) == ".dsl" and head is not None and looks_like_diagram(head)):
        listed = not sources.guides or compile_globs(sources.guides).matches(path)
        return (Kind.GUIDE, "diagram") if listed else None
    if _suffix(path) not in _PROSE:
        return None
    if sources.guides:
        listed = compile_globs(sources.guides).matches(path)
    else:
        listed = any(place.kind is Kind.GUIDE and _lies_in(place, path) for place in DEFAULT_PLACES)
    return (Kind.GUIDE, _PROSE[_suffix(path)]) if listed else None


def _as(kind: Kind, path: str, head: bytes | None, *, literal: bool) -> tuple[Kind, str] | None:
    """The format of `path` as a document of `kind`, None where it cannot be one; `literal`: listed by its full path."""
    suffix = _suffix(path)
    if kind is Kind.CONTRACT:
        told = _contract(path, head)
        return (kind, told or _UNTOLD[suffix]) if told or (literal and suffix in _UNTOLD) else None
    if kind is Kind.DECISION:
        found = "kep" if _name(path).lower() in _KEP else _DECISION.get(suffix)
        fits = found and (literal or not (_is_overview(path) or _lies_in(AGENT_FILES, path)))
        return (kind, "decision-kep" if _is_kep(path) and found == "decision" else found) if found and fits else None
    if kind is Kind.CONVENTION:
        return (kind, _rule_format(path)) if suffix in _PROSE or suffix in _RULE_FILES else None
    if kind is Kind.SPEC and suffix in _DATA:
        return (kind, "service") if _contract(path, head) == "service" else None
    return (kind, _PROSE[suffix]) if suffix in _PROSE else None


def _contract(path: str, head: bytes | None) -> str | None:
    if _suffix(path) in _SCHEMA:
        return looks_like_contract(path, b"")
    return looks_like_contract(path, head) if head is not None and wants_head(path) else None


def _is_overview(path: str) -> bool:
    """Whether a file among decisions only leads to them; `0057-x/README.md` is the decision itself."""
    *folders, name = path.split("/")
    numbered = bool(folders) and bool(_NUMBERED.match(f"{folders[-1]}-")) and name.lower().startswith("readme")
    return bool(_OVERVIEW.match(name.rpartition(".")[0])) and not numbered


def _is_kep(path: str) -> bool:
    """Whether a file is the text of an enhancement proposal, whose status stands in the `kep.yaml` beside it."""
    *folders, name = path.lower().split("/")
    return name == "readme.md" and "keps" in folders[:-1] and bool(_NUMBERED.match(f"{folders[-1]}-"))


def _rule_format(path: str) -> str:
    """Which parser reads a convention: told by the name that its tool looks for."""
    name, folders = _name(path), f"/{path}"
    if name in {"AGENTS.md", "AGENTS.override.md", "GEMINI.md"}:
        return "agents"
    if name in {"CLAUDE.md", "CLAUDE.local.md"} or "/.claude/rules/" in folders:
        return "claude"
    if _suffix(path) in _RULE_FILES or "/.cursor/rules/" in folders:
        return "cursor"
    return "copilot" if name == "copilot-instructions.md" or name.endswith(".instructions.md") else "rules"


def _lies_in(place: Place, path: str) -> bool:
    return _compiled(place).matches(path if place.exact else path.lower())


@cache
def _compiled(place: Place) -> Globs:
    return compile_globs(place.globs)


def _may_be_document(path: str) -> bool:
    return _suffix(path) in _SUFFIXES


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _suffix(path: str) -> str:
    """What follows the last dot of the name, the dot included, in lower case; "" where there is no dot."""
    before, dot, after = _name(path).rpartition(".")
    return f".{after.lower()}" if dot and (before or f".{after}" in _RULE_FILES) else ""
