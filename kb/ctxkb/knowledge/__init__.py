"""The knowledge base as its users meet it: search, context, rules and read, over one repository's catalog."""

from ctxkb.knowledge.facade import Knowledge
from ctxkb.knowledge.reading import Reading
from ctxkb.knowledge.requests import Request, SearchResult

__all__ = ["Knowledge", "Reading", "Request", "SearchResult"]
