"""Badges: pictures whose address states a field, such as "status: accepted" on green."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote

_STATED = frozenset({"status", "state", "decision status", "adr status", "date", "updated", "last updated", "owner"})
_PATH = re.compile(r"/badge/([^?#\s]+)")
_QUERY = re.compile(r"/static/v1\?([^#\s]+)")


def badge(source: str, shown: str = "") -> str:
    """Read a badge's address, `https://img.shields.io/badge/status-accepted-green`, as the field "Status: accepted".

    One without a label gives its word alone, with `shown` (the words for the picture) before it where they are a
    field's name. Anything else gives "".
    """
    label, message = _written(source)
    named = label or shown.strip(" :").lower()
    if message and named in _STATED:
        return f"{named.removeprefix('adr ').capitalize()}: {message}"
    return message if not label and shown.lower() in {"", message.lower()} else ""


def _written(source: str) -> tuple[str, str]:
    """Label, in lower case, and message of a badge of shields.io; "" for what it has not."""
    if query := _QUERY.search(source):
        fields = parse_qs(query[1])
        return fields.get("label", [""])[0].strip().lower(), fields.get("message", [""])[0].strip()
    if path := _PATH.search(source):
        name = re.sub(r"^adr[-_](?=stat)|\.(?:svg|png)$", "", path[1], flags=re.IGNORECASE)
        parts = [_words(part) for part in re.split(r"(?<!-)-(?!-)", name)]
        labelled = len(parts) > 2 or parts[0].lower() in _STATED
        return (parts[0].lower(), parts[1]) if labelled and len(parts) > 1 else ("", parts[0])
    return "", ""


def _words(part: str) -> str:
    """A part of the path as it is shown: "--" stands for a dash, "__" for an underscore, "_" for a space."""
    spaced = re.sub(r"(?<!_)_(?!_)", " ", part).replace("__", "_").replace("--", "-")
    return unquote(spaced).strip()
