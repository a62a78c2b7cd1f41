"""spec-section: a spec has the sections that its form asks for."""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.contracts.files import DATA
from ctxkb.check.contracts.plain import line_at
from ctxkb.check.contracts.plain import read as contents
from ctxkb.check.findings import Breach
from ctxkb.formats.classify import classify, wants_head
from ctxkb.formats.openapi_words import items, table, text
from ctxkb.text.markdown import headings
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.documents import Documents, Read
    from ctxkb.types import Section

_USUAL_PLACE = re.compile(r"spec|requirement", re.IGNORECASE)
_TEMPLATE = re.compile(r"template|boilerplate", re.IGNORECASE)
_CRITERIA = re.compile(r"\W*(?:[\d.]+\s+)?acceptance (?:criteria|criterion|tests?|conditions)\W*", re.IGNORECASE)
_OPTIONAL = re.compile(r"optional|if applicable|if needed|include if|[\[{<]", re.IGNORECASE)
_MANDATORY = re.compile(r"\W*\(?(?:mandatory|required)\)?\W*$", re.IGNORECASE)
_KIT_TEMPLATE, _KIT_SPEC = "spec-template.md", "spec.md"
"""The names that spec-kit gives its template and each spec, which has a folder of its own."""

_FEWEST, _MOST = 2, 20
"""How many other specs show what is usual, and how many are looked at."""

_TOLD = ("input", "processing", "output", "sla", "audit")


_Asked = Callable[[str, str], tuple[str, tuple[str, ...]]]
_Used = Callable[[str, str], Mapping[str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a spec: where, what, how to mend it."""

    line: int
    message: str
    fix: str


def specs(context: Context) -> Iterator[tuple[str, Read]]:
    """The specs among the judged files, service specs wherever they lie, templates left out."""
    yield from _specs(context.head, context.judged())


def deleted_specs(context: Context) -> Iterator[tuple[str, Read]]:
    """The specs that the change takes away, as they were."""
    yield from _specs(context.base, [change.old for change in context.changes.files if change.kind == "D"])


def _specs(documents: Documents, paths: Iterable[str]) -> Iterator[tuple[str, Read]]:
    for path, read in documents.read(paths).items():
        service = any(each.format == "service" for each in read.parsed.documents)
        if read.parsed.documents and (read.kind is Kind.SPEC or service) and not _TEMPLATE.search(path):
            yield path, read


def spec_paths(context: Context, paths: Iterable[str]) -> Iterator[str]:
    """Those of `paths` that may be specs; what only its first bytes tell is one by its name or folder."""
    sources = context.config.sources
    for path in paths:
        # The usual places have such a word in their name; to classify every file would take long.
        if not sources.specs and not _USUAL_PLACE.search(path):
            continue
        told = classify(path, None, sources)
        if (told and told[0] is Kind.SPEC) or (told is None and wants_head(path) and path.lower().endswith(DATA)):
            yield path


def judged(context: Context, judge: Callable[[str, Read], Iterator[Fault]]) -> Iterator[Breach]:
    """What `judge` finds in the specs, known where it finds the same in what the spec was before."""
    for path, read in specs(context):
        faults = list(judge(path, read))
        before = context.base.read([context.changes.before(path)]).items() if faults else ()
        known = {each.message for was, then in before for each in judge(was, then)}
        for each in faults:
            yield Breach(path, each.line, each.message, each.fix, known=each.message in known)


def check_spec_section(context: Context) -> Iterator[Breach]:
    """What the form of a spec asks for and the spec does not have."""
    asked = functools.cache(lambda folder, name: _asked(context, folder, name))
    used = functools.cache(lambda folder, name: _used(context, folder, name))
    yield from judged(context, lambda path, read: _missing(path, read, asked, used))


def _missing(path: str, read: Read, asked: _Asked, used: _Used) -> Iterator[Fault]:
    if read.parsed.documents[0].format == "service":
        yield from _of_service(path, read.text)
        return
    own = _headings(read.text)
    template, wanted = asked(*posixpath.split(path))
    # A spec with few of its headings is of another form.
    if 2 * len(own.intersection(wanted)) >= len(wanted):
        for name in wanted:
            if name not in own and _is_usual(name, path, used(*posixpath.split(path))):
                about = f'the section "{name}", which {template} asks for, is missing'
                yield Fault(1, about, f'add a section "{name}"')
    yield from _empty_criteria(read.parsed.documents[0].sections)


def _is_usual(name: str, path: str, used: Mapping[str, frozenset[str]]) -> bool:
    """Whether the other specs have the section: a template is not always followed to the letter."""
    others = [found for other, found in used.items() if other != path]
    return len(others) < _FEWEST or 2 * sum(name in found for found in others) >= len(others)


def _used(context: Context, folder: str, name: str) -> dict[str, frozenset[str]]:
    """The headings of the specs beside the spec `name`: in its folder, or of its name in the folders beside it."""
    above = posixpath.dirname(folder)
    near = (
        path
        for path in context.head.tree.paths()
        if path.endswith(".md") and not _TEMPLATE.search(path)
        if (posixpath.dirname(path) == folder and name != _KIT_SPEC)
        or (posixpath.basename(path) == name and posixpath.dirname(posixpath.dirname(path)) == above)
    )
    read = context.head.tree.read(sorted(near)[:_MOST])
    return {path: _headings(content.decode("utf-8", "replace")) for path, content in read}


def _headings(text: str) -> frozenset[str]:
    return frozenset(_bare(each.text) for each in headings(text))


def _asked(context: Context, folder: str, name: str) -> tuple[str, tuple[str, ...]]:
    """The nearest template for the spec `name` in `folder`, beside it or above, and the headings that it asks for."""
    for path in _template_paths(context.head.tree.paths(), folder, name):
        content = b"".join(found for _, found in context.head.tree.read([path]))
        found = [each.text for each in headings(content.decode("utf-8", "replace")) if each.level == 2]
        marked = [each for each in found if _MANDATORY.search(each)]
        return path, tuple(_bare(each) for each in marked or found if not _OPTIONAL.search(each))
    return "", ()


def _template_paths(paths: Iterable[str], folder: str, name: str) -> list[str]:
    near = {folder, posixpath.dirname(folder)}
    found = [path for path in paths if path.lower().endswith(".md") and _TEMPLATE.search(posixpath.basename(path))]
    beside = sorted((path for path in found if posixpath.dirname(path) in near), reverse=True)
    kit = [path for path in found if posixpath.basename(path) == _KIT_TEMPLATE and name == _KIT_SPEC]
    return beside or sorted(kit)


def _bare(heading: str) -> str:
    """A heading as it is compared: without its number and mark, in lower case."""
    return re.sub(r"^[\d.\s]+", "", _MANDATORY.sub("", heading)).strip(" *:_").lower()


def _empty_criteria(sections: Sequence[Section]) -> Iterator[Fault]:
    for section, after in zip(sections, (*sections[1:], None), strict=True):
        words = re.sub(r"<!--.*?(?:-->|\Z)", "", section.text.partition("\n")[2], flags=re.DOTALL)
        deeper = after is not None and after.level > section.level
        if _CRITERIA.fullmatch(section.heading) and not words.strip() and not deeper and section.role != "criterion":
            yield Fault(
                section.first, f'nothing stands under "{section.heading}"', "say there when the work is accepted"
            )


def _of_service(path: str, written: str) -> Iterator[Fault]:
    """What a service spec leaves open: how an endpoint is called, and what all of its other endpoints tell."""
    root = contents(path, written.encode())
    if root is None:
        return
    if "endpoints" in root and not root["endpoints"]:
        yield Fault(root.spans["endpoints"].first, "no endpoint is described", "describe one, or leave out endpoints")
    if root.get("compliance") and not root.get("compliance_requirements"):
        line = root.spans["compliance"].first
        yield Fault(line, "compliance names what holds, and no compliance_requirements say what follows", "add them")
    endpoints = [(number, table(each)) for number, each in enumerate(items(root.get("endpoints")))]
    for number, body in endpoints:
        name = " ".join(filter(None, (text(body.get("method")), text(body.get("path"))))) or f"endpoint {number + 1}"
        others = [each for other, each in endpoints if other != number]
        shared = [key for key in _TOLD if len(others) > 1 and all(each.get(key) for each in others)]
        for key in ("path", "method", *shared):
            if not body.get(key):
                line = line_at(root, ("endpoints", number))
                yield Fault(line, f"{name} does not tell its {key}", f"add {key}")
