"""What a change inside a contract means for its clients: one comparer a format, all of them listed in `COMPARERS`."""

from __future__ import annotations

from ctxkb.check.contracts.interface import Break, Comparer, Comparison, Side
from ctxkb.check.contracts.openapi import compare_openapi

__all__ = ["COMPARERS", "Break", "Comparer", "Comparison", "Side"]

COMPARERS: dict[str, Comparer] = {"openapi": compare_openapi}
"""What compares two states of a contract, by format (a key of `ctxkb.formats.FORMATS`)."""
