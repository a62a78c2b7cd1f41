"""The comment that the GitHub action writes on a pull request."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from support.action import ACTION, MARKER, program

if TYPE_CHECKING:
    from pathlib import Path

GH = """\
#!{python}
import json, sys
from pathlib import Path
store = Path({store!r})
words = sys.argv[1:]
state = json.loads(store.read_text())
state["calls"].append(words[:4])
if state["fails"]:
    store.write_text(json.dumps(state))
    sys.exit("HTTP 403: Resource not accessible\\nby integration 100%")
if "--paginate" in words:
    for each in state["comments"]:
        print(json.dumps(each))
else:
    body = json.load(sys.stdin)["body"]
    if words[2] == "PATCH":
        number = int(words[3].rpartition("/")[2])
        next(each for each in state["comments"] if each["id"] == number)["body"] = body
    else:
        state["comments"].append({{"id": 100, "body": body, "author": "github-actions[bot]"}})
store.write_text(json.dumps(state))
"""
FOUND = f"{MARKER}\n### kb check: 1 error\n\nrows\n"
NONE = f"{MARKER}\n### kb check: no findings\n\nIn 1 changed file.\n"


class Pull:
    """A pull request of a service that is not there: a fake `gh` keeps its comments in a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store = folder / "comments.json"
        program(folder / "gh", GH.format(python=sys.executable, store=str(self._store)))
        self.set(comments=[])

    def set(self, *, comments: list[dict[str, object]], fails: bool = False) -> None:
        """What is there already; with `fails` the token may do nothing."""
        self._store.write_text(json.dumps({"comments": comments, "calls": [], "fails": fails}))

    def comment(self, body: str) -> str:
        """Runs the script for a report in Markdown; returns what it prints."""
        report = self._folder / "kb.md"
        report.write_text(body, "utf-8")
        environment = os.environ | {
            "PATH": f"{self._folder}{os.pathsep}{os.environ['PATH']}",
            "KB_MARKDOWN": str(report),
            "KB_PULL": "7",
            "GITHUB_REPOSITORY": "acme/shop",
        }
        command = [sys.executable, str(ACTION / "comment.py")]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    @property
    def bodies(self) -> list[str]:
        """All comments, in order."""
        return [each["body"] for each in json.loads(self._store.read_text())["comments"]]

    @property
    def writes(self) -> list[str]:
        """The methods and addresses by which something was written."""
        calls = json.loads(self._store.read_text())["calls"]
        return [" ".join(words[2:4]) for words in calls if words[1] == "--method"]


def test_one_comment_is_written_and_then_edited_in_place(tmp_path: Path) -> None:
    """Also down to no findings; the same report writes nothing."""
    pull = Pull(tmp_path)
    assert pull.comment(FOUND) == ""
    assert pull.bodies == [FOUND]
    pull.comment(FOUND)
    assert pull.writes == ["POST repos/acme/shop/issues/7/comments"]
    pull.comment(NONE)
    assert pull.bodies == [NONE]
    assert pull.writes[1:] == ["PATCH repos/acme/shop/issues/comments/100"]


def test_a_pull_request_without_findings_gets_no_comment(tmp_path: Path) -> None:
    """There is nothing to say."""
    pull = Pull(tmp_path)
    pull.comment(NONE)
    assert pull.bodies == []


def test_a_comment_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """Whoever begins one with the marker, and whatever a person quotes."""
    pull = Pull(tmp_path)
    others = [{"id": 1, "body": FOUND, "author": "mallory"}, {"id": 2, "body": "hi", "author": "github-actions[bot]"}]
    pull.set(comments=list(others))
    pull.comment(FOUND)
    assert pull.bodies == [FOUND, "hi", FOUND]


def test_a_token_that_may_not_write_fails_nothing(tmp_path: Path) -> None:
    """That of a pull request from a fork: a notice on one line says why."""
    pull = Pull(tmp_path)
    pull.set(comments=[], fails=True)
    assert pull.comment(FOUND) == (
        "::notice title=kb check::The comment was not written: "
        "HTTP 403: Resource not accessible by integration 100%25\n"
    )
