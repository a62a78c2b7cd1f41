from __future__ import annotations

import pytest

from ctxkb.budget.loaded import loaded_by_client
from ctxkb.types import Document, Hit, Kind, Link, Scope, Unit


def document(path: str, form: str, scope: Scope | None = None, imports: str = "") -> Document:
    """A convention that imports one file."""
    links = (Link("imports", imports, 1),) if imports else ()
    return Document(path, Kind.CONVENTION, path, path, form, (), scope=scope or Scope(), links=links)


DOCUMENTS = {
    made.id: made
    for made in (
        document("CLAUDE.md", "claude", imports="docs/1.md"),
        document("docs/1.md", "rules", imports="docs/2.md"),
        document("docs/2.md", "rules", imports="CLAUDE.md"),
        document("web/CLAUDE.md", "claude", Scope(("web/**",), "paths")),
        document(".claude/rules/always.md", "claude"),
        document(".claude/rules/web.md", "claude", Scope(("web/**",), "paths")),
        document(".cursor/rules/a.mdc", "cursor"),
        document(".cursor/rules/b.mdc", "cursor", Scope((), "agent")),
        document(".github/copilot-instructions.md", "copilot"),
        document("AGENTS.md", "agents"),
    )
}
HITS = [
    Hit(Unit(f"{path}#a", path, Kind.CONVENTION, path, "", "", (), "a", 1, 1, "", "markdown", "", 1), 1.0, "")
    for path in [*DOCUMENTS, "docs/3.md"]
]


@pytest.mark.parametrize(
    ("client", "paths"),
    [
        ("claude-code 2.1.0", {"CLAUDE.md", "docs/1.md", "docs/2.md", ".claude/rules/always.md"}),
        ("Claude Code", {"CLAUDE.md", "docs/1.md", "docs/2.md", ".claude/rules/always.md"}),
        ("claude-ai 0.1", set()),
        ("cursor-vscode 1", {".cursor/rules/a.mdc", "AGENTS.md"}),
        ("Visual Studio Code", {".github/copilot-instructions.md", "AGENTS.md"}),
        ("codex-mcp-client", {"AGENTS.md"}),
        ("somebody", set()),
        ("", set()),
    ],
)
def test_each_client_has_its_own_files(client: str, paths: set[str]) -> None:
    """Root files with their imports, circles included, and rules that apply always; never those of a folder."""
    assert loaded_by_client(HITS, client, ("auto",), DOCUMENTS) == {f"{path}#a" for path in paths}


def test_the_setting_counts() -> None:
    """Globs stand beside `auto`, or in its place; nothing at all switches it off."""
    assert loaded_by_client(HITS, "codex", ("docs/3.md",), DOCUMENTS) == {"docs/3.md#a"}
    assert loaded_by_client(HITS, "codex", ("auto", "docs/3.md"), DOCUMENTS) == {"docs/3.md#a", "AGENTS.md#a"}
    assert loaded_by_client(HITS, "codex", (), DOCUMENTS) == frozenset()
