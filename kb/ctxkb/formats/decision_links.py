"""How a decision says which others it replaces, amends or goes with."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ctxkb.formats.decision_status import is_unreal, speaks_of_itself
from ctxkb.formats.lines import LINK, Line
from ctxkb.formats.names import SERIES, series_in_path
from ctxkb.types import Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SUPERSEDE = r"(?:supersede|supercede|superscede|replace|obsolete)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_WHEN = rf"(?: \(?(?:on |in |as of |since )?(?:(?:\d[\d./-]{{0,9}}(?:st|nd|rd|th)?|{_MONTH}),? ?){{1,3}}\)?)?"
_ARROW = r"(?:➡|➔|→|⇒|->|=>)"
_VERBS: tuple[tuple[str, str], ...] = (
    ("amended-by", rf"(?:partially |partly ){_SUPERSEDE}d by"),
    ("amends", rf"(?:partially |partly ){_SUPERSEDE}s"),
    ("superseded-by", rf"{_SUPERSEDE}d(?=\s*{_ARROW})|{_SUPERSEDE}[ds]{_WHEN} ?\b(?:by|with)"),
    ("superseded-by", r"(?:deprecated|outdated|retired) (?:by|in favou?r of)"),
    ("supersedes", rf"{_SUPERSEDE}s|superseding"),
    ("amended-by", r"(?:amended|updated|modified) by"),
    ("amends", r"(?:amends|updates|modifies)"),
    ("relates", r"(?:(?:highly|closely|strongly) )?(?:relat(?:es|ed)|link(?:s|ed)) (?:to|with)"),
    ("relates", r"(?:is an? )?follow-?up (?:to|of|on)|follows up on|(?:builds|based|depends|relies) (?:on|upon)"),
    ("relates", r"refines|refined by|extends|extended by|clarifies|clarified by|see also"),
    ("relates", r"(?:rejected|declined) in favou?r of|related(?: adrs?| decisions?)?"),
)
_NUMBER = r"(?:(?:(?P<series>ADRs?|RFCs?|MADR|KEPs?|TEPs?)|DR|decision(?: record)?)[\s#_:.-]*0*(?P<number>\d+)\b)"
_REF = re.compile(rf"{LINK.pattern}|{_NUMBER}", re.IGNORECASE)
_BARE = re.compile(
    rf"{LINK.pattern}|([\w./-]+\.(?:md|mdx|rst|adoc)\b)|(\d{{8}}-[\w-]+)|{_NUMBER}|#?0*(?P<bare>\d{{1,5}})\b(?![-/.]\d)",
    re.IGNORECASE,
)
_SENTENCE = re.compile("(?:(?<=[.!?;])\\s+(?=[A-Z\x01])|;\\s*)(?![^\x01]*\x03)")  # never inside a link
_NUMBERED = re.compile(r"(?:(?P<series>ADR|RFC|KEP|TEP)-)?(?P<number>\d+)")
_HASH_IN_NAME = re.compile(r"#.*\.(?:md|mdx|rst|adoc)$")
_LONGEST = 2_000  # characters of a sentence that are searched: longer ones are data, and would cost their square
_AT_END = re.compile(r"[(\[]([^()\[\]]+)[)\]]\s*$")
_BETWEEN = re.compile(r"\s*(?:[,;&+]|\band\b|\bor\b)?\s*(?:\band\b)?\s*", re.IGNORECASE)
_TRAILING = re.compile(
    r"^[\s,(–—-]*(?:which|that)?\s*(?:is )?(?:this|the present) (?:decision|adr|record|document)\s*$", re.I
)
_RELATION = tuple(
    (relation, re.compile(rf"\b(?:{verb})\b\s*(?::|{_ARROW})?\s*", re.IGNORECASE)) for relation, verb in _VERBS
)
_VERB_IN_LINK = re.compile(
    "\x01(" + "|".join(f"(?:{verb})" for _, verb in _VERBS) + ")\\b(?=[^\x02]*\x02)", re.IGNORECASE
)
_FIELD = {
    "supersedes": "supersedes", "replaces": "supersedes", "obsoletes": "supersedes", "supercedes": "supersedes",
    "superseded by": "superseded-by", "superceded by": "superseded-by", "replaced by": "superseded-by",
    "obsoleted by": "superseded-by", "amends": "amends", "amended by": "amended-by", "updates": "amends",
    "updated by": "amended-by", "relates": "relates", "relates to": "relates", "related": "relates",
    "related to": "relates", "related adrs": "relates", "related decisions": "relates", "see also": "relates",
    "related adr": "relates", "depends on": "relates", "builds on": "relates", "extends": "relates",
    "refines": "relates", "refined by": "relates",
}  # fmt: skip


def field_relation(key: str) -> str:
    """The relation that a field of this name states ("superseded by" -> "superseded-by"), "" where none."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key)
    return _FIELD.get(re.sub(r"[\s_-]+", " ", spaced).strip().lower(), "")


def field_links(relation: str, value: str, line: int) -> Iterator[Link]:
    """Every decision that the value of such a field names, with a link, a number, a path or a slug."""
    named = [target for match in _BARE.finditer(value) if (target := _target(match))]
    yield from (Link(relation, target, line) for target in named)


def stated_links(line: Line, free: bool = False) -> Iterator[Link]:
    """What `line` states about this decision: "Supersedes ADR-3", "this decision is superseded by [..]".

    A statement about something else ("X was superseded by log4j") is none. With `free`, for lines of a status, any
    words may precede the verb and a bare number is a decision ("Superseded by 12").
    """
    for sentence in _SENTENCE.split(_VERB_IN_LINK.sub("\\1 \x01", line.text)):
        yield from _sentence_links(sentence[:_LONGEST], line.number, free)


def titled_links(line: Line) -> Iterator[Link]:
    """What brackets at the end of a title state: "Use X (superseded by ADR-7)"."""
    if bracketed := _AT_END.search(line.text):
        yield from stated_links(Line(line.number, bracketed[1]))


def _sentence_links(sentence: str, number: int, free: bool) -> Iterator[Link]:
    taken: list[tuple[int, int]] = []
    for relation, regexp in _RELATION:
        for match in regexp.finditer(sentence):
            if any(first <= match.start() < past for first, past in taken):
                continue
            before = sentence[: match.start()]
            lead = (free or speaks_of_itself(before)) and not is_unreal(before)
            targets, past = _following(sentence, match.end(), free) if lead else ([], 0)
            if not targets and _TRAILING.match(_after_last(before)):
                targets = [target for ref in _REF.finditer(before) if (target := _target(ref))][-1:]
            taken.append((match.start(), max(match.end(), past)))
            yield from (Link(relation, target, number) for target in targets)


def _after_last(before: str) -> str:
    """What stands behind the last reference in `before`; all of it where there is none."""
    refs = list(_REF.finditer(before))
    return before[refs[-1].end() :] if refs else before


def _following(sentence: str, position: int, free: bool) -> tuple[list[str], int]:
    """The references that follow one another from `position`, and where they end."""
    targets: list[str] = []
    regexp = _BARE if free else _REF
    if skipped := re.compile(r"(?:the |our |decision |adrs?:? |(?:is|are) )+(?=\x01)", re.I).match(sentence, position):
        position = skipped.end()
    while match := regexp.match(sentence, position):
        if target := _target(match):
            targets.append(target)
        between = _BETWEEN.match(sentence, match.end())
        position = between.end() if between and between[0].strip() else match.end()
        if not between or not between[0].strip():
            break
    return targets, position


def listed_links(line: Line) -> Iterator[Link]:
    """The documents that a line of a list of links names; what lies elsewhere on the web is none."""
    for match in _REF.finditer(line.text):
        if target := _target(match):
            yield Link("relates", target, line.number)


def _target(match: re.Match[str]) -> str:
    """Where a reference leads: a path without fragment, a number without leading zeros, a slug; "" for none."""
    named = match.groupdict()
    if match[0].startswith("\x01"):
        return _link_target(match[1] or "", match[2] or "")
    if named["number"]:
        return _numbered(match)
    return named.get("bare") or next(filter(None, match.groups()[2:]), "")


def _numbered(match: re.Match[str]) -> str:
    """The number that `_NUMBER` found, with its series where that is named: "57", "ADR-57", "RFC-57"."""
    number, series = match["number"], match["series"]
    return f"{SERIES[series.lower()] or 'adr'}-{number}".upper() if series else number


def _link_target(shown: str, href: str) -> str:
    path = unquote(href if _HASH_IN_NAME.search(href) else re.split(r"[?#]", href, maxsplit=1)[0]).strip()
    numbered = re.search(_NUMBER, shown, re.IGNORECASE)
    if "://" in href or href.startswith(("mailto:", "//")) or not path:
        local = not href.startswith("mailto:") and (not href or href.startswith("#"))
        return _numbered(numbered) if numbered and local else ""
    name = path.rsplit("/", 1)[-1]
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if extension in {"md", "mdx", "markdown", "rst", "adoc", "txt", "html", "htm"}:
        return path
    return path if re.search(r"\d", name) and not re.fullmatch(r"[a-z]{1,5}\d?", extension) else ""


def file_number(target: str) -> str:
    """The decision's number that a target tells: "57" of "57", "../0057-x.md" and "/adr/57"; "" where none."""
    name = target.rstrip("/").rsplit("/", 1)[-1]
    match = re.match(r"(?:adr|rfc|kep|tep)?[-_ ]?0*(\d{1,5})(?=[-_ .]|$)(?!-\d\d-)", name, re.IGNORECASE)
    return match[1] if match else ""


def merged(links: Iterable[Link], path: str, series: str = "") -> tuple[Link, ...]:
    """`links` without repetition, by line: a path stands for its number, and "relates" yields to any other word.

    A number of the decision's own `series` stands alone, as "57"; one of another keeps its series, as "RFC-57".
    """
    name = path.rsplit("/", 1)[-1]
    best: dict[tuple[str, str], Link] = {}
    for link in links:
        if link.target.rsplit("/", 1)[-1] == name:
            continue
        key = (link.relation, _meant(link.target, series))
        known = best.get(key)
        if known is None or (_NUMBERED.fullmatch(known.target) and not _NUMBERED.fullmatch(link.target)):
            best[key] = _own(link, series)
    firm = {target for relation, target in best if relation != "relates"}
    kept = [link for (relation, target), link in best.items() if relation != "relates" or target not in firm]
    return tuple(sorted(kept, key=lambda link: (link.line, link.relation, link.target)))


def _meant(target: str, series: str) -> str:
    """What is the same for all targets that lead to one decision: its series and number, else its path."""
    number, named = file_number(target), series_in_path(target)
    return f"{series if named is None else named} {number}" if number else target.removeprefix("./")


def _own(link: Link, series: str) -> Link:
    """`link` with a bare number where it names the decision's own series."""
    numbered = _NUMBERED.fullmatch(link.target)
    own = numbered and numbered["series"] and SERIES[numbered["series"].lower()] == series
    return replace(link, target=numbered["number"]) if numbered and own else link
