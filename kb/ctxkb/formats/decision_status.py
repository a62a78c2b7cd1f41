"""The status of a decision, read from whatever words a team uses for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.formats.dates import MONTHS, find_date
from ctxkb.formats.lines import shown
from ctxkb.formats.placeholders import is_placeholder
from ctxkb.types import SETTLED, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS: dict[Status, tuple[str, ...]] = {
    Status.PROPOSED: (
        "proposed|proposal|draft(?:ed)?|open|pending|in review|under review|(?:in|under) discussion|discussing|wip",
        "work in progress|in progress|not (?:yet )?(?:implemented|decided)|not yet \\w+|to be (?:decided|discussed)",
        "to be (?:accepted|approved|adopted|agreed)|not (?:yet )?been \\w+|final comment period",
        "awaiting [\\w ]+|request for comments?|rfc|provisional|considering|under consideration|review",
    ),
    Status.ACCEPTED: (
        "(?:partially |provisionally )?accepted|accept|approved?|active|decided|implemented|implementable|adopted",
        "final(?:i[sz]ed)?|done|agreed|enacted|in force|effective|in effect|ratified|current|resolved|completed?",
        "merged|signed off|in use",
    ),
    Status.REJECTED: (
        "rejected|reject|declined|denied|withdrawn|abandoned|cancell?ed|dropped",
        "(?:not|never) (?:accepted|approved)|never been (?:accepted|approved)",
    ),
    Status.DEPRECATED: (
        "deprecated|reverted|outdated|obsoleted?|retired|revoked|deleted|inactive|expired|archived|no longer \\w+",
    ),
    Status.SUPERSEDED: ("supersed(?:ed|es by)|superced(?:ed|es by)|supersceded|replaced|overridden|overruled",),
}
_EACH = tuple((status, re.compile(rf"\b(?:{'|'.join(words)})\b")) for status, words in _WORDS.items())
_SUPERSEDED = re.compile(
    r"(?<!partially )(?<!partly )\b(?:supersed|superced|superscede?|replac|obsolet)\w* (?:by|with)\b"
)
_PARTLY = re.compile(r"\b(?:partially|partly) (?:supersed|superced|superscede?|replac|obsolet)\w*")
_NOT = re.compile(r"(?:\b(?:not|never|neither|nor)|n['’]t)(?: \w+){0,2} $")
_NOT_YET = re.compile(
    r"\b(?:will|shall|might|can|could|should|would|must|(?<!\d )may(?! \d)|to be|until|unless|if|when|once)"
    r"(?: \w+){0,3} $"
)
_NEAR = 80
"""Characters before a word in which it may be denied."""

_SUBJECT = re.compile(
    r"^(?:\W*|note\W*|warning\W*|important\W*|caution\W*|update\W*|edit\W*|\[!\w+\]\W*|status\W*)"
    r"(?:this|the present|it)?\s*(?:(?:\w+ )?(?:decision|adr|record|document|rfc|proposal|one))?\s*"
    r"(?:record\s*)?(?:is|was|are|has|have|been|now|also|therefore|hereby|partially|partly|completely|fully|\s|,)*$",
    re.IGNORECASE,
)
_TURNED = re.compile(r"(?:->|=>|→|➔|⇒|\bnow\b|\blater\b|\bthen\b|\bsince\b)")
_TITLE_MARK = re.compile(r"^[\[(]?([A-Z]{5,})[\])]?[\s:–—-]|[\[(]([A-Za-z]{5,})[\])]\s*$|^[\[(]([A-Za-z]{5,})[\])]")
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+>|]|\d+[.)])\s)")
_LINKED = re.compile(r"\[[^\]\n]*\]\([^)\n]*\)")
_DATING = frozenset({"on", "as", "of", "since", "in", "th", "st", "nd", "rd"})
_REASON_WORDS = 25
_SENTENCE_WORDS = 12
_SHORTCODE = re.compile(r"(?<!\w):[a-z][a-z0-9_+-]*:(?!\w)")
_DECORATION = re.compile(r"^[^\w({\[\"'@#]+|[\s\\*_`]+$")


def clean_status(written: str) -> str:
    """What the file writes as status, decoration taken off; "" where it is a placeholder or nothing at all.

    `{Active}` and `[Accepted]` are one word somebody put in place of the braces' content, and count.
    """
    text = _SHORTCODE.sub("", shown(written)).strip().strip("\"'")
    text = _DECORATION.sub("", text).strip()
    inside = re.fullmatch(r"[{\[<]\s*([^\W\d_]+)\s*[}\]>]", text)
    if inside and known_status(inside[1]):
        return inside[1]
    empty = is_placeholder(text) or _is_prompt(text) or not re.search(r"[^\W\d_]", text)
    return "" if empty else text


def _is_prompt(text: str) -> bool:
    """Whether `text` lists the words for a status instead of choosing one, as the templates do."""
    words = _words(text)
    told = sum(1 for _, regexp in _EACH if regexp.search(words))
    least = 2 if words.endswith("?") or re.search(r"\betc\b", words) else 4
    listed = told >= least and not re.search(r"\d", words) and not _TURNED.search(words)
    return listed or re.fullmatch(r"\w+,? etc\W*", words) is not None


def known_status(text: str) -> Status | None:
    """The status that `text` tells, None where it is in none of the known words."""
    words = _words(text)
    if any(not is_unreal(words[: match.start()]) for match in _SUPERSEDED.finditer(words)):
        return Status.SUPERSEDED
    if _PARTLY.search(words):
        return Status.ACCEPTED
    turn = list(_TURNED.finditer(words))
    after = _earliest(words[turn[-1].end() :]) if turn else None
    return after or _earliest(words)


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[*_`~]|(?<=\w)-(?=\w)", " ", shown(text).lower())).strip()


def _earliest(words: str) -> Status | None:
    found = [
        (match.start(), -len(match[0]), holds)
        for status, regexp in _EACH
        for match in regexp.finditer(words)
        if (holds := _holding(status, words[: match.start()]))
    ]
    return min(found)[2] if found else None


def _holding(status: Status, before: str) -> Status | None:
    """What holds where a word for `status` follows `before`: what "will be deprecated" is accepted until then."""
    if _NOT.search(before[-_NEAR:]):
        return None
    coming = {Status.ACCEPTED: Status.PROPOSED, Status.DEPRECATED: Status.ACCEPTED, Status.SUPERSEDED: Status.ACCEPTED}
    return coming.get(status) if _NOT_YET.search(before[-_NEAR:]) else status


def is_unreal(before: str) -> bool:
    """Whether what follows these words is denied or still to come: "was not", "will be", "until it is"."""
    said = f"{before[-_NEAR:].lower().rstrip()} "
    return bool(_NOT.search(said) or _NOT_YET.search(said))


def speaks_of_itself(before: str) -> bool:
    """Whether a sentence that begins with these words is about the decision that holds it: "This ADR was "."""
    return _SUBJECT.match(before) is not None


def of_itself(text: str) -> str:
    """`text` where it is a decision's own status rather than a sentence or a choice of words, cleaned; else ""."""
    cleaned = clean_status(text)
    words = re.sub(r"^(?:[\W\d]|\b[a-z]+ly\b)+", "", _words(cleaned))
    told = [match.start() for _, regexp in _EACH for match in regexp.finditer(words)]
    choice = len(told) > 1 and re.search(r"\bor\b", words)
    return cleaned if told and not choice and speaks_of_itself(words[: min(told)]) else ""


def gives_reason(text: str) -> bool:
    """Whether a status section, its heading left out, says why in sentences: more than statuses, dates and links.

    What is quoted is the template's explanation of the words.
    """
    paragraphs = [part.strip() for part in _PARAGRAPH.split("\n" + _LINKED.sub("", text))]
    sizes = [len(part.split()) for part in paragraphs if not part.startswith((">", "|")) and not is_placeholder(part)]
    return sum(size for size in sizes if size >= _SENTENCE_WORDS) >= _REASON_WORDS


def status_of(text: str) -> str:
    """The word of `Status` that `text` tells, or `text` itself where it tells none."""
    known = known_status(text)
    return known.value if known else text


def deciding(candidates: Sequence[str]) -> str:
    """The one line of a status section that tells how the decision stands now, cleaned; "" where none does.

    A ticked box wins, then a line that says it was superseded, then the latest dated line, then the first.
    """
    ticked = [line[3:] for line in candidates if line.lower().startswith("[x]")]
    boxes = any(re.match(r"\[[ x]\]", line, re.IGNORECASE) for line in candidates)
    lines = [text for line in (ticked if boxes else candidates) if (text := clean_status(line))]
    telling = [line for line in lines if known_status(line)]
    for line in telling:
        if known_status(line) == Status.SUPERSEDED:
            return line
    dated = [(day, index) for index, line in enumerate(telling) if (day := find_date(line))]
    if len(dated) > 1:
        return telling[max(dated)[1]]
    return (telling or lines or [""])[0]


def bare_status(text: str) -> str:
    """`text` where it is nothing but a status, with its date if it has one ("**Rejected** 2023-05-11"); else ""."""
    cleaned = clean_status(text)
    words = _words(cleaned)
    past = max((match.end() for _, regexp in _EACH if (match := regexp.match(words))), default=0)
    rest = re.findall(r"[^\W\d_]+", words[past:])
    return cleaned if past and all(word in _DATING or word[:3] in MONTHS for word in rest) else ""


def status_in_title(title: str) -> str:
    """The status word that a title carries in capitals or brackets: "OUTDATED Use X", "Use X (superseded)"."""
    match = _TITLE_MARK.search(title)
    word = next((group for group in match.groups() if group), "") if match else ""
    return word if known_status(word) in SETTLED else ""


def status_in_tags(tags: Sequence[str]) -> str:
    """The tag that is a status and nothing else: "accepted", "status/accepted", "status:accepted"."""
    for tag in tags:
        word = re.sub(r"^(?:adr[-_/: ])?(?:status|state)[-_/: ]+", "", tag.strip().lstrip("#").lower())
        known = known_status(word)
        if known and any(regexp.fullmatch(word) for status, regexp in _EACH if status == known):
            return tag
    return ""
