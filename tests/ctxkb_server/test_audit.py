from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb.config import Privacy
from ctxkb_server.audit import LOG, REFUSALS_A_MINUTE, Audit, Call, Refusal
from ctxkb_server.caller import Caller, acting

if TYPE_CHECKING:
    from pathlib import Path


def test_empty_facts_are_left_out(tmp_path: Path) -> None:
    """A line holds what is known of the call, with the time."""
    Audit(tmp_path).record(Call("cursor 1.2", "search", "httpx", ids=("a#b",), tokens=7, ms=1.5))
    entry = json.loads((tmp_path / LOG).read_text())
    assert entry.pop("at").endswith("+00:00")
    assert entry == {
        "transport": "stdio", "client": "cursor 1.2", "tool": "search", "asked": "httpx", "ids": ["a#b"], "tokens": 7,
        "ms": 1.5,
    }  # fmt: skip


def test_a_caller_on_the_network_is_named(tmp_path: Path) -> None:
    """What was asked under a token stands under its name."""
    with acting(Caller("ci", transport="http")):
        Audit(tmp_path).record(Call("x", "search", "y"))
    entry = json.loads((tmp_path / LOG).read_text())
    assert (entry["transport"], entry["caller"]) == ("http", "ci")


def test_a_line_stays_one_line(tmp_path: Path) -> None:
    """Whatever a client sends, it neither ends a line, nor is shown in another order, nor forges an entry."""
    evil = 'x\n{"tool": "forged"}\r\x85\u2028\u202e\x1b[2K\ud800'
    Audit(tmp_path).record(Call(evil, evil, evil, (evil,), (evil,), error=evil))
    Audit(tmp_path).refuse(Refusal(evil, 401, evil, evil, evil, evil))
    text = (tmp_path / LOG).read_bytes().decode("utf-8")
    assert len(text.splitlines()) == 2
    assert [json.loads(line).get("tool") != "forged" for line in text.splitlines()] == [True, True]
    assert not set("\x85\u2028\u202e\x1b") & set(text)


def test_refusals_do_not_push_out_what_was_logged(tmp_path: Path) -> None:
    """Of very many refusals within a minute only the first are written."""
    audit = Audit(tmp_path)
    for _ in range(1000):
        audit.refuse(Refusal("no token", 401, "", "203.0.113.9", "POST /mcp"))
    lines = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert REFUSALS_A_MINUTE <= len(lines) <= 2 * REFUSALS_A_MINUTE + 1
    assert {line["refused"] for line in lines} == {"no token"}
    assert lines[0]["status"] == 401


def test_the_log_is_bounded(tmp_path: Path) -> None:
    """A full log takes the place of the one before; two files are all there ever is."""
    audit = Audit(tmp_path, largest=2_000)
    for number in range(200):
        audit.record(Call("x", "search", f"question {number}"))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [LOG, f"{LOG}.1"]
    assert max((tmp_path / name).stat().st_size for name in names) < 2_200
    assert json.loads((tmp_path / LOG).read_text().splitlines()[-1])["asked"] == "question 199"


def test_a_log_that_cannot_be_written_keeps_nobody_from_an_answer(tmp_path: Path) -> None:
    """A folder that is gone is no error of the call."""
    Audit(tmp_path / "gone").record(Call("x", "search", "y"))


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("use ghp_16C7e42F292c6912E7710c838347Ae178B4a", "use (masked GitHub token)"),
        ("sk-proj-abcdefghijklmnop1234 in front", "(masked token) in front"),
        ("kb_Zm9v-YmFyYmF6cXV1eA_xyzzy and on", "(masked token) and on"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl", "(masked JWT)"),
        ("Authorization: Bearer abc.def-ghi.jkl", "Authorization: Bearer (masked token)"),
        ("the bearer token of CI", "the bearer token of CI"),
        ("password=hunter2 in front", "password=(masked password) in front"),
        ("password is hunter2secret9 for zebra", "password is (masked password) for zebra"),
        ("token=abcdef123 narwhal", "token=(masked secret) narwhal"),
        ("clone https://bob:secret@host/x", "clone https://(masked password)@host/x"),
        ("mail jane.doe@corp.com about it", "mail (masked email) about it"),
        (
            "rename docs/adr/0001-record-architecture-decisions.md",
            "rename docs/adr/0001-record-architecture-decisions.md",
        ),
        ("AddAnEndpointToTheOrdersController", "AddAnEndpointToTheOrdersController"),
        ("a\nb" + "c" * 400, "a b" + "c" * 297),
    ],
)
def test_what_looks_like_a_secret_is_masked(tmp_path: Path, question: str, kept: str) -> None:
    """Keys, tokens, passwords and configured kinds are masked; names and paths stay; the text is short, on one line."""
    audit = Audit(tmp_path, privacy=lambda: Privacy(mask=("email",)))
    audit.record(Call("x", "search", question, error=question))
    entry = json.loads((tmp_path / LOG).read_text())
    assert (entry["asked"], entry["error"]) == (kept, kept)


def test_a_path_and_a_refusal_hold_no_secret(tmp_path: Path) -> None:
    """Whatever a client sends in place of a path, and as its name; a path that is one stays as it is."""
    audit = Audit(tmp_path)
    path = "src/PaymentGatewayV2ControllerFactory.java"
    audit.record(Call("x", "get_context", "y", ("postgres://shop:pw@host", "a?token=abcdef123", path)))
    audit.refuse(
        Refusal("no token", 401, request="POST /mcp?token=abcdef123", client="xoxb-123456789012-abcdefGHIJ09876")
    )
    call, refusal = map(json.loads, (tmp_path / LOG).read_text().splitlines())
    assert call["paths"] == ["postgres://(masked password)@host", "a?token=(masked secret)", path]
    assert (refusal["request"], refusal["client"]) == ("POST /mcp?token=(masked secret)", "(masked Slack token)")
