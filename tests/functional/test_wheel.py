from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from support.repos import Repo

ROOT = Path(__file__).parents[2]
TRAP = 'raise RuntimeError("a package of the user\'s repository was imported")\n'


def _run(*command: str | Path, cwd: Path = ROOT, path: str = "") -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    environment = kept | ({"PYTHONPATH": path} if path else {})
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built with what is installed."""
    out = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def kb(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`kb` of a fresh environment with the wheel in it, which borrows the dependencies, not our editable install.

    A `.pth` file adds the folder of the dependencies, whose own `.pth` files Python does not read then.
    """
    home = tmp_path_factory.mktemp("environment")
    venv.create(home)
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    _run(sys.executable, "-m", "pip", "--python", scripts / "python", "install", "--no-deps", "--no-index", wheel)
    site = Path(_run(scripts / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return scripts / "kb"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with packages of its own whose names are those of our outer folders."""
    repo = Repo(tmp_path / "repository").write(
        {
            "server/__init__.py": TRAP,
            "ingest/__init__.py": TRAP,
            "kb/__init__.py": TRAP,
            "adr_templates/__init__.py": TRAP,
            "docs/adr/0001-sort-with-timsort.md": """
                # 1. Sort with timsort

                ## Status

                Accepted

                ## Decision

                Lists are sorted with timsort, because it is stable.
                """,
        }
    )
    repo.commit()
    return repo.root


def test_the_wheel_holds_the_four_packages_and_nothing_beside_them(wheel: Path) -> None:
    """What is at the top of the wheel is the four prefixed packages and its metadata."""
    names = _run(sys.executable, "-m", "zipfile", "--list", wheel).splitlines()[1:]
    tops = {name.split("/", 1)[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "ctxkb",
        "ctxkb_ingest",
        "ctxkb_server",
        "ctxkb_templates",
    }


def test_the_installed_command_comes_from_the_wheel(kb: Path, repository: Path) -> None:
    """`kb --version` works where the current folder, first on the path, has packages of our folders' names."""
    expected = _run(kb.with_name("python"), "-c", "import ctxkb; print(ctxkb.__version__, ctxkb.__file__)").split()
    assert str(kb.parents[1]) in expected[1]
    assert expected[0] in _run(kb, "--version", cwd=repository, path=".")


def test_indexing_is_unaffected_by_packages_of_the_repository(kb: Path, repository: Path) -> None:
    """`kb index`, then `kb query`, find the decision of a repository with its own `server`, `ingest` and `kb`."""
    _run(kb, "index", cwd=repository, path=".")
    answer = json.loads(_run(kb, "query", "which sorting algorithm", "--json", cwd=repository, path="."))
    assert [hit["path"] for hit in answer["hits"]] == ["docs/adr/0001-sort-with-timsort.md"] * len(answer["hits"])
    assert answer["hits"]
