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
_KEY = re.compile(
    r"\[\d+\]|\[(?!(?:ADR|RFC|KEP|TEP)-)[A-Z][A-Z0-9]+-\d+\]|^\s*(?!(?:ADR|RFC|KEP|TEP)-)[A-Z][A-Z0-9]+-\d+\b:?"
)
"""The key of a tracker in front of a line or in brackets: PAY-118, never a decision's number."""

_FORMAL = re.compile(
    r"^\s*(?:[\w-]+-(?:by|id|to|on|with|url|link)|cc|link|bug|fixes|closes|resolves|refs?|issues?|tickets?|jira|task|"
    r"git-svn-id|release-notes?|context-receipt|kb-waive)\s*:.*$"
    r"|^\s*\(cherry picked from commit \w+\)\s*$|^\s*This reverts commit\b.*$|^#+(?:\s.*)?$",
    re.IGNORECASE,
)
"""Lines that say nothing by themselves: trailers, and the headings of a pull request's template."""
_TRAILER = re.compile(r"^(?:[A-Za-z0-9-]+[ \t]*:|\(cherry picked from commit ).*(?:\n[ \t]+\S.*)*$", re.MULTILINE)
"""A trailer with the lines that go on with it."""
_BY_GIT = re.compile(r"^(?:Signed-off-by: |\(cherry picked from commit )", re.MULTILINE)
_ADDRESS = r"<?https?://\S+"
_NOISE = re.compile(
    rf"<!--.*?-->|^[ \t]*[\w\[][\w \]]{{0,30}}:?[ \t]*{_ADDRESS}[ \t]*$|{_ADDRESS}", re.DOTALL | re.MULTILINE
)
"""Comments of a template, addresses, and lines that hold nothing but an address and what it is called."""
_MARKS = re.compile(r"^\s*(?:[-=*_]{3,}\s*$|#+\s+|[-*]\s+\[[ xX]\]\s*|[-*]\s+)")


def is_revert(message: str) -> bool:
    """Whether a message is that of a commit which takes another one back."""
    return bool(_REVERT.match(message) or _REVERTED.search(message))


def question_of(message: str) -> str:
    """A message without conventional prefix, issue numbers, trailers, addresses and marks; "" where it says nothing.

    Of a revert it is the message that it quotes: its author asked the same as the author of what is taken back.
    """
    lines = _NOISE.sub(" ", _without_trailers(message.strip())).split("\n")
    lines[0] = _taken_back(lines[0])
    cleaned = (_cleaned(line) for line in lines if not _FORMAL.match(line))
    kept = dict.fromkeys(line for line in cleaned if any(map(str.isalnum, line)))
    text = "\n".join(kept)
    return _shortened(text) if len(re.findall(r"\w{2,}", text)) > 1 else ""


def _without_trailers(message: str) -> str:
    """A message without the trailers of its last paragraph, told as `git interpret-trailers` tells them.

    They are trailers where nothing else stands in it, or where git wrote one of them and at least a quarter are.
    """
    *body, last = re.split(r"\n\s*\n", message)
    left, count = _TRAILER.subn("", last)
    others = len([line for line in left.split("\n") if line.strip()])
    if not body or (others and not (_BY_GIT.search(last) and others <= 3 * count)):
        return message
    return "\n\n".join((*body, left))


def _taken_back(subject: str) -> str:
    """The subject that a revert quotes, over any number of reverts of reverts; any other subject as it is."""
    while found := _REVERT.match(subject):
        subject = found[1] or found[2] or ""
    return subject


def _cleaned(line: str) -> str:
    bare = _ISSUE.sub("", _KEY.sub("", _MARKS.sub("", line)))
    return " ".join(_PREFIX.sub("", bare.strip()).split())


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(None, 1)[0]
