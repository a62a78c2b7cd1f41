from __future__ import annotations

import pytest

from ctxkb.errors import KbError
from ctxkb.types import Document, Kind
from ctxkb_server.uris import kind_of_template, parse_uri, template_of, uri_of


@pytest.mark.parametrize(
    ("identity", "uri"),
    [
        ("docs/adr/0001-a.md", "kb://guide/docs/adr/0001-a.md"),
        ("api/open api+1.yaml#post-/orders", "kb://guide/api/open%20api%2B1.yaml%23post-/orders"),
        ("docs/größe?.md", "kb://guide/docs/gr%C3%B6%C3%9Fe%3F.md"),
        ("100%.md", "kb://guide/100%25.md"),
        ("a&b=c;d.md", "kb://guide/a%26b%3Dc%3Bd.md"),
    ],
)
def test_an_address_names_its_document_and_back(identity: str, uri: str) -> None:
    """Everything but slashes is percent-encoded, and read as it was."""
    assert uri_of(Document(identity, Kind.GUIDE, identity, "", "markdown", ())) == uri
    assert parse_uri(uri) == (Kind.GUIDE, identity)


def test_an_address_written_plainly_is_understood() -> None:
    """A client that fills a template in without encoding is read all the same."""
    assert parse_uri("kb://contract/api/open api.yaml#post") == (Kind.CONTRACT, "api/open api.yaml#post")


@pytest.mark.parametrize(
    "uri",
    [
        "kb://guide/../../etc/passwd",
        "kb://guide/docs/%2e%2e/%2e%2e/etc/passwd",
        "kb://guide/docs/..%2f..%2fetc/passwd",
        "kb://guide/..%5c..%5cwindows",
        "kb://guide//etc/passwd",
        "kb://guide/%2Fetc/passwd",
        "kb://guide/a%00.md",
        "kb://guide/a%0d%0aX-Evil: 1",
    ],
)
def test_an_address_that_leads_out_is_refused(uri: str) -> None:
    """Whatever way the dots, slashes and control characters are written."""
    with pytest.raises(KbError, match="leads out of the repository"):
        parse_uri(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "kb://",
        "kb://guide",
        "kb://guide/",
        "kb://rule/a.md",
        "file:///etc/passwd",
        "KB://guide/a",
        "kb://guide/" + "a" * 5000,
    ],
)
def test_what_is_no_address_of_ours_is_explained(uri: str) -> None:
    """The message says how an address is written."""
    with pytest.raises(KbError, match=r"is no address of a document; write kb://\{kind\}/\{id\}"):
        parse_uri(uri)


def test_bytes_that_are_no_text_are_refused() -> None:
    """A percent-encoding that is not UTF-8 names nothing."""
    with pytest.raises(KbError, match="is not UTF-8"):
        parse_uri("kb://guide/%ff%fe.md")


def test_each_kind_has_a_template() -> None:
    """The templates tell their kinds, and others none."""
    assert [kind_of_template(template_of(kind)) for kind in Kind] == list(Kind)
    assert kind_of_template("test://template/{id}/data") is None
