"""Decisions are begun, accepted and replaced as files, in the style of the repository."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from ctxkb.adr.decide import Begun, accept, supersede
from ctxkb.adr.drawing import dot, mermaid
from ctxkb.adr.files import create
from ctxkb.adr.shelf import Row, pick, read_decisions, rows
from ctxkb.errors import ConfigError
from support.begun import begin
from support.gate import findings, madr, nygard
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.types import Document

DAY = date(2026, 3, 4)


def shelf(root: Path) -> tuple[Document, ...]:
    paths = sorted(path.relative_to(root).as_posix() for path in (root / "docs").rglob("*.md"))
    return read_decisions(root, [(path, "decision") for path in paths])


def filled(repo: Repo, path: str) -> None:
    """Puts words in place of every prompt."""
    repo.write({path: re.sub(r"\{[^}]*\}", "something sensible", repo.read(path).decode())})


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path).write({"docs/adr/0001-old.md": nygard(1, "Old"), "docs/adr/0002-b.md": nygard(2, "B")})


def test_the_first_decision_of_a_repository(tmp_path: Path) -> None:
    """MADR's minimal form in the usual folder."""
    assert begin(tmp_path, (), "Use  X", DAY) == Begun("docs/adr/0001-use-x.md", "1", "Use X")
    front, _, body = (tmp_path / "docs/adr/0001-use-x.md").read_text().partition("\n---\n")
    assert front.startswith("---\nstatus: proposed\ndate: 2026-03-04\n# rules:")
    assert body.startswith("\n# Use X\n\n## Context and Problem Statement\n\n{describe ")
    assert sorted(path.name for path in (tmp_path / "docs/adr").iterdir()) == ["0001-use-x.md"]


def test_a_draft_is_listed_counted_and_warned_about(repo: Repo) -> None:
    """It is full of template text, and a decision all the same."""
    begin(repo.root, shelf(repo.root), "Use X", DAY)

    assert begin(repo.root, shelf(repo.root), "Use Y", DAY).path == "docs/adr/0004-use-y.md"
    assert rows(shelf(repo.root)) == [
        Row("1", "accepted", "2026-01-02", "Old", "docs/adr/0001-old.md"),
        Row("2", "accepted", "2026-01-02", "B", "docs/adr/0002-b.md"),
        Row("3", "proposed", "2026-03-04", "Use X", "docs/adr/0003-use-x.md"),
        Row("4", "proposed", "2026-03-04", "Use Y", "docs/adr/0004-use-y.md"),
    ]
    assert [line.split(": ")[0].split(" ", 1)[1] for line in findings(repo)] == ["warning decision-placeholder"] * 2


def test_superseding_writes_both_sides_and_passes_the_gate_once_filled_in(repo: Repo) -> None:
    """The successor has the form of the others; of the old one only the status changes."""
    old = repo.read("docs/adr/0001-old.md")

    begun = supersede(repo.root, shelf(repo.root), pick(shelf(repo.root), "1"), "New [way]", DAY)

    assert begun == Begun("docs/adr/0003-new-way.md", "3", "New [way]")
    assert repo.read("docs/adr/0001-old.md") == old.replace(
        b"\nAccepted\n", b"\nSuperseded by [3. New (way)](0003-new-way.md)\n"
    )
    filled(repo, begun.path)
    assert repo.read(begun.path).decode().split("## Context")[0] == (
        "# 3. New [way]\n\nDate: 2026-03-04\n\n## Status\n\nAccepted\n\nSupersedes [1. Old](0001-old.md)\n\n"
    )
    assert findings(repo) == []


@pytest.mark.parametrize(("folder", "said"), [("docs/rfcs", "RFC-0002"), ("docs/decisions", "ADR-0002")])
def test_a_decision_is_superseded_within_its_series(tmp_path: Path, folder: str, said: str) -> None:
    """In a folder of RFCs the successor is an RFC."""
    repo = Repo(tmp_path).write({f"{folder}/0001-old.md": madr("Old")})
    begun = supersede(tmp_path, shelf(tmp_path), shelf(tmp_path)[0], "Use X", DAY)
    assert repo.read(f"{folder}/0001-old.md").decode() == madr("Old", status=f"superseded by {said}")
    filled(repo, begun.path)
    assert findings(repo) == []


@pytest.mark.parametrize("name", ["2024-01-31-old.md", "20240131-old.md", "use-old.md"])
def test_decisions_without_numbers_are_superseded_by_name(tmp_path: Path, name: str) -> None:
    """Front matter then names the file."""
    repo = Repo(tmp_path).write({f"docs/adr/{name}": madr("Old")})

    begun = supersede(tmp_path, shelf(tmp_path), shelf(tmp_path)[0], "Use X", DAY)

    file = begun.path.rpartition("/")[2]
    assert repo.read(f"docs/adr/{name}").decode() == madr("Old", status=f"superseded by {file}")
    filled(repo, begun.path)
    assert findings(repo) == []


def test_what_is_superseded_already_is_not_superseded_again(repo: Repo) -> None:
    """Its successor is; nothing is written."""
    repo.write({"docs/adr/0001-old.md": nygard(1, "Old", "Superseded by [2. B](0002-b.md)")})
    before = sorted((repo.root / "docs/adr").iterdir())

    with pytest.raises(ConfigError, match=r"0001-old\.md is superseded already \(.*supersede its successor"):
        supersede(repo.root, shelf(repo.root), pick(shelf(repo.root), "1"), "New", DAY)
    assert sorted((repo.root / "docs/adr").iterdir()) == before


def test_nothing_is_written_where_the_old_status_cannot_be_changed(repo: Repo) -> None:
    """Half a supersession is worse than none."""
    repo.write({"docs/adr/0001-old.md": madr("Old").replace("status: accepted", "status: >\n  accepted")})
    before = sorted((repo.root / "docs/adr").iterdir())

    with pytest.raises(ConfigError, match="write by hand: superseded by ADR-0003"):
        supersede(repo.root, shelf(repo.root), pick(shelf(repo.root), "1"), "New", DAY)
    assert sorted((repo.root / "docs/adr").iterdir()) == before


def test_accepting_writes_the_word(repo: Repo) -> None:
    """The file keeps its permissions."""
    repo.write({"docs/adr/0002-b.md": nygard(2, "B", "Proposed")})
    file = repo.root / "docs/adr/0002-b.md"
    file.chmod(0o640)

    accept(repo.root, pick(shelf(repo.root), "ADR-0002"))

    assert (file.read_text(), file.stat().st_mode & 0o777) == (nygard(2, "B"), 0o640)


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    """Two people may choose one title on one day."""
    (tmp_path / "docs/adr").mkdir(parents=True)
    (tmp_path / "docs/adr/2026-03-04-use-x.md").write_text(madr("Mine"))

    with pytest.raises(ConfigError, match=r"docs/adr/2026-03-04-use-x\.md exists already"):
        begin(tmp_path, shelf(tmp_path), "Use X", DAY)
    assert (tmp_path / "docs/adr/2026-03-04-use-x.md").read_text() == madr("Mine")


@pytest.mark.parametrize("folder", ["../elsewhere", "/elsewhere", "linked"])
def test_nothing_is_written_outside_of_the_repository(tmp_path: Path, folder: str) -> None:
    """Neither by a path nor through a link."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "linked").symlink_to(tmp_path)

    with pytest.raises(ConfigError, match="leads out of the repository"):
        begin(root, (), "Use X", DAY, folder=folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["root"]


def test_the_folder_that_adr_tools_points_to_is_used(tmp_path: Path) -> None:
    """`.adr-dir` holds its name."""
    (tmp_path / ".adr-dir").write_text("doc/architecture/decisions\n")

    assert begin(tmp_path, (), "Use X", DAY).path == "doc/architecture/decisions/0001-use-x.md"


@pytest.mark.parametrize(("title", "template", "message"), [
    (" !? ", "", "needs a title"),
    ("Use X", "guide", 'no template "guide" of a decision; choose one of madr, madr-minimal, nygard, y-statement'),
])  # fmt: skip
def test_what_makes_no_decision_is_refused(tmp_path: Path, title: str, template: str, message: str) -> None:
    """The error says what there is to choose from."""
    with pytest.raises(ConfigError, match=message):
        begin(tmp_path, (), title, DAY, template=template)


def test_a_read_only_folder_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And leaves no temporary file; the disk is a stand-in, since the tests may run as root."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(ConfigError, match=r"a\.md cannot be written: Permission denied; check its folder"):
        create(tmp_path, "a.md", "x")


@pytest.mark.parametrize("name", ["1", "0001", "ADR-1", "#1", "0001-old", "0001-old.md", "docs/adr/0001-old.md"])
def test_a_decision_is_picked_by_any_of_its_names(repo: Repo, name: str) -> None:
    """As people call it."""
    assert pick(shelf(repo.root), name).path == "docs/adr/0001-old.md"


def test_a_decision_is_picked_in_the_series_that_is_named(repo: Repo) -> None:
    """ADR 1 is not RFC 1."""
    repo.write({"docs/rfcs/0001-x.md": "# RFC 1: X\n\n## Decision\n\nX.\n"})
    assert [pick(shelf(repo.root), name).path for name in ("ADR-1", "rfc 1")] == [
        "docs/adr/0001-old.md",
        "docs/rfcs/0001-x.md",
    ]


def test_a_name_that_fits_several_or_none_is_refused(repo: Repo) -> None:
    """The paths tell them apart."""
    repo.write({"docs/other/0001-x.md": nygard(1, "X")})

    with pytest.raises(ConfigError, match=r'"1" is the name of docs/adr/0001-old\.md, docs/other/0001-x\.md; give'):
        pick(shelf(repo.root), "1")
    with pytest.raises(ConfigError, match='no decision "7"; give its number or path'):
        pick(shelf(repo.root), "7")


def test_the_graph_as_mermaid_and_dot(repo: Repo) -> None:
    """Each relation once, whichever side says it; quotes and brackets in titles do no harm."""
    repo.write({"docs/adr/0001-old.md": nygard(1, 'Old "a[0]"', "Superseded by [2. B](0002-b.md)")})
    repo.write({"docs/adr/0003-c.md": nygard(3, r"C \<x>", "Proposed\n\nAmends [2. B](0002-b.md)")})

    assert mermaid(shelf(repo.root)) == (
        "flowchart LR\n"
        '    d1["1. Old #quot;a[0]#quot; (superseded)"]\n'
        '    d2["2. B (accepted)"]\n'
        '    d3["3. C #lt;x#gt; (proposed)"]\n'
        "    d2 ==>|supersedes| d1\n"
        "    d3 -->|amends| d2\n"
        "    style d1 stroke-dasharray: 4\n"
    )
    assert dot(shelf(repo.root)) == (
        "digraph decisions {\n"
        "    rankdir=LR;\n"
        "    node [shape=box];\n"
        '    "docs/adr/0001-old.md" [label="1. Old \\"a[0]\\" (superseded)", style=dashed];\n'
        '    "docs/adr/0002-b.md" [label="2. B (accepted)"];\n'
        '    "docs/adr/0003-c.md" [label="3. C <x> (proposed)"];\n'
        '    "docs/adr/0002-b.md" -> "docs/adr/0001-old.md" [label="supersedes", style=bold];\n'
        '    "docs/adr/0003-c.md" -> "docs/adr/0002-b.md" [label="amends", style=solid];\n'
        "}\n"
    )
