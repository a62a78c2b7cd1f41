"""Which sections of a decision say what was decided, where a heading alone does not tell."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.formats.decision_roles import bare_heading, role_of
from ctxkb.formats.placeholders import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.types import Section

_FEW = 12
"""Words: a pointer has hardly more, and what was decided is rarely said in fewer where it points elsewhere too."""

_PROPOSED = re.compile(
    r"(?:the )?(?:recommendation|argument|solution|proposal)s?"
    r"|(?:proposed|recommended|preferred|desired) (?:solution|option|approach|design)(?:\W.*)?"
)
"""Headings of what was put forward: it is what was decided only where nothing else says that."""

_OPEN = re.compile(
    r"\W*(?:(?:tb[adc]|to-?do|wip|pending|to be (?:decided|determined|defined|discussed|confirmed|done|written)"
    r"|(?:not (?:yet )?|un)(?:decided|determined))\b(?:\W+\w+){0,4}|n/?a|none|open)\W*",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:see|refer|as|described|follow\w*|outlined|detailed|specified|defined|explained|presented|proposed)\b"
    r".*\b(?:below|above|next|previous|preceding|following|sections?)\b",
    re.IGNORECASE | re.DOTALL,
)
_NAMES_IT = re.compile(r"\b(?:chosen|choose|chose|because|instead|adopt|reject(?:ed)?)\b", re.IGNORECASE)
_HERE = re.compile(r"\]\(#([^)\s]+)\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def with_outcome(sections: Sequence[Section]) -> tuple[Section, ...]:
    """`sections` with their roles, "outcome" kept for what says what was decided.

    A "Decision" that says nothing yet has no role; one that only points to the design has it carry the role. Beside
    one that says it, a "Proposed solution" is what was put forward and has no role.
    """
    found = list(sections)
    stated = [index for index, section in enumerate(found) if _states(section)]
    for index in stated:
        carrying = _carrying(found, index)
        if carrying or _is_open(found[index]):
            found[index] = replace(found[index], role="")
        for number in carrying:
            found[number] = replace(found[number], role="outcome")
    if any(found[index].role == "outcome" and _has_words(found, index) for index in stated):
        for index in _put_forward(found):
            found[index] = replace(found[index], role="")
    return tuple(found)


def _states(section: Section) -> bool:
    """Whether a section says by its own heading what was decided."""
    return role_of(section.heading) == section.role == "outcome" and not _is_proposed(section)


def _is_proposed(section: Section) -> bool:
    return bool(_PROPOSED.fullmatch(bare_heading(section.heading)))


def _is_open(section: Section) -> bool:
    """Whether all that stands below the heading says that nothing is decided yet."""
    words = _words(section)
    return bool(words) and len(words.split()) <= _FEW and (is_placeholder(words) or bool(_OPEN.fullmatch(words)))


def _words(section: Section) -> str:
    """What stands below the heading, marks of quotes and emphasis and addresses of links left out."""
    text = _COMMENT.sub("", section.text.partition("\n")[2])
    return " ".join(_LINK.sub(r"\1", text).replace(">", " ").split()).strip("*_")


def _has_words(sections: Sequence[Section], index: int) -> bool:
    return any(any(map(str.isalnum, _words(sections[number]))) for number in (index, *_below(sections, index)))


def _carrying(sections: Sequence[Section], index: int) -> list[int]:
    """The sections to which one only points: those below it, those of a link, or those that follow; else none."""
    words = _words(sections[index])
    linked = _HERE.search(sections[index].text)
    points = bool(linked) or bool(_POINTS.search(words))
    if not points or len(words.split()) > _FEW or _NAMES_IT.search(words):
        return []
    below = _below(sections, index)
    target = index + 1 + len(below)
    if linked:
        anchors = [section.anchor for section in sections]
        target = anchors.index(linked[1]) if linked[1] in anchors else len(sections)
    elif below:
        return below
    if target >= len(sections) or target == index or sections[target].role not in {"", "outcome"}:
        return []
    return [number for number in (target, *_below(sections, target)) if sections[number].role in {"", "outcome"}]


def _below(sections: Sequence[Section], index: int) -> list[int]:
    """The sections below one, by their numbers."""
    past = index + 1
    while past < len(sections) and sections[past].level > sections[index].level:
        past += 1
    return list(range(index + 1, past))


def _put_forward(sections: Sequence[Section]) -> list[int]:
    """What was put forward, with what inherits its role from it; what lies in the decision itself left out."""
    found: list[int] = []
    within = -1
    for index, section in enumerate(sections):
        if index > within and _states(section):
            within = max(_below(sections, index), default=index)
        elif index > within and section.role == "outcome" and _is_proposed(section):
            below = [number for number in _below(sections, index) if not role_of(sections[number].heading)]
            found += [index, *(number for number in below if sections[number].role == "outcome")]
    return found
