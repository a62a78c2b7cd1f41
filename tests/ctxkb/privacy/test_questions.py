from __future__ import annotations

import time

import pytest

from ctxkb.config import Privacy
from ctxkb.privacy.questions import masked_start

PRIVACY = Privacy()
SECRET = "Zk3nq9Lp2v"


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("password is hunter2secret9 for it", "password is (masked password) for it"),
        ("xoxb-" + "123456789012-abcdefGHIJ0987654321 walrus", "(masked Slack token) walrus"),
        ("ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a", "(masked GitHub token)"),
        ("postgres://shop:pw@host/shop", "postgres://(masked password)@host/shop"),
        ("token=abcdef123 narwhal", "token=(masked secret) narwhal"),
        ("?api_key=abcdef", "?api_key=(masked secret)"),
        ("PASSWORD: 'hunter2' in front", "PASSWORD: '(masked password)' in front"),
        ("kb_Zm9v-YmFyYmF6cXV1eA_xyzzy and on", "(masked token) and on"),
        ("sk-proj-abcdefghijklmnop1234 in front", "(masked token) in front"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic (masked secret)"),
    ],
)
def test_what_is_a_secret_in_a_question_is_masked(question: str, kept: str) -> None:
    """Also what a document may hold as an example, since a question has few of them."""
    assert masked_start(question, 300, PRIVACY) == kept


@pytest.mark.parametrize(
    "question",
    [
        "which secret: rotation or renewal",
        "how is bearer authentication done",
        "the token of a session: who ends it",
        "what does PaymentGatewayV2ControllerFactory do",
        "revert 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "scikit is imported as sk-learn-pipelines-and-more",
        "https://example.com/docs@latest",
    ],
)
def test_a_question_about_secrets_keeps_its_words(question: str) -> None:
    """A question that was masked in vain cannot be answered later."""
    assert masked_start(question, 300, PRIVACY) == question


def test_guessing_masks_what_is_long_and_mixed() -> None:
    """Where nobody needs the words again, also a key without a form or a name before it."""
    assert masked_start("sign 9fceb02d0ae598e95dc970b747 now", 300, PRIVACY, guessing=True) == "sign (masked key) now"


def test_personal_data_is_masked_as_configured() -> None:
    """The kinds that documents are cleaned of, and no others; what is allowed stays."""
    question = "mail jane.doe@corp.com or help@ours.com"
    assert masked_start(question, 300, PRIVACY) == question
    some = Privacy(mask=("email",), allow=("*@ours.com",))
    assert masked_start(question, 300, some) == "mail (masked email) or help@ours.com"


@pytest.mark.parametrize("before", range(270, 301, 3))
@pytest.mark.parametrize(
    "secret",
    [
        f"https://bob:{SECRET}@host",
        f"password={SECRET}",
        "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
        f"-----BEGIN PRIVATE KEY-----\n{SECRET * 700}",
    ],
)
def test_a_secret_across_the_end_is_masked(secret: str, before: int) -> None:
    """Wherever the text is cut, no part of a secret is kept."""
    kept = masked_start("." * (before - 1) + " " + secret, 300, PRIVACY)
    assert len(kept) <= 300
    assert "Zk3" not in kept
    assert "16C" not in kept


def test_documents_may_be_left_as_they_are_but_questions_are_not() -> None:
    """`secrets = false` is about the documents, which people wrote to be read."""
    assert masked_start(f"password={SECRET}", 300, Privacy(secrets=False)) == "password=(masked password)"


@pytest.mark.parametrize(
    "piece",
    [
        "x", " ", "x1", "\n", "=", "+", "token=", "token:", "token\"  =", "password:1", "://", "://a", "://a:b@", "eyJ",
        "eyJa-", "eyJaaaaaaaa.", "sk-", "kb_", "bearer ", "secret:secret=", "-", "é",
    ],
)  # fmt: skip
def test_no_question_takes_long(piece: str) -> None:
    """A question made to be slow, 200,000 characters of what a pattern begins with, takes less than a moment."""
    masked_start("password: x1y2z3a", 300, PRIVACY, guessing=True)
    started = time.process_time()
    masked_start(piece * (200_000 // len(piece)), 2_000, PRIVACY, guessing=True)
    assert time.process_time() - started < 0.2
