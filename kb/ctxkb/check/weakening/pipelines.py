"""Pipelines that run `kb check` no more, or let it fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.check.trees import Tree

PLACES = (
    ".github/workflows/*.yml", ".github/workflows/*.yaml", ".github/actions/**", "/.gitlab-ci.yml", ".gitlab/**/*.yml",
    "/azure-pipelines*.yml", ".circleci/config.yml", "/Jenkinsfile", "/bitbucket-pipelines.yml", "/.drone.yml",
    "/.woodpecker*", ".woodpecker/**", ".buildkite/**", "/.travis.yml", "/.pre-commit-config.yaml", "/Makefile",
    "/justfile", "/Taskfile.yml", "/tox.ini", "/noxfile.py",
)  # fmt: skip
"""Where the commands of a pipeline stand."""

NEAR = 8
"""So many lines around the command belong to its step."""

_RUNS = re.compile(r"^(?!\s*(?:#|//)).*?(?:\bkb check\b|\bid:\s*kb-check\b|\buses:\s*\S*ctxkb)")
_FAIL_ON = re.compile(r"--fail-on[ =]['\"]?(\w+)")
_FAIL_ON_SCALE = ("never", "error", "warning", "info")
_LETS_FAIL = re.compile(r"\|\|\s*(?:true|:|exit 0)\b|continue-on-error:\s*true|allow_failure:\s*true")


def pipelines(paths: Iterable[str]) -> list[str]:
    """Those of `paths` that may hold the commands of a pipeline."""
    globs = compile_globs(PLACES)
    return sorted(path for path in paths if globs.matches(path))


def running(tree: Tree, paths: Iterable[str]) -> dict[str, list[str]]:
    """The lines around each `kb check` in those of `paths` that run it; the first is the line itself."""
    found = {}
    for path, content in tree.read(sorted(paths), 1_000_000):
        lines = content.decode("utf-8", "replace").splitlines()
        at = next((number for number, line in enumerate(lines) if _RUNS.search(line)), None)
        if at is not None:
            found[path] = [lines[at].strip(), *lines[max(at - NEAR, 0) : at + NEAR]]
    return found


def laxer(old: list[str], new: list[str]) -> str:
    """How the step in `new` is weaker than it was, "" where it is not."""
    if any(map(_LETS_FAIL.search, new)) and not any(map(_LETS_FAIL.search, old)):
        return "its failure is ignored"
    was, is_ = (_FAIL_ON.search(lines[0]) for lines in (old, new))
    if is_ and is_[1] in _FAIL_ON_SCALE:
        before = was[1] if was and was[1] in _FAIL_ON_SCALE else "error"
        if _FAIL_ON_SCALE.index(is_[1]) < _FAIL_ON_SCALE.index(before):
            return f"it fails on {is_[1]}, was {before}"
    return ""
