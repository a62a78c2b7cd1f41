"""Which accepted decision names a dependency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ctxkb.check.manifests.names import named, stem
from ctxkb.check.manifests.versions import major
from ctxkb.check.plan import options
from ctxkb.check.refusal import takes_up
from ctxkb.formats.executable import FENCE
from ctxkb.formats.executable_words import anchor_of
from ctxkb.formats.graph import build_graph, statuses
from ctxkb.types import SETTLED, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.documents import Documents
    from ctxkb.check.manifests.interface import Dependency
    from ctxkb.check.manifests.versions import Version
    from ctxkb.types import Document

_GLOB = re.compile(r"(?<![\w*@/.:-])@?[A-Za-z][\w./:-]*[-/._:]\*(?![\w*])")
"""How a decision names a whole family: `tree-sitter-*`."""

_RULES = re.compile(rf"^[ \t]*([`~]{{3,}})[ \t]*{FENCE}\b.*?(?:^[ \t]*\1|\Z)", re.MULTILINE | re.DOTALL)
"""A block of executable rules as it is written; what it requires stands in a section of its own."""

_WEIGHED = frozenset({"options", "pros-cons"})
"""Sections in which a decision names what it weighs, not what it chose."""

_GENERAL = frozenset(
    re.findall(
        r"\w+",
        """angular api app cli client common config core data dev go http js lib main model node plugin proto py react
        sdk server svelte test testing tools types ui util utils vue web""",
    )
)
"""Last parts of names that say too little to stand for the whole."""

_EVERYDAY = frozenset(
    re.findall(
        r"\w+",
        """black builder chance check click color colors commander concurrent debug events execute express factory fast
        forever glob got grid immutable invoke lists marked mock moment next node once open parser path poetry process
        progress request requests responses rich ring rope schedule script select shell slim split static storm task
        thin timeout unicorn watch which word yield""",
    )
)
"""Names that are words of everyday English: such a one is named where it is marked, in a title, or begins large."""


@dataclass(frozen=True)
class Decided:
    """The decisions at the head of a change; `changed` holds the paths that it adds or edits."""

    documents: Documents
    changed: frozenset[str]

    def accepted(self, dependency: Dependency) -> Document | None:
        """The first accepted decision that names `dependency`, outside of the options that it weighed."""
        return next((each for each in self._holding(dependency) if self._status[each.id] == Status.ACCEPTED), None)

    def pending(self, dependency: Dependency) -> Document | None:
        """The first decision that names `dependency` and may yet be accepted."""
        still = {*SETTLED, Status.ACCEPTED}
        return next((each for each in self._holding(dependency) if self._status[each.id] not in still), None)

    def accepted_major(self, dependency: Dependency, version: Version) -> Document | None:
        """The first accepted decision that names `dependency` with its major `version`, or came with the change."""
        naming = [each for each in self._holding(dependency) if self._status[each.id] == Status.ACCEPTED]
        with_it = re.compile(rf"(?<![\d.])v?{re.escape(major(version))}(?!\d)")
        after = re.compile(rf"(?:{_spelt(dependency)})(?P<rest>[^\n]{{0,60}})", re.IGNORECASE)
        return next(
            (
                each
                for each in naming
                if each.path in self.changed
                or any(with_it.search(found["rest"]) for found in after.finditer(self._texts[each.id]))
            ),
            None,
        )

    def _holding(self, dependency: Dependency) -> Iterator[Document]:
        """The decisions that name `dependency` and do not turn it down."""
        pattern = re.compile(_spelt(dependency), re.IGNORECASE)
        everyday = stem(dependency).lower() in _EVERYDAY
        for document in self.documents.decisions():
            text = self._texts[document.id] + _advised(pattern, document)
            meant = [each for each in pattern.finditer(text) if not everyday or _is_marked(each, document)]
            meant += [each for each in _GLOB.finditer(text) if named(dependency, each[0])]
            if any(map(takes_up, meant)) and not _was_left(pattern, document):
                yield document

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {each.id: _text(each) for each in self.documents.decisions()}

    @cached_property
    def _status(self) -> dict[str, str]:
        """The status in effect of each decision."""
        decisions = {each.id: each for each in self.documents.decisions()}
        return statuses(decisions, build_graph(decisions.values()).successors())


def _text(document: Document) -> str:
    """The title and the sections of a decision, without those in which it weighs options and what its rules forbid."""
    weighed = {(*each.breadcrumb, each.heading) for each in document.sections if each.role in _WEIGHED}
    forbidding = {anchor_of(rule.id) for rule in document.rules if rule.forbid}
    kept = (
        each.text
        for each in document.sections
        if each.role not in _WEIGHED
        and each.anchor not in forbidding
        and not any(each.breadcrumb[: len(trail)] == trail for trail in weighed)
    )
    return "\n\n".join([document.title, *(_RULES.sub("", text) for text in kept)])


def _advised(pattern: re.Pattern[str], document: Document) -> str:
    """The messages of a decision's rules that forbid something, unless they forbid just that."""
    rules = [rule for rule in document.rules if rule.forbid]
    just_that = any(pattern.search(value) for rule in rules for value in rule.values)
    return "" if just_that else "".join(f"\n\n{rule.message}" for rule in rules)


def _was_left(pattern: re.Pattern[str], document: Document) -> bool:
    """Whether a decision names it among its options, and another one as the chosen one."""
    chosen, others = options(document)
    return not pattern.search(chosen) and any(map(pattern.search, others))


def _is_marked(found: re.Match[str], document: Document) -> bool:
    """Whether a word that is found is meant as a name: in code, quotes, bold or a link, in the title, or large."""
    text, first, last = found.string, found.start(), found.end()
    around = text[max(first - 1, 0) : first] + text[last : last + 1]
    begins_sentence = re.search(r"(?:^|[.!?:]\s+|\n\s*[-*#>\d.]*\s*)$", text[:first])
    large = found[0][0].isupper() and not begins_sentence
    return last <= len(document.title) or large or bool(re.search(r"[`\"'*\[\]]", around))


def _spelt(dependency: Dependency) -> str:
    """A regular expression for the ways in which prose writes the name."""
    name = stem(dependency)
    ways = [_word(name), *(_word(family) for family in _families(dependency))]
    last = re.split(r"[/:]", name)[-1]
    if last != name and last.lower() not in _GENERAL and len(last) > 2:
        ways.append(_word(last))
    return "|".join(ways)


def _families(dependency: Dependency) -> Iterator[str]:
    """What stands for a whole family of packages: a scope of npm, a group of Maven, the start of a module's path."""
    name = stem(dependency)
    if dependency.ecosystem == "npm" and name.startswith("@"):
        yield name.split("/")[0]
    elif dependency.ecosystem == "maven":
        yield name.split(":")[0]
    elif dependency.ecosystem == "go":
        parts = name.split("/")
        yield from ("/".join(parts[:count]) for count in range(3, len(parts)))


def _word(name: str) -> str:
    """`name` as a word of its own, its parts joined in any way."""
    parts = [re.escape(part) for part in re.split(r"[-_. ]", name)]
    return rf"(?<![\w@/.-]){'[-_. ]?'.join(parts)}(?![\w-])(?!/\w)"
