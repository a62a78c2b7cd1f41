"""Tells a secret from what only stands where one could: a placeholder, a type, a name, a version, a hash."""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import pairwise

LEAST_KEY = 16
"""A key or a token has so many characters, unless letters and digits alternate in it."""

LEAST_BITS = 3.0
"""Bits a character, by its frequency in the value, below which a key is no key (detect-secrets' bound for hex)."""

SURE_BITS = 4.0
"""With so many bits a character a value is no placeholder, whatever word it holds by chance."""

LEAST_LETTERS = 4
"""A secret has so many different characters beside the words that say what it is."""

_HOLE = re.compile(
    r"example|sample|dummy|fake|placeholder|change[-_]?(?:me|this|it)|your|redact|masked|to-?do|xxx|yyy|abc123|12345"
    r"|insert|replace|\.\.\.|…|\*\*",
    re.IGNORECASE,
)
"""What only stands for a value."""

_CODE = re.compile(r"^[$%&/~-]|://|\$[{(]|[<>{}()\[\]\\]")
"""What refers to a value, or computes it."""

_SOFT = re.compile(r"passw(?:or)?d|secret|token|key|test|admin|user|root|demo|pass|my|[-_.]", re.IGNORECASE)
_USUAL = re.compile(
    r"(?:passw(?:or)?d|pass|pwd?|secret|token|postgres|postgresql|mysql|mariadb|mongo|root|admin|guest|test|user"
    r"(?:name)?|dev|demo|app|default|minio|minioadmin|rabbitmq|sa|redis|foo|bar|me|name|pw|db)\d{0,3}!?",
    re.IGNORECASE,
)
"""Passwords that every example and every local database has."""

_TECHNICAL = re.compile(
    r"v?\d[\d.]*\w{0,8}"  # a version, a number with its unit
    r"|\d{4}-\d\d-\d\d.*"  # a date
    r"|(?:sha|md|base|utf|aes|rsa|hs|rs|es|ps|ed|argon|scrypt|bcrypt|pbkdf|oauth|ipv|http|s|k|int|uint|float|str)[-_]?\d+\w*"
    r"|[A-Za-z]\w*(?:(?:\.|::|->)[A-Za-z_]\w*)+"  # an attribute, a file's name, a host
    r"|[A-Z][A-Z\d]*(?:_[A-Z\d]+)+"  # a variable of the environment
    r"|[\w.+-]+@[\w.-]+"  # an address
    r"|(?:\w+:/*|\.{1,2}/)[\w./-]*",  # a path, an address
    re.ASCII,
)
_WORD = re.compile(r"[A-Za-z]*\d{0,4}|\d+[A-Za-z]{0,2}")
_DIGIT_OR_SIGN = re.compile(r"[\d!@#$%^&*?+~=]")


def is_password(value: str) -> bool:
    """Whether what is written as a password may be one: it has a digit or a sign, and is no example, name or type."""
    if _is_no_value(value) or _USUAL.fullmatch(value) or _TECHNICAL.fullmatch(value):
        return False
    return bool(_DIGIT_OR_SIGN.search(value)) and not ("/" in value and _is_of_words(value))


def is_key(value: str) -> bool:
    """Whether what is written as a key, a token or a secret may be one: long or mixed, and of no words."""
    if _is_of_words(value) or _is_no_value(value, holes=bits(value) < SURE_BITS):
        return False
    if len(value) < LEAST_KEY:
        return len(value) >= LEAST_KEY // 2 and _changes(value) >= LEAST_KEY // 4
    return bits(value) >= LEAST_BITS and any(map(str.isdigit, value)) and not _TECHNICAL.fullmatch(value)


def is_login(user: str, value: str) -> bool:
    """Whether the password of an address (`user:password@host`) may be a real one."""
    named = _SOFT.search(value) is not None and _is_of_words(value)
    return value.lower() != user.lower() and not (named or _is_no_value(value) or _USUAL.fullmatch(value))


def is_formed(value: str) -> bool:
    """Whether what has the form of a provider's key is more than the form filled with one letter."""
    return len(set(value[-LEAST_KEY // 2 :].lower())) > LEAST_LETTERS


def bits(value: str) -> float:
    """Shannon's entropy of `value` in bits a character."""
    return -sum(count / len(value) * math.log2(count / len(value)) for count in Counter(value).values())


def _is_no_value(value: str, *, holes: bool = True) -> bool:
    from detect_secrets.filters import heuristic

    return (
        _CODE.search(value) is not None
        or (holes and _HOLE.search(value) is not None)
        or len(set(_SOFT.sub("", value))) < LEAST_LETTERS
        or heuristic.is_not_alphanumeric_string(value)
        or heuristic.is_potential_uuid(value)
        or heuristic.is_sequential_string(value)
    )


def _is_of_words(value: str) -> bool:
    """Whether a value is words and short numbers between hyphens and the like: a name, not a key."""
    return all(_WORD.fullmatch(part) for part in re.split(r"[-_./:@+=]", value))


def _changes(value: str) -> int:
    """How often letters and digits take turns in a value without separators."""
    if not value.isalnum():
        return 0
    return sum(one.isdigit() != other.isdigit() for one, other in pairwise(value))
