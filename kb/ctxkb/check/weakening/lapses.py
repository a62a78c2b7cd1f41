"""What the tables around a step of a pipeline make of it: that it never runs, only by hand, or may fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.weakening.nodes import strings, word
from ctxkb.check.weakening.triggers import BY_HAND
from ctxkb.formats.yamlsafe import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.formats.yamlsafe import Value

IGNORED = ("ignored", "its failure is ignored")
_MAY_FAIL = ("allow_failure", "continue-on-error", "continueOnError", "ignore_error", "ignore_errors", "soft_fail")
_FALSE = frozenset({"false", "${{ false }}", "${{false}}"})


def is_dead(around: Table) -> bool:
    """Whether nothing in the table ever runs, whatever the change is."""
    rules = _rules(around)
    never = [word(rule.get("when")) == "never" for rule in rules]
    if rules and (all(never) or (never[0] and not rules[0].keys() & {"if", "changes", "exists"})):
        return True
    off = any(word(around.get(key)) in _FALSE for key in ("if", "condition", "enabled"))
    return off or word(around.get("when")) == "never"


def lapses(around: Table) -> Iterator[tuple[str, str]]:
    """How little the table makes of a failure in it, each as its kind and in words."""
    tables = [around, *_rules(around)]
    if any(_is_set(each.get(key)) for each in tables for key in _MAY_FAIL) or word(around.get("failure")) == "ignore":
        yield IGNORED
    chosen = [word(rule.get("when")) for rule in _rules(around)]
    automatic = [when for when in chosen if when not in {"manual", "never"}]
    if word(around.get("when")) == "manual" or (chosen and not automatic):
        yield BY_HAND


def _is_set(value: Value) -> bool:
    """Whether it says so, or lists the code with which `kb check` ends."""
    codes = strings(value.get("exit_codes")) if isinstance(value, Table) else ()
    return word(value) in {"true", "yes"} or "1" in codes


def _rules(around: Table) -> list[Table]:
    listed = around.get("rules")
    return [rule for rule in listed if isinstance(rule, Table)] if isinstance(listed, list) else []
