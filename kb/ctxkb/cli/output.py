"""What commands say: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys


def tell(text: str) -> None:
    """Prints data."""
    print(text)


def tell_json(value: object) -> None:
    """Prints data for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def note(text: str) -> None:
    """Prints what is meant for the person and is no data."""
    print(text, file=sys.stderr)


def plural(count: int, word: str, words: str = "") -> str:
    """`1 file`, `2 files`, `1,234 entries`."""
    return f"{count:,} {word if count == 1 else words or word + 's'}"
