"""The rules: each looks at a change and yields what is wrong with it. All of them are listed in `RULES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ctxkb.check.context import Context
from ctxkb.check.findings import Breach, FindingSeverity
from ctxkb.check.rules.authority import check_authority
from ctxkb.check.rules.breaking import check_breaking
from ctxkb.check.rules.contract import check_contract_invalid
from ctxkb.check.rules.contradiction import check_contradiction
from ctxkb.check.rules.couple import check_couple
from ctxkb.check.rules.decision import check_number, check_section, check_status
from ctxkb.check.rules.dependency import check_banned, check_major, check_new
from ctxkb.check.rules.drift import check_rule_drift
from ctxkb.check.rules.edited import check_edited
from ctxkb.check.rules.executable import check_executable
from ctxkb.check.rules.gate_weakened import check_gate_weakened
from ctxkb.check.rules.guide_missing import check_missing
from ctxkb.check.rules.link import check_link
from ctxkb.check.rules.missing import check_missing_operation
from ctxkb.check.rules.placeholder import check_placeholder
from ctxkb.check.rules.receipt import check_receipt
from ctxkb.check.rules.spec import check_spec_section
from ctxkb.check.rules.spec_drift import check_drift
from ctxkb.check.rules.spec_placeholder import check_spec_placeholder
from ctxkb.check.rules.spec_uncovered import check_uncovered
from ctxkb.check.rules.stale import check_decision_stale, check_guide_stale
from ctxkb.check.rules.supersession import check_supersession
from ctxkb.check.rules.unsettled import check_unsettled
from ctxkb.config.rule_ids import RULE_PREFIX

Run = Callable[[Context], Iterator[Breach]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of `kb check`.

    `severity` is that of what a change brings. What was so before and is only touched is "info": nobody should have
    to mend an old repository before the first change passes. `whole` tells that the rule judges a state, so that
    `--all` can judge the whole repository by it; the others judge a difference.
    """

    run: Run
    severity: FindingSeverity
    about: str
    whole: bool = True


RULES: dict[str, Rule] = {
    "couple": Rule(check_couple, "error", "files that the configuration ties together change together", whole=False),
    "authority": Rule(
        check_authority, "error", "what agents must not touch stays as it is until a person approves", whole=False
    ),
    "decision-status": Rule(check_status, "error", "a decision's status is a word that says whether it holds"),
    "decision-section": Rule(check_section, "warning", "a decision says why, and what was decided"),
    "decision-placeholder": Rule(check_placeholder, "error", "a decision holds no unfilled text of its template"),
    "decision-number": Rule(check_number, "error", "a number names one decision of its series"),
    "decision-supersession": Rule(
        check_supersession, "error", "a decision and its successor name each other, and no chain is a circle"
    ),
    "decision-edited": Rule(
        check_edited, "error", "what was decided is changed by a new decision, not by a rewriting", whole=False
    ),
    "decision-unsettled": Rule(
        check_unsettled, "warning", "work rests on a decision that holds, not on one that is open or gone", whole=False
    ),
    "decision-stale-reference": Rule(
        check_decision_stale, "warning", "a decision that holds names paths and symbols that there are"
    ),
    "guide-link": Rule(check_link, "error", "a link of a document leads where it says"),
    "guide-stale-reference": Rule(
        check_guide_stale, "warning", "a guide names paths, symbols, commands and endpoints that there are"
    ),
    "guide-missing": Rule(
        check_missing, "warning", "what people can call, set or import has a word in the guides", whole=False
    ),
    "contract-invalid": Rule(check_contract_invalid, "error", "a contract can be read, and is valid"),
    "contract-breaking": Rule(
        check_breaking, "error", "what a contract's clients rely on stays until they are told", whole=False
    ),
    "contract-missing-operation": Rule(
        check_missing_operation, "info", "what code serves and guides name stands in the contract", whole=False
    ),
    "spec-section": Rule(check_spec_section, "warning", "a spec has the sections that its form asks for"),
    "spec-placeholder": Rule(check_spec_placeholder, "warning", "a spec holds no unfilled text of its template"),
    "spec-contract-drift": Rule(check_drift, "error", "a spec and its contract say the same"),
    "spec-uncovered": Rule(
        check_uncovered, "warning", "a test names each acceptance criterion, and nobody changes both unseen"
    ),
    "dependency-new": Rule(check_new, "error", "a dependency that comes in is decided", whole=False),
    "dependency-banned": Rule(check_banned, "error", "a banned dependency does not come in"),
    "dependency-major": Rule(check_major, "warning", "a dependency's next major version is decided", whole=False),
    "rule-contradiction": Rule(check_contradiction, "warning", "two rules that apply to one path can both be followed"),
    "rule-drift": Rule(check_rule_drift, "error", "what is written from the conventions says what they say"),
    "rule": Rule(check_executable, "error", "what a decision or convention forbids or requires is so"),
    "context-receipt": Rule(
        check_receipt, "warning", "whoever changed governed files had read what binds them", whole=False
    ),
    "gate-weakened": Rule(
        lambda context: check_gate_weakened(context, usual_severity),
        "warning",
        "a change that makes the gate weaker is named",
        whole=False,
    ),
}
"""Every rule that judges files, by id. Those of `WAIVER_RULES` judge the waivers, once these have run."""

WAIVER_RULES: dict[str, tuple[FindingSeverity, str]] = {
    "waiver-invalid": ("error", "a waiver names its rule, its end, its owner and its reason"),
    "waiver-expired": ("error", "a waiver ends on its last day"),
    "waiver-unused": ("warning", "a waiver waives something"),
}


def judges_state(rule: str) -> bool:
    """Whether the rule of that id judges a state; executable rules do."""
    return RULES[rule].whole if rule in RULES else rule.startswith(RULE_PREFIX)


def usual_severity(rule: str) -> FindingSeverity:
    """The severity of a rule of that id where nothing else is set; that of an executable rule stands in the rule."""
    return WAIVER_RULES[rule][0] if rule in WAIVER_RULES else RULES[rule].severity if rule in RULES else "error"
