"""Finds the rule to be tried, in force or not, and tries it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from ctxkb.check.changes import WORKING_TREE
from ctxkb.check.documents import Documents
from ctxkb.check.executable.force import Held, in_force, likely
from ctxkb.check.executable.history import try_rule
from ctxkb.check.git import open_git
from ctxkb.check.trees import tree_at
from ctxkb.config.load import load_config
from ctxkb.config.rule_ids import RULE_PREFIX
from ctxkb.errors import ConfigError
from ctxkb.formats.executable import rules_in

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.check.executable.history import Trial


def tried(root: Path, rule: str, last: int) -> tuple[Held, bool, Trial]:
    """The rule of that id as it lies in the folder, whether it is in force, and what it would have flagged.

    Raises `ConfigError` where there is no such rule, or it cannot be used.
    """
    config = load_config(root)
    git = open_git(root)
    documents = Documents(tree_at(git, WORKING_TREE), config.sources, config.index.max_file_kb * 1000)
    wanted = rule.removeprefix(RULE_PREFIX)
    force = [held for held in in_force(documents) if held.rule.id == wanted]
    held = force[0] if force else _carried(documents, wanted)
    return held, bool(force), try_rule(git, held, last)


def _carried(documents: Documents, wanted: str) -> Held:
    """The rule of that id in a document that does not hold, or not yet."""
    names: set[str] = set()
    for path, read in likely(documents).items():
        for document in read.parsed.documents:
            for rule in document.rules:
                names.add(rule.id)
                if rule.id == wanted:
                    return Held(rule, document)
        fault = next((fault for fault in rules_in(read.text)[1] if fault.id == wanted), None)
        if fault:
            raise ConfigError(f'{path}:{fault.line}: the rule "{wanted}" cannot be used: {fault.reason}')
    near = get_close_matches(wanted, names, 1)
    hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(sorted(names)) or 'none'}"
    raise ConfigError(f'no decision or convention carries a rule "{wanted}"; {hint}')
