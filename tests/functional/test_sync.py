"""`kb sync` and rule-drift: rule files written from one set of conventions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from support.gate import findings
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CODE = """\
# Code

Names are words. See [the glossary](../glossary.md#words).

## Errors

- Errors are *raised*.

```sh
# no heading, and [no link](x.md)
```
"""

WEB = """\
---
scope: ["web/**", "ui/**"]
---

# Web pages

- Dates are shown with date-fns.
"""

AGENTS = """\
# Our rules

Written by people.
"""

WRITTEN = """\
# Our rules

Written by people.

<!-- ctxkb:sync:begin -->
## Code

<!-- Written by `kb sync` from docs/conventions/code.md: edit that file. -->

Names are words. See [the glossary](docs/glossary.md#words).

### Errors

- Errors are *raised*.

```sh
# no heading, and [no link](x.md)
```

## Web pages

<!-- Written by `kb sync` from docs/conventions/web.md: edit that file. -->

Applies to `web/**`, `ui/**`.

- Dates are shown with date-fns.
<!-- ctxkb:sync:end -->
"""

CURSOR = """\
---
description: "Web pages"
globs: web/**,ui/**
alwaysApply: false
---

<!-- ctxkb:sync:begin -->
# Web pages

<!-- Written by `kb sync` from ../../docs/conventions/web.md: edit that file. -->

- Dates are shown with date-fns.
<!-- ctxkb:sync:end -->
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write(
        {
            "kb.toml": '[sync]\nconventions = ["docs/conventions/**"]\n',
            "docs/conventions/code.md": CODE,
            "docs/conventions/web.md": WEB,
            "docs/glossary.md": "# Glossary\n\n## Words\n\nWord.\n",
            "AGENTS.md": AGENTS,
        }
    )
    repo.commit()
    return repo.branch("feature")


def kb(capsys: pytest.CaptureFixture[str], repo: Repo, *options: str) -> tuple[int, str, str]:
    code = run(["sync", "--root", str(repo.root), *options])
    said = capsys.readouterr()
    return code, said.out, said.err


FILES = (
    ".cursor/rules/kb-code.mdc",
    ".cursor/rules/kb-web.mdc",
    ".github/copilot-instructions.md",
    ".github/instructions/kb-web.instructions.md",
    "AGENTS.md",
    "CLAUDE.md",
)


def test_every_tool_gets_its_file_and_what_people_wrote_stays(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Links lead where they led, headings fit in, scopes become each tool's own; a second run changes nothing."""
    code, out, err = kb(capsys, repo)

    assert (code, err) == (0, "")
    assert [line.split()[1].rstrip(":") for line in out.splitlines()] == list(FILES)
    assert repo.read("AGENTS.md").decode() == WRITTEN
    assert repo.read(".cursor/rules/kb-web.mdc").decode() == CURSOR
    assert repo.read("CLAUDE.md").decode() == "<!-- ctxkb:sync:begin -->\n@AGENTS.md\n<!-- ctxkb:sync:end -->\n"
    assert b'applyTo: "web/**,ui/**"\n' in repo.read(".github/instructions/kb-web.instructions.md")
    assert b"Dates" not in repo.read(".github/copilot-instructions.md")
    assert kb(capsys, repo) == (0, "", "Nothing to do: every file says what the conventions say.\n")
    assert kb(capsys, repo, "--check")[0] == 0


def test_check_writes_nothing_and_ends_with_1(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """It names each file, also for programs."""
    code, out, err = kb(capsys, repo, "--check")

    assert (code, err) == (1, "6 files to write: run kb sync\n")
    assert "differs  AGENTS.md: lacks the conventions\n" in out
    assert repo.read("AGENTS.md").decode() == AGENTS
    told = json.loads(kb(capsys, repo, "--check", "--json")[1])
    assert [each["path"] for each in told["files"]] == list(FILES)


def test_what_is_written_is_not_read_again(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The conventions are known already; each would be found twice."""
    kb(capsys, repo)
    repo.commit()

    assert run(["rules", "web/a.ts", "--json", "--root", str(repo.root)]) == 0
    paths = {each["path"] for each in json.loads(capsys.readouterr().out)["items"]}
    assert paths == {"AGENTS.md", "docs/conventions/code.md", "docs/conventions/web.md"}


def test_a_convention_that_is_gone_takes_its_files_with_it(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Only those that were written here."""
    kb(capsys, repo)
    repo.remove("docs/conventions/web.md").write(
        {".cursor/rules/kb-mine.mdc": "---\nalwaysApply: true\n---\n\nMine.\n"}
    )

    out = kb(capsys, repo)[1]

    assert "deleted  .cursor/rules/kb-web.mdc: is written from a convention that is no longer there\n" in out
    assert not (repo.root / ".cursor/rules/kb-web.mdc").exists()
    assert (repo.root / ".cursor/rules/kb-mine.mdc").exists()


def test_somebodys_own_file_in_the_place_is_left_alone(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """And the command ends with 1, so that somebody looks."""
    own = "---\nalwaysApply: true\n---\n\nMine.\n"
    repo.write({".cursor/rules/kb-web.mdc": own, "CLAUDE.md": "<!-- ctxkb:sync:begin -->\nbroken\n"})

    code, out, _ = kb(capsys, repo)

    assert code == 1
    assert "left alone  .cursor/rules/kb-web.mdc: is somebody's own file in the place of one that is written\n" in out
    assert "left alone  CLAUDE.md" in out
    assert repo.read(".cursor/rules/kb-web.mdc").decode() == own


def test_without_conventions_it_says_what_to_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a mistake of the user's."""
    code, out, err = kb(capsys, Repo(tmp_path))

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert '[sync]: conventions = ["docs/conventions/**"]' in err


def test_drift_is_a_finding(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """A convention that changed alone, and a block that was edited by hand; what was so before is info."""
    assert [line.split(": ")[0] for line in findings(repo)] == [f"{path}:0 info rule-drift" for path in FILES]
    kb(capsys, repo)
    repo.commit()
    assert findings(repo) == []

    repo.write({"docs/conventions/web.md": WEB.replace("date-fns", "Temporal")})
    assert [line.split(": ")[0] for line in findings(repo, base="HEAD")] == [
        ".cursor/rules/kb-web.mdc:7 error rule-drift",
        ".github/instructions/kb-web.instructions.md:5 error rule-drift",
        "AGENTS.md:5 error rule-drift",
    ]
    kb(capsys, repo)
    assert findings(repo, base="HEAD") == []

    repo.write({"AGENTS.md": repo.read("AGENTS.md").decode().replace("Names are words", "Names are numbers")})
    assert findings(repo, base="HEAD") == [
        "AGENTS.md:5 error rule-drift: AGENTS.md differs from the conventions that it is written from"
    ]
    repo.write({"AGENTS.md": repo.read("AGENTS.md").decode().replace("numbers", "words").replace("by people", "by us")})
    assert findings(repo, base="HEAD") == []


def test_contradictions_are_shown(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Between the conventions and what people wrote beside them."""
    repo.write({"AGENTS.md": "# Rules\n\n- Never raise custom errors.\n"})
    repo.write({"docs/conventions/code.md": "# Code\n\n- Always raise custom errors.\n"})

    out = kb(capsys, repo)[1]

    assert "contradiction  AGENTS.md:3: " in out


def test_rules_do_not_outlive_their_conventions(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The block goes with the last convention; the file goes, too, where nothing else stood there."""
    kb(capsys, repo)
    repo.commit()
    repo.remove("docs/conventions/code.md", "docs/conventions/web.md")

    assert kb(capsys, repo, "--check")[0] == 1
    assert "AGENTS.md:5 error rule-drift: AGENTS.md holds rules that are written there no longer" in findings(
        repo, base="HEAD"
    )
    assert kb(capsys, repo)[0] == 0
    assert repo.read("AGENTS.md").decode() == AGENTS
    assert not any((repo.root / path).exists() for path in FILES if path != "AGENTS.md")
    assert kb(capsys, repo, "--check")[0] == 0
    assert findings(repo, base="HEAD") == []


def test_rules_do_not_outlive_their_target(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What people wrote behind the block stays, and so do the files of the other targets."""
    kb(capsys, repo)
    repo.write({"CLAUDE.md": repo.read("CLAUDE.md") + b"\nMine.\n"})
    repo.write({"kb.toml": '[sync]\nconventions = ["docs/conventions/**"]\ntargets = ["agents"]\n'})

    assert kb(capsys, repo)[0] == 0
    assert repo.read("CLAUDE.md") == b"Mine.\n"
    assert repo.read("AGENTS.md").decode() == WRITTEN
    assert [path for path in FILES if (repo.root / path).exists()] == ["AGENTS.md", "CLAUDE.md"]
    assert kb(capsys, repo, "--check")[0] == 0


def test_a_block_that_people_broke_is_left_alone(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Where its markers do not make a pair nobody can tell what is theirs."""
    broken = b"<!-- ctxkb:sync:end -->\nMine.\n<!-- ctxkb:sync:begin -->\n"
    repo.write({"AGENTS.md": broken}).remove("docs/conventions/code.md", "docs/conventions/web.md")

    assert kb(capsys, repo)[:2] == (1, "left alone  AGENTS.md: holds rules that are written there no longer\n")
    assert repo.read("AGENTS.md") == broken


def test_rules_do_not_outlive_the_table(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """A change that takes [sync] away weakens the gate; what was written is dead."""
    kb(capsys, repo)
    repo.commit()
    repo.write({"kb.toml": ""})

    assert [line for line in findings(repo, weakened=True, base="HEAD") if "AGENTS" in line or "kb.toml" in line] == [
        "AGENTS.md:5 error rule-drift: AGENTS.md holds rules that are written there no longer",
        "kb.toml:0 warning gate-weakened: [sync] names no conventions any more: rule-drift judges no rule file",
    ]
    assert kb(capsys, repo)[0] == 0
    assert repo.read("AGENTS.md").decode() == AGENTS
    assert kb(capsys, repo)[0] == 2
