"""guide-link: a link of a document leads where it says."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach
from ctxkb.check.references.files import Files
from ctxkb.check.references.links import MARKDOWN, anchors_in, links_in, may_hold_anchors, raw_targets
from ctxkb.check.references.search import occurring, stand_ins
from ctxkb.formats.placeholders import is_template_name
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.context import Context
    from ctxkb.check.documents import Documents
    from ctxkb.check.references.links import Anchors, Link

_READ = (*MARKDOWN, ".rst")
_ELSEWHERE = re.compile(
    r"(?:^|/)\.github/|template|(?:^|[/-])(?:tests?|fixtures|testdata|__snapshots__)/", re.IGNORECASE
)
"""Where text lies that is shown in other places than its own, so that its relative links are not its own."""

_NO_ANCHOR = re.compile(r"L\d+|:~:|/|!|\?|.*[=&]")
"""Fragments that name lines of code, words to mark, or states of a page."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """A link that leads nowhere. `gone` names the file that it led to before, "" where there was none."""

    path: str
    link: Link
    message: str
    anchor: bool
    known: bool
    gone: str = ""


class _End:
    """The pages of one end of a change, and where their links lead."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self._anchors: dict[str, Anchors | None] = {}

    @cached_property
    def files(self) -> Files:
        return Files(self.documents.tree.paths())

    def text(self, path: str) -> str | None:
        """The text of a file, None where this end does not have it."""
        content = next((content for _, content in self.documents.tree.read([path])), None)
        return None if content is None else content.decode("utf-8", "replace").replace("\r\n", "\n")

    def links(self, path: str) -> list[Link]:
        """The links of a file, none where this end does not have it."""
        text = self.text(path) or ""
        # Most pages link to other sites only, and to parse them takes time.
        local = any(self.files.lead(path, target) is not None for target in raw_targets(text.encode()))
        return links_in(path, text) if local else []

    def anchors(self, path: str) -> Anchors | None:
        """The anchors of a page, None where they are not known."""
        if path not in self._anchors:
            text = self.text(path) if path.lower().endswith(MARKDOWN) else None
            self._anchors[path] = None if text is None else anchors_in(text)
        return self._anchors[path]

    def leads(self, origin: str, target: str) -> bool:
        """Whether a link leads to something there is, its anchor included."""
        lead = self.files.lead(origin, target)
        return lead is not None and lead.found and not self.lacks_anchor(lead.file, target)

    def faulty(self, origin: str, target: str) -> bool:
        """Whether a link into this repository leads nowhere, or to a page without its anchor."""
        lead = self.files.lead(origin, target)
        return lead is not None and (not lead.found or self.lacks_anchor(lead.file, target))

    def surely_faulty(self, origin: str, target: str) -> bool:
        """Whether a link that leads nowhere can mean nothing that a site generator would make."""
        lead = self.files.lead(origin, target)
        if lead is None or not lead.found:
            return lead is not None and lead.certain
        return self.lacks_anchor(lead.file, target, surely=True)

    def is_nowhere(self, origin: str, target: str) -> bool:
        """Whether a link into this repository leads to no file."""
        lead = self.files.lead(origin, target)
        return lead is not None and not lead.found

    def lacks_anchor(self, file: str, target: str, *, surely: bool = False) -> bool:
        """Whether the page `file` has no such anchor as `target` names, `surely` where none comes from elsewhere."""
        fragment = target.partition("#")[2]
        if not fragment or not file or _NO_ANCHOR.match(fragment):
            return False
        known = self.anchors(file)
        return known is not None and not known.have(fragment) and (known.whole or not surely)


def check_link(context: Context) -> Iterator[Breach]:
    """Links that the change breaks, in whatever file of prose they stand; with `everything` those broken before too."""
    base, head = _End(context.base), _End(context.head)
    found = [
        fault
        for path in _pages(context, base, head)
        for fault in _faults(base, head, path, context.changes.before(path))
        if context.everything or not fault.known
    ]
    yield from _breaches(context, [fault for fault in found if not _is_supersession(context, fault)])


def _is_supersession(context: Context, fault: _Fault) -> bool:
    """Whether decision-supersession tells of the same link."""
    lines = (
        link.line
        for document in context.head.of(fault.path)
        if document.kind is Kind.DECISION
        for link in document.links
        if link.relation in {"supersedes", "superseded-by"}
    )
    return not fault.anchor and fault.link.line in lines


def _pages(context: Context, base: _End, head: _End) -> Iterator[str]:
    """The files of prose to look at: those of the change, and those with links to what it took away."""
    changed = context.changes.present()
    fit = [path for path in sorted(changed) if path.lower().endswith(_READ) and path in head.files.paths]
    yield from (path for path in fit if not is_shown_elsewhere(path))
    gone = any(change.kind in "DR" for change in context.changes.files)
    shortened = _shortened(context, base, head)
    if not gone and not shortened and not context.everything:
        return
    for path, content in context.head.prose.items():
        if path in changed or not path.lower().endswith(_READ) or is_shown_elsewhere(path):
            continue
        if context.everything or any(_may_break(base, head, path, each, shortened) for each in raw_targets(content)):
            yield path


def is_shown_elsewhere(path: str) -> bool:
    """Whether the text in that file is shown in other places, so that nobody can tell where its links lead."""
    return bool(_ELSEWHERE.search(path)) or is_template_name(path)


def _shortened(context: Context, base: _End, head: _End) -> set[str]:
    """The pages that lost an anchor."""
    found = set()
    for change in context.changes.files:
        if change.kind == "M" and change.path.lower().endswith(MARKDOWN) and _may_shorten(context, base, change.path):
            then, now = base.anchors(change.path), head.anchors(change.path)
            if then and now and then.keys - now.keys:
                found.add(change.path)
    return found


def _may_shorten(context: Context, base: _End, path: str) -> bool:
    """Whether a line that went from the page may have given it an anchor."""
    removed = context.lines(path).removed
    rows = (base.text(path) or "").split("\n") if removed.spans else []
    return may_hold_anchors("\n".join(row for number, row in enumerate(rows, 1) if number in removed))


def _may_break(base: _End, head: _End, path: str, target: str, shortened: set[str]) -> bool:
    """Whether the change may break a link of a page that it leaves alone, told by how `target` stands in its bytes."""
    # A role of reStructuredText leaves the ending out.
    for each in (target, f"{target}.rst") if path.lower().endswith(".rst") else (target,):
        now = head.files.lead(path, each)
        if now is None:
            continue
        then = base.files.lead(path, each) if not now.found or "#" in each else None
        if then and then.found and (not now.found or then.file != now.file or now.file in shortened):
            return True
    return False


def _faults(base: _End, head: _End, path: str, before: str) -> Iterator[_Fault]:
    """The links of a file that lead nowhere at the head. `before` is where it was at the base, "" if nowhere."""
    wrong = [link for link in head.links(path) if head.faulty(path, link.target)]
    then = {link.target for link in base.links(before)} if wrong and before else set()
    missing = {_folder(before, target) for target in then if base.is_nowhere(before, target)}
    for link in wrong:
        kept = link.target in then
        led = kept and base.leads(before, link.target)
        lead = head.files.lead(path, link.target)
        if lead is None or (not led and not head.surely_faulty(path, link.target)):
            continue
        # What lies in a folder that never was in the repository is made elsewhere.
        unseen = not led and not lead.found and _folder(path, link.target) in missing - head.files.folders
        then_lead = base.files.lead(before, link.target) if led else None
        gone = then_lead.file if then_lead and not lead.found else ""
        place = "this page" if lead.file == path else lead.file
        message = f"no heading of {place}" if lead.found else "no file"
        yield _Fault(path, link, f'"{link.target}" leads to {message}', lead.found, (kept and not led) or unseen, gone)


def _folder(origin: str, target: str) -> str:
    path = target.partition("#")[0].partition("?")[0]
    return posixpath.dirname(posixpath.normpath(posixpath.join(posixpath.dirname(origin), path)))


def _breaches(context: Context, found: list[_Fault]) -> Iterator[Breach]:
    if not found:
        return
    behind = stand_ins(context)
    moved = {change.old: change.path for change in context.changes.files if change.kind == "R"}
    routes = {_route(fault.link.target) for fault in found if fault.link.target.startswith("/") and fault.gone}
    redirected = occurring(context, routes, words=False)
    for fault in found:
        target = fault.link.target
        aimed = posixpath.normpath(posixpath.join(posixpath.dirname(fault.path), target.partition("#")[0])).lstrip("/")
        if any(f"{aimed}/".startswith(f"{each}/") for each in behind) or _route(target) in redirected:
            continue
        new = moved.get(fault.gone)
        why = f": {fault.gone} is now {new}" if new else f": the change deletes {fault.gone}" if fault.gone else ""
        yield Breach(
            path=fault.path,
            line=fault.link.line,
            message=f"the link {fault.message}{why}",
            fix=f"let it lead to {new}" if new else "correct the link, or take it out",
            known=fault.known,
            # Generators of sites differ in the anchors that they make.
            severity="warning" if fault.anchor and not fault.known else None,
        )


def _route(target: str) -> str:
    """The address of a page as a site serves it, which its redirects name."""
    return re.sub(r"\.mdx?$", "", target.partition("#")[0]).rstrip("/")
