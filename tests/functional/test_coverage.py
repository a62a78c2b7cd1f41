"""`kb coverage` on small repositories."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from support.gate import madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A decision governs `api/`, and a rule for everything; `web/` and `tools/` change and nothing governs them."""
    repo = Repo(tmp_path).write(
        {
            "AGENTS.md": "# Rules\n\n- Be brief.\n",
            "docs/adr/0001-a.md": madr("A").replace("---\n\n#", 'scope: ["api/**"]\n---\n\n#', 1),
            "api/a.py": "1\n",
            "api/b.py": "1\n",
            "web/a.ts": "1\n",
            "web/b.ts": "1\n",
            "tools/x/run.sh": "1\n",
            "package-lock.json": "{}\n",
            "logo.png": b"\x89PNG",
        }
    )
    repo.commit()
    for number in range(4):
        repo.write({"web/a.ts": f"{number + 2}\n", "api/a.py": f"{number + 2}\n", "logo.png": f"{number}"}).commit()
    return repo


def kb(capsys: pytest.CaptureFixture[str], repo: Repo, *options: str) -> tuple[int, str]:
    code = run(["coverage", "--root", str(repo.root), *options])
    return code, capsys.readouterr().out


def test_what_nothing_governs_is_told_by_how_often_it_changes(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither documents, pictures nor lock files are code, and a rule for everything governs nothing in particular."""
    assert kb(capsys, repo) == (
        0,
        (
            "46% governed: 6 of 13 changes in the last 5 commits, 2 of 5 files.\n"
            "Not counted: 1 document for the whole repository.\n"
            "\n"
            "Nothing narrower governs:\n"
            "  changes  files  path\n"
            "        6      2  web/\n"
            "        1      1  tools/\n"
        ),
    )


@pytest.mark.parametrize(("least", "code"), [("0.46", 0), ("0.47", 1)])
def test_a_gate_ends_with_1_below_its_bound(
    repo: Repo, capsys: pytest.CaptureFixture[str], least: str, code: int
) -> None:
    """Raised bit by bit it is a ratchet."""
    assert kb(capsys, repo, "--min", least)[0] == code


def test_as_json(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole of what programs get, of some paths only."""
    code, out = kb(capsys, repo, "--json", "--path", "web/**", "--last", "2")

    assert (code, json.loads(out)) == (
        0,
        {
            "coverage": 0.0,
            "files": {"all": 2, "governed": 0},
            "changes": {"all": 2, "governed": 0, "commits": 2},
            "general": 1,
            "ungoverned": [{"path": "web/", "files": 2, "changes": 2}],
        },
    )


@pytest.mark.parametrize(
    ("globs", "code", "said"),
    [
        (["srcc/**"], 2, '--path "srcc/**" matches no code'),
        (["api/**", "docs/**"], 2, '--path "docs/**" matches no code'),
        (["api/**", "!api/**"], 2, '--path "api/**", "!api/**" matches no code'),
        (["api/**"], 0, ""),
        (["api/**", "!api/none.py"], 0, ""),
    ],
)
def test_a_glob_that_matches_no_code_is_a_mistake(
    repo: Repo, capsys: pytest.CaptureFixture[str], globs: list[str], code: int, said: str
) -> None:
    """All of nothing would be governed, and pass every gate."""
    options = [word for glob in globs for word in ("--path", glob)]

    assert run(["coverage", "--root", str(repo.root), "--min", "0.9", *options]) == code
    shown = capsys.readouterr()
    assert said in shown.err
    assert bool(shown.out) == (code == 0)


def test_without_commits_files_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A decision that is no longer in force governs nothing."""
    decided = madr("A").replace("---\n\n#", 'scope: ["api/**"]\n---\n\n#', 1)
    repo = Repo(tmp_path).write({"docs/adr/0001-a.md": decided, "api/a.py": "1\n", "b.py": "1\n"})

    assert kb(capsys, repo)[1].startswith("50% governed: 0 of 0 changes in the last 0 commits, 1 of 2 files.\n")
    repo.write({"docs/adr/0001-a.md": decided.replace("status: accepted", "status: rejected")})
    assert kb(capsys, repo)[1].startswith("0% governed")


def test_a_large_place_is_told_by_its_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One row for everything would tell nobody where to begin."""
    repo = Repo(tmp_path).write({f"src/{name}/{n}.py": "1\n" for name in "abcdefgh" for n in range(2)})
    repo.write({"src/main.py": "1\n"}).commit()

    rows = kb(capsys, repo)[1].splitlines()[4:]
    assert rows == [*(f"        2      2  src/{name}/" for name in "abcdefgh"), "        1      1  src/*"]
