"""The status is changed in the file's own form, and nothing else is."""

from __future__ import annotations

import pytest

from ctxkb.adr.status_edit import NewStatus, with_status
from ctxkb.errors import ConfigError
from ctxkb.formats import parse
from ctxkb.types import Document, Kind, Source

LINKED = "superseded by [12. New](0012-new.md)"
SUPERSEDED = NewStatus("superseded", "superseded by ADR-0012", LINKED)
ACCEPTED = NewStatus("accepted", "accepted", "accepted")
BODY = "\n## Context\n\nStatus: accepted is a word of this text.\n\n## Decision\n\nWe do.\n"


def read(content: bytes, path: str = "docs/adr/0001-old.md") -> Document:
    format_ = "decision-rst" if path.endswith(".rst") else "decision"
    (document,) = parse(Source(path, content, Kind.DECISION, format_)).documents
    return document


def edited(text: str, status: NewStatus = SUPERSEDED) -> str:
    content = text.encode()
    return with_status(content, read(content), status).decode()


FORMS = {
    "front-matter": ("---\nstatus: {}\ndate: 2026-01-02\n---\n\n# Old\n", "accepted", "superseded by ADR-0012"),
    "front-matter-quoted": ('---\nstatus: "{}" # see 3\n---\n\n# Old\n', "accepted", "superseded by ADR-0012"),
    "madr-2-bullet": ("# Old\n\n* Status: {}\n* Deciders: A, B\n", "accepted", LINKED),
    "bold-bullet": ("# Old\n\n- **Status:** {}\n- **Date:** 2026-01-02\n", "Active", "S" + LINKED[1:]),
    "bold-line": ("# Old\n\n**Status: {}**\\\n**Date: 2026-01-02**\n", "Accepted", "S" + LINKED[1:]),
    "table": ("# Old\n\n| Status | {} |\n|---|---|\n| Date | 2026-01-02 |\n", "Accepted", "S" + LINKED[1:]),
    "nygard": ("# 1. Old\n\nDate: 2026-01-02\n\n## Status\n\n{}\n", "Accepted", "S" + LINKED[1:]),
    "nygard-amended": (
        "# 1. Old\n\n## Status\n\n{}\n\nAmended by [3. Third](0003-third.md)\n",
        "Accepted",
        "S" + LINKED[1:],
    ),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no-bom", "bom"])
@pytest.mark.parametrize("form", FORMS)
def test_superseding_changes_the_status_and_no_other_byte(form: str, mark: str, end: str) -> None:
    """Byte-order mark and line ends are kept."""
    text, old, new = FORMS[form]
    whole = (mark + text + BODY).replace("\n", end)

    assert edited(whole.replace("{}", old)) == whole.replace("{}", new)


@pytest.mark.parametrize("form", ["front-matter", "madr-2-bullet", "nygard"])
def test_accepting_changes_the_word(form: str) -> None:
    """In the case in which the old one was written."""
    text = FORMS[form][0] + BODY
    old, new = ("Proposed", "Accepted") if form == "nygard" else ("proposed", "accepted")

    assert edited(text.replace("{}", old), ACCEPTED) == text.replace("{}", new)


def test_rest_gets_no_markdown_link() -> None:
    """ReStructuredText would show the brackets."""
    text = "Old\n===\n\nStatus\n------\n\n{}\n\nContext\n-------\n\nWhy.\n\nDecision\n--------\n\nWe do.\n"
    content = text.replace("{}", "Accepted").encode()

    result = with_status(content, read(content, "docs/adr/0001-old.rst"), SUPERSEDED)

    assert result.decode() == text.replace("{}", "Superseded by ADR-0012")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "---\ndate: 2026-01-02\n---\n\n# Old\n",
            "---\ndate: 2026-01-02\nstatus: superseded by ADR-0012\n---\n\n# Old\n",
        ),
        ("# Old\n", f"# Old\n\n* Status: {LINKED}\n"),
        ("# Old\r\n", f"# Old\r\n\r\n* Status: {LINKED}\r\n"),
    ],
)
def test_a_decision_without_a_status_gets_one(before: str, after: str) -> None:
    """log4brains leaves it out of what is accepted."""
    end = "\r\n" if "\r" in before else "\n"
    body = BODY.replace("Status: accepted is", "This is").replace("\n", end)

    assert edited(before + body) == after + body


def test_bytes_that_are_no_utf_8_survive() -> None:
    """An old file in Latin-1 stays one."""
    content = "# Früher\n\n* Status: accepted\n".encode("latin-1") + BODY.encode()

    result = with_status(content, read(content), SUPERSEDED)

    assert result == content.replace(b"Status: accepted", f"Status: {LINKED}".encode(), 1)


@pytest.mark.parametrize(
    "content",
    [
        "# Old\n\n* Status: accepted\n".encode("utf-16"),
        b"---\nstatus: |\n  accepted\n---\n\n# Old\n",
        b"---\nstatus: accepted\n  by all\n---\n\n# Old\n",
        b"---\nstatus: [accepted]\n---\n\n# Old\n",
    ],
    ids=["utf-16", "block-scalar", "folded", "list"],
)
def test_what_cannot_be_changed_safely_is_left_to_a_person(content: bytes) -> None:
    """The error says what to write."""
    with pytest.raises(ConfigError, match=r"0001-old\.md: its status .* write by hand: superseded by ADR-0012"):
        with_status(content, read(content), SUPERSEDED)
