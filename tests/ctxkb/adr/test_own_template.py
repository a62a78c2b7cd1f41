from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from ctxkb.adr.own_template import Values, fill_in, own_template
from ctxkb.adr.shelf import read_decisions
from ctxkb.errors import ConfigError
from support.begun import begin
from support.gate import nygard
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 3, 4)
VALUES = Values("7", "Use X", "2026-03-04")
MADR = """---
status: "{proposed | rejected | accepted}"
date: {YYYY-MM-DD when the decision was last updated}
title: {short title}
---
<!-- # 99. An example -->

# {short title, representative of solved problem and found solution}

## Context and Problem Statement

Date: {of the problem}
"""


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("# NUMBER. TITLE\n\nDate: DATE\n\n## Status\n\nSTATUS\n",
         "# 7. Use X\n\nDate: 2026-03-04\n\n## Status\n\nProposed\n"),
        ("# 0000. Template\n\nDate: <!-- today -->\n## Status\n\nPending\n",
         "# 0007. Use X\n\nDate: 2026-03-04\n## Status\n\nPending\n"),
        ("# ADR-NNN: <title>\n\n* **Status:** {draft | accepted}\n", "# ADR-007: Use X\n\n* **Status:** proposed\n"),
        ("# RFC {number} - {title}\n\nAuthor: {name}\n", "# RFC 7 - Use X\n\nAuthor: {name}\n"),
        ("- Date: [YYYY-MM-DD of it] <!-- optional -->\n", "# Use X\n\n- Date: 2026-03-04 <!-- optional -->\n"),
        ("# Title\n\nDate: 2020-01-01\n\n```\n# 00. Code\nDate:\n```\n",
         "# Use X\n\nDate: 2020-01-01\n\n```\n# 00. Code\nDate:\n```\n"),
        ("---\nnumber: 0000\n---\n# T\n", "---\nnumber: 7\n---\n# Use X\n"),
    ],
)  # fmt: skip
def test_what_is_known_goes_where_the_template_has_room_for_it(template: str, filled: str) -> None:
    """Title, number, date and status are filled in; what is there already, in comments or in code stays."""
    assert fill_in(template, VALUES) == filled


def test_front_matter_is_filled_in(tmp_path: Path) -> None:
    """MADR's own template becomes a proposed decision, which reads as one."""
    repo = Repo(tmp_path).write({"docs/decisions/adr-template.md": MADR, "docs/decisions/0001-a.md": nygard(1, "A")})
    shelf = read_decisions(tmp_path, [("docs/decisions/0001-a.md", "decision")])
    begun = begin(tmp_path, shelf, 'Use "X"', DAY)
    assert (begun.path, begun.number) == ("docs/decisions/0002-use-x.md", "2")
    assert repo.read(begun.path).decode() == (
        '---\nstatus: proposed\ndate: 2026-03-04\ntitle: "Use \\"X\\""\n---\n<!-- # 99. An example -->\n\n# Use "X"\n\n'
        "## Context and Problem Statement\n\nDate: {of the problem}\n"
    )
    (read,) = read_decisions(tmp_path, [(begun.path, "decision")])
    assert (read.title, read.status, read.number, read.date) == ('Use "X"', "proposed", "2", DAY)


def test_where_a_template_is_looked_for(tmp_path: Path) -> None:
    """Beside the decisions, then in a folder of its own; of several the plainest; a decision is none."""
    repo = Repo(tmp_path).write({"docs/adr/0039-use-a-template-engine.md": "# x"})
    assert own_template(tmp_path, "docs/adr") == ""
    repo.write({"docs/adr/templates/template.md": "# x"})
    assert own_template(tmp_path, "docs/adr") == "docs/adr/templates/template.md"
    repo.write({"docs/adr/adr-template-minimal.md": "# x", "docs/adr/adr-template.md": "# x"})
    assert own_template(tmp_path, "docs/adr") == "docs/adr/adr-template.md"


def test_ours_can_be_asked_for_all_the_same(tmp_path: Path) -> None:
    """`--template` goes before the team's own; a template that is no text is named."""
    repo = Repo(tmp_path).write({"docs/adr/template.md": b"\0\0"})
    with pytest.raises(ConfigError, match=r"the template docs/adr/template.md cannot be read: looks binary"):
        begin(tmp_path, (), "Use X", DAY)
    begun = begin(tmp_path, (), "Use X", DAY, template="nygard")
    assert repo.read(begun.path).startswith(b"# 1. Use X\n\nDate: 2026-03-04\n")
