"""The rule ids of `kb check` that a configuration may name."""

from __future__ import annotations

RULE_IDS = (
    "couple",
    "authority",
    "decision-status",
    "decision-section",
    "decision-placeholder",
    "decision-number",
    "decision-supersession",
    "decision-edited",
    "decision-stale-reference",
    "decision-unsettled",
    "contract-invalid",
    "contract-breaking",
    "contract-missing-operation",
    "dependency-new",
    "dependency-banned",
    "dependency-major",
    "spec-section",
    "spec-placeholder",
    "spec-contract-drift",
    "spec-uncovered",
    "guide-missing",
    "guide-stale-reference",
    "guide-link",
    "rule-contradiction",
    "rule-drift",
    "gate-weakened",
    "waiver-invalid",
    "waiver-expired",
    "waiver-unused",
    "context-receipt",
)

RULE_PREFIX = "rule:"
"""What precedes the id of an executable rule, which a decision or convention defines."""


def is_rule_id(text: str) -> bool:
    """Whether `text` is one of `RULE_IDS`, or `rule:` and the id of an executable rule."""
    return text in RULE_IDS or (text.startswith(RULE_PREFIX) and bool(text.removeprefix(RULE_PREFIX).strip()))
