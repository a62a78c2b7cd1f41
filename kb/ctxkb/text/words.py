"""Text as search terms: identifiers split and whole, words reduced to their stems.

`BackgroundTask` gives background, task and backgroundtask; `POST /v1/files/{id}` gives post, v1, file, id and
v1filesid; `ADR-0012` gives adr, 12 and adr12. Terms consist of letters and digits only, so that any of them is one
token to SQLite's FTS5.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from snowballstemmer.basestemmer import BaseStemmer

_CHUNK = re.compile(r"[^\W_]+(?:(?:[_\-.:/~$#@+{}]|->)+[^\W_]+)*\}?")
"""A word, or words joined by the signs that join identifiers, paths and file names.

No two alternatives begin alike: where they do, a row of colons behind a word takes exponential time.
"""

_SEGMENT = re.compile(r"[./:~$#@{}>]+(?=\w)")
"""What separates the names in a path or a qualified name; each of them may be an identifier of its own."""

_PART = re.compile(r"[A-Z]+(?=[A-Z][^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+")
"""The pieces of `parseHTTPResponse2`: parse, HTTP, Response, 2. Letters outside ASCII count as small ones."""

_STOPWORDS = """
    a about above after again all already also am an and any are as at be because been before being below
    between both but by can could did do does doing done down during each either else ever every for from
    further get gets give given goes going got had has have having he her here hers him his how i if in
    instead into is it its itself just let like lot made make makes many may me might mine more most much must
    my need needs no nor not now of off on once one only or other our ours out over own please put rather same
    shall she should since so some something still such take than that the their theirs them then there these
    they thing this those though through to too under until up upon us use used uses using very want wants was
    way we were what whatever when where whether which while who whom whose why will with within without would
    yet you your yours
"""

STOPWORDS = frozenset(_STOPWORDS.split())


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a lower-case word; words of three letters or fewer, and numbers, stay as they are."""
    if len(word) <= 3 or not word.isalpha():
        return word.lstrip("0") or "0" if word.isdigit() else word
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> BaseStemmer:
    import snowballstemmer  # with the stemmers of all its languages: 15 ms

    return snowballstemmer.stemmer("english")


def terms(text: str) -> list[str]:
    """All search terms of `text` in order, each part followed by the whole identifier where it has several parts."""
    return [term for chunk in _CHUNK.findall(text) for term in _terms_of(chunk)]


@lru_cache(maxsize=200_000)
def _terms_of(chunk: str) -> tuple[str, ...]:
    found: list[str] = []
    segments = _SEGMENT.split(chunk)
    for segment in segments:
        parts = _PART.findall(segment)
        found.extend(stem(part.lower()) for part in parts)
        if len(parts) > 1:
            found.append(whole(segment))
    if len(segments) > 1:
        found.append(whole(chunk))
    return tuple(found)


def whole(identifier: str) -> str:
    """The one term for an identifier however it is written: `X-Api-Key`, `xApiKey` and `x_api_key` give xapikey."""
    return "".join(part.lower().lstrip("0") if part.isdigit() else part.lower() for part in _PART.findall(identifier))


def query_terms(text: str) -> list[str]:
    """The terms of a question, each once, without the words that carry no meaning, in the order they appear."""
    return list(dict.fromkeys(_meaningful(text)))


def _meaningful(text: str) -> Iterator[str]:
    for chunk in _CHUNK.findall(text):
        if chunk.lower() not in STOPWORDS:
            yield from (term for term in _terms_of(chunk) if len(term) > 1 or term.isdigit())


_IDENTIFIER = re.compile(r"\w[_./:~]\w|[a-z][A-Z]|\d|[{}]|\w-\w+-\w|[A-Z]\w*-[A-Z]")
"""What marks a name; one hyphen between small words does not: `force-push` is prose."""


def identifiers(text: str) -> list[str]:
    """The whole-identifier terms of a question: names with inner signs, camel case or digits, and `quoted` code."""
    return list(dict.fromkeys(whole(chunk) for chunk in _chunks(text, named=True) if len(whole(chunk)) > 2))


def prose_terms(text: str) -> list[str]:
    """The terms of a question that stand in none of its identifiers, each once."""
    return query_terms(" ".join(_chunks(text, named=False)))


def _chunks(text: str, *, named: bool) -> list[str]:
    """The words that are identifiers, or those that are none."""
    quoted = {part for span in re.findall(r"`([^`]+)`", text) for part in _CHUNK.findall(span)}
    return [chunk for chunk in _CHUNK.findall(text) if named == (chunk in quoted or bool(_IDENTIFIER.search(chunk)))]
