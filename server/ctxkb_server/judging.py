"""What `kb check` says of a change or a plan, with what binds it, as one text within a budget."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.budget.pack import LEAST
from ctxkb.budget.render import pack_text
from ctxkb.check.changes import changes
from ctxkb.check.findings import RANKS
from ctxkb.check.gate import check, open_context
from ctxkb.check.plan import PLAN, judge_plan, named_paths
from ctxkb.check.proposed import proposed
from ctxkb.check.render.clean import line
from ctxkb.knowledge import Request
from ctxkb.text.count import count_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ctxkb.check.findings import Finding
    from ctxkb.knowledge import Knowledge

SHARE = 0.6
"""How much of the budget the findings may take; what binds gets the rest."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is wrong, the worst first, in what, and which paths that touches."""

    findings: tuple[Finding, ...]
    what: str
    paths: tuple[str, ...]


def judge(knowledge: Knowledge, paths: Sequence[str], diff: str, plan: str, day: date) -> Judged:
    """The findings for a diff on top of the last commit, else for `paths` as they lie in the folder, and for a plan.

    Without any of the three it is everything that the folder holds and that is not merged yet. Raises `ConfigError`
    where the diff does not apply, and where there is no git repository.
    """
    root = knowledge.root
    found: list[Finding] = []
    touched, what = tuple(paths), []
    if diff.strip():
        with proposed(root, diff) as git:
            report = check(root, day=day, staged=True, git=git)
            touched = tuple(sorted({*touched, *changes(root, staged=True, git=git).touched()}))
        found += report.findings
        what.append("the diff")
    elif touched or not plan.strip():
        report = check(root, day=day)
        found += [each for each in report.findings if not touched or _concerns(each, touched)]
        what.append("these paths" if touched else "the working tree")
    if plan.strip():
        context = open_context(root, "", "", day)
        found += judge_plan(context, plan)
        touched = tuple(dict.fromkeys((*touched, *named_paths(context, plan))))
        what.append("the plan")
    counted = [each for each in found if not each.waived]
    worst = sorted(counted, key=lambda each: (RANKS[each.severity], each.place))
    return Judged(tuple(worst), " and ".join(what), touched)


def judged_text(knowledge: Knowledge, judged: Judged, plan: str, budget: int) -> tuple[str, list[str]]:
    """The findings, then what binds the paths and the plan, within `budget` tokens; and the ids that were given."""
    said = _within(judged, int(budget * SHARE) if budget >= 2 * LEAST else budget)
    room = budget - count_tokens(f"{said}\n\n")
    if room < LEAST or not (judged.paths or plan.strip()):
        return said, []
    request = Request(task=plan, paths=judged.paths, budget=room, record=False)
    pack = knowledge.context(request) if plan.strip() else knowledge.rules(judged.paths, room)
    if not (pack.items or pack.authority or pack.couplings):
        return said, []
    return f"{said}\n\n{pack_text(pack)}", [item.hit.unit.id for item in pack.items]


def _concerns(finding: Finding, paths: Iterable[str]) -> bool:
    places = {finding.path, *(each.path for each in finding.related)}
    return any(f"{place}/".startswith(f"{path.rstrip('/')}/") for place in places for path in paths)


def _within(judged: Judged, budget: int) -> str:
    """The findings line by line, as many as fit, and how many there are."""
    amounts = Counter(str(each.severity) for each in judged.findings)
    counted = ", ".join(f"{amounts[name]} {name}" for name in RANKS if amounts[name]) or "no findings"
    rows = [f"kb check on {judged.what}: {counted}."]
    room = budget - count_tokens(rows[0]) - count_tokens("\n999 more: run `kb check`.")
    for number, finding in enumerate(judged.findings):
        row = _row(finding)
        room -= count_tokens(f"\n{row}")
        if room < 0:
            rows.append(f"{len(judged.findings) - number} more: run `kb check`.")
            break
        rows.append(row)
    return "\n".join(rows)


def _row(finding: Finding) -> str:
    where = f"line {finding.line} of the plan" if finding.path == PLAN else finding.path
    place = f"{where}:{finding.line}" if finding.line and finding.path != PLAN else where
    ask = f" Ask {', '.join(finding.ask)}." if finding.ask else ""
    message, fix = finding.message.rstrip("."), finding.fix.rstrip(".")
    return line(f"- {finding.severity} {finding.rule}, {place}: {message}. Fix: {fix}.{ask}")
