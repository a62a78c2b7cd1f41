"""What in a plan, or in a spec that is still only text, goes against what the repository has decided.

A plan is prose: what is told here are names that stand in it, outside of sentences that turn them down. It may be
wrong, so that nothing of it is an error unless the configuration says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.executable.force import in_force
from ctxkb.check.findings import Finding
from ctxkb.check.refusal import REFUSING, takes_up
from ctxkb.config.authority import authority_over
from ctxkb.formats.graph import build_graph, statuses
from ctxkb.text.markdown import blocks
from ctxkb.text.words import query_terms
from ctxkb.types import SETTLED, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.context import Context
    from ctxkb.types import Document

PLAN = "plan"
"""What stands in place of a path in these findings."""

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|,\s+(?=but\b)|\s*\n", re.IGNORECASE)
_NUMBER = re.compile(r"\b(?:ADR|RFC|KEP|TEP)[- #]?0*(\d+)\b", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w/.-])(?:[\w@.-]+/)+(?:[\w@.*-]*[\w*])?|(?<![\w/.-])[\w-]+\.[a-z]{1,5}\b")
_CHOSEN = re.compile(r"chosen (?:option|solution|alternative)s?\W+[\"“'`*_]*(?P<name>[^\"”'`*_\n,.]+)", re.IGNORECASE)
_ITEM = re.compile(r"^\s{0,3}(?:[-*+]|\d+[.)])\s+(.+)$", re.MULTILINE)
_MARKUP = re.compile(r"[*_`\"“”]|\[([^\]]*)\]\([^)]*\)")

LONGEST_NAME = 4
"""The words of an option that is a name; a longer one is a sentence, which no plan repeats."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """One sentence of the plan and its 1-based line."""

    line: int
    text: str

    def takes_up(self, name: str) -> bool:
        """Whether `name` stands here as a word of its own that is not turned down."""
        found = re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", self.text, re.IGNORECASE)
        return any(map(takes_up, found))


@dataclass(frozen=True, slots=True)
class _Decided:
    """The decisions by id, the status in effect of each, and what took the place of which."""

    documents: dict[str, Document]
    status: dict[str, str]
    successors: dict[str, tuple[str, ...]]

    def heirs(self, document: Document) -> list[str]:
        """The paths of what took its place."""
        return [self.documents[each].path for each in self.successors.get(document.id, ()) if each in self.documents]


def _decided(context: Context) -> _Decided:
    documents = {document.id: document for document in context.head.decisions()}
    successors = build_graph(documents.values()).successors()
    return _Decided(documents, statuses(documents, successors), dict(successors))


def judge_plan(context: Context, text: str) -> tuple[Finding, ...]:
    """What in `text` speaks against the working tree's decisions, rules and policy, in the order of its lines."""
    sentences = list(_sentences(text))
    decided = _decided(context)
    found = [
        *_settled(context, decided, sentences),
        *_forbidden(context, sentences),
        *_banned(context, sentences),
        *_reserved(context, sentences),
        *_not_chosen(context, decided, text, sentences),
    ]
    severity = context.config.check.severity
    wanted = [each for each in found if severity.get(each.rule) != "off"]
    return tuple(sorted(dict.fromkeys(wanted), key=lambda each: (each.line, each.rule, each.message)))


def named_paths(context: Context, text: str) -> tuple[str, ...]:
    """The files and folders of the repository that a plan names, in its order."""
    paths = context.head.tree.paths()
    folders = {path[: end.start()] for path in paths for end in re.finditer("/", path)}
    names = (match[0].strip("/") for match in _PATH.finditer(text))
    return tuple(dict.fromkeys(name for name in names if name in paths or name in folders))


def _sentences(text: str) -> Iterator[_Sentence]:
    """What the plan says; a block of code is no sentence."""
    code = {line for block in blocks(text) if block.kind == "code" for line in range(block.first, block.last + 1)}
    for number, line in enumerate(text.split("\n"), 1):
        if number in code:
            continue
        yield from (_Sentence(number, part) for part in _SENTENCE.split(line) if part.strip())


def _settled(context: Context, decided: _Decided, sentences: list[_Sentence]) -> Iterator[Finding]:
    """Decisions that the plan rests on and that no longer hold, or do not hold yet."""
    by_number = {each.number: each for each in decided.documents.values() if each.number.isdigit()}
    for sentence in sentences:
        named = [by_number.get(match[1]) for match in _NUMBER.finditer(sentence.text)]
        named += [each for each in decided.documents.values() if each.path in sentence.text]
        for document in dict.fromkeys(each for each in named if each is not None):
            status = decided.status[document.id]
            if status in {*SETTLED, Status.PROPOSED} and not REFUSING.search(sentence.text):
                heirs = decided.heirs(document)
                fix = f"go by {', '.join(heirs)}" if heirs else "ask whoever decides before you go on"
                message = f'rests on {document.path}, which is "{status}"'
                yield _finding(context, "decision-unsettled", sentence.line, message, fix, document)


def _forbidden(context: Context, sentences: list[_Sentence]) -> Iterator[Finding]:
    """Imports and dependencies that an executable rule forbids."""
    for held in in_force(context.head):
        if not held.rule.forbid or held.rule.subject not in ("import", "dependency"):
            continue
        for value in held.rule.values:
            where = next((each for each in sentences if each.takes_up(value)), None)
            if where:
                message = f'speaks of "{value}", which rule {held.rule.id} of {held.document.path} forbids'
                fix = held.rule.message or f"plan without {value}"
                yield _finding(context, held.name, where.line, message, fix, held.document)


def _banned(context: Context, sentences: list[_Sentence]) -> Iterator[Finding]:
    """Dependencies that the configuration bans."""
    for pattern, reason in context.config.dependencies.banned.items():
        name = pattern.split(":", 1)[-1]
        where = next((each for each in sentences if "*" not in name and each.takes_up(name)), None)
        if where:
            yield _finding(
                context,
                "dependency-banned",
                where.line,
                f'speaks of "{name}", which is banned',
                reason or "plan without it",
            )


def _reserved(context: Context, sentences: list[_Sentence]) -> Iterator[Finding]:
    """Paths that are not the agent's to touch."""
    tables = context.config.authority
    for sentence in sentences if tables else ():
        for path in dict.fromkeys(match[0].strip("/") for match in _PATH.finditer(sentence.text)):
            table = authority_over(tables, path) or authority_over(tables, f"{path}/x")
            if table is None:
                continue
            needed = "must not be touched" if table.level == "never" else "needs a person's approval"
            owner = table.owner or ", ".join(context.code_owners.of(path)) or "a person"
            yield _finding(context, "authority", sentence.line, f"names {path}, which {needed}", f"ask {owner} first")


def _not_chosen(context: Context, decided: _Decided, text: str, sentences: list[_Sentence]) -> Iterator[Finding]:
    """Options that an accepted decision weighed and did not choose, where the plan does not name the chosen one.

    The sentence must be about the decision's subject, and no other decision may have chosen that option: Python was
    not taken for the web pages, and is what the service is written in.
    """
    whole = _Sentence(1, " ".join(text.split()))
    accepted = [each for each in decided.documents.values() if decided.status[each.id] == Status.ACCEPTED]
    weighed = [(document, *options(document)) for document in accepted]
    in_use = {chosen.casefold() for _, chosen, _ in weighed}
    for document, chosen, others in weighed:
        if not chosen or whole.takes_up(chosen):
            continue
        for name in (each for each in others if each.casefold() not in in_use):
            subject = {*query_terms(document.title)} - {*query_terms(name)}
            where = next(
                (each for each in sentences if each.takes_up(name) and subject & {*query_terms(each.text)}), None
            )
            if where:
                message = f'speaks of "{name}"; {document.path} weighed it and chose "{chosen}"'
                fix = f"plan with {chosen}, or propose a decision that supersedes that one"
                yield _finding(context, "rule-contradiction", where.line, message, fix, document)


def options(document: Document) -> tuple[str, tuple[str, ...]]:
    """The option that a decision names as chosen, and the names of the others; "" and none where it does not say."""
    outcome = next((section.text for section in document.sections if section.role == "outcome"), "")
    said = _CHOSEN.search(outcome)
    listed = [
        _MARKUP.sub(r"\1", item[1]).strip()
        for section in document.sections
        if section.role == "options"
        for item in _ITEM.finditer(section.text)
    ]
    if said is None:
        return "", ()
    chosen = said["name"].strip()
    short = [name for name in listed if len(name) > 2 and len(name.split()) <= LONGEST_NAME]
    known = next((name for name in listed if _same(name, chosen)), "")
    return known, tuple(name for name in short if known and not _same(name, chosen) and not _overlap(name, known))


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _overlap(one: str, other: str) -> bool:
    """Whether one name is part of the other: Jest and Jest with Enzyme cannot be told apart in prose."""
    first, second = one.casefold(), other.casefold()
    return first in second or second in first


def _finding(
    context: Context, rule: str, line: int, message: str, fix: str, document: Document | None = None
) -> Finding:
    severity = context.config.check.severity.get(rule, "warning")
    ask = context.owners(document.path) if document else ()
    return Finding(rule, "warning" if severity == "off" else severity, PLAN, line, message, fix, None, ask)
