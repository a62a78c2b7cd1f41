from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run

if TYPE_CHECKING:
    from pathlib import Path


def test_a_token_is_made_listed_and_revoked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The secret alone is data, shown once; the list tells everything else."""
    root = ("--root", str(tmp_path))
    assert run(["token", "list", *root]) == 0
    assert "There is no token" in capsys.readouterr().err
    assert run(["token", "create", "--name", "ci", "--scope", "read:spec", "--expires", "never", *root]) == 0
    made = capsys.readouterr()
    assert made.out.startswith("kb_")
    assert len(made.out.split()) == 1
    assert made.err == "ci may read:spec, for ever. Keep the token safe: it is not shown again.\n"
    assert run(["token", "list", "--json", *root]) == 0
    (listed,) = json.loads(capsys.readouterr().out)["tokens"]
    assert (listed["name"], listed["state"], listed["scopes"], listed["expires"]) == (
        "ci",
        "active",
        ["read:spec"],
        None,
    )
    assert run(["token", "revoke", "ci", *root]) == 0
    assert run(["token", "list", *root]) == 0
    line = capsys.readouterr().out
    assert line == f"{listed['id']}  ci                revoked  read:spec, for ever\n"
    assert made.out.strip() not in (tmp_path / ".kb" / "tokens.json").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["create", "--name", "x", "--scope", "raed"], 'there is no scope "raed"; the scopes are read, read:decision'),
        (["create", "--name", "x", "--scope", "write"], "write lets nobody read anything; add read"),
        (["create", "--name", "x", "--expires", "soon"], '"soon" is no time to expire; write 12h, 90d'),
        (["create", "--name", "a\nb"], "a token's name is up to 60 letters"),
        (["revoke", "x"], 'no token is called "x"; those that count: there is none'),
    ],
)
def test_mistakes_are_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    """Exit code 2, and nothing is made."""
    assert run(["token", *words, "--root", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"kb: error: {told}")
    assert not (tmp_path / ".kb" / "tokens.json").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--http", "nowhere"], '"nowhere" is no address to listen on'),
        (["--http", "0", "--tls-key", "KEY"], "there is no file KEY"),
        (["--tls-cert", "KEY"], "--tls-cert and --tls-key belong to --http"),
    ],
)
def test_serving_a_network_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    """Before anything is opened."""
    assert run(["serve", *words, "--root", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(f"kb: error: {told}")
