"""`kb report` over small histories with a log, receipts and gaps."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from ctxkb.catalog.usage import close_gap, record_gap
from ctxkb.cli.boundary import run
from ctxkb.report.render import report_lines
from ctxkb.report.run import report
from ctxkb_ingest.folder import kb_folder
from ctxkb_server.audit import Audit
from support.gate import madr
from support.repos import Repo
from support.serving import call, indexed, served

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.report.figures import Report

SINCE, NOW = date(2026, 3, 7), datetime(2026, 3, 20, 10, tzinfo=UTC)
GUIDE = "# Pages\n\nEvery page begins in `web/page.ts`.\n"
OLD, NEW = "docs/adr/0001-a.md", "docs/adr/0002-b.md"


def commit(repo: Repo, day: str, files: dict[str, str | bytes], trailer: str = "", author: str = "") -> None:
    repo.write(files).stage()
    more = [f"--author={author}"] if author else []
    message = f"Work{f'{chr(10)}{chr(10)}{trailer}' if trailer else ''}"
    repo.git("commit", "--quiet", "--allow-empty", f"--date={day}T08:00:00Z", "--message", message, *more)


@pytest.fixture
def repo(tmp_path: Path, worked: Path) -> Repo:
    """A copy of it for each test."""
    shutil.copytree(worked, tmp_path / "repo")
    return Repo(tmp_path / "repo")


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A year of work on pages: a guide that was left behind, a decision that was replaced, a log, and three gaps."""
    repo = Repo(tmp_path_factory.mktemp("worked"))
    commit(
        repo,
        "2025-03-01",
        {"docs/guides/pages.md": GUIDE, OLD: madr("A"), "web/page.ts": "0\n", ".gitignore": ".kb/\n"},
    )
    for number in range(10):
        commit(repo, "2025-10-01", {"web/page.ts": f"{number + 1}\n"})
    scoped = madr("B").replace("---\n\n#", 'scope: ["api/**"]\n---\n\n#', 1)
    commit(repo, "2026-03-08", {NEW: f"{scoped}\n## More Information\n\nSupersedes [0001](0001-a.md)\n"})
    commit(repo, "2026-03-09", {"api/a.py": "1\n"})
    commit(repo, "2026-03-17", {"api/b.py": "1\n"}, "Context-Receipt: kb-7g5tw42yeu")
    commit(repo, "2026-03-18", {"web/x.ts": "1\n"})
    commit(repo, "2026-03-18", {"package.json": "{}\n"}, author="renovate[bot] <bot@renovateapp.com>")
    commit(repo, "2026-03-19", {"docs/guides/other.md": "# Other\n\nSee [nothing](nothing.md).\n"})
    folder = kb_folder(repo.root)
    lines = [
        {
            "at": "2026-03-18T06:00:00.000+00:00",
            "tool": "get_context",
            "paths": ["web"],
            "tokens": 1500,
            "client": "c 1",
        },
        {"at": "2026-03-18T06:30:00.000+00:00", "tool": "search", "tokens": 300},
        {"at": "2026-03-18T07:00:00.000+00:00", "tool": "get_context", "error": "no", "tokens": 7},
        {"at": "2026-03-18T07:00:00.000+00:00", "refused": "no token", "status": 401},
        {"at": "2026-02-01T09:00:00.000+00:00", "tool": "get_context", "tokens": 900},
    ]
    log = "".join(f"{json.dumps(line)}\n" for line in lines)
    (folder / "audit.jsonl").write_text(f'{{"at": "2026-03-1\n{log}', "utf-8")
    record_gap(folder, "how are fonts loaded", NOW - timedelta(days=10))
    record_gap(folder, "who deploys", NOW - timedelta(days=4), confidence="low")
    record_gap(folder, "which colours", NOW - timedelta(days=20))
    close_gap(folder, 3, NOW - timedelta(days=2), "docs/colours.md")
    return repo.root


def made(repo: Repo, now: datetime = NOW, since: date = SINCE) -> Report:
    return report(repo.root, kb_folder(repo.root), since, now, 5)


def test_the_report_answers_what_a_lead_asks(repo: Repo) -> None:
    """Each figure says what it counts; bots, documents, failed calls and refusals count nowhere."""
    assert "\n".join(report_lines(made(repo))) == (
        "From 2026-03-07 to 2026-03-20\n"
        "\n"
        "                       now\n"
        "asked before           67%  2 of 3 commits to code; with a receipt: 1\n"
        "governed               12%  2 of 16 changes to files\n"
        "stale                  75%  3 of 4 documents\n"
        "open gaps                1  of low confidence besides: 1; closed: 1\n"
        "their age in days       10  half of them are as old; the oldest: 10\n"
        "findings a change      0.2  errors and warnings of the last 5; errors: 1\n"
        "tokens a week          969  1,800 in 2 calls; days with calls: 1, with commits: 3\n"
        "\n"
        "week        commits  asked  calls   tokens  gaps  findings\n"
        "2026-03-07        1      0      0        0     2       0.0\n"
        "2026-03-14        2      2      2    1,800     1       0.2\n"
        "\n"
        "Stale:\n"
        f"  {OLD}: says accepted, and {NEW} replaced it\n"
        "  docs/guides/other.md: a link leads nowhere: line 3\n"
        "  docs/guides/pages.md: not edited since 2025-03-01, while 10 commits changed what it is about"
    )


def test_the_next_run_has_the_first_beside_it(repo: Repo) -> None:
    """The baseline is the last run before the period, else the first in it; a day has one row."""
    assert made(repo).baseline is None
    assert made(repo).baseline is None
    later = made(repo, NOW + timedelta(days=3))
    assert later.baseline is not None
    assert (later.baseline.day, later.baseline.figures["gaps"]) == (NOW.date(), 1)
    assert [row.day for row in made(repo, NOW + timedelta(days=30)).history] == [date(2026, 3, 20), date(2026, 3, 23)]
    assert made(repo, NOW + timedelta(days=40), date(2026, 4, 1)).baseline.day == date(2026, 3, 23)  # type: ignore[union-attr]
    head = next(line for line in report_lines(later) if "now" in line)
    assert head == "                       now  2026-03-20"


def test_no_change_is_judged_twice(repo: Repo) -> None:
    """What was found is kept beside the gaps, until another version of the gate judges."""
    first = made(repo).judged
    with closing(sqlite3.connect(repo.root / ".kb/usage.sqlite")) as connection, connection:
        connection.execute("UPDATE judged SET errors = errors + 7 WHERE commit_hash = ?", (first[0].commit,))
    again = made(repo).judged
    assert [each.commit for each in again] == [each.commit for each in first]
    assert (again[0].errors, again[1:]) == (first[0].errors + 7, first[1:])


def test_a_real_server_fills_the_log(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What it logs today is counted today, as JSON."""
    knowledge = indexed(repo.root)
    with closing(knowledge.catalog):
        server = served(knowledge, Audit(kb_folder(repo.root)))
        call(server, "get_context", task="show a page", paths=["web/page.ts"])
    repo.write({"web/page.ts": "now\n"}).stage()
    repo.git("commit", "--quiet", "--date=now", "--message", "Work")
    today = datetime.now().astimezone().date()
    found = _json(capsys, repo, "--since", f"{today}", "--last", "0")
    assert (found["calls"], found["consulted"]) == (1, {"commits": 1, "receipts": 0, "asked": 1})
    assert found["tokens"] == found["weeks"][0]["tokens"] > 0
    assert found["figures"]["findings"] is None
    assert [each["path"] for each in found["stale"]] == [OLD, "docs/guides/other.md", "docs/guides/pages.md"]
    assert found["documents"] == 4


def _json(capsys: pytest.CaptureFixture[str], repo: Repo, *options: str) -> dict[str, Any]:
    assert run(["report", "--json", "--root", str(repo.root), *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_the_plot_shows_every_figure_over_time(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """One panel each, well formed, with a point for each week or run."""
    made(repo)
    file = repo.root / "r.svg"
    assert run(["report", "--plot", str(file), "--root", str(repo.root)]) == 0
    assert capsys.readouterr().out.startswith("From ")
    text = file.read_text("utf-8")
    ElementTree.fromstring(text)  # noqa: S314 - our own
    titles = ["asked before a commit", "governed changes", "stale documents", "open gaps", "findings a change"]
    assert all(f">{title}<" in text for title in [*titles, "tokens a week"])
    assert len(re.findall("<circle ", text)) >= 12 + 12 + 2 + 2


def test_a_repository_without_anything_has_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No commit, no document, no call: nothing is known, and nothing fails."""
    repo = Repo(tmp_path)
    figures = _json(capsys, repo, "--plot", str(tmp_path / "r.svg"))["figures"]
    assert figures == {
        "consulted": None,
        "coverage": 1.0,
        "stale": 0.0,
        "gaps": 0,
        "gap_age": None,
        "findings": None,
        "tokens": 0.0,
    }
    ElementTree.fromstring((tmp_path / "r.svg").read_text("utf-8"))  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "yesterday"], "--since yesterday: write a day as 2026-09-01"),
        (["--since", "2999-01-01"], "--since 2999-01-01: that day is yet to come"),
        (["--plot", "r.png"], "--plot r.png: the plot is an SVG; give it a name that ends in .svg"),
        (["--plot", "no/such/r.svg"], "--plot no/such/r.svg: cannot be written"),
    ],
)
def test_mistakes_are_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    """What was wrong, and what to write."""
    Repo(tmp_path)
    assert run(["report", "--root", str(tmp_path), *options]) == 2
    assert capsys.readouterr().err.startswith(f"kb: error: {said}")


def test_outside_of_git_there_is_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says so."""
    assert run(["report", "--root", str(tmp_path)]) == 2
    assert "is not inside a git repository" in capsys.readouterr().err
