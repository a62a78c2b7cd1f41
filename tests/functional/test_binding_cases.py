from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from ctxkb.budget.render import pack_text
from support.bases import adr
from support.living import Living

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.types import Pack

NO_WORDS = "zyx wvu tsr"
"""A task that shares no word with any rule."""


@dataclass(frozen=True)
class Case:
    """A repository, the paths that are worked on, and whose sentences must and must not bind them."""

    about: str
    files: dict[str, str]
    paths: tuple[str, ...]
    binds: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    """Whose sentences bind once the task's words find them: decisions and contracts of the whole repository."""


def says(word: str) -> str:
    """The sentence that a rule about `word` consists of."""
    return f"Always mind the {word} when you work here."


def rule(word: str, front: str = "", more: str = "") -> str:
    """A rule file in Markdown, with front matter if there is some."""
    head = f"---\n{front}\n---\n" if front else ""
    return f"{head}# On {word}s\n\n{says(word)}\n{more}"


def decision(word: str, status: str = "Accepted", scope: str = "", number: int = 1) -> str:
    """A decision in Nygard's form."""
    return adr(number, f"Choose the {word}", status, says(word), scope=scope)


def contract(word: str, scope: str = "") -> str:
    """An OpenAPI document of one operation."""
    head = f"x-scope: {scope}\n" if scope else ""
    return (
        f'openapi: 3.1.0\n{head}info: {{title: {word}s, version: "1"}}\npaths:\n  /{word}s:\n    get:\n'
        f"      summary: {says(word)}\n      responses: {{'200': {{description: fine}}}}\n"
    )


ROOT_AND_TWO = {"AGENTS.md": rule("apple"), "web/AGENTS.md": rule("birch"), "api/AGENTS.md": rule("cedar")}
MDC = ".cursor/rules/one.mdc"
COPILOT = ".github/instructions/one.instructions.md"
CLAUDE_RULE = ".claude/rules/one.md"
ADR = "docs/adr/0001-one.md"

NESTED = (
    Case("the root's AGENTS.md binds every path", ROOT_AND_TWO, ("lib/x.py",), ("apple",), ("birch", "cedar")),
    Case(
        "a nested AGENTS.md binds its folder beside the root's",
        ROOT_AND_TWO,
        ("web/a/b.ts",),
        ("apple", "birch"),
        ("cedar",),
    ),
    Case("several paths bring the rules of each", ROOT_AND_TWO, ("web/a.ts", "api/b.py"), ("apple", "birch", "cedar")),
    Case("a folder is a path", ROOT_AND_TWO, ("web",), ("apple", "birch"), ("cedar",)),
    Case("a folder may end with a slash", ROOT_AND_TWO, ("web/",), ("apple", "birch"), ("cedar",)),
    Case("a path may begin with ./", ROOT_AND_TWO, ("./web/x/../a.ts",), ("apple", "birch"), ("cedar",)),
    Case("the root is a path", ROOT_AND_TWO, (".",), ("apple",), ("birch", "cedar")),
    Case(
        "a folder whose name only begins alike is another one", ROOT_AND_TWO, ("webapp/a.ts",), ("apple",), ("birch",)
    ),
    Case(
        "three levels of AGENTS.md add up",
        {
            "AGENTS.md": rule("apple"),
            "a/AGENTS.md": rule("birch"),
            "a/b/AGENTS.md": rule("cedar"),
            "a/c/AGENTS.md": rule("daisy"),
        },
        ("a/b/x.py",),
        ("apple", "birch", "cedar"),
        ("daisy",),
    ),
    Case(
        "AGENTS.override.md takes the place of the AGENTS.md beside it, not of those above",
        {"AGENTS.md": rule("apple"), "web/AGENTS.md": rule("birch"), "web/AGENTS.override.md": rule("cedar")},
        ("web/x.ts",),
        ("apple", "cedar"),
        ("birch",),
    ),
    Case(
        "GEMINI.md binds its folder",
        {"web/GEMINI.md": rule("apple"), "GEMINI.md": rule("birch")},
        ("web/x.ts",),
        ("apple", "birch"),
    ),
    Case(
        "folders with spaces, brackets and letters beyond ASCII",
        {
            "my web/AGENTS.md": rule("apple"),
            "app/[id]/AGENTS.md": rule("birch"),
            "größe/AGENTS.md": rule("cedar"),
            "app/i/AGENTS.md": rule("daisy"),
            "a*b/AGENTS.md": rule("elder"),
            "axb/AGENTS.md": rule("fern"),
        },
        ("my web/x.ts", "app/[id]/page.tsx", "größe/maß.py", "a*b/x"),
        ("apple", "birch", "cedar", "elder"),
        ("daisy", "fern"),
    ),
    Case(
        "a route group in parentheses and a folder with # and +",
        {
            "app/(shop)/AGENTS.md": rule("apple"),
            "c#/AGENTS.md": rule("birch"),
            "c++/AGENTS.md": rule("cedar"),
            "c/AGENTS.md": rule("daisy"),
        },
        ("app/(shop)/page.tsx", "c#/x.cs", "c++/x.cc"),
        ("apple", "birch", "cedar"),
        ("daisy",),
    ),
    Case(
        "a folder named with ! or with a leading #",
        {"!web/AGENTS.md": rule("apple"), "#web/AGENTS.md": rule("birch"), "web/AGENTS.md": rule("cedar")},
        ("!web/x.ts", "#web/y.ts"),
        ("apple", "birch"),
        ("cedar",),
    ),
    Case(
        "a folder with braces or a backslash in its name",
        {"{{cookie}}/AGENTS.md": rule("apple"), "cookie/AGENTS.md": rule("birch")},
        ("{{cookie}}/x.py",),
        ("apple",),
        ("birch",),
    ),
)

CURSOR = (
    Case("alwaysApply", {MDC: rule("apple", "alwaysApply: true")}, ("any/x.go",), ("apple",)),
    Case(
        "alwaysApply goes before globs",
        {MDC: rule("apple", 'globs: "web/**"\nalwaysApply: true')},
        ("api/x.go",),
        ("apple",),
    ),
    Case(
        "globs as an unquoted comma list, matched",
        {MDC: rule("apple", "globs: **/*.js, **/*.ts\nalwaysApply: false")},
        ("web/x.ts",),
        ("apple",),
    ),
    Case(
        "globs as an unquoted comma list, not matched",
        {MDC: rule("apple", "globs: **/*.js, **/*.ts\nalwaysApply: false")},
        ("web/x.tsx",),
        (),
        ("apple",),
    ),
    Case("globs as a block list", {MDC: rule("apple", "globs:\n  - web/**\n  - ui/**")}, ("ui/x.ts",), ("apple",)),
    Case("globs as a flow list", {MDC: rule("apple", 'globs: ["web/**", "ui/**"]')}, ("ui/x.ts",), ("apple",)),
    Case("globs in quotes", {MDC: rule("apple", 'globs: "web/**/*.ts"')}, ("web/a/b/x.ts",), ("apple",)),
    Case("globs with braces", {MDC: rule("apple", "globs: web/**/*.{ts,tsx}")}, ("web/a/x.tsx",), ("apple",)),
    Case(
        "a glob without a folder matches in all folders",
        {MDC: rule("apple", "globs: *.sql")},
        ("db/migrations/1.sql",),
        ("apple",),
    ),
    Case("globs of another folder", {MDC: rule("apple", "globs: web/**")}, ("api/x.py",), (), ("apple",)),
    Case(
        "a description alone lets the agent decide",
        {MDC: rule("apple", "description: On web pages\nalwaysApply: false")},
        ("web/x.ts",),
        (),
        ("apple",),
    ),
    Case(
        "an empty globs beside a description",
        {MDC: rule("apple", "description: On web pages\nglobs:\nalwaysApply: false")},
        ("web/x.ts",),
        (),
        ("apple",),
    ),
    Case("a rule that is only used by name", {MDC: rule("apple", "alwaysApply: false")}, ("web/x.ts",), (), ("apple",)),
    Case(
        "a rule in a package reaches no further",
        {"web/.cursor/rules/a.mdc": rule("apple", "alwaysApply: true")},
        ("api/x.ts",),
        (),
        ("apple",),
    ),
    Case(
        "a rule in a package binds there",
        {"web/.cursor/rules/a.mdc": rule("apple", "alwaysApply: true")},
        ("web/x.ts",),
        ("apple",),
    ),
    Case(
        "globs of a rule in a package are relative to it",
        {"web/.cursor/rules/a.mdc": rule("apple", "globs: src/**")},
        ("web/src/x.ts",),
        ("apple",),
    ),
    Case(
        "a rule in a folder of rules",
        {".cursor/rules/ui/deep/a.mdc": rule("apple", "globs: web/**")},
        ("web/x.ts",),
        ("apple",),
    ),
    Case(
        "RULE.md in a folder of its own",
        {".cursor/rules/ui/RULE.md": rule("apple", "alwaysApply: true")},
        ("web/x.ts",),
        ("apple",),
    ),
    Case("no front matter at all is only used by name", {MDC: rule("apple")}, ("web/x.ts",), (), ("apple",)),
    Case(".cursorrules", {".cursorrules": says("apple")}, ("web/x.ts",), ("apple",)),
    Case("Windows line ends", {MDC: rule("apple", "globs: web/**").replace("\n", "\r\n")}, ("web/x.ts",), ("apple",)),
)

COPILOT_CASES = (
    Case("copilot-instructions.md", {".github/copilot-instructions.md": rule("apple")}, ("web/x.ts",), ("apple",)),
    Case("applyTo with commas", {COPILOT: rule("apple", 'applyTo: "**/*.ts,**/*.tsx"')}, ("web/x.tsx",), ("apple",)),
    Case(
        "applyTo of other files", {COPILOT: rule("apple", 'applyTo: "**/*.ts,**/*.tsx"')}, ("web/x.py",), (), ("apple",)
    ),
    Case("applyTo **", {COPILOT: rule("apple", 'applyTo: "**"')}, ("a/b/c",), ("apple",)),
    Case("applyTo *", {COPILOT: rule("apple", "applyTo: '*'")}, ("a/b/c",), ("apple",)),
    Case("applyTo **/*", {COPILOT: rule("apple", "applyTo: '**/*'")}, ("a/b/c",), ("apple",)),
    Case("applyTo without quotes", {COPILOT: rule("apple", "applyTo: **/*.py")}, ("a/b.py",), ("apple",)),
    Case("instructions without applyTo", {COPILOT: rule("apple")}, ("a/b.py",), (), ("apple",)),
)

CLAUDE = (
    Case(
        "CLAUDE.md of the root and of a folder",
        {"CLAUDE.md": rule("apple"), "web/CLAUDE.md": rule("birch")},
        ("web/x",),
        ("apple", "birch"),
    ),
    Case("CLAUDE.md of another folder", {"api/CLAUDE.md": rule("apple")}, ("web/x",), (), ("apple",)),
    Case(
        ".claude/CLAUDE.md binds the folder that holds .claude",
        {".claude/CLAUDE.md": rule("apple"), "web/.claude/CLAUDE.md": rule("birch")},
        ("web/x",),
        ("apple", "birch"),
    ),
    Case("a rule without paths", {CLAUDE_RULE: rule("apple")}, ("web/x",), ("apple",)),
    Case(
        "a rule with paths",
        {CLAUDE_RULE: rule("apple", 'paths:\n  - "src/api/**/*.ts"')},
        ("src/api/v1/x.ts",),
        ("apple",),
    ),
    Case(
        "a rule with other paths",
        {CLAUDE_RULE: rule("apple", 'paths:\n  - "src/api/**/*.ts"')},
        ("src/web/x.ts",),
        (),
        ("apple",),
    ),
    Case(
        "paths with commas and braces",
        {CLAUDE_RULE: rule("apple", "paths: src/**/*.{ts,tsx}, lib/**")},
        ("src/a/x.tsx",),
        ("apple",),
    ),
    Case(
        "a Claude rule in a folder of rules",
        {".claude/rules/web/one.md": rule("apple", "paths: web/**")},
        ("web/x",),
        ("apple",),
    ),
    Case(
        "an imported file binds where its importer binds",
        {"CLAUDE.md": rule("apple", "", "See @docs/more.md here.\n"), "docs/more.md": rule("birch")},
        ("web/x",),
        ("apple", "birch"),
    ),
    Case(
        "what a folder's CLAUDE.md imports",
        {"web/CLAUDE.md": rule("apple", "", "@../shared/more.md\n"), "shared/more.md": rule("birch")},
        ("web/x",),
        ("apple", "birch"),
    ),
    Case(
        "what another folder's CLAUDE.md imports",
        {"web/CLAUDE.md": rule("apple", "", "@../shared/more.md\n"), "shared/more.md": rule("birch")},
        ("api/x", "shared/y"),
        (),
        ("apple", "birch"),
    ),
    Case(
        "imports of imports",
        {"CLAUDE.md": "@a.md\n", "a.md": rule("apple", "", "@b.md\n"), "b.md": rule("birch", "", "@a.md\n")},
        ("x",),
        ("apple", "birch"),
    ),
    Case(
        "an import that two folders lead to",
        {"web/CLAUDE.md": "# W\n\n@../more.md\n", "api/CLAUDE.md": "# A\n\n@../more.md\n", "more.md": rule("apple")},
        ("web/x.ts",),
        ("apple",),
    ),
    Case(
        "an import in code is none",
        {"CLAUDE.md": rule("apple", "", "`@docs/more.md`\n\n```\n@docs/more.md\n```\n"), "docs/more.md": rule("birch")},
        ("x",),
        ("apple",),
        ("birch",),
    ),
    Case(
        "AGENTS.md that CLAUDE.md imports keeps its own folder",
        {"CLAUDE.md": "@web/AGENTS.md\n", "web/AGENTS.md": rule("apple")},
        ("api/x",),
        (),
        ("apple",),
    ),
)

PROSE = (
    Case("CONTRIBUTING of the root", {"CONTRIBUTING.md": rule("apple")}, ("a/x",), ("apple",)),
    Case("CONTRIBUTING in .github", {".github/CONTRIBUTING.md": rule("apple")}, ("a/x",), ("apple",)),
    Case(
        "CONTRIBUTING of a package", {"packages/ui/CONTRIBUTING.md": rule("apple")}, ("packages/api/x",), (), ("apple",)
    ),
    Case("a style guide under docs", {"docs/style-guide.md": rule("apple")}, ("a/x",), ("apple",)),
    Case(
        "conventions of a package's docs",
        {"packages/ui/docs/conventions.md": rule("apple"), "packages/db/docs/conventions.md": rule("birch")},
        ("packages/ui/x.ts",),
        ("apple",),
        ("birch",),
    ),
    Case(
        "a convention with a scope in its front matter",
        {
            "docs/conventions/sql.md": rule("apple", 'scope: ["db/**"]'),
            "docs/conventions/ui.md": rule("birch", "scope: ui/**, web/**"),
        },
        ("web/x",),
        ("birch",),
        ("apple",),
    ),
    Case(
        "a guide binds nothing",
        {"docs/how-to.md": rule("apple"), "README.md": rule("birch")},
        ("docs/x",),
        (),
        ("apple", "birch"),
    ),
)

DECISIONS = (
    Case("an accepted decision with a scope", {ADR: decision("apple", scope='["web/**"]')}, ("web/x.ts",), ("apple",)),
    Case("a decision of another scope", {ADR: decision("apple", scope='["web/**"]')}, ("api/x.ts",), (), ("apple",)),
    Case(
        "a scope that takes something out",
        {ADR: decision("apple", scope='["web/**", "!web/old/**"]')},
        ("web/old/x.ts",),
        (),
        ("apple",),
    ),
    Case(
        "a decision without a scope binds no path by itself", {ADR: decision("apple")}, ("web/x.ts",), found=("apple",)
    ),
    Case("a proposed decision", {ADR: decision("apple", "Proposed", '["web/**"]')}, ("web/x.ts",), (), ("apple",)),
    Case("a rejected decision", {ADR: decision("apple", "Rejected", '["web/**"]')}, ("web/x.ts",), (), ("apple",)),
    Case("a deprecated decision", {ADR: decision("apple", "Deprecated", '["web/**"]')}, ("web/x.ts",), (), ("apple",)),
    Case(
        "a superseded decision, and its successor",
        {
            ADR: decision("apple", "Superseded by [2](0002-two.md)", '["web/**"]'),
            "docs/adr/0002-two.md": decision("birch", "Accepted", '["web/**"]', 2),
        },
        ("web/x.ts",),
        ("birch",),
        ("apple",),
    ),
    Case(
        "a decision that only its successor calls superseded",
        {
            ADR: decision("apple", "Accepted", '["web/**"]'),
            "docs/adr/0002-two.md": decision("birch", "Accepted\n\nSupersedes [1](0001-one.md)", '["web/**"]', 2),
        },
        ("web/x.ts",),
        ("birch",),
        ("apple",),
    ),
    Case(
        "a decision that a proposed one would replace still binds",
        {
            ADR: decision("apple", "Accepted", '["web/**"]'),
            "docs/adr/0002-two.md": decision("birch", "Proposed\n\nSupersedes [1](0001-one.md)", '["web/**"]', 2),
        },
        ("web/x.ts",),
        ("apple",),
        ("birch",),
    ),
    Case(
        "decisions of packages bind their package",
        {"packages/ui/docs/adr/0001-a.md": decision("apple"), "packages/db/docs/adr/0001-a.md": decision("birch")},
        ("packages/ui/src/x.ts",),
        ("apple",),
        ("birch",),
    ),
    Case(
        "a scope of one file", {ADR: decision("apple", scope='["web/src/main.ts"]')}, ("web/src/main.ts",), ("apple",)
    ),
    Case(
        "a scope of a folder with a slash", {ADR: decision("apple", scope='["web/"]')}, ("web/src/main.ts",), ("apple",)
    ),
    Case(
        "a scope of a folder, asked for the folder", {ADR: decision("apple", scope='["web/**"]')}, ("web",), ("apple",)
    ),
)

CONTRACTS = (
    Case(
        "a contract that states two folders",
        {"contracts/a.yaml": contract("apple", "web/**, ui/**")},
        ("ui/x.ts",),
        ("apple",),
    ),
    Case(
        "a GraphQL schema of a package",
        {"services/ui/schema.graphql": f'"""{says("apple")}"""\ntype Apple {{ id: ID }}\n'},
        ("services/ui/x.ts",),
        ("apple",),
    ),
    Case(
        "a GraphQL schema of another package",
        {"services/ui/schema.graphql": f'"""{says("apple")}"""\ntype Apple {{ id: ID }}\n'},
        ("services/db/x.ts",),
        (),
        ("apple",),
    ),
    Case("a contract with a scope", {"contracts/a.yaml": contract("apple", '["web/**"]')}, ("web/x.ts",), ("apple",)),
    Case(
        "a contract of another scope",
        {"contracts/a.yaml": contract("apple", '["web/**"]')},
        ("api/x.ts",),
        (),
        ("apple",),
    ),
    Case(
        "a contract without a scope binds no path by itself",
        {"contracts/a.yaml": contract("apple")},
        ("web/x.ts",),
        found=("apple",),
    ),
    Case(
        "a contract in a package",
        {"packages/ui/openapi.yaml": contract("apple"), "packages/db/openapi.yaml": contract("birch")},
        ("packages/ui/x.ts",),
        ("apple",),
        ("birch",),
    ),
)

FILLER = "".join(f"\n## Part {n}\n\n" + "This part speaks at length of something else. " * 25 + "\n" for n in range(15))

CROWDED = (
    Case(
        "a short rule near the path is not crowded out by a long file at the root",
        {
            "AGENTS.md": rule("apple", more=FILLER),
            "CONTRIBUTING.md": rule("birch", more=FILLER),
            "web/AGENTS.md": rule("cedar"),
        },
        ("web/x.ts",),
        ("cedar",),
    ),
    Case(
        "each of many rule files is there, however long the others are",
        {
            "AGENTS.md": rule("apple", more=FILLER),
            ".cursorrules": says("birch"),
            CLAUDE_RULE: rule("cedar", more=FILLER),
            MDC: rule("daisy", "globs: web/**", FILLER),
            COPILOT: rule("elder", "applyTo: web/**", FILLER),
            ADR: decision("fern", scope='["web/**"]'),
            "web/AGENTS.md": rule("ginger", more=FILLER),
        },
        ("web/x.ts",),
        ("apple", "birch", "cedar", "daisy", "elder", "fern", "ginger"),
    ),
    Case(
        "many files of other paths take no room",
        {f"p{n}/AGENTS.md": rule("apple", more=FILLER) for n in range(12)} | {"web/AGENTS.md": rule("birch")},
        ("web/x.ts",),
        ("birch",),
        ("apple",),
    ),
)

CASES = (*CROWDED, *NESTED, *CURSOR, *COPILOT_CASES, *CLAUDE, *PROSE, *DECISIONS, *CONTRACTS)


def _binding(pack: Pack) -> str:
    return "\n".join(item.text for item in pack.items if item.hit.binding)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about.replace(" ", "-"))
def test_what_binds_a_path(tmp_path: Path, case: Case) -> None:
    """What governs the paths is among the binding items whatever the task says; what governs others never is."""
    living = Living(tmp_path, case.files)
    words = (*case.binds, *case.free, *case.found)
    unasked = living.context(NO_WORDS, *case.paths)
    asked = living.context(" ".join(says(word) for word in words), *case.paths)
    rules = living.knowledge.rules(case.paths)
    for pack in (unasked, asked, rules):
        assert [word for word in case.binds if says(word) not in _binding(pack)] == []
        assert [word for word in case.free if says(word) in _binding(pack)] == []
    for pack in (unasked, rules):
        assert [word for word in (*case.free, *case.found) if says(word) in pack_text(pack)] == []
    assert [word for word in case.found if says(word) not in _binding(asked)] == []


def test_there_are_enough_cases() -> None:
    """Each case says something else."""
    assert len({case.about for case in CASES}) == len(CASES) >= 40
