from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ctxkb.catalog.usage import record_gap
from ctxkb.cli.boundary import run
from ctxkb_ingest.folder import kb_folder

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

FIRST, SECOND, THIRD = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (19, 20, 21))


def _record(root: Path) -> None:
    folder = kb_folder(root)
    record_gap(folder, "who may deploy?", FIRST)
    record_gap(folder, "rotate the\ncredentials", SECOND, ["infra/vault.tf"], nearest=["docs/a.md#top", "docs/b.md#x"])
    record_gap(folder, "rotating credentials", THIRD, ["infra/vault.tf"], "asked by ops", ["docs/a.md#top"])


def test_questions_without_an_answer_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The most often asked comes first, with what is known around it; words of one stem ask the same."""
    _record(tmp_path)
    assert run(["gaps", "--root", str(tmp_path)]) == 0
    assert capsys.readouterr() == (
        (
            "rotate the credentials  (2 times, last on 2026-11-21)\n"
            "  paths    infra/vault.tf\n"
            "  note     asked by ops\n"
            "  nearest  docs/a.md#top\n"
            "who may deploy?  (1 time, last on 2026-11-19)\n"
        ),
        "",
    )


def test_json_has_every_fact(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get the same gaps whole, with times."""
    _record(tmp_path)
    assert run(["gaps", "--json", "--root", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "gaps": [
            {
                "question": "rotate the\ncredentials",
                "paths": ["infra/vault.tf"],
                "note": "asked by ops",
                "nearest": ["docs/a.md#top"],
                "asked": 2,
                "first_at": "2026-11-20T09:00:00+00:00",
                "last_at": "2026-11-21T09:00:00+00:00",
            },
            {
                "question": "who may deploy?",
                "paths": [],
                "note": "",
                "nearest": [],
                "asked": 1,
                "first_at": "2026-11-19T09:00:00+00:00",
                "last_at": "2026-11-19T09:00:00+00:00",
            },
        ]
    }


def test_without_gaps_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing was asked, one line on standard error says so, programs get an empty list, no folder is made."""
    assert run(["gaps", "--root", str(tmp_path)]) == 0
    assert capsys.readouterr() == ("", "No gaps: no question was left without an answer.\n")
    assert run(["gaps", "--json", "--root", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"gaps": []}
    assert list(tmp_path.iterdir()) == []
