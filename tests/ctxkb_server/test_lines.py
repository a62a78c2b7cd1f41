from __future__ import annotations

import json

import pytest

from ctxkb_server.lines import NO_JSON, NO_MESSAGE, understood

PING = '{"jsonrpc": "2.0", "id": 1, "method": "ping"}'


def test_a_message_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is told of what is right, nor of an empty line."""
    for line in (
        PING,
        '{"jsonrpc": "2.0", "method": "notifications/initialized"}',
        '{"jsonrpc":"2.0","id":1,"result":{}}',
    ):
        assert understood(f"{line}\n") == (line, [])
    assert understood(" \n") == ("", [])
    assert capsys.readouterr().err == ""


def test_half_a_character_is_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    """A lone surrogate, which JSON can write and nothing can hold, costs no request; a pair of them is a character."""
    line = PING.replace("}", r', "params": {"\ud800a": ["b\udc00", "\ud83d\ude00", "\\ud800", "ü"]}}')
    message, faults = understood(line)
    assert faults == []
    assert json.loads(message)["params"] == {"\ufffda": ["b\ufffd", "\U0001f600", "\\ud800", "ü"]}
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "answers"),
    [
        ("hello", [(None, NO_JSON)]),
        (PING + " x", [(None, NO_JSON)]),
        ("[" * 100_000, [(None, NO_JSON)]),
        ("{}", [(None, NO_MESSAGE)]),
        ("17", [(None, NO_MESSAGE)]),
        ("[]", [(None, NO_MESSAGE)]),
        ('{"id": 7, "method": "ping"}', [(7, NO_MESSAGE)]),
        ('{"jsonrpc": "2.0", "id": "a\\ud800"}', [("a\ufffd", NO_MESSAGE)]),
        (PING.replace("}", ', "params": [1]}'), [(1, NO_MESSAGE)]),
        (PING.replace("1", "1.5"), [(None, NO_MESSAGE)]),
        (PING.replace("1", "null"), [(None, NO_MESSAGE)]),
        (PING.replace("1", "true"), [(None, NO_MESSAGE)]),
        (f"[{PING}, {PING.replace('1', '2')}]", [(1, NO_MESSAGE), (2, NO_MESSAGE)]),
        (PING.replace("}", ', "params": {"a": ' + "[" * 500 + "]" * 500 + "}}"), [(1, NO_MESSAGE)]),
        ('{"method": "notifications/initialized"}', []),
        ('{"id": 3, "result": {}}', []),
    ],
)
def test_what_is_no_message_is_answered(
    line: str, answers: list[tuple[int | str | None, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """With the id where there is one, save what nobody waits for; one line says so to whoever runs the server."""
    message, faults = understood(f"{line}\n")
    assert message == ""
    assert [(fault.id, fault.error.message) for fault in faults] == answers
    told = capsys.readouterr().err
    assert (told.startswith("kb: a line from the client is no "), told.count("\n")) == (True, 1)
