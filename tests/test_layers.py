from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OUTER = ("kb", "ingest", "server", "adr_templates")
HEAVY = ("chromadb", "llama_index", "sentence_transformers", "torch", "transformers")


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _heavy_after(code: str) -> set[str]:
    """Which heavy libraries a fresh process has imported after `code`."""
    report = "\nimport json, sys; print(json.dumps(sorted(sys.modules)), file=sys.__stdout__)"
    modules = json.loads(_run(code + report).splitlines()[-1])
    return {name for name in HEAVY if name in modules}


def test_the_layers_are_kept() -> None:
    """import-linter finds no import that goes up the layers."""
    code = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    assert "0 broken." in _run(code)


@pytest.mark.parametrize("folder", OUTER)
def test_outer_folders_are_no_packages(folder: str) -> None:
    """An outer folder holds no `__init__.py`, so that it never shadows a package of the user's."""
    assert not (ROOT / folder / "__init__.py").exists()


@pytest.mark.parametrize("module", ["ctxkb.knowledge", "ctxkb.check", "ctxkb_server", "ctxkb_ingest"])
def test_the_serving_path_starts_light(module: str) -> None:
    """Importing what serves an answer brings in none of the heavy libraries."""
    assert _heavy_after(f"import {module}") == set()


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["query", "--help"], ["--version"]])
def test_the_command_line_starts_light(arguments: list[str]) -> None:
    """The command line tells what it can do without a heavy library."""
    code = f"import sys; from ctxkb.cli import main; sys.argv = ['kb', *{arguments!r}]; assert main() == 0"
    assert _heavy_after(code) == set()


def test_one_module_meets_llama_index() -> None:
    """No source file but the pipeline's names LlamaIndex in an import."""
    sources = [path for folder in OUTER for path in (ROOT / folder).rglob("*.py")]
    meeting = {
        path.relative_to(ROOT).as_posix()
        for path in sources
        if any(
            line.lstrip().startswith(("import llama_index", "from llama_index"))
            for line in path.read_text().splitlines()
        )
    }
    assert meeting == {"ingest/ctxkb_ingest/pipeline.py"}
