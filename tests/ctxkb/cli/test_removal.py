from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from ctxkb.cli.clients import COPILOT, RULE_HEAD
from ctxkb.cli.extras import SETTINGS, WORKFLOW, WORKFLOW_TEXT
from ctxkb.cli.managed_block import BLOCK
from ctxkb.cli.pre_commit import PRE_COMMIT
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

ALL = ["--all-clients", "--hook", "--workflow", "--pre-commit"]

JSON = (
    "{}",
    "{ }\n",
    "{\n}\n",
    "",
    " \n",
    '{"%s": {}}',
    '{"%s": {\n}, "z": 1}\n',
    '{"%s": {"a": {"command": "x"}}}',
    '{\n\t"a": [1, 2],\n\t"%s": {\n\t\t"caf\\u00e9": {"command":   "x"}\n\t}\n}',
    '{\n   "%s" : {\n      "a" : { } ,\n      "b" : { "}" : "{,"}\n   } ,\n   "z" : 1 }\n\n\n',
    '\ufeff{\n  "x": "\\"%s\\": {"\n}\n',
)
"""Layouts of a client's JSON file; `%s` stands for the table of servers."""

JSONC = (
    '{\n  // ours\n  "servers": {"a": {"command": "x"},}, // b\n}',
    '{\n  "servers": {\n    "a": {}, // the one, and "only"\n    /* "b": {}, */\n  },\n}\n',
    '{\n  "servers": {\n    "a": {} // the one\n  }\n}\n',
    "{ // nothing yet\n}\n",
    '{"servers": { /* none, "yet" */ }, "url": "http://x"}\n',
)
TOML = (
    "",
    "\n",
    'model = "x"',
    '# ours\nmodel = "x" # why\n\n',
    '[mcp_servers.a]\ncommand = "x"\nargs = [\n  "y", # why\n]\n',
    '[mcp_servers]\n  [mcp_servers."ctx.kb"]\n  command = "x"\n\n[z]\na = 1',
)
PROSE = ("", "\n", "# Us", "# Us\n", "# Us\n\n- One.\n\n\n", "  \n\n# Us  ", "---\na: 1\n---\n<!-- ctxkb:end-->\n")
YAML = (
    "repos:\n  - repo: https://example.org/x # why\n    rev: v1\n    hooks:\n      - id: x\n",
    "# ours\nrepos:\n# first\n- repo: meta\n  hooks:\n  - id: y\nci:\n  skip: [y]",
)
HOOKS = (
    '{"hooks": {"PreToolUse": [], "Stop": []}}',
    '{"hooks": {\n    "PreToolUse": [ {"matcher": "Bash", "hooks": []} ]\n  }, "model": "x"}\n',
    '{\n  "hooks": {\n    "PreToolUse": [\n      {"matcher": "Bash"}\n    ]\n  }\n}\n',
)
VARIANTS = [
    *((path, text.replace("%s", "mcpServers")) for path, text in product((".mcp.json", ".cursor/mcp.json"), JSON)),
    *((".vscode/mcp.json", text.replace("%s", "servers")) for text in (*JSON, *JSONC)),
    *((".codex/config.toml", text) for text in TOML),
    *product(("AGENTS.md", "CLAUDE.md", COPILOT, ".cursor/rules/ctxkb.mdc"), PROSE),
    *((PRE_COMMIT, text) for text in YAML),
    *((SETTINGS, text) for text in (*HOOKS, *(text.replace("%s", "hooks") for text in JSON[:6]))),
    (WORKFLOW, "name: ours\n"),
    ("kb.toml", "[budget]\ndefault = 900"),
]
NORMAL = [(path, text) for path, text in VARIANTS if text.strip() and "".join(text.split()) != "{}"]


def _state(root: Path) -> dict[str, bytes | None]:
    """Every file and folder (None), but for git's."""
    found = (path for path in root.rglob("*") if ".git" not in path.relative_to(root).parts)
    return {path.relative_to(root).as_posix(): None if path.is_dir() else path.read_bytes() for path in found}


def _files(root: Path) -> set[str]:
    return {name for name, content in _state(root).items() if content is not None}


def _init(root: Path, *options: str) -> int:
    return run(["init", "--yes", "--root", str(root), *options])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("path", "text"), VARIANTS)
def test_what_was_there_is_there_again_to_the_byte(tmp_path: Path, path: str, text: str, end: str) -> None:
    """Set up for all clients with all extras, twice, and taken back: each file has its bytes, and no folder is left."""
    Repo(tmp_path).write({path: text.replace("\n", end).encode(), "src/a.py": "", ".github/x": ""})
    before = _state(tmp_path)
    assert _init(tmp_path, *ALL) == 0
    assert _state(tmp_path)[".codex/config.toml"]
    assert _init(tmp_path) == 0
    assert run(["init", "--check", "--root", str(tmp_path), *ALL]) == 0
    assert _init(tmp_path, "--remove") == 0
    assert _state(tmp_path) == before


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(("path", "text"), NORMAL)
def test_another_clone_takes_it_back_as_well(tmp_path: Path, path: str, text: str, end: str) -> None:
    """Without the record the files tell: the entry or block goes, with a table that it leaves empty, and no more."""
    Repo(tmp_path).write({path: text.replace("\n", end).encode()})
    _init(tmp_path, *ALL)
    shutil.rmtree(tmp_path / ".kb")
    (tmp_path / "kb.toml").unlink()
    assert _init(tmp_path, "--remove") == 0
    after = _state(tmp_path)
    if path == "kb.toml":
        assert after == {}
        return
    folders = {folder.as_posix() for folder in PurePosixPath(path).parents[:-1]}
    assert after.keys() == {path} | folders
    content, written = after[path], text.replace("\n", end).encode()
    assert content is not None
    if path.endswith("json"):
        assert _squeezed(content) == _squeezed(written)
    else:
        assert content == written


def _squeezed(content: bytes) -> str:
    """Without blanks, and without an empty table of servers or hooks."""
    text = "".join(content.decode().split())
    empty = (f'"{table}":{{}}{comma}' for table in ("mcpServers", "servers", "hooks") for comma in (",", ""))
    for part in ('"PreToolUse":[],', *empty):
        text = text.replace(part, "")
    return text


def test_what_people_changed_since_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the entry and the block go; a server, a workflow and a configuration that were changed stay."""
    repo = Repo(tmp_path).write({"AGENTS.md": "# Us\n"})
    _init(tmp_path, *ALL)
    servers = json.loads(repo.read(".mcp.json"))
    servers["mcpServers"]["other"] = {"command": "x"}
    changed = json.loads(repo.read(".cursor/mcp.json"))
    changed["mcpServers"]["ctxkb"]["args"] = ["serve", "--root", "/x"]
    repo.write(
        {
            ".mcp.json": json.dumps(servers),
            ".cursor/mcp.json": json.dumps(changed),
            "AGENTS.md": repo.read("AGENTS.md") + b"\nMore.\n",
            WORKFLOW: WORKFLOW_TEXT + "# ours\n",
            "kb.toml": "[budget]\ndefault = 900\n",
        }
    )
    capsys.readouterr()
    assert _init(tmp_path, "--remove") == 0
    assert "left alone: kb.toml: nothing shows that it is as kb init wrote it\n" in capsys.readouterr().err
    left = {name: content for name, content in _state(tmp_path).items() if content is not None}
    assert left == {
        ".mcp.json": b'{"mcpServers": { "other": {"command": "x"}}}',
        ".cursor/mcp.json": json.dumps(changed).encode(),
        "AGENTS.md": b"# Us\n\nMore.\n",
        WORKFLOW: (WORKFLOW_TEXT + "# ours\n").encode(),
        "kb.toml": b"[budget]\ndefault = 900\n",
    }


def test_what_stood_there_before_the_first_time_is_a_persons(tmp_path: Path) -> None:
    """A server that somebody had written just as kb init would is not taken away."""
    own = '{"mcpServers": {"ctxkb": {"command": "kb", "args": ["serve"]}}}'
    repo = Repo(tmp_path).write({".mcp.json": own})
    _init(tmp_path)
    _init(tmp_path, "--remove")
    assert repo.read(".mcp.json").decode() == own


def test_a_file_that_held_an_older_block_is_left_without_any(tmp_path: Path) -> None:
    """What another version had written is brought up to date, and taken back whole."""
    repo = Repo(tmp_path).write({"AGENTS.md": "# Us\n\n<!-- ctxkb:begin -->\nOld.\n<!-- ctxkb:end -->\n"})
    _init(tmp_path)
    assert repo.read("AGENTS.md").decode() == "# Us\n\n" + BLOCK
    _init(tmp_path, "--remove")
    assert _state(tmp_path).keys() - {".git"} == {"AGENTS.md"}
    assert repo.read("AGENTS.md") == b"# Us\n"


def test_a_file_that_cannot_be_read_is_told_and_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Broken JSON stops nothing: the rest is taken back."""
    repo = Repo(tmp_path)
    _init(tmp_path, "--client", "cursor")
    repo.write({".cursor/mcp.json": "{", ".kb/init.json": "not json"})
    capsys.readouterr()
    assert _init(tmp_path, "--remove") == 0
    assert capsys.readouterr().err.startswith("left alone: .cursor/mcp.json:1: is not valid JSON: ")
    assert {name for name, content in _state(tmp_path).items() if content is not None} == {
        ".cursor/mcp.json",
        "kb.toml",
    }


def test_the_index_and_files_beside_ours_stay(tmp_path: Path) -> None:
    """What lies in .kb/ or beside a file that is deleted keeps its folder; a second time there is nothing to do."""
    repo = Repo(tmp_path)
    _init(tmp_path, "--client", "cursor")
    repo.write({".kb/catalog.sqlite": "x", ".cursor/rules/own.mdc": RULE_HEAD + "Ours.\n"})
    assert _init(tmp_path, "--remove") == 0
    assert _files(tmp_path) == {".kb/catalog.sqlite", ".kb/.gitignore", ".cursor/rules/own.mdc"}
    assert run(["init", "--remove", "--root", str(tmp_path)]) == 0


def test_without_agreement_nothing_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What would go is shown, and without a terminal to ask on the command ends with 2."""
    Repo(tmp_path).write({"AGENTS.md": "# Us\n"})
    _init(tmp_path)
    before = _state(tmp_path)
    capsys.readouterr()
    assert run(["init", "--remove", "--root", str(tmp_path)]) == 2
    shown = capsys.readouterr()
    assert "kb.toml (deleted): the configuration, which nobody changed\n" in shown.out
    assert "    -<!-- ctxkb:begin -->\n" in shown.out
    assert shown.err == "kb: error: kb init asks before it writes; run it on a terminal, or add --yes\n"
    assert _state(tmp_path) == before


def test_on_a_terminal_a_person_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without agreement everything stays, with it everything goes."""
    _init(tmp_path)
    before = _state(tmp_path)
    asked: list[str] = []

    def confirm(question: str, *, err: bool) -> bool:
        asked.append(question)
        return err and len(asked) == 2

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", confirm)
    assert run(["init", "--remove", "--root", str(tmp_path)]) == 0
    assert _state(tmp_path) == before
    assert run(["init", "--remove", "--root", str(tmp_path)]) == 0
    assert (_state(tmp_path), asked) == ({}, ["Take this back?", "Take this back?"])
