"""`kb rules --try`: what a rule would have flagged in the commits of the past."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from support.gate import madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = "docs/adr/0001-dates.md"


def decided(repo: Repo, rule: str, status: str = "proposed") -> None:
    """Adds a decision with the rule `own`, which reaches `web` and the folder `wéb ü`."""
    front = f"status: {status}\nscope: ['web/**', 'wéb ü/**']\nrules:\n  - id: own\n    {rule}"
    repo.write({DOCUMENT: madr("Dates").replace("status: accepted", front, 1)})


def tried(repo: Repo, *options: str) -> int:
    """Runs the command on a repository."""
    return run(["rules", "--try", "own", "--root", str(repo.root), *options])


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A history in which `moment` comes, stays, moves, comes again by a merge, and goes."""
    repo = Repo(tmp_path)
    repo.write({"web/a.ts": "let a = 1;\n" * 9, "api/a.ts": 'import "moment";\n'}).commit("Begin")
    repo.write({"web/a.ts": 'import "moment";\n' + "let a = 1;\n" * 9}).commit("Bring moment in")
    repo.write({"web/a.ts": 'import "moment";\n' + "let a = 2;\n" * 9}).commit("Leave moment alone")
    repo.move("web/a.ts", "web/b.ts").commit("Move a file")
    repo.branch("feature").write({"wéb ü/ç.ts": '// import "moment";\n\nimport "moment/x";\n'}).commit("On a branch")
    repo.switch("main").git("merge", "--quiet", "--no-ff", "--message", "Merge the branch", "feature")
    repo.remove("web/b.ts").commit("Take moment out")
    return repo


def test_it_tells_the_commits_and_lines(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what a commit brought is told, a merge as one change, a proposed rule as off."""
    decided(repo, "forbid: {import: moment}")
    assert tried(repo) == 0
    merge, second = repo.git("rev-parse", "--short=10", "HEAD~1"), repo.git("rev-parse", "--short=10", "HEAD~4")
    assert capsys.readouterr().out == (
        f"{merge} 2026-01-02 Merge the branch\n  wéb ü/ç.ts:3  moment/x\n"
        f"{second} 2026-01-02 Bring moment in\n  web/a.ts:1  moment\n"
        f"rule:own (off: {DOCUMENT} is proposed) would have flagged 2 of the last 6 commits, in 2 places\n"
    )


def test_it_gives_json_of_the_last_commits(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """`--last` bounds how far it looks back."""
    decided(repo, "forbid: {import: moment}", "accepted")
    assert tried(repo, "--json", "--last", "3") == 0
    assert json.loads(capsys.readouterr().out) == {
        "rule": "rule:own",
        "document": DOCUMENT,
        "in_force": True,
        "commits": 3,
        "flagged": [
            {
                "commit": repo.git("rev-parse", "HEAD~1"),
                "date": "2026-01-02",
                "subject": "Merge the branch",
                "places": [{"path": "wéb ü/ç.ts", "line": 3, "what": "moment/x"}],
            }
        ],
    }


@pytest.mark.parametrize(
    ("rule", "flagged"),
    [
        ("forbid: {pattern: 'a = 2'}", ["web/a.ts:1..9 Leave moment alone"]),
        ("require: {pattern: 'let'}", ["wéb ü/ç.ts:0 Merge the branch"]),
        ("forbid: {file: '**/b.ts'}", ["web/b.ts:0 Move a file"]),
        (
            "require: {file: '**/*.test.ts'}\n    when: 'web/b.ts'",
            ["web/b.ts:0 Take moment out", "web/b.ts:0 Move a file"],
        ),
    ],
)
def test_every_kind_of_rule_can_be_tried(
    repo: Repo, capsys: pytest.CaptureFixture[str], rule: str, flagged: list[str]
) -> None:
    """Patterns, requirements and files are tried like imports."""
    decided(repo, rule)
    tried(repo, "--json")
    found = []
    for commit in json.loads(capsys.readouterr().out)["flagged"]:
        first, last = commit["places"][0], commit["places"][-1]
        span = f"{first['line']}" if first == last else f"{first['line'] - 1}..{last['line'] - 1}"
        found.append(f"{first['path']}:{span} {commit['subject']}")
    assert found == flagged


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("forbids: {import: a}", f'{DOCUMENT}:6: the rule "own" cannot be used: unknown key "forbids"; did you mean'),
        ("forbid: {import: a}\n  - id: own2\n", 'no decision or convention carries a rule "owm"; did you mean "own"?'),
    ],
)
def test_a_rule_that_cannot_be_tried_is_the_users_mistake(
    repo: Repo, capsys: pytest.CaptureFixture[str], rule: str, message: str
) -> None:
    """A malformed rule says what is wrong, an unknown one what there is."""
    decided(repo, rule)
    name = "owm" if "owm" in message else "own"
    assert run(["rules", "--try", name, "--root", str(repo.root)]) == 2
    assert message in capsys.readouterr().err
