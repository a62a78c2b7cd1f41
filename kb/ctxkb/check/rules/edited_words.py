"""What a decision says, statement by statement, and which of two versions say something else.

Formatting, punctuation, links, paths, spelling, order and dated notes are no part of a statement.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from ctxkb.text.markdown import tokens
from ctxkb.text.words import STOPWORDS, stem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token

    from ctxkb.types import Section

_BEARING = frozenset({"outcome", "consequences"})
_ASIDE = frozenset({"status", "more", "preamble", "context", "drivers", "options", "pros-cons"})
"""The roles of sections that decide nothing, where a decision has a form of its own."""

_LATER = re.compile(
    r"\W*(?:update|amend|addend|errat|postscript|edit(?:ed)?\b|revis|clarification|follow-?up|retrospective|note\b|"
    r"change ?log|history|\[!|\d{4}-\d\d|\d\d?[./]\d\d?[./]\d{4})",
    re.IGNORECASE,
)
"""How a note or a section begins that was added to a decision, and does not pretend to have been there."""

_NOISE = re.compile(
    r"[a-z][a-z0-9+.-]*://\S+|#\d+\b|\b(?:adr|rfc|madr)[-_ #]*\d+\b|\b\d{4}-\d\d(?:-\d\d)?\b|<[^<>]*>", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+(?:['’./_:-]+[^\W_]+)*(?:\s?%|\(\))?")
_END = re.compile(r"(?<=[.!?])\s+(?=[\"'(`]?[^\W\d_a-z])|(?<=;)\s+")
_NAMED = re.compile(r"/|\w\.[a-z]{1,5}$|_|::|\(\)|[a-z][A-Z].*[a-z][A-Z]")
"""A path, a file or a symbol: they are to be corrected when they move."""

_STRONG = frozenset(
    [
        *("must", "shall", "should", "not", "never", "no", "none", "nor", "cannot", "without", "always"),
        *("only", "required", "requires", "optional", "forbidden", "prohibited", "mandatory", "except", "unless"),
        *("until", "least", "maximum", "minimum", "allow", "allowed", "disallow", "disallowed", "enable"),
        *("enabled", "disable", "disabled"),
    ]
)
"""Words that turn a rule by themselves: negations, degrees of obligation, quantities."""

_CONTRACTED = re.compile(r"(?:n['’]t|nt)$")
_ORDER = frozenset({"over", "instead", "rather", "than", "before", "after", "not", "from", "to"})
_PREFIXES = (
    *("", "un", "in", "im", "ir", "dis", "non", "a", "de", "en", "ex", "anti", "over", "under", "out", "re", "up"),
    *("down", "pre", "post"),
)
"""What turns a word into its opposite, with what may stand in its place."""

_ALIKE = 0.5
_NEARLY = 0.7
"""From here on a statement is the old one with an edit, below it is written anew."""

_FEW = 3
"""Words that a change of the wording may touch, and that make a statement."""

_MOST_PAIRS = 4_000


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, item or cell as it is written, on a 1-based `line`; `key` is what makes it equal to another."""

    text: str
    line: int
    words: tuple[str, ...]
    key: tuple[str, ...]
    decides: bool
    """True for what was decided, false for what follows from it: there a further sentence is an observation."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A statement that differs: as it was and as it is, "" where there is none, and its line at the head.

    `turned` is true where it says something else for certain, false where it may be the same in other words.
    """

    then: str
    now: str
    line: int
    turned: bool


def statements(sections: Sequence[Section]) -> list[Statement]:
    """What the decision-bearing sections say; where none plays such a role, all that are not known to be aside."""
    bearing = [section for section in sections if section.role in _BEARING]
    if not any(section.role == "outcome" for section in bearing):
        bearing = [section for section in sections if section.role not in _ASIDE]
    found = []
    for section in bearing:
        if not any(_LATER.match(heading) for heading in (section.heading, *section.breadcrumb[1:])):
            found += list(_statements(section))
    return found


def _statements(section: Section) -> Iterator[Statement]:
    for line, block in _blocks(section):
        if _LATER.match(block):
            continue
        for text in _END.split(block):
            words = tuple(word for word in _WORD.findall(_NOISE.sub(" ", text)) if not _NAMED.search(word))
            key = tuple(_bare(word) for word in words)
            if any(word not in STOPWORDS for word in key):
                yield Statement(" ".join(text.split()), line, words, key, section.role == "outcome")


def _blocks(section: Section) -> Iterator[tuple[int, str]]:
    """Line and words of each paragraph, item and cell below the heading."""
    if section.syntax != "markdown":
        rows = section.text.split("\n")
        for part in re.finditer(r"(?:.*\S.*\n?)+", "\n".join(rows[1:] if section.heading else rows)):
            yield section.first + section.text.count("\n", 0, part.start()), part[0]
        return
    heading = False
    for token in tokens(section.text):
        if token.type == "inline" and token.map and not heading:
            yield section.first + token.map[0], _said(token)
        elif token.type in {"fence", "code_block"} and token.map:
            yield section.first + token.map[0], token.content
        heading = token.type == "heading_open"


def _said(token: Token) -> str:
    """The words of an inline token, "" where it is nothing but links and images."""
    parts: list[str] = []
    outside, depth = "", 0
    for child in token.children or ():
        depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        content = " " if child.type.endswith("break") else "" if child.type == "image" else child.content
        parts.append(content)
        outside += "" if depth else content
    return "".join(parts) if re.search(r"\w", outside) else ""


def _bare(word: str) -> str:
    return stem(word.lower().replace("’", "'").replace("-", "").removesuffix("'s"))


def edits(then: Sequence[Statement], now: Sequence[Statement]) -> list[Edit]:
    """The statements that say something else, those that are gone, and those that are decided in addition.

    Those that were turned come first.
    """
    old, new = _unmatched(then, now), _unmatched(now, then)
    found: list[Edit] = []
    for statement in old:
        if any(_holds(each, statement) for each in now):
            continue
        heir, alike = _heir(statement, new) if len(old) * len(new) <= _MOST_PAIRS else (None, 0.0)
        if heir is not None:
            new.remove(heir)
            found += _edit(statement, heir, alike)
        elif _says_much(statement, _FEW):
            found.append(Edit(statement.text, "", now[0].line if now else 1, turned=statement.decides))
    more = (each for each in new if not any(_holds(statement, each) for statement in then))
    added = [each for each in more if each.decides and _says_much(each, _FEW + 1)]
    found += [Edit("", each.text, each.line, turned=False) for each in added]
    return sorted(found, key=lambda each: not each.turned)


def _says_much(statement: Statement, least: int) -> bool:
    """Whether a statement has some content words, or demands or forbids something however briefly."""
    strong = [word for word in statement.words if _is_strong(word) and not any(char.isdigit() for char in word)]
    return 0 < len(strong) < len(statement.words) or len(_content(statement.words)) >= least


def _unmatched(these: Sequence[Statement], those: Sequence[Statement]) -> list[Statement]:
    left = Counter(each.key for each in those)
    found = []
    for each in these:
        left[each.key] -= 1
        if left[each.key] < 0:
            found.append(each)
    return found


def _holds(whole: Statement, part: Statement) -> bool:
    """Whether one statement says another one in its course: two sentences were joined, or one was parted."""
    size = len(part.key)
    return any(whole.key[start : start + size] == part.key for start in range(len(whole.key) - size + 1))


def _heir(statement: Statement, candidates: Iterable[Statement]) -> tuple[Statement | None, float]:
    """The one of `candidates` that is most like `statement` and how much (0 to 1), None where none is alike."""
    best, most = None, _ALIKE
    matcher = SequenceMatcher(None, (), statement.key, autojunk=False)
    for each in candidates:
        matcher.set_seq1(each.key)
        if matcher.real_quick_ratio() >= most and matcher.quick_ratio() >= most and matcher.ratio() >= most:
            best, most = each, matcher.ratio()
    return best, most


def _edit(then: Statement, now: Statement, alike: float) -> list[Edit]:
    """What the words that were exchanged between two statements amount to, nothing where they say the same."""
    lost, gained = _exchanged(then, now)
    away, come = _content(lost), _content(gained)
    if lost or gained:
        strong = any(_is_strong(word) for word in (*lost, *gained))
        named = any(_is_name(word, then) for word in away) and bool(come)
        opposed = any(_are_opposite(word, other) for word in away for other in come)
        turned = alike >= _NEARLY and (strong or named or opposed)
    else:
        turned = bool(_ORDER & set(then.key))
    reworded = len(away) >= _FEW or (away and len(away) + len(come) >= _FEW)
    reworded = reworded or (then.decides and (len(come) > _FEW or (bool(away) and bool(come))))
    return [Edit(then.text, now.text, now.line, turned)] if turned or reworded else []


def _exchanged(then: Statement, now: Statement) -> tuple[list[str], list[str]]:
    """The words that only one of two statements has, spelling aside."""
    lost = _only(then, now)
    gained = _only(now, then)
    for word in list(lost):
        twin = next((each for each in gained if _is_spelling(word, each)), None)
        if twin is not None:
            lost.remove(word)
            gained.remove(twin)
    return lost, gained


def _only(these: Statement, those: Statement) -> list[str]:
    left = Counter(those.key)
    found = []
    for word, key in zip(these.words, these.key, strict=True):
        left[key] -= 1
        if left[key] < 0:
            found.append(word)
    return found


def _content(words: Iterable[str]) -> list[str]:
    return [word for word in words if word.lower() not in STOPWORDS]


def _is_strong(word: str) -> bool:
    """Whether a word alone turns a rule."""
    small = word.lower()
    return small in _STRONG or any(char.isdigit() for char in word) or bool(_CONTRACTED.search(small))


def _is_name(word: str, statement: Statement) -> bool:
    """Whether a capital marks a word as a name rather than the beginning of a sentence."""
    return any(char.isupper() for char in word) and (word != statement.words[0] or word[1:] != word[1:].lower())


def _are_opposite(word: str, other: str) -> bool:
    """Whether two words differ by what stands before their stem: enable and disable, sync and async."""
    one, two = word.lower(), other.lower()
    stems = {one.removeprefix(prefix) for prefix in _PREFIXES} & {two.removeprefix(prefix) for prefix in _PREFIXES}
    return one != two and any(len(each) >= _FEW and one.endswith(each) and two.endswith(each) for each in stems)


def _is_spelling(word: str, other: str) -> bool:
    """Whether two words are one in two spellings: a slip of one or two letters in a long word."""
    one, two = word.lower(), other.lower()
    if min(len(one), len(two)) < 4 or not (one + two).isalpha() or _is_strong(word) or _is_strong(other):
        return False
    if _are_opposite(word, other):
        return False
    same = sum(block.size for block in SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks())
    return one[0] == two[0] and max(len(one), len(two)) - same <= (1 if min(len(one), len(two)) < 7 else 2)
