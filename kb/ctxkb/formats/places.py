"""Where documents usually are: what is found in a repository that says nothing about itself."""

from __future__ import annotations

from dataclasses import dataclass

from ctxkb.types import Kind


@dataclass(frozen=True, slots=True)
class Place:
    """Globs of the files of one kind. They match the path in lower case, unless `exact`: then the path as it is."""

    kind: Kind
    globs: tuple[str, ...]
    exact: bool = False


SAMPLES = ("!**/{fixtures,__fixtures__,testdata}/**",)
"""What tests read is no document of the repository, unless listed."""

AGENT_FILES = Place(
    Kind.CONVENTION,
    (
        "AGENTS.md",
        "AGENTS.override.md",
        "CLAUDE.md",
        "CLAUDE.local.md",
        "GEMINI.md",
        "**/.claude/rules/**/*.md",
        "**/.cursor/rules/**/*.mdc",
        "**/.cursor/rules/**/RULE.md",
        ".cursorrules",
        "**/.github/copilot-instructions.md",
        "**/.github/instructions/**/*.instructions.md",
        *SAMPLES,
    ),
    exact=True,
)
"""Files that agents load by their name: they are conventions wherever they lie, in a folder of decisions too."""

DEFAULT_PLACES: tuple[Place, ...] = (
    AGENT_FILES,
    Place(
        Kind.DECISION,
        (
            "**/adr/**",
            "**/adrs/**",
            "**/decisions/**",
            "**/decision-log/**",
            "**/decision-records/**",
            "**/architecture-decisions/**",
            "**/architecture-decision-records/**",
            "**/rfc/**",
            "**/rfcs/**",
            "**/keps/**",
            "**/teps/**",
            "**/architecture/[0-9][0-9]*-*",
            "**/adr[-_][0-9]*",
            "**/adr[0-9]*",
            *SAMPLES,
        ),
    ),
    Place(
        Kind.SPEC,
        (
            "specs/**",
            "{doc,docs,documentation}/**/spec/**",
            "{doc,docs,documentation}/**/specs/**",
            "{doc,docs,documentation}/**/requirements/**",
            "packages/*/specs/**",
            "requirements/**/*.md",
            "*.spec.md",
            *SAMPLES,
        ),
    ),
    Place(Kind.CONVENTION, ("CONTRIBUTING", *SAMPLES), exact=True),
    Place(
        Kind.CONVENTION,
        (
            "contributing.{md,markdown,mdx,rst,adoc,txt}",
            "contributing[-_]*.{md,markdown,mdx,rst,adoc,txt}",
            "pull_request_template*",
            "checklist.md",
            "*style[-_]guide*",
            "*styleguide*",
            "code[-_]style*",
            "coding[-_]style*",
            "codestyle*",
            "style.md",
            "conventions*",
            "*[-_]conventions.*",
            "coding[-_]{conventions,standards,guidelines,rules}*",
            "{doc,docs,documentation}/**/standards*",
            "{doc,docs,documentation}/**/*[-_]standards.*",
            "{doc,docs,documentation}/**/guidelines.*",
            "{doc,docs,documentation}/**/guidelines/**",
            "{code,api,engineering,development,review,testing,security,contribution,contributor,ui,design}[-_]guidelines.*",
            *SAMPLES,
        ),
    ),
    Place(
        Kind.GUIDE,
        (
            "*.md",
            "*.markdown",
            "*.mdx",
            "*.rst",
            "*.adoc",
            "*.asciidoc",
            "readme*",
            "{doc,docs,documentation}/**/*.txt",
            *SAMPLES,
        ),
    ),
)
"""The first place that matches tells the kind. Contracts are not here: they are told by their content."""

STEPS = Place(
    Kind.CONTRACT,
    (
        "**/{fixtures,__fixtures__,testdata}/**",
        "**/{migrations,migration,migrate,drizzle,seeds,seed,changelogs,changelog}/**/*.sql",
        "**/{migrations[-_]*,*[-_]migrations}/**/*.sql",
        "**/{test,tests,__tests__}/**/*.sql",
        "[vur][0-9]*__*.sql",
        "**/[vur][0-9]*__*.sql",
        "[0-9][0-9][0-9]{[0-9],-,_}*.sql",
        "*.{up,down}.sql",
    ),
)
"""What tests read, and SQL that changes a database step by step, or fills it: no contract, unless listed."""

NEVER = (
    "build/",
    "dist/",
    "target/",
    "vendor/",
    "!**/{doc,docs,documentation}/**/{build,dist,target}/**",
    ".git/",
    ".kb/",
    "node_modules/",
    "bower_components/",
    "third_party/",
    "third-party/",
    ".venv/",
    "venv/",
    "site-packages/",
    "__pycache__/",
    ".tox/",
    ".nox/",
    ".terraform/",
    ".gradle/",
    ".next/",
    "_build/",
    "LICENSE*",
    "LICENCE*",
    "COPYING*",
    "NOTICE*",
    "*[-_.]lock",
    "*[-_.]lock.{json,yaml,yml}",
    "robots.txt",
    "CMakeLists.txt",
    "*requirements*.txt",
)
"""What is generated, vendored or no document. `[sources] ignore` adds to it, and takes out with `!`."""

PRIVATE = ("CLAUDE.local.md",)
"""Files that are one person's own."""
