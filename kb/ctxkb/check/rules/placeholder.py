"""decision-placeholder: text of a template that nobody has filled in."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach
from ctxkb.check.rules.decision import earlier, judged_decisions
from ctxkb.formats.executable import front_rules
from ctxkb.formats.frontmatter import split
from ctxkb.formats.placeholders import is_template_name
from ctxkb.text.markdown import tokens
from ctxkb.types import SETTLED, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from ctxkb.check.context import Context
    from ctxkb.types import Document

_CHOICE = re.compile(
    r"\b(proposed|accepted|rejected|deprecated|superseded)\b(\W*\|\W*(proposed|accepted|rejected|deprecated|superseded)\b)+",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"""(?<![$#%\\/\w{])\{(?!\{)[A-Za-z][^{}=;]{2,600}\}      # {describe the context ...}: MADR 3 and 4
      | \[(?:short\ (?:title|noun)|proposed\ \||list\ everyone|YYYY-MM-DD|description\ \||describe\ the|driver\ \d
            |decision\ driver|option\ \d|justification|e\.g\.,|example\ \||argument\ [a-z]\b|link\ type|link\ to\ adr
            |title\ of|positive\ consequence|negative\ consequence)[^\[\]]*\](?![(\[:])   # [option 1]: MADR 2
      | \b(?:last\ updated|date)\W{0,6}YYYY-MM-DD
    """,
    re.IGNORECASE | re.VERBOSE,
)
_FEWEST_WORDS = 3
"""`{tenant id}` is part of an address or a name; a template's braces hold a phrase."""
_SHORT = re.compile(r"\{(?:argument|option|driver|example|title|status|name|date)\b[^{}]*\}", re.IGNORECASE)

_SENTENCES = frozenset(
    {
        "the issue motivating this decision, and any context that influences or constrains the decision.",
        "the change that we're proposing or have agreed to implement.",
        (
            "what becomes easier or more difficult to do and any risks introduced by the change that will need to be "
            "mitigated."
        ),
        "what is the issue that we're seeing that is motivating this decision or change?",
        "what is the change that we're proposing and/or doing?",
        "what is the change that we're actually proposing or doing?",
        "what becomes easier or more difficult to do because of this change?",
        "what is the status, such as proposed, accepted, rejected, deprecated, superseded, etc.?",
    }
)
"""The prompts of the templates after Nygard, which mark nothing as to be replaced."""


def check_placeholder(context: Context) -> Iterator[Breach]:
    """Unfilled template text: at most one breach a decision for what the change brings, and one for what was there."""
    for document, read in judged_decisions(context, _is_copy):
        path = context.changes.before(document.path)
        then = {text for each in context.base.read([path]).values() for _, text in placeholders(each.text, path)}
        found = placeholders(read.text, document.path)
        kept = bool(earlier(context, document))
        for known in (False, True):
            group = [each for each in found if (kept and each[1] in then) is known]
            if group:
                yield _breach(document, group, known=known)


def _is_copy(document: Document) -> bool:
    """Whether a file full of template text is a decision by its number or date, not the template itself."""
    name = posixpath.basename(document.path)
    return bool(re.match(r"\D*0*[1-9]", name)) and not is_template_name(document.path)


def _breach(document: Document, found: Sequence[tuple[int, str]], *, known: bool) -> Breach:
    line, text = found[0]
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return Breach(
        path=document.path,
        line=line,
        message=f"text of the template is not filled in: {shown}{more}",
        fix="say what belongs there, or take the line out",
        known=known,
        # A draft may have gaps, and so may what no longer holds.
        severity="warning" if document.status in {Status.PROPOSED, *SETTLED} and not known else None,
    )


def placeholders(text: str, path: str) -> list[tuple[int, str]]:
    """The line and words of each piece of template text in the prose and front matter of `text`."""
    return [
        (line + piece.count("\n", 0, match.start()), " ".join(match[0].split()))
        for line, piece in _pieces(text, path)
        for match in _matches(piece)
    ]


def _matches(piece: str) -> Iterator[re.Match[str]]:
    if " ".join(piece.replace("’", "'").split()).lower() in _SENTENCES:
        whole = re.match(r".*", piece, re.DOTALL)
        if whole:
            yield whole
        return
    for match in _PLACEHOLDER.finditer(piece):
        if match[0][0] != "{" or len(match[0].split()) >= _FEWEST_WORDS or _SHORT.match(match[0]):
            yield match
    # Prose may well list the words; a choice that is all there is was never made.
    choice = _CHOICE.search(piece)
    if choice and "{" not in piece and len(piece.split()) <= 3 * choice[0].count("|") + 6:
        yield choice


def _pieces(text: str, path: str) -> Iterator[tuple[int, str]]:
    """Line and text of each piece of prose: lines of front matter, paragraphs, items and cells; no code, no rules."""
    if not path.lower().endswith((".md", ".mdx", ".markdown")):
        for number, line in enumerate(text.split("\n"), 1):
            yield number, line
        return
    front, rows = split(text), text.split("\n")
    rules = front_rules(front, rows)
    for number, line in enumerate(rows[: front.first_body_line - 1], 1):
        if number not in rules:
            yield number, line.split(" #")[0]
    for token in tokens(front.body):
        if token.type == "inline" and token.map:
            yield token.map[0] + front.first_body_line, _prose(token)


def _prose(token: Token) -> str:
    """The words of an inline token without its code; a link's words stand for it, in no brackets."""
    parts: list[str] = []
    for child in token.children or []:
        if child.type == "text":
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type == "code_inline":
            parts.append("`")
    return "".join(parts)
