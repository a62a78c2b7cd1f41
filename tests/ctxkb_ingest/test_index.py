from __future__ import annotations

import os
import shutil
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ctxkb.types import Problem
from ctxkb_ingest.report import report_json, report_of
from support.indexed import indexed

if TYPE_CHECKING:
    from pathlib import Path

ADR = "# 1. Use widgets\n\n## Status\n\nAccepted\n\n## Decision\n\nWe use widgets everywhere.\n"
GUIDE = "# Handbook\n\nHow to turn the crank.\n\n## Oil\n\nUse gearbox oil.\n"
FILES: dict[str, str | bytes] = {"docs/adr/0001-widgets.md": ADR, "docs/handbook.md": GUIDE, "src/main.py": "print()\n"}


def test_a_first_run_takes_everything_in_and_a_second_does_nothing(tmp_path: Path) -> None:
    """The report counts what the index holds, what was read and what was embedded; nothing is done twice."""
    with indexed(tmp_path, FILES) as held:
        first = held.index()
        assert held.state() == {"docs/adr/0001-widgets.md": "decision", "docs/handbook.md": "guide"}
        assert (first.files, first.changed, first.removed, first.skipped, first.complete) == (2, 2, 0, (), True)
        assert first.embedded == len(held.embedder.embedded) == len(set(held.embedder.embedded))
        second = held.index()
        assert (second.files, second.units, second.changed) == (2, first.units, 0)
        assert (second.embedded, second.reused) == (0, first.embedded)
        assert held.finds("gearbox") == ["docs/handbook.md"]


def test_moved_files_switched_branches_and_full_runs_embed_nothing_twice(tmp_path: Path) -> None:
    """A text is embedded once in its life, wherever it turns up again."""
    with indexed(tmp_path, FILES) as held:
        held.repo.commit()
        held.index()
        held.repo.branch("other").move("docs/handbook.md", "docs/manual/handbook.md").commit()
        moved = held.index()
        assert (moved.changed, moved.removed) == (1, 1)
        before = len(held.embedder.embedded)
        held.repo.write({"docs/handbook2.md": "# New\n\nSomething about pistons.\n"}).commit()
        assert held.index().embedded == len(held.embedder.embedded) - before == 1
        held.repo.switch("main")
        held.index()
        held.repo.switch("other")
        assert held.index().embedded == 0
        full = held.index(full=True)
        assert (full.changed, full.embedded, full.files) == (3, 0, 3)
        assert sorted(held.embedder.embedded) == sorted(set(held.embedder.embedded))


def test_an_edit_within_the_same_tick_is_not_missed(tmp_path: Path) -> None:
    """A file that changes again without changing its size or its time is read again."""
    with indexed(tmp_path, FILES) as held:
        path = tmp_path / "docs/handbook.md"
        held.index()
        looked = path.stat()
        path.write_text(path.read_text().replace("crank", "shaft"))
        os.utime(path, ns=(looked.st_atime_ns, looked.st_mtime_ns))
        assert path.stat().st_size == looked.st_size
        assert held.index().changed == 1
        assert held.finds("shaft") == ["docs/handbook.md"]


def test_old_files_are_not_read_again(tmp_path: Path) -> None:
    """A file that has been quiet for more than two seconds is told unchanged without being opened."""
    with indexed(tmp_path, FILES) as held:
        for name in FILES:
            os.utime(tmp_path / name, (time.time() - 60, time.time() - 60))
        held.index()
        for name in FILES:
            (tmp_path / name).chmod(0)
        assert held.index().skipped == ()


def test_a_half_saved_file_keeps_what_it_said(tmp_path: Path) -> None:
    """A contract that cannot be parsed any more is answered as it was, and the report says that it is stale."""
    contract = (
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /things:\n    get:\n"
        "      summary: List things\n      responses: {'200': {description: ok}}\n"
    )
    with indexed(tmp_path, {"api.yaml": contract}) as held:
        held.index()
        units = held.catalog.unit_count()
        held.repo.write({"api.yaml": contract + "  /x: {get: [\n"})
        report = held.index()
        assert (report.units, report.changed) == (units, 1)
        assert [problem.path for problem in report.skipped] == ["api.yaml"]
        assert report.skipped[0].reason.endswith("; what it said before is still used")
        assert held.index().skipped == report.skipped
        held.repo.write({"api.yaml": contract})
        assert held.index().skipped == ()


def test_an_emptied_file_is_forgotten(tmp_path: Path) -> None:
    """A file without content has no units any more."""
    with indexed(tmp_path, FILES) as held:
        held.index()
        held.repo.write({"docs/handbook.md": ""})
        held.index()
        assert held.finds("gearbox") == []


def test_two_headings_of_one_name_are_two_units(tmp_path: Path) -> None:
    """The same heading twice in a file stops nothing, and both texts can be found."""
    with indexed(tmp_path, {"README.md": "# A\n\n## B\n\nfirst pelican\n\n## B\n\nsecond ostrich\n"}) as held:
        held.index()
        ids = [row.unit.id for row in held.catalog.units_of_file("README.md")]
        assert len(ids) == len(set(ids))
        assert held.finds("pelican") == held.finds("ostrich") == ["README.md"]


def test_ids_that_two_files_share_are_reported(tmp_path: Path) -> None:
    """Where a file's ids are another one's already, it is listed with the reason and the other one stays."""
    with indexed(tmp_path, {"docs/a.md": "# One\n\n## x\n\nwalrus\n"}) as held:
        held.index()
        with held.catalog.connection as connection:
            connection.execute("UPDATE units SET id = 'docs/b.md#two' WHERE path = 'docs/a.md' AND anchor = 'x'")
        held.repo.write({"docs/b.md": "# Two\n\nseal\n"})
        assert held.index().skipped == (
            Problem("docs/b.md", 0, "its parts have the ids of another file's; rename the file"),
        )
        assert held.finds("walrus") == ["docs/a.md"]


def test_a_file_too_large_to_read_has_a_reason(tmp_path: Path) -> None:
    """A document above `index.max_file_kb` is listed and not read; a contract is told by its first bytes."""
    files: dict[str, str | bytes] = {
        "kb.toml": "[index]\nmax_file_kb = 10\n",
        "docs/big.md": "# Big\n\n" + "word " * 4000,
        "big.json": '{"openapi": "3.0.0", "x": "' + "y" * 20_000 + '"}',
        "data.json": '{"x": "' + "y" * 20_000 + '"}',
    }
    with indexed(tmp_path, files) as held:
        reason = "larger than 10 kB; raise max_file_kb in [index], or ignore it"
        expected = (Problem("big.json", 0, reason), Problem("docs/big.md", 0, reason))
        assert held.index().skipped == expected
        assert held.index().skipped == expected


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_tried_again(tmp_path: Path) -> None:
    """A file that is closed to us has a reason, and is taken in once it is opened, though its times are the same."""
    with indexed(tmp_path, FILES) as held:
        path = tmp_path / "docs/handbook.md"
        path.chmod(0)
        assert held.index().skipped == (Problem("docs/handbook.md", 0, "cannot be read: Permission denied"),)
        path.chmod(0o600)
        assert held.index().skipped == ()
        assert held.finds("gearbox") == ["docs/handbook.md"]


def test_links_are_followed_inside_and_once(tmp_path: Path) -> None:
    """A link to a document adds nothing, one to a file that is only reached so is read, the rest has a reason."""
    files: dict[str, str | bytes] = {"AGENTS.md": "# Rules\n\nAlways use tabs.\n", ".gitignore": "hidden/\n"}
    with indexed(tmp_path / "repo", files) as held:
        root = held.repo.root
        (tmp_path / "outside.md").write_text("# Secret\n")
        (root / "hidden").mkdir()
        (root / "hidden" / "deep.md").write_text("# Deep\n\nnarwhal\n")
        (root / "docs").mkdir()
        for name, target in {
            "CLAUDE.md": "AGENTS.md",
            "docs/out.md": "../../outside.md",
            "docs/loop.md": "loop.md",
            "docs/up": "..",
            "docs/shared": "../hidden",
        }.items():
            (root / name).symlink_to(target)
        report = held.index()
        assert held.state() == {"AGENTS.md": "convention", "docs/shared/deep.md": "guide"}
        assert [(problem.path, problem.reason) for problem in report.skipped] == [
            ("docs/loop.md", "a link that leads nowhere"),
            ("docs/out.md", "a link that leads out of the repository"),
            ("docs/up", "a link to a folder that it lies in"),
        ]
        assert held.index().changed == 0


def test_only_what_could_not_be_read_is_skipped(tmp_path: Path) -> None:
    """A file that is read despite a fault has a remark; one of nothing but front matter is no fault at all."""
    files: dict[str, str | bytes] = {
        "docs/odd.md": "---\ntags: [1\n---\n# Odd\n\nwalrus\n",
        "docs/settings.md": "---\nsidebar: 3\n---\n",
        ".cursor/rules/empty.mdc": "---\nglobs: '*.py'\n---\n",
        "docs/none.md": "",
    }
    with indexed(tmp_path, files) as held:
        report = held.index()
        assert [problem.path for problem in report.skipped] == ["docs/none.md"]
        assert [(problem.path, problem.line) for problem in report.remarks] == [("docs/odd.md", 2)]
        assert held.finds("walrus") == ["docs/odd.md"]
        assert report_of(report_json(report)) == replace(report, seconds=round(report.seconds, 3))


def test_a_submodule_is_listed_not_entered(tmp_path: Path) -> None:
    """Another repository inside this one has its own rules and its own index."""
    with indexed(tmp_path, FILES) as held:
        held.repo.write({"vendor/lib/README.md": "# Lib\n"})
        type(held.repo)(tmp_path / "vendor/lib").commit()
        report = held.index()
        assert report.skipped == (Problem("vendor/lib", 0, "another git repository, which needs an index of its own"),)
        assert "vendor/lib/README.md" not in held.state()


def test_imports_of_claude_md_are_conventions(tmp_path: Path) -> None:
    """A file that CLAUDE.md imports governs what CLAUDE.md governs, for as long as it is imported."""
    files: dict[str, str | bytes] = {
        "web/CLAUDE.md": "# Web\n\nFollow @../docs/habits.md and @README.md and @../../outside.md\n",
        "docs/habits.md": "# Style\n\nNever use floats.\n",
        "web/README.md": "# Readme\n",
    }
    with indexed(tmp_path, files) as held:
        held.index()
        assert held.state() == {
            "web/CLAUDE.md": "convention", "docs/habits.md": "convention", "web/README.md": "guide",
        }  # fmt: skip
        scopes = {document.path: document.scope for document in held.catalog.documents("convention")}
        assert scopes["docs/habits.md"] == scopes["web/CLAUDE.md"]
        assert held.index().changed == 0
        held.repo.write({"web/CLAUDE.md": "# Web\n\nNothing.\n"})
        held.index(paths=["web/CLAUDE.md"])
        assert held.state()["docs/habits.md"] == "guide"


def test_imports_of_imports_end(tmp_path: Path) -> None:
    """Five imports deep is read as a convention, the sixth is not, and a cycle ends where it began."""
    chain = {f"docs/n{number}.md": f"# N{number}\n\nSee @n{number + 1}.md and @n1.md\n" for number in range(1, 8)}
    with indexed(tmp_path, {"CLAUDE.md": "# C\n\n@docs/n1.md @docs/gone.md\n", **chain}) as held:
        held.index()
        conventions = [path for path, kind in held.state().items() if kind == "convention"]
        assert conventions == ["CLAUDE.md", *(f"docs/n{number}.md" for number in range(1, 6))]
        assert held.index().changed == 0


def test_a_changed_configuration_reads_everything_again(tmp_path: Path) -> None:
    """What is a document follows kb.toml at once, without `--full`."""
    with indexed(tmp_path, FILES) as held:
        held.index()
        held.repo.write({"kb.toml": '[sources]\nignore = ["docs/handbook.md"]\n'})
        report = held.index()
        assert (report.files, report.removed) == (1, 1)
        (tmp_path / "kb.toml").unlink()
        assert held.index().files == 2


def test_some_paths_only(tmp_path: Path) -> None:
    """A run over some paths takes in edits and deletions there, folders included, and looks at nothing else."""
    with indexed(tmp_path, FILES) as held:
        held.index()
        held.repo.write({"docs/handbook.md": "# Other\n\nbadger\n", "README.md": "# Unseen\n\nheron\n"})
        held.index(paths=["docs/handbook.md"])
        assert (held.finds("badger"), held.finds("heron")) == (["docs/handbook.md"], [])
        shutil.rmtree(tmp_path / "docs")
        assert held.index(paths=["docs"]).removed == 2


def test_words_are_there_before_the_model(tmp_path: Path) -> None:
    """While there is no embedder the words answer and the index says that it is incomplete."""
    with indexed(tmp_path, FILES) as held:
        embedder, held.embedder = held.embedder, None  # type: ignore[assignment]
        assert held.index().complete is False
        assert held.finds("gearbox") == ["docs/handbook.md"]
        held.embedder = embedder
        report = held.index()
        assert (report.complete, report.changed) == (True, 0)
        assert report.embedded == len(embedder.embedded) > 0


def test_a_folder_without_git(tmp_path: Path) -> None:
    """A plain folder is indexed as well; an empty one gives an empty report."""
    with indexed(tmp_path, FILES, git=False) as held:
        assert held.index().files == 2
    with indexed(tmp_path / "docs" / "empty", {}) as held:
        report = held.index()
        assert (report.files, report.units, report.embedded, report.skipped) == (0, 0, 0, ())


def test_progress_tells_both_phases_and_their_ends(tmp_path: Path) -> None:
    """Each phase says how much there is to do, and adds up to it."""
    told: list[tuple[str, str, int]] = []

    class Told:
        def start(self, phase: str, total: int) -> None:
            told.append(("start", phase, total))

        def advance(self, phase: str, done: int) -> None:
            told.append(("advance", phase, done))

    with indexed(tmp_path, FILES) as held:
        report = held.index(progress=Told())
    totals = {phase: total for what, phase, total in told if what == "start"}
    assert totals == {"files": 3 - 1, "embed": report.embedded}
    for phase, total in totals.items():
        assert sum(done for what, at, done in told if (what, at) == ("advance", phase)) == total
