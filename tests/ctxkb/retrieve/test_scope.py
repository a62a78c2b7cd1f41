from __future__ import annotations

import pytest

from ctxkb.config import Sources
from ctxkb.formats import parse
from ctxkb.formats.classify import classify
from ctxkb.retrieve.scope import governs, overridden, specificity
from ctxkb.types import Scope, Source


def scope_of(path: str, text: str) -> Scope:
    """The scope of a rule file, classified and parsed as the indexer does it."""
    told = classify(path, None, Sources())
    assert told is not None
    return parse(Source(path, text.encode(), *told)).documents[0].scope


def front(*lines: str) -> str:
    return "\n".join(["---", *lines, "---", "# Rule", "", "Do it.", ""])


PLAIN = "# Rule\n\nDo it.\n"

CASES = [
    # AGENTS.md: its folder and everything below
    ("AGENTS.md", PLAIN, "web/a.ts", True),
    ("AGENTS.md", PLAIN, "a.ts", True),
    ("web/AGENTS.md", PLAIN, "web/a.ts", True),
    ("web/AGENTS.md", PLAIN, "web/src/deep/a.ts", True),
    ("web/AGENTS.md", PLAIN, "api/a.py", False),
    ("web/AGENTS.md", PLAIN, "website/a.ts", False),
    ("web/AGENTS.md", PLAIN, "packages/web/a.ts", False),
    ("app/[id]/AGENTS.md", PLAIN, "app/[id]/page.tsx", True),
    ("app/[id]/AGENTS.md", PLAIN, "app/i/page.tsx", False),
    ("web/AGENTS.override.md", PLAIN, "web/a.ts", True),
    ("web/AGENTS.override.md", PLAIN, "a.ts", False),
    ("AGENTS.md", front("scope: [web/**]"), "web/a.ts", True),
    ("AGENTS.md", front("scope: [web/**]"), "api/a.py", False),
    # CLAUDE.md: the same; .claude stands for the folder that holds it
    ("CLAUDE.md", PLAIN, "api/a.py", True),
    ("api/CLAUDE.md", PLAIN, "api/v1/a.py", True),
    ("api/CLAUDE.md", PLAIN, "web/a.ts", False),
    (".claude/CLAUDE.md", PLAIN, "api/a.py", True),
    ("api/.claude/CLAUDE.md", PLAIN, "api/a.py", True),
    ("api/.claude/CLAUDE.md", PLAIN, "web/a.ts", False),
    # .claude/rules: with and without paths
    (".claude/rules/a.md", PLAIN, "api/a.py", True),
    (".claude/rules/a.md", front("paths:", "  - src/api/**/*.ts"), "src/api/v1/a.ts", True),
    (".claude/rules/a.md", front("paths:", "  - src/api/**/*.ts"), "src/api/v1/a.py", False),
    (".claude/rules/a.md", front('paths: ["src/**/*.{ts,tsx}", "lib/**"]'), "src/a.tsx", True),
    (".claude/rules/a.md", front('paths: ["src/**/*.{ts,tsx}", "lib/**"]'), "lib/a.py", True),
    (".claude/rules/a.md", front('paths: ["src/**/*.{ts,tsx}", "lib/**"]'), "src/a.js", False),
    (".claude/rules/a.md", front("paths: src/**/*.{ts,tsx}, lib/**"), "src/a.ts", True),
    (".claude/rules/a.md", front("paths: '**'"), "any/where.py", True),
    (".claude/rules/web/a.md", front("paths: **/*.css"), "web/a.css", True),
    ("web/.claude/rules/a.md", front("paths: '*.css'"), "web/src/a.css", True),
    ("web/.claude/rules/a.md", front("paths: '*.css'"), "docs/a.css", False),
    # Cursor: alwaysApply, globs, a description, nothing
    (".cursor/rules/a.mdc", front("alwaysApply: true", "globs: web/**"), "api/a.py", True),
    (".cursor/rules/a.mdc", front("description: x", "globs: **/*.js, **/*.ts", "alwaysApply: false"), "web/a.ts", True),
    (".cursor/rules/a.mdc", front("description: x", "globs: **/*.js, **/*.ts", "alwaysApply: false"), "a.py", False),
    (".cursor/rules/a.mdc", front("globs: **/*.{js,ts}"), "web/a.ts", True),
    (".cursor/rules/a.mdc", front("globs: **/*.{js,ts}"), "web/a.tsx", False),
    (".cursor/rules/a.mdc", front("globs: [**/*.js, **/*.ts]"), "web/a.js", True),
    (".cursor/rules/a.mdc", front('globs: ["src/**"]'), "src/a.py", True),
    (".cursor/rules/a.mdc", front('globs: "src/**","lib/**"'), "lib/a.py", True),
    (".cursor/rules/a.mdc", front("globs:", "  - src/**", "  - lib/**"), "lib/a.py", True),
    (".cursor/rules/a.mdc", front("globs: src/", "alwaysApply: false"), "src/deep/a.py", True),
    (".cursor/rules/a.mdc", front("globs: src"), "src/deep/a.py", True),
    (".cursor/rules/a.mdc", front("globs: *"), "any/where.py", True),
    (".cursor/rules/a.mdc", front("description: When testing", "globs:", "alwaysApply: false"), "a.py", False),
    (".cursor/rules/a.mdc", front("description:", "globs:", "alwaysApply: false"), "a.py", False),
    (".cursor/rules/a.mdc", PLAIN, "a.py", False),
    ("web/.cursor/rules/a.mdc", front("alwaysApply: true"), "web/a.ts", True),
    ("web/.cursor/rules/a.mdc", front("alwaysApply: true"), "api/a.py", False),
    ("web/.cursor/rules/a.mdc", front("globs: *.ts"), "web/src/a.ts", True),
    ("web/.cursor/rules/a.mdc", front("globs: *.ts"), "api/a.ts", False),
    ("web/.cursor/rules/a.mdc", front("globs: web/src/**"), "web/src/a.ts", True),
    (".cursor/rules/a/RULE.md", front("globs: src/**"), "src/a.py", True),
    (".cursorrules", PLAIN, "api/a.py", True),
    # Copilot: the repository, or applyTo
    (".github/copilot-instructions.md", PLAIN, "api/a.py", True),
    (".github/instructions/a.instructions.md", front('applyTo: "**/*.ts,**/*.tsx"'), "web/a.tsx", True),
    (".github/instructions/a.instructions.md", front('applyTo: "**/*.ts,**/*.tsx"'), "web/a.js", False),
    (".github/instructions/a.instructions.md", front("applyTo: **/*.{ts,tsx}"), "web/a.tsx", True),
    (".github/instructions/a.instructions.md", front('applyTo: "**"', 'excludeAgent: "code-review"'), "a.py", True),
    (".github/instructions/a.instructions.md", front('applyTo: "*"'), "web/a.py", True),
    (".github/instructions/a.instructions.md", front('applyTo: "**/*"'), "web/a.py", True),
    (".github/instructions/a.instructions.md", front("applyTo: ['web/**', 'api/**']"), "api/a.py", True),
    (".github/instructions/web/a.instructions.md", front("applyTo: web/**"), "api/a.py", False),
    (".github/instructions/a.instructions.md", front("description: x"), "a.py", False),
    (".github/instructions/a.instructions.md", PLAIN, "a.py", False),
    # Prose: the repository, or the package in which it lies
    ("CONTRIBUTING.md", PLAIN, "web/a.ts", True),
    (".github/CONTRIBUTING.md", PLAIN, "web/a.ts", True),
    ("docs/contributing.md", PLAIN, "web/a.ts", True),
    ("docs/conventions/naming.md", PLAIN, "web/a.ts", True),
    ("documentation/frontend/code-style.md", PLAIN, "web/a.ts", True),
    ("conventions/naming.md", PLAIN, "web/a.ts", True),
    (".github/pull_request_template.md", PLAIN, "web/a.ts", True),
    ("docs/style-guide.md", front("scope: '**/*.css'"), "web/a.css", True),
    ("docs/style-guide.md", front("scope: '**/*.css'"), "web/a.ts", False),
    ("packages/web/CONTRIBUTING.md", PLAIN, "packages/web/src/a.ts", True),
    ("packages/web/CONTRIBUTING.md", PLAIN, "packages/api/a.py", False),
    ("packages/web/docs/conventions/naming.md", PLAIN, "packages/web/src/a.ts", True),
    ("packages/web/docs/conventions/naming.md", PLAIN, "packages/api/a.py", False),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "path", "binds"), CASES)
def test_rule_file_binds_a_path(rule: str, text: str, path: str, binds: bool) -> None:
    """A rule file binds work on a path, or does not, as the tool that loads it says."""
    assert governs(scope_of(rule, text), path) is binds


@pytest.mark.parametrize(
    ("rule", "text", "expected"),
    [
        ("AGENTS.md", PLAIN, Scope((), "always", stated=True)),
        ("web/AGENTS.md", PLAIN, Scope(("web/**",), "paths", stated=True)),
        (".claude/rules/a.md", front("paths: [a/**]"), Scope(("a/**",), "paths", stated=True)),
        (".cursor/rules/a.mdc", front("description: x"), Scope((), "agent", stated=True)),
        (".cursor/rules/a.mdc", front("alwaysApply: false"), Scope((), "manual", stated=True)),
        ("web/.cursor/rules/a.mdc", front("description: x"), Scope(("web/**",), "agent", stated=True)),
        (".cursor/rules/a.mdc", front("globs: *.js, *.ts"), Scope(("*.js", "*.ts"), "paths", stated=True)),
        (".github/instructions/a.instructions.md", front("applyTo: '**'"), Scope((), "always", stated=True)),
        (".github/instructions/a.instructions.md", PLAIN, Scope((), "manual", stated=True)),
        ("CONTRIBUTING.md", PLAIN, Scope((), "always", stated=False)),
        ("packages/x/CONTRIBUTING.md", PLAIN, Scope(("packages/x/**",), "paths", stated=True)),
    ],
)
def test_rule_file_states_its_scope(rule: str, text: str, expected: Scope) -> None:
    """The scope says how a rule file comes to apply, and whether it says so itself."""
    assert scope_of(rule, text) == expected


@pytest.mark.parametrize(
    ("scope", "path", "expected"),
    [
        (Scope(), "a", True),
        (Scope(), "", True),
        (Scope(("web/**",), "paths"), "./web/a", True),
        (Scope(("web/**",), "paths"), "web/", True),
        (Scope(("web/**",), "paths"), "", False),
        (Scope(("web/**",), "agent"), "web/a", False),
        (Scope((), "manual"), "web/a", False),
        (Scope(("src/[ab",), "paths"), "src/a", False),
        (Scope(("src/[ab", "web/**"), "paths"), "web/a", True),
        (Scope(("web/**", "!web/old/**"), "paths"), "web/old/a", False),
    ],
)
def test_governs(scope: Scope, path: str, expected: bool) -> None:
    """A scope governs what its globs match if it applies by itself; a glob that cannot be used matches nothing."""
    assert governs(scope, path) is expected


@pytest.mark.parametrize(
    ("globs", "path", "expected"),
    [
        ((), "web/a.ts", 0),
        (("**",), "web/a.ts", 0),
        (("*",), "web/a.ts", 0),
        (("*.ts",), "web/a.ts", 1),
        (("**/*.ts",), "web/a.ts", 1),
        (("web/**",), "web/a.ts", 10),
        (("web/*.ts",), "web/a.ts", 11),
        (("web/src/**",), "web/src/a.ts", 20),
        (("web/src/a.ts",), "web/src/a.ts", 30),
        (("{api,web/src}/**",), "web/src/a.ts", 20),
        (("api/deep/er/**", "web/**"), "web/a.ts", 10),
        (("app/\\[id\\]/**",), "app/[id]/page.tsx", 20),
        (("!web/old/**", "[x"), "web/a.ts", 0),
    ],
)
def test_specificity(globs: tuple[str, ...], path: str, expected: int) -> None:
    """The deeper the folder that a matching glob names, the nearer the scope."""
    assert specificity(Scope(globs, "paths" if globs else "always"), path) == expected


def test_the_nearest_agents_file_comes_first_and_those_above_still_apply() -> None:
    """All AGENTS.md from the root to the path govern it; sorted by specificity, the nearest comes first."""
    rules = ["AGENTS.md", "web/AGENTS.md", "web/src/AGENTS.md", "api/AGENTS.md"]
    scopes = {rule: scope_of(rule, PLAIN) for rule in rules}
    found = [rule for rule in rules if governs(scopes[rule], "web/src/a.ts")]
    found.sort(key=lambda rule: -specificity(scopes[rule], "web/src/a.ts"))
    assert found == ["web/src/AGENTS.md", "web/AGENTS.md", "AGENTS.md"]


def test_an_override_replaces_the_agents_file_beside_it() -> None:
    """AGENTS.override.md takes the place of AGENTS.md in its own folder only."""
    paths = ["AGENTS.md", "web/AGENTS.md", "web/AGENTS.override.md", "api/AGENTS.override.md", "web/CLAUDE.md"]
    assert overridden(paths) == {"web/AGENTS.md"}
    assert overridden(["AGENTS.md", "AGENTS.override.md", "web/AGENTS.md"]) == {"AGENTS.md"}
    assert overridden([]) == frozenset()
