"""Finds personal data in a text: of each kind what has its form, and its check digits where it has some."""

from __future__ import annotations

import ipaddress
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from ctxkb.privacy.spans import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
_NO_MAIL = re.compile(
    r"git@|.*@(?:.*\.)?example\.(?:com|net|org)$|.*\.(?:example|test|invalid|localhost|png|svg|jpe?g|gif|[cm]?[jt]sx?|css)$",
    re.IGNORECASE,
)
"""The address of a git server, the domains that are reserved for examples, and files such as `logo@2x.png`."""

_LOGIN = re.compile(r"://[^\s/?#:@]{0,100}:([^\s/?#]{0,200})\Z")
"""What stands before the end of a password in an address, which looks like an e-mail's with the host behind it."""

_PHONE = re.compile(
    r"(?<![\w./+:-])(?:(?:\+|00)[1-9]\d{0,2}[ ./-]?(?:\(0?\d{1,4}\)[ ./-]?)?\d{2,5}(?:[ ./-]?\d{2,5}){1,4}"
    r"|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}([.-])\d{3}\1\d{4}"
    r"|\(?0\d{2,4}\)?[ /-]\d{3,4}(?:[ -]?\d{2,4}){0,2})(?![\w-]|\.\d)"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(
    r"(?<![\w./-])(?:(?:2[2-7]\d\d|35\d\d|[4-6]\d{3})(?:[ -]?\d{4}){3}|3[47]\d\d[ -]?\d{6}[ -]?\d{5}"
    r"|3[068]\d\d[ -]?\d{6}[ -]?\d{4})(?![\w-]|\.\d)"
)
_IP = re.compile(r"(?<![\w.:-])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w.:-]\w|\w)")

_IPV4 = 4
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All public addresses that have been given out so far."""

_LEAST_DIGITS, _MOST_DIGITS = 8, 15
"""Of a telephone number, by ITU-T E.164."""


def find_personal(text: str, kinds: Iterable[str]) -> list[Span]:
    """Where personal data of these kinds, keys of `KINDS`, stand in `text`."""
    return [span for kind in kinds for span in KINDS[kind](text)]


def _found(pattern: re.Pattern[str], what: str, proven: Callable[[str], bool], text: str) -> list[Span]:
    return [Span(*match.span(), what) for match in pattern.finditer(text) if proven(match[0])]


def _emails(text: str) -> list[Span]:
    found = _found(_EMAIL, "email", lambda found: not _NO_MAIL.match(found), text) if "@" in text else []
    return [_password(span, text) or span for span in found]


def _password(span: Span, text: str) -> Span | None:
    """The password of the address in which an e-mail seems to stand: `user:password@host`."""
    login = _LOGIN.search(text, max(0, span.first - 310), span.first)
    return Span(login.start(1), text.index("@", span.first), "password") if login else None


def _phones(text: str) -> list[Span]:
    return _found(_PHONE, "phone number", _has_phone_digits, text)


def _ibans(text: str) -> list[Span]:
    return _found(_IBAN, "IBAN", _is_iban, text)


def _cards(text: str) -> list[Span]:
    return _found(_CARD, "card number", _is_card, text)


def _addresses(text: str) -> list[Span]:
    return _found(_IP, "IP address", _is_public, text)


KINDS: Mapping[str, Callable[[str], list[Span]]] = MappingProxyType(
    {"email": _emails, "phone": _phones, "iban": _ibans, "credit-card": _cards, "ip": _addresses}
)
"""What finds each kind of personal data that can be named under `[privacy] mask`."""


NAMES = frozenset({"email", "phone number", "IBAN", "card number", "IP address"})
"""What a span of personal data is called."""


def _has_phone_digits(found: str) -> bool:
    return _LEAST_DIGITS <= sum(map(str.isdigit, found)) <= _MOST_DIGITS


def _is_iban(found: str) -> bool:
    """ISO 13616: letters as numbers from 10 on, the first four characters last, the rest by 97 is 1."""
    bare = found.replace(" ", "")
    return int("".join(str(int(char, 36)) for char in bare[4:] + bare[:4])) % 97 == 1


def _is_card(found: str) -> bool:
    """ISO/IEC 7812: from the right, each second digit twice; the sum of all digits ends in 0."""
    digits = [int(char) for char in reversed(found) if char.isdigit()]
    total = sum(sum(divmod(2 * digit, 10)) if place % 2 else digit for place, digit in enumerate(digits))
    return len(set(digits)) > 1 and total % 10 == 0


def _is_public(found: str) -> bool:
    """Whether an address is one of the public network: no private, local or example one, no name such as `a::b`."""
    try:
        address = ipaddress.ip_address(found)
    except ValueError:
        return False
    return address.is_global and (address.version == _IPV4 or address in _UNICAST)
