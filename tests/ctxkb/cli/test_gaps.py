from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ctxkb.catalog.usage import close_gap, record_gap
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
    record_gap(folder, "how do we log?", FIRST, confidence="low")
    record_gap(folder, "how are <fonts> loaded?", FIRST, confidence="high")
    record_gap(folder, "which colours are ours", FIRST)
    close_gap(folder, 5, THIRD, "docs/colours.md")


def test_questions_without_an_answer_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The most often asked comes first, with what is known around it; what may be answered comes last."""
    _record(tmp_path)
    assert run(["gaps", "--root", str(tmp_path)]) == 0
    assert capsys.readouterr() == (
        (
            "  2  rotate the credentials  (2 times, last on 2026-11-21)\n"
            "     paths    infra/vault.tf\n"
            "     note     asked by ops\n"
            "     nearest  docs/a.md#top\n"
            "  1  who may deploy?  (1 time, last on 2026-11-19)\n"
            "  4  how are <fonts> loaded?  (1 time, last on 2026-11-19, reported)\n"
            "  3  how do we log?  (1 time, last on 2026-11-19, low confidence)\n"
        ),
        "",
    )


def test_json_has_every_fact(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get the same gaps whole, with times; with --all the closed ones too."""
    _record(tmp_path)
    assert run(["gaps", "--json", "--all", "--root", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)["gaps"]
    assert [gap["number"] for gap in found] == [2, 1, 4, 3, 5]
    assert found[0] == {
        "number": 2,
        "question": "rotate the\ncredentials",
        "paths": ["infra/vault.tf"],
        "note": "asked by ops",
        "nearest": ["docs/a.md#top"],
        "confidence": "none",
        "asked": 2,
        "first_at": "2026-11-20T09:00:00+00:00",
        "last_at": "2026-11-21T09:00:00+00:00",
        "closed_at": "",
        "closed_by": "",
    }
    assert (found[-1]["closed_at"], found[-1]["closed_by"]) == ("2026-11-21T09:00:00+00:00", "docs/colours.md")


def test_markdown_can_be_pasted_into_an_issue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One heading a gap; no question can smuggle markup in."""
    _record(tmp_path)
    assert run(["gaps", "--markdown", "--root", str(tmp_path)]) == 0
    assert capsys.readouterr().out == (
        "# Questions without an answer\n"
        "\n"
        "## 2. rotate the credentials\n"
        "\n"
        "- Asked 2 times, last on 2026-11-21, first on 2026-11-20\n"
        "- Paths: `infra/vault.tf`\n"
        "- Note: asked by ops\n"
        "- Came nearest: `docs/a.md#top`\n"
        "\n"
        "## 1. who may deploy?\n"
        "\n"
        "- Asked 1 time, last on 2026-11-19\n"
        "\n"
        "## 4. how are \\<fonts\\> loaded?\n"
        "\n"
        "- Asked 1 time, last on 2026-11-19, reported\n"
        "\n"
        "## 3. how do we log?\n"
        "\n"
        "- Asked 1 time, last on 2026-11-19, low confidence\n"
    )


def test_gaps_are_closed_and_dropped_by_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is listed then; a number that there is not ends with 2."""
    _record(tmp_path)
    assert run(["gaps", "--close", "2", "--drop", "1", "--drop", "3", "--root", str(tmp_path)]) == 0
    assert capsys.readouterr() == ("", "")
    assert run(["gaps", "--close", "99", "--root", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "kb: error: there is no open gap 99; kb gaps lists them with their numbers\n"
    assert run(["gaps", "--all", "--root", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("  4  how are")
    assert "2  rotate the credentials  (2 times, last on 2026-11-21, closed on " in out
    assert ": by hand)" in out


def test_one_form_at_a_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Markdown and JSON exclude each other."""
    assert run(["gaps", "--json", "--markdown", "--root", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "kb: error: --markdown and --json exclude each other: choose one\n"


def test_without_gaps_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing was asked, one line on standard error says so, programs get an empty list, no folder is made."""
    for option in ([], ["--recheck"]):
        assert run(["gaps", *option, "--root", str(tmp_path)]) == 0
        assert capsys.readouterr() == ("", "No gaps: no question was left without an answer.\n")
    assert run(["gaps", "--json", "--root", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"gaps": []}
    assert list(tmp_path.iterdir()) == []
