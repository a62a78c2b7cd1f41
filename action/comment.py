"""Keeps one comment with the findings on a pull request: found again by its first line, and edited in place.

It is not begun for nothing: a pull request without findings gets none. Where the token may not write, as that of a
fork, the job goes on with a notice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BOT = "github-actions[bot]"
"""Whose comments are ours, unless `KB_AUTHOR` says otherwise; anyone can write a comment that begins like them."""

_ONE_EACH = ".[] | {id, body, author: .user.login}"


class GhError(Exception):
    """The command `gh` failed, for the reason that it gave."""


def main(environment: Mapping[str, str]) -> int:
    """Write, edit or leave the comment. Always 0: a comment is no verdict."""
    try:
        _keep(environment)
    except GhError as error:
        reason = str(error).replace("%", "%25").replace("\r", "").replace("\n", " ")
        sys.stdout.write(f"::notice title=kb check::The comment was not written: {reason}\n")
    return 0


def _keep(environment: Mapping[str, str]) -> None:
    body = Path(environment["KB_MARKDOWN"]).read_text("utf-8")
    marker, heading = body.split("\n")[:2]
    issues = f"repos/{environment['GITHUB_REPOSITORY']}/issues"
    author = environment.get("KB_AUTHOR") or BOT
    listed = _gh("--paginate", f"{issues}/{environment['KB_PULL']}/comments?per_page=100", "--jq", _ONE_EACH)
    comments = [json.loads(row) for row in listed.splitlines() if row]
    own = [each for each in comments if each["author"] == author and each["body"].startswith(marker)]
    if own and own[0]["body"].strip() != body.strip():
        _gh("--method", "PATCH", f"{issues}/comments/{own[0]['id']}", body=body)
    elif not own and not heading.endswith(": no findings"):
        _gh("--method", "POST", f"{issues}/{environment['KB_PULL']}/comments", body=body)


def _gh(*words: str, body: str | None = None) -> str:
    """What `gh api` answers. Raises `GhError` where it fails."""
    sent = [] if body is None else ["--input", "-"]
    done = subprocess.run(
        ["gh", "api", *words, *sent],
        input=None if body is None else json.dumps({"body": body}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise GhError(done.stderr.strip() or f"gh ended with {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(os.environ))
