"""Gaps from the question to the document that closes them, with the real model, as a person works with them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from support.sample import kb, sample

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = "how do we rotate the database credentials in vault"


def _gaps(root: Path, *options: str) -> list[dict[str, Any]]:
    done = kb(root, "gaps", "--json", *options)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["gaps"]
    return found


def test_a_gap_is_asked_listed_answered_and_closed(tmp_path: Path) -> None:
    """The question of `kb context` is a gap; a guide that answers it closes it; the record of that stays."""
    repo = sample(tmp_path)
    said = kb(tmp_path, "context", QUESTION, "--path", "infra/vault.tf").stdout
    assert "The question was recorded as a gap." in said
    (gap,) = _gaps(tmp_path)
    assert (gap["question"], gap["paths"], gap["asked"]) == (QUESTION, ["infra/vault.tf"], 1)
    assert kb(tmp_path, "context", "rotating our database credentials in the vault").returncode == 0

    assert kb(tmp_path, "gaps", "--recheck").stderr == "0 gaps closed, 1 left\n"
    assert [gap["asked"] for gap in _gaps(tmp_path)] == [2]

    guide = (
        f"# Rotate credentials\n\nHow we rotate the database credentials in vault: run `make rotate` {'every month. '}"
    )
    repo.write({"docs/guides/rotate-credentials.md": guide})
    done = kb(tmp_path, "gaps", "--recheck")
    assert re.search(r"closed 1: how do we rotate .*answered by docs/guides/rotate-credentials\.md#", done.stderr)
    assert _gaps(tmp_path) == []
    closed = _gaps(tmp_path, "--all")[0]
    assert closed["closed_by"] == "docs/guides/rotate-credentials.md"
    assert "closed on " in kb(tmp_path, "gaps", "--all", "--markdown").stdout
