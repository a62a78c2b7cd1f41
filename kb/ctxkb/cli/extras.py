"""What `kb init` sets up where it is wanted: a Claude Code hook, a GitHub workflow, a pre-commit entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctxkb import __version__
from ctxkb.cli.writing import Write, read_text
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SETTINGS = ".claude/settings.json"
WORKFLOW = ".github/workflows/kb-check.yml"
PRE_COMMIT = ".pre-commit-config.yaml"

WORKFLOW_TEXT = f"""\
# A change brings its decisions, contracts and guides with it: https://pypi.org/project/ctxkb
name: kb check
on:
  pull_request:
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0 # kb check compares with where the branch began
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install torch --index-url https://download.pytorch.org/whl/cpu # without gigabytes for graphics cards
      - run: pip install ctxkb=={__version__}
      - run: kb check --base "origin/$BASE" --format github
        env:
          BASE: ${{{{ github.base_ref }}}}
"""

ENTRY = """\
- repo: local
  hooks:
    - id: kb-check
      name: kb check
      entry: kb check --staged
      language: system
      pass_filenames: false
      always_run: true
"""


@dataclass(frozen=True, slots=True)
class Extra:
    """Something that is set up on request only: the option that names it, what asks for it, and what it writes."""

    option: str
    question: str
    plan: Callable[[Path], Write]


def hook(root: Path) -> Write:
    """The Claude Code hook that puts what binds a file before its edit. Raises `ConfigError`."""
    from ctxkb.cli.hook import COMMAND, TOOLS
    from ctxkb.cli.json_edit import add_item

    before = read_text(root, SETTINGS)
    item = {"matcher": TOOLS, "hooks": [{"type": "command", "command": COMMAND}]}
    there = COMMAND in (before or "")
    after = before if there and before is not None else add_item(before or "", "hooks", "PreToolUse", item, SETTINGS)
    return Write(SETTINGS, before, after, "a hook that shows Claude Code what binds a file before it edits it")


def workflow(root: Path) -> Write:
    """The GitHub workflow that runs `kb check` on pull requests; one that is there stays as it is."""
    before = read_text(root, WORKFLOW)
    after = WORKFLOW_TEXT if before is None else before
    return Write(WORKFLOW, before, after, "kb check on pull requests")


def pre_commit(root: Path) -> Write:
    """The entry of pre-commit that runs `kb check` on what is staged. Raises `ConfigError`."""
    before = read_text(root, PRE_COMMIT)
    after = f"repos:\n{_indented(ENTRY, '  ')}" if before is None else _with_entry(before)
    return Write(PRE_COMMIT, before, after, "kb check before each commit")


EXTRAS = (
    Extra("hook", "Show Claude Code what binds a file before it edits it?", hook),
    Extra("workflow", "Run kb check on pull requests in GitHub?", workflow),
    Extra("pre_commit", "Run kb check before each commit, by pre-commit?", pre_commit),
)


def _with_entry(text: str) -> str:
    """A pre-commit configuration with the entry as the first of its `repos`, every other character as it was."""
    data = _read_yaml(text)
    listed = data.get("repos") if isinstance(data, dict) else None
    ids = [hook.get("id") for repo in listed or [] for hook in _hooks(repo)]
    if "kb-check" in ids:
        return text
    head = re.search(r"^repos[ \t]*:[ \t]*(?:#[^\n]*)?\r?\n", text, re.MULTILINE)
    first = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*([ \t]*)- ").match(text, head.end()) if head else None
    if not isinstance(listed, list) or head is None or first is None:
        raise ConfigError(f"{PRE_COMMIT}: has no list of `repos` that can be added to; add the entry yourself")
    entry = _indented(ENTRY, first[1])
    after = text[: head.end()] + (entry.replace("\n", "\r\n") if "\r\n" in text else entry) + text[head.end() :]
    if _read_yaml(after) != {**data, "repos": [*_read_yaml(ENTRY), *listed]}:
        raise ConfigError(f"{PRE_COMMIT}: cannot be added to without changing it; add the entry yourself")
    return after


def _hooks(repo: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - what stands in the file may be anything
    found = repo.get("hooks") if isinstance(repo, dict) else None
    return [hook for hook in found if isinstance(hook, dict)] if isinstance(found, list) else []


def _read_yaml(text: str) -> Any:  # noqa: ANN401 - what stands in the file may be anything
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        what = " ".join(str(error).split())
        raise ConfigError(f"{PRE_COMMIT}: is not valid YAML: {what}; mend it, then run `kb init` again") from error


def _indented(text: str, by: str) -> str:
    return "".join(f"{by}{line}\n" for line in text.splitlines())
