"""Where the GitHub action stands, and programs that take the place of others on the path."""

from __future__ import annotations

import stat
from pathlib import Path

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action"
MARKER = "<!-- ctxkb:kb-check -->"


def program(path: Path, text: str) -> Path:
    """Writes a file that can be run."""
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
