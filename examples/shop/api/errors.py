"""Errors as the contract has them."""

from __future__ import annotations


class ProblemError(Exception):
    """A problem that the client is told about (RFC 9457)."""

    def __init__(self, slug: str, title: str, status: int, detail: str = "") -> None:
        super().__init__(title)
        self.type = f"https://shop.example/problems/{slug}"
        self.title = title
        self.status = status
        self.detail = detail
