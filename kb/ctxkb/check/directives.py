"""What rule files tell people to do, or not to do, and which two of these cannot both be followed.

Told are only contradictions that stand in the words themselves: the same thing demanded and forbidden, the same
sentence with another number, and one of two things that exclude each other where the rest of the sentence is the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ctxkb.text.markdown import blocks
from ctxkb.text.words import query_terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.types import Document

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\s*\n\s*(?=[-*+]\s|\d+[.)]\s)")
_MARKS = re.compile(r"^[\s>]*(?:[-*+]|\d+[.)])?\s*(?:\[[ xX]\]\s*)?|[*_`]{1,3}")
_AGAINST = re.compile(
    r"^no(?=\s+\w)|\b(?:never|do not|don['’]t|must not|mustn['’]t|should not|shouldn['’]t|may not|cannot|avoid|"
    r"refrain from|(?:is|are) (?:forbidden|prohibited|not allowed)|no longer)\b",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"^(?:please\s+)?(?:always|use|prefer|write|run|add|keep|put|indent|format|name|place|import|log|commit|create|call|"
    r"store|return|throw|raise|test|document|declare|define|install|make|limit|wrap|sort|order|"
    r"(?:max|min)(?:imum)?|line (?:length|width))\b|\b(?:must|should|always|shall)\b",
    re.IGNORECASE,
)
_HEDGED = re.compile(
    r"\b(?:if|unless|except|only|when|where|instead|rather|but|or|may|might|can|prefer\w* .* over|without|until|"
    r"outside|except)\b",
    re.IGNORECASE,
)
"""Words that make a sentence hold for some cases only: two such sentences may well both be followed."""

_CASE = re.compile(r"\b(camel|snake|kebab|pascal)[ _-]?case\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w.-])")
_BOUND = re.compile(r"\b(max|min)\b", re.IGNORECASE)
_EMPTY = (
    "always never please must avoid should shall not refrain forbidden prohibited allowed longer "
    "write run add keep put make create prefer call have do our new every"
)
"""Words that say that something is demanded or done, and nothing of what."""

EXCLUSIVE = (
    "tabs spaces",
    "npm yarn pnpm bun",
    "camelcase snakecase kebabcase pascalcase",
    "single double",
    "rebase merge",
    "poetry pipenv uv pdm",
    "jest vitest mocha",
    "relative absolute",
)
"""Words of which a rule can mean one only."""

LEAST_TERMS = 2
"""With fewer terms two sentences are the same by accident, unless they are bare."""

_BARE = re.compile(
    r"(?:(?:please|always|never|do not|don['’]t|no|avoid|use|using|write|add|prefer)\s+)+[\w-]+", re.IGNORECASE
)
"""A demand of one thing and nothing else: "No semicolons"."""


@dataclass(frozen=True, slots=True)
class Directive:
    """One demand: where it stands (1-based line), what it says, whether for or against, of which terms and numbers."""

    document: Document
    line: int
    text: str
    against: bool
    terms: frozenset[str]
    numbers: tuple[str, ...]


def directives(document: Document) -> Iterator[Directive]:
    """What a convention demands without conditions, sentence by sentence; blocks of code demand nothing."""
    for section in document.sections:
        lines = section.text.split("\n")
        for block in blocks(section.text) if section.syntax == "markdown" else ():
            if block.kind not in {"paragraph", "item"}:
                continue
            yield from _in_block(
                document, section.first + block.first - 1, "\n".join(lines[block.first - 1 : block.last])
            )


def _in_block(document: Document, first: int, text: str) -> Iterator[Directive]:
    begun = 0
    for part in [*_SENTENCE.finditer(text), None]:
        end = part.start() if part else len(text)
        sentence, line = text[begun:end], first + text.count("\n", 0, begun)
        begun = part.end() if part else end
        found = _directive(document, line, sentence)
        if found is not None:
            yield found


def _directive(document: Document, line: int, sentence: str) -> Directive | None:
    plain = " ".join(_MARKS.sub("", _CASE.sub(r"\1case", sentence)).split()).rstrip(".!;:")
    against = bool(_AGAINST.search(plain))
    if not plain or _HEDGED.search(plain) or not (against or _FOR.search(plain)):
        return None
    terms = _demanded(plain)
    if len(terms) < LEAST_TERMS and not (terms and _BARE.fullmatch(plain)):
        return None
    numbers = tuple(_NUMBER.findall(plain))
    return Directive(document, line, plain, against, terms, numbers)


def _demanded(plain: str) -> frozenset[str]:
    """The terms of what a sentence demands or forbids, without numbers and the words that demand or forbid it."""
    text = _CASE.sub(lambda case: case[0].lower(), _BOUND.sub(r"\1imum", plain))
    return frozenset(query_terms(_NUMBER.sub(" ", _AGAINST.sub(" ", text)))) - _terms(_EMPTY)


def conflict(one: Directive, other: Directive) -> str:
    """Why two directives cannot both be followed, "" where they can, as far as their words tell."""
    if one.against != other.against:
        return "one demands what the other forbids" if one.terms == other.terms and one.numbers == other.numbers else ""
    if one.against:
        return ""
    if one.terms == other.terms:
        differ = len(one.numbers) == len(other.numbers) and sorted(one.numbers) != sorted(other.numbers)
        return "they name different numbers" if differ else ""
    return "each excludes the other" if _excludes(one.terms, other.terms) else ""


def _excludes(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the two differ by one term each, and these two cannot both be meant."""
    first, second = one - other, other - one
    if len(first) != 1 or len(second) != 1 or not one & other:
        return False
    return any(first | second <= _terms(group) for group in EXCLUSIVE)


@cache
def _terms(words: str) -> frozenset[str]:
    return frozenset(query_terms(words))
