from __future__ import annotations

import pytest

from ctxkb.config import Privacy
from ctxkb.privacy.clean import masked


@pytest.mark.parametrize(
    ("kind", "found", "kept"),
    [
        ("email", "jo.doe+x@corp.com", "git@github.com jo@example.org logo@2x.png @scope/pkg x@y"),
        ("phone", "+49 30 901820-12", "2024-10-11 1.2.3 10:30 4096 0x1F 555"),
        ("phone", "(415) 555-2671", "1,234,567 12345678901234567890"),
        ("iban", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01 GB2024 ABCD"),
        ("credit-card", "4111 1111 1111 1111", "4111 1111 1111 1112 0000 0000 0000 0000 2001719297651998841"),
        ("ip", "93.184.216.34", "10.0.0.1 127.0.0.1 192.168.1.1 1.2.3 203.0.113.7"),
        ("ip", "2606:4700:4700::1111", "::1 fe80::1 10:30:15 a::b:c 2001:db8::1"),
    ],
)
def test_a_kind_is_masked_where_it_is_asked_for(kind: str, found: str, kept: str) -> None:
    """Each kind is found by its form and its check digits, and left alone while it is not named in `mask`."""
    text = f"Ask {found}, or {kept}.\n"
    names = {
        "email": "email",
        "phone": "phone number",
        "iban": "IBAN",
        "credit-card": "card number",
        "ip": "IP address",
    }
    assert masked(text, Privacy(mask=(kind,))) == text.replace(found, f"(masked {names[kind]})")  # type: ignore[arg-type]
    assert masked(text, Privacy()) == text


def test_allowed_addresses_stay() -> None:
    """`allow` keeps a team's own address readable."""
    privacy = Privacy(mask=("email",), allow=("*@ourcompany.com",))
    assert masked("help@ourcompany.com jo@other.com", privacy) == "help@ourcompany.com (masked email)"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("postgres://shop:pw@db.internal:5432/shop", "postgres://shop:(masked password)@db.internal:5432/shop"),
        ("postgres://shop:s3cr!tpw@db.internal/shop", "postgres://shop:(masked password)@db.internal/shop"),
        ("redis://:Swordfish9@cache.corp.com", "redis://:(masked password)@cache.corp.com"),
        ("https://corp.com:80/?mail=jo@corp.com", "https://corp.com:80/?mail=(masked email)"),
        ("see https://corp.com: jo@corp.com", "see https://corp.com: (masked email)"),
    ],
)
def test_a_password_in_an_address_is_no_email(text: str, kept: str) -> None:
    """It is told as a password, and the host behind it stays; an e-mail in or behind an address is one."""
    assert masked(text, Privacy(mask=("email",))) == kept
