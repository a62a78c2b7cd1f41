from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from ctxkb.cli.boundary import HOOK
from ctxkb.cli.hook import COMMAND
from ctxkb_ingest.ipc import RequestServer
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = f"""
import sys
sys.argv = {["kb", *HOOK]!r}
from ctxkb.cli import main
code = main()
heavy = [name for name in ("typer", "pydantic", "numpy", "asyncio", "sqlite3") if name in sys.modules]
print(code, heavy, file=sys.stderr)
"""


def test_beside_a_server_the_hook_loads_next_to_nothing(tmp_path: Path) -> None:
    """It hands the question to the server as a process of its own, which an agent waits for before each edit."""
    Repo(tmp_path).write({"kb.toml": ""})
    asked: list[dict[str, Any]] = []

    def news(payload: dict[str, Any], _: object) -> dict[str, Any]:
        asked.append(payload)
        return {"text": "Log with structlog.", "receipt": "kb-1"}

    server = RequestServer(tmp_path, {"news": news})
    server.start()
    try:
        call = {"session_id": "s", "cwd": str(tmp_path), "tool_input": {"file_path": "api/x.py"}}
        words = [sys.executable, "-c", PROGRAM]
        done = subprocess.run(words, cwd=tmp_path, input=json.dumps(call), capture_output=True, text=True, check=True)
    finally:
        server.close()
    told = {"hookEventName": "PreToolUse", "additionalContext": "Log with structlog."}
    assert json.loads(done.stdout) == {"hookSpecificOutput": told}
    assert done.stderr == "0 []\n"
    assert asked == [{"paths": ["api/x.py"], "have": "", "client": "claude-code"}]


def test_the_short_way_is_that_of_the_command_which_is_set_up() -> None:
    """`kb init --hook` writes the very words that are answered without the command line's imports."""
    assert COMMAND.split() == ["kb", *HOOK]
