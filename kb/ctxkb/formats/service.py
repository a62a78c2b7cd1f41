"""Service specs in YAML or JSON: a section an endpoint, an integration, a requirement and an acceptance criterion."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.contract_parts import Part, sections
from ctxkb.formats.contract_text import clip, listing, name_words, named, summarise
from ctxkb.formats.decode import decode
from ctxkb.formats.items import listed, words_of
from ctxkb.formats.loads import load_file
from ctxkb.formats.openapi_render import BEFORE, ITEM, render
from ctxkb.formats.openapi_words import items, table, text
from ctxkb.formats.yamltree import Span, Table, Value
from ctxkb.types import Document, Parsed, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.formats.loads import Load
    from ctxkb.types import Source, Syntax

_ROLES = {
    "endpoints": "endpoint",
    "integrations": "integration",
    "dependencies": "integration",
    "compliance_requirements": "requirement",
    "requirements": "requirement",
    "acceptance_criteria": "criterion",
}
_NAMES = ("id", "name", "requirement", "regulation", "standard", "system", "service", "title")
_COMPLIANCE = ("compliance", "compliance_requirements", "regulations", "standards")
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
_ID = re.compile(r"\W*([A-Z][A-Za-z]{0,9}[-_ ]?\d+(?:\.\d+)*)\b\s*[:.)\]–—-]?\s*")
_WORD = re.compile(r"\b(?:[A-Z][A-Z0-9]+(?:[- ](?:\d+[\w.-]*|[A-Z]+\d*))*)\b")
"""A regulation as people write it: HIPAA, GDPR, PCI-DSS, SOC 2, ISO 27001."""
_PLAIN = r"(?:[A-Z0-9(][\w./&'()-]*|of|the|and|on|for|to)"
_NAME = re.compile(rf"[a-z][\w-]*(?:[- ]\d[\w.-]*)?|{_PLAIN}(?: {_PLAIN}){{0,7}}")
"""What is no sentence: `gdpr`, `SOC 2`, `Health Insurance Portability and Accountability Act`."""
_NO_REGULATION = re.compile(
    r"^\W*[A-Z]\w{0,9}-\d+(?=\s*[:.)])|\b(?:MUST|NOT|SHALL|SHOULD|MAY|NEVER|ALWAYS|ONLY|ALL|ANY|NO|AND|OR|IF|REQUIRED|AES"
    r"|API|HTTPS?|ID|JSON|PHI|PII|SQL|SSN|TLS|URL)\b"
)
"""The id at the beginning of a sentence, and the words in capitals that name no regulation."""


def parse_service(source: Source, load: Load = load_file) -> Parsed:
    """Read a service spec; raises `SourceError` with the line where it cannot be read or names no service."""
    written = decode(source.content)
    tree = load(source.path, source.content)
    root = tree.root
    if not isinstance(root, Table) or "service" not in root:
        raise SourceError("not a service spec: it has no key service", 1)
    reader = _Reader(root, written.split("\n"), "json" if tree.json else "yaml")
    document = Document(
        id=source.path,
        kind=source.kind,
        path=source.path,
        title=" ".join(filter(None, (reader.name, text(root.get("version"))))) or source.path.rsplit("/", 1)[-1],
        format=source.format,
        sections=sections(reader.parts(), reader.lines, reader.syntax),
        owners=_names(root, ("owner", "owners", "team")),
        tags=tuple(dict.fromkeys((*compliance(root), *_names(root, ("domain", "tags"))))),
    )
    return Parsed((document,), tuple(Problem(source.path, line, reason) for line, reason in tree.notes))


def compliance(value: Value) -> tuple[str, ...]:
    """The regulations that a spec, or a part of it, names under the keys for them, those of its endpoints too."""
    found: dict[str, None] = {}
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, Table):
            for key in (key for key in _COMPLIANCE if key in item):
                pattern = _WORD if key == "compliance_requirements" else _NAME
                found |= dict.fromkeys(_regulations(item[key], pattern))
            stack.extend(reversed([below for below in item.values() if isinstance(below, (Table, list))]))
    return tuple(found)


def _regulations(value: Value, name: re.Pattern[str]) -> Iterator[str]:
    """The regulations in the value of such a key: a name, a list, a table keyed by them, or sentences about them.

    What `name` does not match is a sentence.
    """
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Table):
            yield from (text(item[key]) for key in ("regulation", "standard", "framework") if text(item.get(key)))
            yield from (key for key in item if _WORD.fullmatch(key))
            continue
        parts = [part.strip() for part in re.split(r"[,;]", text(item))]
        if all(map(name.fullmatch, parts)):
            yield from parts
        else:
            yield from _WORD.findall(_NO_REGULATION.sub(" . ", text(item)))


class _Reader:
    """Finds the parts of one spec."""

    def __init__(self, root: Table, lines: Sequence[str], syntax: Syntax) -> None:
        self.lines = lines
        self.syntax = syntax
        self._root = root
        service = root.get("service")
        self.name = text(service) or text(table(service).get("name"))

    def parts(self) -> list[Part]:
        """All parts in the order of the file."""
        found = [*self._rest(), *(part for key in _ROLES for part in self._listed(self._root, key))]
        return sorted(found, key=lambda part: part.first)

    def _rest(self) -> Iterator[Part]:
        """What stands beside the lists, one part a run of neighbours."""
        run: list[str] = []
        for key in [*self._root, ""]:
            if key and not (key in _ROLES and isinstance(self._root[key], (Table, list))):
                run.append(key)
                continue
            if run:
                heading = "info" if "service" in run else ", ".join(run)
                chosen = Table()
                chosen.update((name, self._root[name]) for name in run)
                opening, closing = self._root.spans[run[0]], self._root.spans[run[-1]]
                span = Span(opening.first, closing.last, opening.column, closing.end)
                summary = clip(f"service {self.name}. {words_of(chosen)}", 800)
                yield self._part(heading, heading, "info", summary, span, chosen)
            run = []

    def _listed(self, holder: Table, key: str, above: tuple[str, str] = ("", "")) -> Iterator[Part]:
        """The parts under `key`; `above` is the heading and anchor of the part that they stand in."""
        value = holder.get(key)
        role = _ROLES[key]
        if isinstance(value, Table):
            entries = [entry for name in value for entry in self._keyed(value, name, role)]
        else:
            entries = [("", item, span, ITEM) for item, span in listed(holder, key, self.lines)]
        for number, (name, item, span, before) in enumerate(entries, 1):
            if role == "endpoint" and isinstance(item, Table) and item.keys() & _METHODS:
                yield from self._methods(name, item)
            else:
                yield from self._entry(role, (name, number), item, span, before, above)

    def _keyed(self, value: Table, name: str, role: str) -> Iterator[tuple[str, Value, Span, str]]:
        """What stands under a name; of several requirements under one each is its own."""
        if role == "requirement" and len(items(value[name])) > 1:
            for number, (item, span) in enumerate(listed(value, name, self.lines), 1):
                yield f"{name} {number}", item, span, ITEM
        else:
            yield name, value[name], value.spans[name], BEFORE

    def _methods(self, path: str, item: Table) -> Iterator[Part]:
        """The endpoints of one path where its methods are keys, as in OpenAPI."""
        for method in (key for key in item if key in _METHODS):
            yield from self._entry(
                "endpoint", (f"{method.upper()} {path}", 0), item[method], item.spans[method], BEFORE, ("", "")
            )

    def _entry(
        self,
        role: str,
        called: tuple[str, int],
        item: Value,
        span: Span,
        before: str,
        above: tuple[str, str],
    ) -> Iterator[Part]:
        body = table(item)
        heading = _heading(role, called, item)
        identity = _ID.match(text(body.get("id")) or called[0] or words_of(item))
        anchor = heading if role == "endpoint" else f"{role}/{heading}"
        if role == "criterion":
            own = identity[1] if identity else f"criterion-{called[1]}"
            anchor = f"{above[1]}/{own}" if above[1] else own
        holder = Table()
        holder[called[0] or heading] = item
        summary = self._words(role, heading, item)
        crumb = (above[0],) if above[0] else ()
        yield self._part(heading, anchor, role, summary, span, item if before == ITEM else holder, crumb, before)
        if role == "endpoint":
            yield from self._listed(body, "acceptance_criteria", (heading, anchor))

    def _words(self, role: str, heading: str, item: Value) -> str:
        body = table(item)
        if role != "endpoint":
            return clip(f"{self.name} {role} {heading}. {words_of(item)}", 800)
        told = {
            key: words_of(body.get(key))
            for key in ("input", "processing", "output", "sla", "audit", "auth", "errors", "acceptance_criteria")
        }
        return summarise(
            [
                heading,
                name_words(heading),
                f"service {named(self.name)}" if self.name else "",
                text(body.get("summary")),
                clip(text(body.get("description")), 400),
                listing("compliance", compliance(body), 120),
                *(f"{key.replace('_', ' ')}: {clip(words, 160)}" for key, words in told.items() if words),
            ]
        )

    def _part(
        self,
        heading: str,
        anchor: str,
        role: str,
        summary: str,
        span: Span,
        entries: Value,
        crumb: tuple[str, ...] = (),
        before: str = BEFORE,
    ) -> Part:
        shown, syntax = render(self.lines, span, entries, self.syntax, before)
        return Part(heading, role, span.first, span.last, summary, anchor, crumb, text=shown, syntax=syntax)


def _heading(role: str, called: tuple[str, int], item: Value) -> str:
    """What a part is called: method and path, its id or name, or its first words."""
    body = table(item)
    path = text(body.get("path")) or text(body.get("route")) or text(body.get("url"))
    if role == "endpoint" and path:
        methods = items(body.get("method")) or [body.get("method")]
        return f"{', '.join(text(method).upper() for method in methods)} {path}".strip()
    own = next((text(body[key]) for key in _NAMES if text(body.get(key))), "")
    return called[0] or clip(own or words_of(item), 60) or f"{role} {called[1]}"


def _names(root: Table, keys: Sequence[str]) -> tuple[str, ...]:
    values = [root.get(key) for key in keys] + [table(root.get("service")).get(key) for key in keys]
    found = (text(item) for value in values for item in (items(value) or [value]))
    return tuple(dict.fromkeys(filter(None, found)))
