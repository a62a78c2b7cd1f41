from __future__ import annotations

import time

import pytest

from ctxkb.text.words import identifiers, prose_terms, query_terms, terms, whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BackgroundTask", ["background", "task", "backgroundtask"]),
        ("background_task", ["background", "task", "backgroundtask"]),
        ("BACKGROUND_TASK", ["background", "task", "backgroundtask"]),
        ("parseHTTPResponse2", ["pars", "http", "respons", "2", "parsehttpresponse2"]),
        ("X-Api-Key", ["x", "api", "key", "xapikey"]),
        ("xApiKey", ["x", "api", "key", "xapikey"]),
        ("ADR-0012", ["adr", "12", "adr12"]),
        ("adr-12", ["adr", "12", "adr12"]),
        ("POST /v1/things/{id}", ["post", "v", "1", "v1", "thing", "id", "v1thingsid"]),
        ("web/handlers/OrderHandler.ts", ["web", "handler", "order", "handler", "orderhandler", "ts",
                                          "webhandlersorderhandlerts"]),
        ("a.b::c->d", ["a", "b", "c", "d", "abcd"]),
        ("@scope/pkg", ["scope", "pkg", "scopepkg"]),
        ("0", ["0"]),
        ("007 and 7", ["7", "and", "7"]),
        ("Größe naïve", ["größe", "naïv"]),
        ("数据库 使用", ["数据库", "使用"]),
        ("don't", ["don", "t"]),
        ("", []),
        ("!!! ... --- ::: {}", []),
        ("\0a\0b", ["a", "b"]),
        ('"foo" OR NEAR(bar*)', ["foo", "or", "near", "bar"]),
    ],
)  # fmt: skip
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    """Identifiers are split into their parts and kept whole, words are stemmed, numbers lose leading zeros."""
    assert terms(text) == expected


def test_terms_consist_of_letters_and_digits_only() -> None:
    """Each is one token to SQLite's full text search, so that no question can speak its language."""
    text = " ".join(chr(code) for code in range(0x20, 0x3000)) + " a-b_c.d/e:f~g$h#i@j+k{l}m::n->o"
    assert [term for term in terms(text) if not term.isalnum() and term.isascii()] == []


def test_terms_are_the_same_in_texts_and_questions() -> None:
    """Whatever a document says is found when a question says it in the same way."""
    text = "Call `createOrder` of POST /v1/orders/{id}, see ADR-0012 in docs/adr/0012-use_x.md and X-Api-Key."
    assert set(query_terms(text)) <= set(terms(text))
    assert terms(text) == terms(text)


def test_all_spellings_of_an_identifier_are_one_term() -> None:
    """`X-Api-Key`, `xApiKey`, `x_api_key` and `X_API_KEY` mean the same."""
    assert {whole(name) for name in ("X-Api-Key", "xApiKey", "x_api_key", "X_API_KEY", "XApiKey")} == {"xapikey"}


def test_the_terms_of_a_question_leave_out_words_without_meaning() -> None:
    """Each term comes once, in order; stop words and single letters are dropped, digits stay."""
    assert query_terms("How do I use the order_service for orders in v 2?") == ["order", "servic", "orderservice", "2"]
    assert query_terms("what should I do when it is not there") == []
    assert query_terms("") == []


def test_identifiers_of_a_question() -> None:
    """Names with inner signs, camel case or digits, and what stands in backticks; words and acronyms are none."""
    question = "Should handlers call createOrder, order_id, the SDK or `retry` before POST /v1/orders? See ADR-12."
    assert identifiers(question) == ["createorder", "orderid", "retry", "v1orders", "adr12"]
    assert identifiers("which library do we use for dates") == []


@pytest.mark.parametrize(
    "text", ["a" + ":" * 50_000, "a" + "->" * 20_000 + " ", "a-" * 40_000, "aA" * 40_000, "{" * 9000]
)
def test_no_text_takes_long(text: str) -> None:
    """Rows of signs behind a word are read in linear time."""
    begun = time.perf_counter()
    terms(text)
    assert time.perf_counter() - begun < 2


def test_the_terms_of_a_question_outside_of_its_identifiers() -> None:
    """The parts of an identifier are none of them."""
    assert prose_terms("Where is `maxRetryCount` set for the api_gateway, in retries?") == ["set", "retri"]
