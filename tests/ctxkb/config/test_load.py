"""The configuration of kb.toml and pyproject.toml, whole."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from ctxkb.config import (
    Authority,
    Budget,
    Check,
    Config,
    Couple,
    Dependencies,
    Embedding,
    Index,
    Sources,
    Vectors,
    Waiver,
    load_config,
)

if TYPE_CHECKING:
    from pathlib import Path

EVERYTHING = """
[sources]
decisions = ["docs/adr/**"]
contracts = ["contracts/**/*.yaml"]
conventions = []
specs = []
guides = ["docs/**/*.md"]
ignore = ["docs/old/**"]
include_private = true

[index]
max_file_kb = 500

[embedding]
model = "BAAI/bge-small-en"

[vectors]
url = "http://localhost:8000"

[budget]
default = 3000
loaded_by_client = ["auto", "docs/house-rules.md"]

[check]
fail_on = "warning"
severity = { "guide-stale-reference" = "warning", "rule:no-moment" = "off" }

[[couple]]
name = "api-contract"
when = ["src/api/**"]
require = ["contracts/**"]
except = ["src/api/tests/**"]
message = "The contract describes the API: change both."
severity = "error"

[dependencies]
new = "allow"
allow = ["pytest*"]
banned = { moment = "ADR-0007: use date-fns" }

[[waivers]]
rule = "couple"
paths = ["src/api/legacy/**"]
until = 2027-01-31
owner = "payments"
reason = "the contract is rewritten in ticket 88"

[[authority]]
paths = ["infra/**", "migrations/**"]
level = "approval"
owner = "platform"
"""

EXPECTED = Config(
    sources=Sources(
        decisions=("docs/adr/**",),
        contracts=("contracts/**/*.yaml",),
        guides=("docs/**/*.md",),
        ignore=("docs/old/**",),
        include_private=True,
    ),
    index=Index(max_file_kb=500),
    embedding=Embedding(model="BAAI/bge-small-en"),
    vectors=Vectors(url="http://localhost:8000"),
    budget=Budget(default=3000, loaded_by_client=("auto", "docs/house-rules.md")),
    check=Check(fail_on="warning", severity={"guide-stale-reference": "warning", "rule:no-moment": "off"}),
    couple=(
        Couple.model_validate(
            {
                "name": "api-contract",
                "when": ["src/api/**"],
                "require": ["contracts/**"],
                "except": ["src/api/tests/**"],
                "message": "The contract describes the API: change both.",
                "severity": "error",
            }
        ),
    ),
    dependencies=Dependencies(new="allow", allow=("pytest*",), banned={"moment": "ADR-0007: use date-fns"}),
    waivers=(
        Waiver(
            rule="couple",
            paths=("src/api/legacy/**",),
            until=date(2027, 1, 31),
            owner="payments",
            reason="the contract is rewritten in ticket 88",
        ),
    ),
    authority=(Authority(paths=("infra/**", "migrations/**"), level="approval", owner="platform"),),
)


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    """A repository that says nothing is configured by the defaults."""
    assert load_config(tmp_path) == Config()


def test_every_key_is_read(tmp_path: Path) -> None:
    """Every key of kb.toml arrives in the configuration."""
    (tmp_path / "kb.toml").write_text(EVERYTHING, "utf-8")
    assert load_config(tmp_path) == EXPECTED


def test_pyproject_holds_the_same_keys(tmp_path: Path) -> None:
    """[tool.kb] in pyproject.toml means the same as kb.toml."""
    text = EVERYTHING.replace("[[", "[[tool.kb.").replace("\n[", "\n[tool.kb.").replace("[tool.kb.[", "[[")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n' + text, "utf-8")
    assert load_config(tmp_path) == EXPECTED


def test_kb_toml_wins_over_pyproject(tmp_path: Path) -> None:
    """Where both exist, pyproject.toml is not even read."""
    (tmp_path / "kb.toml").write_text("[budget]\ndefault = 500\n", "utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.kb.budget]\ndefault = 900\nbroken = = 1\n", "utf-8")
    assert load_config(tmp_path) == Config(budget=Budget(default=500))


def test_someone_elses_pyproject_is_left_alone(tmp_path: Path) -> None:
    """A pyproject.toml without [tool.kb] configures nothing, even where it is broken."""
    (tmp_path / "pyproject.toml").write_text("[tool.other]\nx = = 1\n", "utf-8")
    assert load_config(tmp_path) == Config()


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    """kb.toml as Windows editors save it is read."""
    (tmp_path / "kb.toml").write_bytes(b"\xef\xbb\xbf[budget]\r\ndefault = 500\r\n")
    assert load_config(tmp_path).budget.default == 500


def test_the_configuration_is_frozen() -> None:
    """Nothing changes a configuration once it is read."""
    config = Config()
    with pytest.raises(ValidationError, match="frozen"):
        config.budget = Budget(default=500)  # type: ignore[misc]
