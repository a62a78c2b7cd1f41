"""Files that the client loads by itself are cited, and not sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.config import Config
from support.bases import base_of, paths_of, rendered
from support.calls import AGENTS, FILLER, WEB

if TYPE_CHECKING:
    from pathlib import Path

CLAUDE = {
    "CLAUDE.md": "# Claude\n\nYou must run make check. @docs/conventions/style.md\n",
    "docs/conventions/style.md": "# Style\n\nNever use tabs.\n",
}
CURSOR = {
    ".cursor/rules/all.mdc": "---\ndescription: all\nalwaysApply: true\n---\n\nYou must run make check.\n",
    ".cursor/rules/web.mdc": "---\nglobs: web/**\nalwaysApply: false\n---\n\nNever use tabs.\n",
}


@pytest.mark.parametrize(
    ("files", "client", "cited"),
    [
        (CLAUDE, "claude-code 2.1", {"CLAUDE.md", "docs/conventions/style.md"}),
        (CLAUDE, "cursor-vscode 1.0", set()),
        (CLAUDE, "claude-ai 0.1", set()),
        (CLAUDE, "", set()),
        (CURSOR, "cursor-vscode 1.0", {".cursor/rules/all.mdc"}),
        (CURSOR, "claude-code 2.1", set()),
        ({"AGENTS.md": AGENTS, "web/AGENTS.md": WEB}, "codex-mcp-client 0.5", {"AGENTS.md"}),
        ({"AGENTS.md": AGENTS}, "Visual Studio Code 1.99", {"AGENTS.md"}),
    ],
)
def test_what_the_client_loads_is_cited_and_not_repeated(
    tmp_path: Path, files: dict[str, str], client: str, cited: set[str]
) -> None:
    """The client's name tells which files it has; their place is named, their text is not sent twice."""
    pack = base_of(tmp_path, {**FILLER, **files}).context("anything", "web/a.ts", client=client)
    assert {item.hit.unit.path for item in pack.items if not item.text} == cited
    assert set(paths_of(pack)) == set(files)
    assert all(f"- Rule {path}:" in rendered(pack) for path in cited)


@pytest.mark.parametrize(
    ("setting", "cited"),
    [((), set()), (("web/**",), {"web/AGENTS.md"}), (("auto", "web/**"), {"AGENTS.md", "web/AGENTS.md"})],
)
def test_a_setting_overrides_what_the_client_is_known_to_load(
    tmp_path: Path, setting: tuple[str, ...], cited: set[str]
) -> None:
    """`budget.loaded_by_client` is what counts; `auto` in it stands for the client's own files."""
    config = Config.model_validate({"budget": {"loaded_by_client": setting}})
    base = base_of(tmp_path, {"AGENTS.md": AGENTS, "web/AGENTS.md": WEB}, config=config)
    pack = base.context("anything", "web/a.ts", client="codex 1")
    assert {item.hit.unit.path for item in pack.items if not item.text} == cited
