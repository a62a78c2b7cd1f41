"""A wrong configuration is told in one line: file, line, key, what is wrong, and how to mend it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ctxkb.config import load_config
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

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
