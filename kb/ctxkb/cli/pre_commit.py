"""Puts `kb check` into a configuration of pre-commit, and takes it out again, every other character as it was."""

from __future__ import annotations

import re
from typing import Any

from ctxkb.errors import ConfigError

PRE_COMMIT = ".pre-commit-config.yaml"

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

_ENTRY = re.compile(r"^([ \t]*)" + r"\1".join(re.escape(line) + r"\r?\n" for line in ENTRY.splitlines()), re.MULTILINE)


def with_pre_commit(text: str | None) -> str:
    """A configuration with the entry as the first of its `repos`. Raises `ConfigError`."""
    if text is None:
        return f"repos:\n{_indented(ENTRY, '  ')}"
    return _with_entry(text)


def without_pre_commit(text: str) -> str:
    """The configuration without the entry, where it stands there as `with_pre_commit` writes it."""
    return _ENTRY.sub("", text, count=1)


def entry_of(text: str) -> str | None:
    """What the hook `kb-check` of a configuration runs, None where it does not say so. Raises `ConfigError`."""
    found = (hook for hook in _all_hooks(_read_yaml(text)) if hook.get("id") == "kb-check" and "entry" in hook)
    return next((str(hook["entry"]) for hook in found), None)


def _with_entry(text: str) -> str:
    """A pre-commit configuration with the entry as the first of its `repos`, every other character as it was."""
    data = _read_yaml(text)
    listed = data.get("repos") if isinstance(data, dict) else None
    if any(hook.get("id") == "kb-check" for hook in _all_hooks(data)):
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


def _all_hooks(data: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - what stands in the file may be anything
    listed = data.get("repos") if isinstance(data, dict) else None
    return [hook for repo in (listed if isinstance(listed, list) else []) for hook in _hooks(repo)]


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
