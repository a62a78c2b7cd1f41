"""The addresses of documents over MCP: `kb://decision/docs/adr/0002-x.md`, percent-encoded but for slashes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from ctxkb.errors import KbError
from ctxkb.types import Kind

if TYPE_CHECKING:
    from ctxkb.types import Document

SCHEME = "kb://"
_LONGEST = 4096
_FORM = "write kb://{kind}/{id}; resources/list gives them all"


def uri_of(document: Document) -> str:
    """The address of a document."""
    return f"{SCHEME}{document.kind}/{quote(document.id)}"


def template_of(kind: Kind) -> str:
    """The template of the addresses of a kind, in which an id keeps its slashes."""
    return f"{SCHEME}{kind}/{{+id}}"


def kind_of_template(template: str) -> Kind | None:
    """The kind whose addresses a template gives, None for one that is not ours."""
    return next((kind for kind in Kind if template == template_of(kind)), None)


def parse_uri(uri: str) -> tuple[Kind, str]:
    """The kind and the id that an address names. Raises `KbError` for one that can name no document here."""
    kind, _, encoded = uri.removeprefix(SCHEME).partition("/")
    if not uri.startswith(SCHEME) or kind not in set(Kind) or not encoded or len(uri) > _LONGEST:
        raise KbError(f"{_shown(uri)} is no address of a document; {_FORM}")
    try:
        identity = unquote(encoded, errors="strict")
    except UnicodeDecodeError:
        raise KbError(f"{_shown(uri)} is not UTF-8 once decoded; {_FORM}") from None
    if identity.startswith("/") or ".." in re.split(r"[/\\]", identity) or re.search(r"[\x00-\x1f\x7f]", identity):
        raise KbError(f"{_shown(uri)} leads out of the repository; {_FORM}")
    return Kind(kind), identity


def _shown(uri: str) -> str:
    return repr(uri[:200])
