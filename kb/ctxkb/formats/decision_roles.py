"""What each section is to its decision, told by its heading."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.types import Section

_GOOD = "pros|advantages|strengths|benefits"
_BAD = "cons|disadvantages|weaknesses|drawbacks"
_WEIGHED = "(?:we )?(?:considered|evaluated|analy[sz]ed|reviewed|explored)"

# In this order: "Pros and cons of the options" is no list of options, "Decision drivers" no decision.
_ROLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("status", ("(?:decision |adr |current )?status(?: history)?", "(?:decision )?state", "status ?[:–—-] ?.*")),
    ("", ("(?:decision )?(?:makers?|log|date|records?|history|tree|process)(?: .*)?",)),
    (
        "pros-cons",
        (
            f"(?:{_GOOD}) ?(?:and|&|/|\\+|vs\\.?|or) ?(?:the )?(?:{_BAD})(?: .*)?",
            f"(?:{_GOOD}|{_BAD})(?: of .*)?",
            "(?:[\\w-]+ ){0,3}(?:comparison|evaluation|assessment)(?: matrix| table| of .*)?",
        ),
    ),
    (
        "drivers",
        (
            "(?:(?:key|main|decision|design) )*(?:drivers?|criteria|forces|factors|considerations)(?: .*)?",
            "(?:[\\w-]+ ){1,2}criteria",
            "(?:functional |non-functional |key )?requirements",
            "constraints|assumptions|quality attributes|goals|non-goals|goals and non-goals|(?:guiding )?principles",
        ),
    ),
    (
        "options",
        (
            f"(?:[\\w/&-]+ ){{0,4}}(?:options|alternatives|solutions)(?: {_WEIGHED})?(?:,? (?:for|to|in|not) .*)?",
            "(?:considered|rejected|other) (?:approaches|designs|proposals)|considered but .*",
        ),
    ),
    (
        "confirmation",
        (
            "(?:implementation )?(?:confirmation|validation|verification|compliance|enforcement)",
            "fitness functions?",
        ),
    ),
    (
        "consequences",
        (
            "(?:(?:the|expected|positive|negative|good|bad|neutral|and) )*(?:consequence|implication|effect)s?(?: .*)?",
            "positives?|negatives?|impacts?|impacts? (?:of|on) .*|results?",
            "(?:risks|trade-?offs)(?: and .*)?|(?:consequences|risks), .*",
        ),
    ),
    (
        "outcome",
        (
            "(?:[\\w/&-]+ ){0,4}(?:decisions?|resolution)(?: (?:outcomes?|taken|made|summary|details))?",
            "decision(?: outcome)? ?(?::|–|—|-) ?.*|decision outcome .*|decisi?on state .+|decision \\d.*",
            "decision and (?:rationale|justification|consequences|reasoning)",
            "(?:the )?(?:outcome|conclusion|recommendation|rationale|justification|argument|solution|proposal)s?",
            "(?:proposed|chosen|selected|recommended|preferred|desired) (?:solution|option|approach|design)(?:\\W.*)?",
            "(?:reasoning|rationale|justification|reasons?)(?: (?:for|behind) .*)?",
            "what (?:did )?we decided?|why (?:we )?(?:chose|choose) .*",
        ),
    ),
    (
        "context",
        (
            "(?:the )?(?:context|background|problem|issue|motivation|situation)s?(?: ?(?:and|&|/|,) ?.*)?",
            "(?:context|problem|issue|background)(?: (?:statement|description|definition|information))",
            "problem to (?:be )?solved?|introduction|what is the (?:problem|issue).*",
            "current state|state of the world|status quo",
        ),
    ),
    (
        "more",
        (
            "(?:more|further|additional|other|supporting) (?:information|details|reading|notes|resources|info|links)",
            "(?:external |useful |relevant )?(?:links|references|resources|reading|sources|documents|documentation)",
            "related(?: .*)?|see also|notes?|appendi(?:x|ces)(?:\\W.*)?|bibliography|footnotes",
        ),
    ),
)
_OPTION = re.compile(r"(?:option|alternative|approach|proposal) (?:\d+|[a-z])\b.*")
_KNOWN = tuple((role, re.compile("|".join(f"(?:{pattern})" for pattern in patterns))) for role, patterns in _ROLES)


def role_of(heading: str) -> str:
    """The role that a heading gives its section: a word of `Section.role`, "" where it tells nothing."""
    text = bare_heading(heading)
    bracketed = re.fullmatch(r".+ \(([^()]+)\)", text)
    readings = (text, bracketed[1]) if bracketed else (text,)
    return next((role for read in readings for role, pattern in _KNOWN if pattern.fullmatch(read)), "")


def bare_heading(heading: str) -> str:
    """`heading` in lower case without number, comment, marks and symbols around it."""
    text = re.sub(r"<!--.*?-->", "", heading).lower().strip()
    text = re.sub(r"^(?:\d+(?:\.\d+)*[.):]?|[a-z][.)])\s+", "", text)
    text = re.sub(r"\((?:optional|s)\)|[“”\"'`*_]|\{#[^}]*\}", "", text)
    return re.sub(r"^[^\w(]+|[^\w)]+$", "", text)


def with_roles(sections: Sequence[Section], title: Section | None) -> tuple[Section, ...]:
    """`sections` with their roles; one that has none of its own takes the nearest one above it.

    What stands before the first heading, `title` and a heading that repeats it are the preamble.
    """
    trail: list[tuple[int, str]] = []
    result = []
    for section in sections:
        while trail and trail[-1][0] >= section.level:
            trail.pop()
        if not section.heading or section is title or (title and section.heading == title.heading):
            own = inherited = "preamble"
            inherited = ""
        else:
            own = inherited = role_of(section.heading) or (trail[-1][1] if trail else "") or _weak(section.heading)
        trail.append((section.level, inherited))
        result.append(replace(section, role=own))
    return tuple(result)


def _weak(heading: str) -> str:
    """The role of a heading that yields to one it inherits: "Option 2: X" anywhere but among the options."""
    return "options" if _OPTION.fullmatch(bare_heading(heading)) else ""
