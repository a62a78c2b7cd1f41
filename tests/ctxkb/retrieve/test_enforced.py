"""Rules that `kb check` enforces are given for the paths that they govern, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.types import ExecutableRule, Sample
from support.bases import base_of
from support.gate import madr

if TYPE_CHECKING:
    from pathlib import Path

    from support.bases import Base

DECISION = "docs/adr/0001-dates.md"
OLD = '{ paths = ["web/old/**"], severity = { "rule:no-moment" = "info" } }'
SAID = "Rule no-moment (error): do not import `moment` in `{}`. Enforced by kb check."


def decision(*, rule: str = "", scope: str = 'scope: ["web/**"]\n', status: str = "accepted") -> str:
    """A decision that carries the rule `no-moment`, with more lines of it in `rule`."""
    front = f"status: {status}\n{scope}rules:\n  - id: no-moment\n    forbid: {{import: moment}}\n{rule}"
    return madr("Dates").replace("status: accepted\n", front, 1)


def enforced(held: Base, *paths: str) -> list[str]:
    """The texts of the rules among what binds paths."""
    return [item.text for item in held.knowledge.rules(paths).items if item.hit.unit.role == "rule"]


def test_a_rule_leads_what_binds_its_paths(tmp_path: Path) -> None:
    """The rule comes before the decision that carries it, under an id of its own, and binds."""
    held = base_of(tmp_path, {DECISION: decision()})
    first, second, *_ = held.knowledge.rules(["web/a.ts"]).items
    assert (first.hit.unit.id, first.text, first.hit.binding, first.hit.unit.first) == (
        f"{DECISION}#rule:no-moment",
        SAID.format("web/**"),
        True,
        5,
    )
    assert second.hit.unit.role == "outcome"


@pytest.mark.parametrize(
    ("rule", "scope", "path", "given"),
    [
        ("", 'scope: ["web/**"]\n', "api/a.ts", ""),
        ("", 'scope: ["web/**"]\n', "web", "web/**"),
        ("    when: ['web/ui/**']\n", 'scope: ["web/**"]\n', "web/a.ts", ""),
        ("    when: ['web/ui/**']\n", 'scope: ["web/**"]\n', "web/ui/a.ts", "web/ui/**"),
        ("    when: ['web/ui/**']\n", "", "web/ui/a.ts", "web/ui/**"),
        ("    when: ['web/ui/**']\n", "", "web/a.ts", ""),
        ("    languages: ts\n", 'scope: ["web/**"]\n', "web/a.tsx", "web/**"),
        ("    languages: ts\n", 'scope: ["web/**"]\n', "web/a.py", ""),
    ],
)
def test_a_rule_is_given_where_it_governs(tmp_path: Path, rule: str, scope: str, path: str, given: str) -> None:
    """The scope of its document, its own `when` and its languages decide whether a path has the rule."""
    held = base_of(tmp_path, {DECISION: decision(rule=rule, scope=scope)})
    assert enforced(held, path) == ([SAID.format(given)] if given else [])


@pytest.mark.parametrize("status", ["proposed", "rejected", "superseded by ADR-0002"])
def test_a_rule_goes_with_its_decision(tmp_path: Path, status: str) -> None:
    """A decision that does not hold gives no rule."""
    held = base_of(tmp_path, {DECISION: decision(status=status)})
    assert enforced(held, "web/a.ts") == []


@pytest.mark.parametrize(
    ("table", "paths", "severity"),
    [
        ('severity = { "rule:no-moment" = "warning" }', ["web/a.ts"], "warning"),
        ('severity = { "rule:other" = "warning" }', ["web/a.ts"], "error"),
        ('severity = { "rule:no-moment" = "off" }', ["web/a.ts"], None),
        (f"paths = [{OLD}]", ["web/old/a.ts"], "info"),
        (f"paths = [{OLD}]", ["web/old"], "info"),
        (f"paths = [{OLD}]", ["web/a.ts"], "error"),
        (f"paths = [{OLD}]", ["web/old/a.ts", "web/a.ts"], "error"),
        (f"paths = [{OLD}]", ["web/old/a.ts", "api/a.ts"], "info"),
        (f'severity = {{ "rule:no-moment" = "off" }}\npaths = [{OLD}]', ["web/old/a.ts", "web/a.ts"], "info"),
    ],
)
def test_a_rule_has_the_severity_that_the_gate_gives_it(
    tmp_path: Path, table: str, paths: list[str], severity: str | None
) -> None:
    """As kb.toml weighs it on the paths asked for, the worst of several; one that is off there is not given."""
    (tmp_path / "kb.toml").write_text(f"[check]\n{table}\n")
    held = base_of(tmp_path, {DECISION: decision()})
    told = [] if severity is None else [SAID.format("web/**").replace("error", severity)]
    assert enforced(held, *paths) == told
    packed = held.context("which date library", *paths)
    assert [item.text for item in packed.items if item.hit.unit.role == "rule"] == told
    assert held.context("which date library", *paths, have=packed.receipt).unchanged is not None


@pytest.mark.parametrize(
    ("table", "severity"),
    [
        ('severity = { "rule:no-moment" = "warning" }', "warning"),
        ('severity = { "rule:other" = "warning" }', "error"),
        ('severity = { "rule:no-moment" = "off" }', "off"),
        (f"paths = [{OLD}]", "error"),
        (f'severity = {{ "rule:no-moment" = "off" }}\npaths = [{OLD}]', "info"),
    ],
)
def test_a_rule_is_read_with_the_severity_of_the_gate(tmp_path: Path, table: str, severity: str) -> None:
    """By itself and with its document: the worst that it has anywhere, since no path is known."""
    (tmp_path / "kb.toml").write_text(f"[check]\n{table}\n")
    held = base_of(tmp_path, {DECISION: decision()})
    said = SAID.format("web/**").replace("error", severity)
    assert held.knowledge.read(f"{DECISION}#rule:no-moment").text == said
    assert said in held.knowledge.read(DECISION).text


def test_no_words_find_a_rule(tmp_path: Path) -> None:
    """A question in the very words of the rule finds the decision alone, for other paths and for none."""
    held = base_of(tmp_path, {DECISION: decision()})
    words = SAID.format("web/**")
    hits = held.knowledge.search(words, limit=20).hits
    packs = (held.context(words), held.context(words, "api/a.ts"))
    assert "rule" not in {hit.unit.role for hit in hits}
    assert "rule" not in {item.hit.unit.role for pack in packs for item in pack.items}


def test_the_catalog_keeps_rules_whole(tmp_path: Path) -> None:
    """What is read back of a rule is what was written."""
    rule = "    languages: ts\n    on: everywhere\n    fail: [a]\n    pass: {path: b.ts, code: c}\n"
    held = base_of(tmp_path, {DECISION: decision(rule=rule)})
    [found] = held.knowledge.library.documents[DECISION].rules
    assert found == ExecutableRule(
        "no-moment", 5, 10, True, "import", ("moment",), languages=("typescript", "tsx", "vue"), on="everywhere",
        passes=(Sample("c", "b.ts", 10),), fails=(Sample("a", "", 9),),
    )  # fmt: skip
