from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.config import load_config
from ctxkb.config.models import Config
from ctxkb.formats.classify import classify
from ctxkb.types import Kind

if TYPE_CHECKING:
    from pathlib import Path

LOG4BRAINS = """\
project:
  name: Shop
  adrFolder: ./notes/choices
  packages:
    - name: web
      path: ./packages/web
      adrFolder: "./packages/web/choices"   # its own
    - adrFolder: ../elsewhere
"""


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).write_text(text, "utf-8")


def test_folders_that_other_tools_name_are_looked_into(tmp_path: Path) -> None:
    """`.adr-dir` and `.log4brains.yml` add their folders to the usual places, whatever these are called."""
    write(tmp_path, {".adr-dir": "\ufeffarchitecture log/\n", ".log4brains.yml": LOG4BRAINS})
    sources = load_config(tmp_path).sources
    assert sources.more_decisions == ("architecture log/**", "notes/choices/**", "packages/web/choices/**")
    assert classify("architecture log/0001-x.md", None, sources) == (Kind.DECISION, "decision")
    assert classify("packages/web/choices/20200101-x.md", None, sources) == (Kind.DECISION, "decision")
    assert classify("docs/adr/0001-x.md", None, sources) == (Kind.DECISION, "decision")
    assert classify("notes/0001-x.md", None, sources) == (Kind.GUIDE, "markdown")


def test_a_list_of_decisions_has_the_last_word(tmp_path: Path) -> None:
    """Where kb.toml lists the decisions, other tools' files add nothing; further ones may be named."""
    write(tmp_path, {".adr-dir": "old\n", "kb.toml": '[sources]\ndecisions = ["adr/**"]\nmore_decisions = ["b/**"]\n'})
    assert load_config(tmp_path).sources.more_decisions == ("b/**",)


@pytest.mark.parametrize("written", ["", "\n", "/etc\n", "../other\n", ".\n", "~\0"])
def test_what_leads_nowhere_adds_nothing(tmp_path: Path, written: str) -> None:
    """A folder outside of the repository, or none at all, changes nothing."""
    write(tmp_path, {".adr-dir": written, ".log4brains.yml": "adrFolder:\n"})
    found = load_config(tmp_path)
    assert found == Config() or found.sources.more_decisions == ("~\0/**",)


def test_a_folder_of_that_name_is_no_pointer(tmp_path: Path) -> None:
    """What cannot be read is left alone."""
    (tmp_path / ".adr-dir").mkdir()
    assert load_config(tmp_path) == Config()
