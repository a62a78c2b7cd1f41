"""A commit's message as the question that its author would have asked."""

from __future__ import annotations

import re

LONGEST = 1_000
"""Characters of a question: a squashed branch's message may hold pages."""

_KINDS = "build|chore|ci|deps|docs?|feat|feature|fix|hotfix|perf|refactor|release|revert|style|tests?|wip"
_PREFIX = re.compile(rf"^\s*(?:{_KINDS})(?:\([^)]*\))?!?:\s+", re.IGNORECASE)
_REVERT = re.compile(r'^\s*revert(?:\([^)]*\))?!?:?\s+"(.*)"|^\s*revert(?:\([^)]*\))?!?:\s+(.*)', re.IGNORECASE)
_REVERTED = re.compile(r"^\s*This reverts commit\b", re.MULTILINE)

_CALLED = r"(?:(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?|refs?|see|part of|issue|ticket|pr|gh|pull request)[ :]+)?"
_NUMBER = rf"{_CALLED}(?:[\w.-]+/[\w.-]+)?#\d+"
_ISSUE = re.compile(rf"\[\s*{_NUMBER}\s*\]:?|\(\s*{_NUMBER}\s*\)|(?<![\w#]){_NUMBER}\b", re.IGNORECASE)
_KEY = re.compile(r"^\s*\[?(?!(?:ADR|RFC|KEP|TEP)-)[A-Z][A-Z0-9]+-\d+\]?\s*:?\s*")
"""The key of a tracker in front of a subject: PAY-118, never a decision's number."""

_TRAILER = re.compile(
    r"^\s*(?:[\w-]+-(?:by|id|to|on|with|url|link)|cc|link|bug|fixes|closes|resolves|refs?|issues?|tickets?|jira|task|"
    r"git-svn-id|release-notes?)\s*:.*$|^\s*\(cherry picked from commit \w+\)\s*$|^\s*This reverts commit\b.*$",
    re.IGNORECASE,
)
_NOISE = re.compile(r"<!--.*?-->|https?://\S+", re.DOTALL)
_MARKS = re.compile(r"^\s*(?:[-=*_]{3,}\s*$|#+(?:\s+|$)|[-*]\s+\[[ xX]\]\s*|[-*]\s+)")


def is_revert(message: str) -> bool:
    """Whether a message is that of a commit which takes another one back."""
    return bool(_REVERT.match(message) or _REVERTED.search(message))


def question_of(message: str) -> str:
    """A message without conventional prefix, issue numbers, trailers, addresses and marks; "" where it says nothing.

    Of a revert it is the message that it quotes: its author asked the same as the author of what is taken back.
    """
    subject, _, body = message.strip().partition("\n")
    reverted = _REVERT.match(subject)
    if reverted:
        subject = reverted[1] or reverted[2] or ""
    subject = _KEY.sub("", _PREFIX.sub("", _ISSUE.sub("", subject).strip()))
    lines = [line for line in _NOISE.sub(" ", body).split("\n") if not _TRAILER.match(line)]
    cleaned = [subject, *(_ISSUE.sub("", _MARKS.sub("", line)) for line in lines)]
    paragraphs = (" ".join(line.split()) for line in cleaned)
    text = "\n".join(paragraph for paragraph in paragraphs if any(map(str.isalnum, paragraph)))
    return _shortened(text) if len(re.findall(r"\w{2,}", text)) > 1 else ""


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(None, 1)[0]
