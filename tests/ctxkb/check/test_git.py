"""Git as a subprocess: what is said where it fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ctxkb.check.git import Git
from ctxkb.errors import ConfigError
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


def test_the_last_words_of_git_are_told(tmp_path: Path) -> None:
    """Nobody has to run it again to see why."""
    Repo(tmp_path).write({"a": "a\n"}).commit()

    with pytest.raises(ConfigError, match=re.escape("`git diff gone --` fails in ")) as caught:
        Git(tmp_path).run("diff", "gone", "--")
    assert str(caught.value).endswith(": fatal: bad revision 'gone'")
    assert Git(tmp_path).run("diff", "HEAD", "--") == b""
