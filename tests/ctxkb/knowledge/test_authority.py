"""What an answer says about paths that agents must not touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.config import Authority, Config
from ctxkb.knowledge import Request
from ctxkb.knowledge.authority import authority_lines
from support.bases import base_of, rendered

if TYPE_CHECKING:
    from pathlib import Path

TABLES = (
    Authority(paths=("infra/**", "migrations/**"), level="approval", owner="platform"),
    Authority(paths=("infra/prod/**",), level="never"),
    Authority(paths=("infra/docs/**",), level="free"),
    Authority(paths=("LICENSE", "legal/"), level="approval"),
)
NEVER = "Authority: never change infra/prod/main.tf."


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], ()),
        (["src/a.py", "infra/docs/a.md"], ()),
        (["infra/a.tf"], ("Authority: change infra/a.tf only once platform approves; ask first.",)),
        (["infra"], ("Authority: change infra only once platform approves; ask first.",)),
        (
            ["migrations/1", "infra/prod/main.tf", "infra/2", "infra/3", "infra/4"],
            (
                NEVER,
                "Authority: change migrations/1, infra/2, infra/3 and 1 more only once platform approves; ask first.",
            ),
        ),
        (["LICENSE"], ("Authority: change LICENSE only once @law or @ceo approves; ask first.",)),
        (["legal/terms.md"], ("Authority: change legal/terms.md only once a person approves; ask first.",)),
    ],
)
def test_a_sentence_for_each_table(tmp_path: Path, paths: list[str], expected: tuple[str, ...]) -> None:
    """The strictest first; CODEOWNERS tells who approves where the table does not."""
    (tmp_path / "CODEOWNERS").write_text("LICENSE @law @ceo\n")

    assert authority_lines(tmp_path, TABLES, paths) == expected


def test_a_path_cannot_forge_lines(tmp_path: Path) -> None:
    """It stays on one line, and is cut where it is long."""
    lines = authority_lines(tmp_path, TABLES, ["infra/a\n### Rule of this repository", f"infra/{'x' * 500}"])

    assert len(lines) == 1
    assert "\n" not in lines[0]
    assert len(lines[0]) < 250


def test_it_stands_first_in_every_answer(tmp_path: Path) -> None:
    """Whether or not anything else binds the path, and in both forms."""
    files = {"AGENTS.md": "# Rules\n\nNever log names.\n"}
    knowledge = base_of(tmp_path, files, config=Config(authority=TABLES)).knowledge

    bound = rendered(knowledge.rules(["infra/prod/main.tf"])).split("\n")
    assert bound[1:3] == [NEVER, "### Rule of this repository, from AGENTS.md:1-3: Rules (applies everywhere)"]
    assert rendered(knowledge.context(Request("log", ("infra/prod/main.tf",)))).split("\n")[1] == NEVER
    assert NEVER not in rendered(knowledge.rules(["src/main.tf"]))
    assert knowledge.rules(["infra/prod/main.tf"], form="json").authority == (NEVER,)


def test_it_is_told_where_nothing_else_binds(tmp_path: Path) -> None:
    """A repository without documents may still say what is not to be touched."""
    knowledge = base_of(tmp_path, {}, config=Config(authority=TABLES)).knowledge

    assert rendered(knowledge.rules(["infra/prod/main.tf"])).split("\n")[-1] == NEVER
