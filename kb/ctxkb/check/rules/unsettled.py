"""decision-unsettled: work rests on a decision that holds, not on one that is open or gone."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach, Place
from ctxkb.formats.frontmatter import split
from ctxkb.formats.graph import build_graph, statuses
from ctxkb.formats.scope import stated_scope
from ctxkb.retrieve.scope import governs
from ctxkb.types import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxkb.check.context import Context
    from ctxkb.check.documents import Documents
    from ctxkb.types import Document

_UNSETTLED = (Status.PROPOSED, Status.REJECTED, Status.SUPERSEDED)
_FIX = {
    Status.PROPOSED: "accept it, or have the work wait until it is decided (`kb adr accept`)",
    Status.REJECTED: "decide how it is done instead, or take these paths out of its scope",
    Status.SUPERSEDED: "go by the decision that replaces it, and state its scope; or decide anew",
}
_SCOPED = re.compile(rb"^[\"']?scope[\"']?\s*[:=]", re.MULTILINE)
"""What a decision that states its scope holds; few do, and to parse them all takes time."""

_COMMENT = re.compile(r"#(?!\[|!|include|define|if|endif)|//|/\*|\*(?:\s|/|$)|--\s|;;|<!--|%\s|rem\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Decisions:
    """The decisions at the head that state a scope: by id, with the status in effect, and what replaced which."""

    scoped: tuple[Document, ...]
    documents: Mapping[str, Document]
    status: Mapping[str, str]
    successors: Mapping[str, tuple[str, ...]]

    def settle(self, path: str) -> bool:
        """Whether a decision that holds says that it governs `path`."""
        return any(self._holds(each.id) and governs(each.scope, path) for each in self.scoped)

    def _holds(self, identity: str) -> bool:
        """Whether it binds, or says in words of its own how it stands; a deprecated one is on its way out with care."""
        return self.status[identity] not in _UNSETTLED

    def inherits(self, identity: str, path: str) -> bool:
        """Whether what replaced the decision holds, and governs `path` or names no paths at all."""
        waiting, seen = [identity], {identity}
        while waiting:
            for other in self.successors.get(waiting.pop(), ()):
                heir = self.documents.get(other)
                if heir is None or other in seen:
                    continue
                if self._holds(other) and (not heir.scope.stated or governs(heir.scope, path)):
                    return True
                seen.add(other)
                waiting.append(other)
        return False


def check_unsettled(context: Context) -> Iterator[Breach]:
    """One breach for each unsettled decision in whose stated scope, and in that of no settled one, code changes."""
    if not any(_SCOPED.search(content) for _, content in context.head.written_decisions()):
        return
    decisions = _decisions(context)
    open_ = [each for each in decisions.scoped if decisions.status[each.id] in _UNSETTLED]
    if not open_:
        return
    read = context.head.read(each.path for each in open_)
    open_ = [each for each in open_ if stated_scope(split(read[each.path].text).data).stated]
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(context.changes.present()):
        near = [each for each in open_ if governs(each.scope, path)]
        if near and not decisions.settle(path) and not any(decisions.inherits(each.id, path) for each in near):
            found[near[0].id].append(path)
    for identity, paths in found.items():
        worked = [path for path in paths if _is_work(context, path)]
        if worked:
            yield _breach(decisions.documents[identity], decisions.status[identity], worked)


def _decisions(context: Context) -> _Decisions:
    documents = {each.id: each for each in context.head.decisions()}
    scoped = tuple(each for each in documents.values() if each.scope.stated and each.scope.globs)
    if not scoped:
        return _Decisions((), {}, {}, {})
    successors = build_graph(documents.values()).successors()
    effective = statuses(documents, successors)
    return _Decisions(scoped, documents, effective, successors)


def _is_work(context: Context, path: str) -> bool:
    """Whether the change adds or edits lines of code there: no document, no comment, nothing that was only moved."""
    if any(read.kind is not None for read in context.head.read([path]).values()):
        return False
    added = context.lines(path).added
    rows = [row for number, row in enumerate(_rows(context.head, path), 1) if number in added]
    before = {"".join(row.split()) for row in _rows(context.base, context.changes.before(path))}
    return any(row and not _COMMENT.match(row) and "".join(row.split()) not in before for row in rows)


def _rows(documents: Documents, path: str) -> list[str]:
    """The lines of a file without the space around them; none of a file that holds no text."""
    content = b"".join(content for _, content in documents.tree.read([path]))
    return [] if b"\0" in content[:8000] else [row.strip() for row in content.decode("utf-8", "replace").split("\n")]


def _breach(decision: Document, status: str, paths: list[str]) -> Breach:
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    verb = "change" if more else "changes"
    named = f'"{decision.title}" ({decision.path})'
    return Breach(
        path=paths[0],
        line=0,
        message=f"{paths[0]}{more} {verb}, and is governed only by a {status} decision: {named}",
        fix=_FIX[Status(status)],
        ask=decision.owners,
        related=(Place(decision.path, 1, f"{status}, and says that it governs {', '.join(decision.scope.globs)}"),),
    )
