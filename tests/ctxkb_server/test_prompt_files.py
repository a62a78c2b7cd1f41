from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.config import Config
from ctxkb_server.prompt_files import LARGEST, MOST, prompt_files, traces
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

PRIVACY = Config().privacy
FILES: dict[str, str | bytes] = {
    ".claude/commands/fix-issue.md": """
        ---
        description: Fixes an issue
        argument-hint: [issue] [priority]
        allowed-tools: Bash(git:*)
        ---
        Fix issue $1 with priority $2. !`git status`
        """,
    ".claude/commands/frontend/component.md": "# Make a component\n\nCall it $ARGUMENTS.\n",
    ".github/prompts/review.prompt.md": "---\nname: review\nmode: agent\n---\nReview ${input:path:which file}.\n",
    ".cursor/commands/review.md": "Review like Cursor.\n",
    ".cursor/commands/copy.md": "Review ${input:path:which file}.\n",
    "docs/prompts/README.md": "# Prompts\n\nAn index.\n",
    "docs/patterns/repository.md": "# The repository pattern\n\nOne class a table.\n",
}


def test_prompts_are_found_where_tools_keep_them(tmp_path: Path) -> None:
    """Each is named after its file or as it says, described, and told apart from others of its name."""
    Repo(tmp_path).write({**FILES, ".github/prompts/notes.md": "No prompt file.\n"})
    found = prompt_files(tmp_path, PRIVACY, {"component"})
    assert [(one.name, one.path, one.title, one.description) for one in found] == [
        (
            "fix-issue",
            ".claude/commands/fix-issue.md",
            "",
            "Fixes an issue (.claude/commands/fix-issue.md)",
        ),
        (
            "frontend-component",
            ".claude/commands/frontend/component.md",
            "Make a component",
            "Make a component (.claude/commands/frontend/component.md)",
        ),
        (
            "repository",
            "docs/patterns/repository.md",
            "The repository pattern",
            "The repository pattern (docs/patterns/repository.md)",
        ),
        (
            "review",
            ".github/prompts/review.prompt.md",
            "",
            "Review ${input:path:which file}. (.github/prompts/review.prompt.md)",
        ),
        ("review-cursor", ".cursor/commands/review.md", "", "Review like Cursor. (.cursor/commands/review.md)"),
    ]
    assert [gap.name for gap in found[0].content.gaps] == ["issue", "priority"]
    assert found[0].content.filled({"issue": "7"}) == "Fix issue 7 with priority . !`git status`"


def test_skills_are_prompts(tmp_path: Path) -> None:
    """A skill is named by itself or by its folder; what only a model is meant to call is none."""
    skill = "---\nname: {}\ndescription: Builds a view\n{}---\nBuild $ARGUMENTS.\n"
    Repo(tmp_path).write(
        {
            ".claude/skills/build/SKILL.md": skill.format("build-view", ""),
            ".claude/skills/build/notes.md": "No skill.\n",
            ".claude/skills/hidden/SKILL.md": skill.format("hidden", "user-invocable: false\n"),
            ".agents/skills/ship/SKILL.md": "Ship it.\n",
        }
    )
    found = prompt_files(tmp_path, PRIVACY)
    assert [(one.name, one.path) for one in found] == [
        ("build-view", ".claude/skills/build/SKILL.md"),
        ("ship", ".agents/skills/ship/SKILL.md"),
    ]


def test_a_name_that_is_ours_is_not_taken(tmp_path: Path) -> None:
    """A prompt of the repository never takes the place of another one."""
    Repo(tmp_path).write({".claude/commands/write_decision.md": "Mine.\n", ".claude/commands/$$$.md": "Odd.\n"})
    assert [one.name for one in prompt_files(tmp_path, PRIVACY, {"write_decision"})] == [
        "prompt",
        "write_decision-claude",
    ]


def test_what_is_no_prompt_is_left_out(tmp_path: Path) -> None:
    """Ignored, huge, empty and binary files, links that lead out, and files beyond the first two hundred."""
    outside = tmp_path / "outside.md"
    outside.write_text("Secret.\n")
    repo = Repo(tmp_path / "repo").write(
        {
            ".gitignore": ".claude/commands/mine.md\n",
            ".claude/commands/mine.md": "Ignored.\n",
            ".claude/commands/huge.md": "x" * (LARGEST + 1),
            ".claude/commands/empty.md": "---\ndescription: nothing\n---\n",
            ".claude/commands/binary.md": b"\x00\x01",
            ".claude/commands/good.md": "Good.\n",
        }
    )
    (repo.root / ".claude/commands/link.md").symlink_to(outside)
    assert [one.name for one in prompt_files(repo.root, PRIVACY)] == ["good"]
    repo.write({f"docs/prompts/p{number:03}.md": f"Prompt {number}.\n" for number in range(MOST + 9)})
    assert len(prompt_files(repo.root, PRIVACY)) <= MOST


def test_a_repository_without_prompts_has_none(tmp_path: Path) -> None:
    """No folder, no prompts, and nothing to follow."""
    Repo(tmp_path).write({"AGENTS.md": "# A\n"})
    assert (prompt_files(tmp_path, PRIVACY), traces(tmp_path)) == ([], frozenset())


def test_traces_tell_when_a_prompt_changes(tmp_path: Path) -> None:
    """Writing, changing and removing one each leave another trace."""
    repo = Repo(tmp_path)
    seen = {traces(tmp_path)}
    for text in ("One.\n", "Another.\n"):
        repo.write({".claude/commands/a.md": text})
        seen.add(traces(tmp_path))
    assert len(seen) == 3


def test_secrets_and_hidden_characters_do_not_pass_on(tmp_path: Path) -> None:
    """A key is masked and an invisible character shown, in prompts as in documents."""
    text = "Deploy with AKIAIOSFODNN7EXAMPLA.\n\nThen\u202e rest.\n"
    Repo(tmp_path).write({".claude/commands/deploy.md": text})
    (prompt,) = prompt_files(tmp_path, PRIVACY)
    assert "AKIAIOSFODNN7EXAMPLA" not in f"{prompt}"
    assert "\u202e" not in f"{prompt}"
    assert prompt.content.text.startswith("Deploy with ")
