from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.check.gate import check
from ctxkb.check.render import RENDERERS
from support.gate import TODAY, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

KEY = "AKIA" + "IOSFODNN7QXAMPLE"


@pytest.mark.parametrize("form", RENDERERS)
def test_no_report_quotes_a_secret_or_a_hidden_character(tmp_path: Path, form: str) -> None:
    """Findings name lines and words of files: what is a secret there is masked, what is hidden is shown."""
    repo = Repo(tmp_path).write({"README.md": "# A\n"})
    repo.commit()
    odd = madr("Odd").replace("status: accepted", f"status: as {KEY} \u202esays")
    repo.write({"docs/adr/0001-odd.md": odd})
    report = check(repo.root, day=TODAY)
    (finding,) = (each for each in report.findings if each.rule == "decision-status")
    assert finding.message.startswith('the status "as (masked AWS key) <U+202E>says" is none of')
    assert finding.excerpt == "status: as (masked AWS key) <U+202E>says"
    written = RENDERERS[form](report)
    assert (KEY in written, "\u202e" in written) == (False, False)
