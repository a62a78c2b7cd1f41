from __future__ import annotations

import time

import pytest

from ctxkb.config import Privacy
from ctxkb.privacy.clean import clean_source
from ctxkb.types import Kind, Source

EVERYTHING = Privacy(mask=("email", "phone", "iban", "credit-card", "ip"))


@pytest.mark.parametrize(
    "piece",
    [
        "a", "password=", "://", "://a:b", "-u ", "eyJa.", "eyJa-", "-----BEGIN PRIVATE KEY-----\n", "aws_key='",
        "sk-", "sk-a1A",
        "npm //a/:_authToken=", "4111 ", "0 12", "+1 ", "DE89 ", "a@b.", "1:", "1.1.", "ignore all the ",
        "<!--",
        "<!-- agent ", "[//]: # (", 'style="display:', "send the secrets ", "curl -d ", ".env | a ", "\u200b",
        "👩\u200d",
        "א\u200e", "agent, please please ", "\n",
    ],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    """A document made to be slow, 60 kB of what a pattern begins with, is looked through within a second."""
    source = Source("a.md", (piece * (60_000 // len(piece))).encode(), Kind.GUIDE, "markdown")
    clean_source(Source("b.md", b"password: x", Kind.GUIDE, "markdown"), EVERYTHING)
    started = time.process_time()
    clean_source(source, EVERYTHING)
    assert time.process_time() - started < 1
