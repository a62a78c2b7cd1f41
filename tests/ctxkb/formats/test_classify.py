from __future__ import annotations

import time
from pathlib import Path

import pytest

from ctxkb.config import Sources
from ctxkb.formats import FORMATS
from ctxkb.formats.classify import classify, is_ignored, wants_head
from ctxkb.formats.places import DEFAULT_PLACES, NEVER, PRIVATE
from ctxkb.types import Kind

OPENAPI = b'openapi: "3.1.0"\ninfo:\n  title: x\n'

DECISION = (Kind.DECISION, "decision")
RULES = (Kind.CONVENTION, "rules")
AGENTS = (Kind.CONVENTION, "agents")
CLAUDE = (Kind.CONVENTION, "claude")
CURSOR = (Kind.CONVENTION, "cursor")
COPILOT = (Kind.CONVENTION, "copilot")
SPEC = (Kind.SPEC, "markdown")
GUIDE = (Kind.GUIDE, "markdown")

USUAL = [
    ("docs/adr/0001-use-x.md", DECISION),
    ("docs/adrs/0001-use-x.md", DECISION),
    ("docs/ADR/0001-use-x.md", DECISION),
    ("docs/decisions/0001-use-x.md", DECISION),
    ("docs/decisions/infra/0001-use-x.md", DECISION),
    ("documentation/wiki/product/decisions/adr/use-x.md", DECISION),
    ("doc/adr/0001-use-x.md", DECISION),
    ("adr/0001-use-x.md", DECISION),
    ("docs/architecture/decisions/0001-use-x.md", DECISION),
    ("docs/architecture/0007-use-x.md", DECISION),
    ("docs/architecture/adr-7-use-x.md", DECISION),
    ("docs/architecture/overview.md", GUIDE),
    ("doc/arch/adr-021-x.rst", (Kind.DECISION, "decision-rst")),
    ("packages/web/docs/adr/20260131-use-x.md", DECISION),
    ("rfcs/0001-use-x.md", DECISION),
    ("docs/rfcs/0001-use-x.md", DECISION),
    ("docs/adr/0057-use-x/README.md", DECISION),
    ("docs/adr/template.md", DECISION),
    ("docs/adr/adr-template.md", DECISION),
    ("docs/adr/README.md", GUIDE),
    ("docs/adr/index.md", GUIDE),
    ("docs/adr/0001-use-x.png", None),
    ("AGENTS.md", AGENTS),
    ("web/AGENTS.md", AGENTS),
    ("docs/adr/AGENTS.md", AGENTS),
    ("web/AGENTS.override.md", AGENTS),
    ("docs/agents.md", GUIDE),
    ("CLAUDE.md", CLAUDE),
    ("web/CLAUDE.md", CLAUDE),
    (".claude/CLAUDE.md", CLAUDE),
    (".claude/rules/testing.md", CLAUDE),
    (".claude/rules/web/forms.md", CLAUDE),
    (".claude/skills/release/SKILL.md", GUIDE),
    ("skills/users/SKILL.md", GUIDE),
    ("CLAUDE.local.md", None),
    (".cursor/rules/style.mdc", CURSOR),
    (".cursor/rules/web/style.mdc", CURSOR),
    ("web/.cursor/rules/style.mdc", CURSOR),
    (".cursor/rules/style/RULE.md", CURSOR),
    ("notes/other.mdc", None),
    (".cursorrules", CURSOR),
    (".github/copilot-instructions.md", COPILOT),
    (".github/instructions/web/react.instructions.md", COPILOT),
    ("CONTRIBUTING.md", RULES),
    ("CONTRIBUTING", RULES),
    ("docs/contributing.rst", RULES),
    ("packages/web/CONTRIBUTING.md", RULES),
    ("docs/contributing/releases.md", GUIDE),
    (".github/PULL_REQUEST_TEMPLATE.md", RULES),
    (".github/pull_request_template.md", RULES),
    (".github/PULL_REQUEST_TEMPLATE/feature.md", RULES),
    (".github/ISSUE_TEMPLATE/bug.md", GUIDE),
    ("CHECKLIST.md", RULES),
    ("docs/style-guide.md", RULES),
    ("STYLEGUIDE.md", RULES),
    ("docs/python_style_guide.rst", RULES),
    ("documentation/frontend/code-style.md", RULES),
    ("docs/setup/intellij-13-code-style.md", GUIDE),
    ("docs/conventions.md", RULES),
    ("docs/conventions/naming.md", RULES),
    ("docs/api/logging-conventions.md", RULES),
    ("docs/standards/api.md", RULES),
    ("docs/coding-standards.md", RULES),
    ("docs/dev/guidelines.md", RULES),
    ("docs/guidelines-for-setting-up/eclipse.md", GUIDE),
    ("COMMUNITY_GUIDELINES.md", GUIDE),
    ("docs/specs/payment.md", SPEC),
    ("specs/001-payment/spec.md", SPEC),
    ("docs/requirements/ai/chat.md", SPEC),
    ("src/payment.spec.md", SPEC),
    ("src/payment.spec.ts", None),
    ("schema.graphql", (Kind.CONTRACT, "graphql")),
    ("proto/a.proto", (Kind.CONTRACT, "protobuf")),
    ("specs/openapi.yaml", (Kind.CONTRACT, "openapi")),
    ("docs/adr/api.yml", (Kind.CONTRACT, "openapi")),
    ("README.md", GUIDE),
    ("README", (Kind.GUIDE, "text")),
    ("web/readme.rst", (Kind.GUIDE, "rst")),
    ("docs/howto.mdx", (Kind.GUIDE, "mdx")),
    ("docs/notes.txt", (Kind.GUIDE, "text")),
    ("docs/requirements.txt", None),
    ("notes.txt", None),
    ("src/main.py", None),
    ("Makefile", None),
    ("docs/build/how-to-build.md", GUIDE),
    ("build/out.md", None),
    ("web/dist/README.md", None),
    ("docs/node_modules/x/build/README.md", None),
    ("node_modules/x/README.md", None),
    ("vendor/x/docs/adr/0001-x.md", None),
    ("third_party/x/AGENTS.md", None),
    (".venv/lib/x/README.md", None),
    ("LICENSE.md", None),
    ("pnpm-lock.yaml", None),
    (".kb/x.md", None),
    ("tests/fixtures/docs/adr/0001-x.md", None),
    ("tests/fixtures/AGENTS.md", None),
    ("web/__fixtures__/api.yaml", None),
    ("server/testdata/README.md", None),
    ("testdata/a.proto", None),
    ("docs/fixtures.md", GUIDE),
    ("tests/fixture/README.md", GUIDE),
]


@pytest.mark.parametrize(("path", "expected"), USUAL, ids=[path for path, _ in USUAL])
def test_usual_places_are_found_unaided(path: str, expected: tuple[Kind, str] | None) -> None:
    """Without a configuration a file's place and name tell what it is."""
    assert classify(path, OPENAPI if wants_head(path) else None, Sources()) == expected


def test_every_format_has_a_parser() -> None:
    """What the classifier names is a key of FORMATS."""
    assert {expected[1] for _, expected in USUAL if expected} <= FORMATS.keys()


def test_data_files_are_contracts_by_their_content_only() -> None:
    """YAML and JSON are read a little to tell contracts from other files; without the head they are nothing."""
    assert classify("api.yaml", OPENAPI, Sources()) == (Kind.CONTRACT, "openapi")
    assert classify("api.yaml", b"name: ci\non: push\n", Sources()) is None
    assert classify("api.yaml", None, Sources()) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a.yaml", True), ("a.YML", True), ("a.json", True), ("package.json", False), ("a.md", False), ("a", False)],
)
def test_only_data_files_want_their_head_read(path: str, expected: bool) -> None:
    """The first bytes matter for YAML and JSON, apart from well-known files that are no contract."""
    assert wants_head(path) is expected


def _kinds(sources: Sources, *paths: str) -> list[Kind | None]:
    found = (classify(path, OPENAPI if wants_head(path) else None, sources) for path in paths)
    return [told[0] if told else None for told in found]


def test_a_list_replaces_the_usual_places_of_its_kind() -> None:
    """With a list for decisions, only what it matches is a decision; the other kinds keep their places."""
    sources = Sources(decisions=("architecture/**",))
    paths = ["architecture/use-x.md", "docs/adr/0001-x.md", "AGENTS.md", "schema.graphql"]
    assert _kinds(sources, *paths) == [Kind.DECISION, Kind.GUIDE, Kind.CONVENTION, Kind.CONTRACT]


@pytest.mark.parametrize(
    ("sources", "paths", "expected"),
    [
        (Sources(contracts=("api/**",)), ["api/a.proto", "b/a.proto", "api/b.yaml"], ["contract", None, "contract"]),
        (Sources(conventions=("AGENTS.md",)), ["AGENTS.md", "CLAUDE.md", "STYLE.md"], ["convention", "guide", "guide"]),
        (Sources(specs=("design/**",)), ["design/a.md", "specs/a.md", "design/a.png"], ["spec", "guide", None]),
        (Sources(guides=("docs/**",)), ["docs/a.md", "README.md", "docs/adr/1-x.md"], ["guide", None, "decision"]),
        (Sources(decisions=("docs/adr/README.md",)), ["docs/adr/README.md"], ["decision"]),
        (Sources(decisions=("docs/adr/**",)), ["docs/adr/README.md", "docs/adr/AGENTS.md"], ["guide", "convention"]),
        (Sources(specs=("docs/adr/**",)), ["docs/adr/0001-x.md"], ["spec"]),
        (Sources(ignore=("docs/old/**",)), ["docs/old/a.md", "docs/a.md"], [None, "guide"]),
        (Sources(ignore=("AGENTS.md",), conventions=("AGENTS.md",)), ["AGENTS.md"], [None]),
        (Sources(ignore=("!vendor/ours/**",)), ["vendor/ours/README.md", "vendor/x/README.md"], ["guide", None]),
        (Sources(contracts=("*/testdata/**",)), ["a/testdata/a.proto", "a/testdata/b.md"], ["contract", None]),
        (Sources(guides=("**/fixtures/*.md",)), ["tests/fixtures/a.md"], ["guide"]),
        (Sources(include_private=True), ["CLAUDE.local.md"], ["convention"]),
    ],
)  # fmt: skip
def test_the_configuration_decides(sources: Sources, paths: list[str], expected: list[str | None]) -> None:
    """Configured globs go before the usual places, and what is ignored goes before everything."""
    assert _kinds(sources, *paths) == expected


def test_a_contract_named_by_its_path_is_one_whatever_it_begins_with() -> None:
    """A YAML file that the configuration names by its full path is a contract, so that a broken one is reported."""
    head = b"not: a contract\n"
    assert classify("api/a.yaml", head, Sources(contracts=("api/a.yaml",))) == (Kind.CONTRACT, "openapi")
    assert classify("api/a.yaml", head, Sources(contracts=("api/**",))) is None


def test_ignored_files_can_be_told_without_classifying() -> None:
    """Generated, vendored and private files are ignored, and what the configuration says."""
    paths = ["node_modules/a/b.js", "CLAUDE.local.md", "src/a.py", "old/a.md"]
    assert [is_ignored(path, Sources(ignore=("old/",))) for path in paths] == [True, True, False, True]


def test_the_usual_places_are_documented() -> None:
    """docs/configuration.md names every glob of the usual places, and every one that is never read."""
    page = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text("utf-8")
    globs = [*NEVER, *PRIVATE, *(glob for place in DEFAULT_PLACES for glob in place.globs)]
    assert [glob for glob in globs if f"`{glob}`" not in page] == []


def test_classifying_is_fast() -> None:
    """3,000 paths take well below a second."""
    paths = [f"packages/p{number % 40}/docs/topic{number % 9}/page-{number}.md" for number in range(3000)]
    sources = Sources()
    classify(paths[0], None, sources)
    start = time.perf_counter()
    assert all(classify(path, None, sources) == GUIDE for path in paths)
    assert time.perf_counter() - start < 1.0
