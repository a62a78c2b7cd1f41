from __future__ import annotations

import os
import subprocess
import sys
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
    find_root,
    load_config,
)
from ctxkb.errors import ConfigError

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


FAULTS = [
    ('[check]\nfail_onn = "error"', "kb.toml:2: unknown key check.fail_onn; did you mean check.fail_on?"),
    ('fail_on = "error"', "kb.toml:1: unknown key fail_on; did you mean check.fail_on?"),
    ("[sourcess]\nignore = []", "kb.toml:1: unknown key sourcess; did you mean sources?"),
    (
        "[zzz]",
        (
            "kb.toml:1: unknown key zzz; the keys here are sources, index, embedding, vectors, rerank, budget, server, "
            "privacy, check, couple, contracts, dependencies, sync, waivers, authority"
        ),
    ),
    (
        "[tool.kb.sources]\nignore = []",
        "kb.toml:1: unknown key tool; in kb.toml leave out tool.kb: write [sources], not [tool.kb.sources]",
    ),
    (
        '[embedding]\ncommand = "rm -rf /"',
        "kb.toml:2: unknown key embedding.command; the keys here are model",
    ),
    (
        '[sources]\n\ndecisions = "docs"',
        'kb.toml:3: sources.decisions must be a list, such as ["docs/**"], not "docs"',
    ),
    ("sources = 1", "kb.toml:1: sources must be a table, not 1"),
    ("[sources]\nignore = [1]", "kb.toml:2: sources.ignore[0] must be text in quotes, not 1"),
    (
        '[sources]\nguides = [\n  "a/**",\n  "b[",\n]',
        'kb.toml:2: sources.guides[1]: glob "b[" cannot be used: a bracket is not closed, or nothing is left to match',
    ),
    (
        '[sources]\ninclude_private = "yes"',
        'kb.toml:2: sources.include_private must be true or false, not "yes"',
    ),
    ('[budget]\ndefault = "2000"', 'kb.toml:2: budget.default must be a whole number, not "2000"'),
    ("[budget]\ndefault = 20.5", "kb.toml:2: budget.default must be a whole number, not 20.5"),
    ("[budget]\ndefault = 10", "kb.toml:2: budget.default must be at least 50, not 10"),
    ("[budget]\ndefault = 90000", "kb.toml:2: budget.default must be at most 20000, not 90000"),
    ("[index]\nmax_file_kb = 0", "kb.toml:2: index.max_file_kb must be at least 1, not 0"),
    ('[embedding]\nmodel = ""', 'kb.toml:2: embedding.model must not be empty, not ""'),
    (
        '[vectors]\nurl = "localhost:8000"',
        (
            'kb.toml:2: vectors.url: "localhost:8000" is not the address of a server; write "http://host:8000", or "" '
            "for the embedded one"
        ),
    ),
    (
        '[check]\nfail_on = "eror"',
        'kb.toml:2: check.fail_on must be "error", "warning", "info" or "never", not "eror"; did you mean "error"?',
    ),
    (
        '[check]\nseverity = { copule = "off" }',
        'kb.toml:2: check.severity.copule: unknown rule "copule"; did you mean "couple"?',
    ),
    (
        '[check.severity]\ncouple = "of"',
        'kb.toml:2: check.severity.couple must be "error", "warning", "info" or "off", not "of"; did you mean "off"?',
    ),
    ('[couple]\nwhen = ["a"]', "kb.toml:1: couple must be a list of tables; write [[couple]] in place of [couple]"),
    (
        '[[couple]]\nwhen = ["a"]\nrequire = ["b"]\n\n[[couple]]\nwhen = ["a"]',
        "kb.toml:5: couple[1].require is missing; every couple needs it",
    ),
    ('[[couple]]\nwhen = []\nrequire = ["b"]', "kb.toml:2: couple[0].when must not be empty, not []"),
    (
        '[[couple]]\nwhen = ["a"]\nrequire = ["b"]\nwithout = ["c"]',
        (
            "kb.toml:4: unknown key couple[0].without; the keys here are name, when, require, except, unless_only, "
            "message, severity"
        ),
    ),
    (
        '[[authority]]\npaths = ["a"]\nlevel = "ask"',
        'kb.toml:3: authority[0].level must be "free", "approval" or "never", not "ask"',
    ),
    ('[dependencies]\nbanned = ["moment"]', "kb.toml:2: dependencies.banned must be a table, not ['moment']"),
    (
        '[[waivers]]\nrule = "couple"\npaths = ["a"]\nuntil = "soon"\nowner = "x"\nreason = "y"',
        "kb.toml:4: waivers[0].until: soon is not a date; write it as 2027-01-31",
    ),
    (
        '[[waivers]]\nrule = "couple"\npaths = ["a"]\nuntil = 2027-02-30\nowner = "x"\nreason = "y"',
        "kb.toml:4: 2027-02-30 is not a date; write it as 2027-01-31",
    ),
    (
        '[[waivers]]\nrule = "rule:"\npaths = ["a"]\nuntil = 2027-01-31\nowner = ""\nreason = "y"',
        'kb.toml:2: waivers[0].rule: unknown rule "rule:"; use one of',
    ),
    ("x = = 2", "kb.toml:1: is not valid TOML: invalid value; mend that line"),
    ("[a]\n[a]", "kb.toml:2: is not valid TOML: cannot declare ('a',) twice; mend that line"),
    ("x = " + "[" * 5000, "kb.toml: is nested too deeply; it needs tables and lists of text only"),
    (
        '[check]\nfail_onn = "error"\nseverity = 1',
        "kb.toml:2: unknown key check.fail_onn; did you mean check.fail_on? (and 1 more)",
    ),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_fault_is_one_line_that_says_how_to_mend_it(tmp_path: Path, text: str, message: str) -> None:
    """A wrong configuration is told in one line: file, line, key, what is wrong, and the fix."""
    (tmp_path / "kb.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as error:
        load_config(tmp_path)
    shown = str(error.value)
    assert shown.startswith(message) if message.endswith("use one of") else shown == message
    assert "\n" not in shown


def test_a_fault_in_pyproject_names_the_key_as_it_stands_there(tmp_path: Path) -> None:
    """In pyproject.toml the keys begin with tool.kb, and the line is that of pyproject.toml."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n\n[tool.kb.check]\nfail_onn = "x"\n', "utf-8")
    with pytest.raises(ConfigError) as error:
        load_config(tmp_path)
    assert str(error.value) == (
        "pyproject.toml:5: unknown key tool.kb.check.fail_onn; did you mean tool.kb.check.fail_on?"
    )


def test_keys_in_multi_line_strings_do_not_mislead(tmp_path: Path) -> None:
    """The line of a fault is that of the key, not of the same words inside a text."""
    text = '[[couple]]\nwhen = ["a"]\nrequire = ["b"]\nmessage = """\n[check]\nnope = 1\n"""\n[check]\nnope = 1\n'
    (tmp_path / "kb.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"^kb\.toml:9: unknown key check\.nope; "):
        load_config(tmp_path)


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    """Latin-1 in kb.toml is named, with the line."""
    (tmp_path / "kb.toml").write_bytes(b"[budget]\n# caf\xe9\n")
    with pytest.raises(ConfigError) as error:
        load_config(tmp_path)
    assert str(error.value) == "kb.toml:2: is not UTF-8; save it as UTF-8"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    """kb.toml without read permission is named."""
    (tmp_path / "kb.toml").touch(mode=0o000)
    with pytest.raises(ConfigError, match=r"^kb\.toml: cannot be read: Permission denied"):
        load_config(tmp_path)


@pytest.mark.parametrize(
    ("marker", "content"),
    [("kb.toml", ""), ("pyproject.toml", "[tool.kb.budget]\n"), ("pyproject.toml", "[[tool.kb.couple]]\n")],
)
def test_root_is_the_nearest_folder_that_configures(tmp_path: Path, marker: str, content: str) -> None:
    """A folder with kb.toml or [tool.kb] is the root of what lies below it, before the one with .git."""
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "packages" / "web" / "src"
    inner.mkdir(parents=True)
    (tmp_path / "packages" / "web" / marker).write_text(content, "utf-8")
    (inner / "pyproject.toml").write_text('[project]\nname = "tool.kb"\n', "utf-8")
    assert find_root(inner) == (tmp_path / "packages" / "web").resolve()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_root_is_the_git_repository(tmp_path: Path, kind: str) -> None:
    """A folder with .git is a root; in a worktree or a submodule .git is a file."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    git = tmp_path / ".git"
    git.mkdir() if kind == "folder" else git.write_text("gitdir: elsewhere\n", "utf-8")
    (inner / "file.py").touch()
    assert find_root(inner / "file.py") == tmp_path.resolve()


def test_finding_the_root_does_not_import_pydantic() -> None:
    """The command line finds the root before it pays for reading the configuration."""
    code = "import sys; from ctxkb.config import find_root; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
