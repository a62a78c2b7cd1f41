"""The report as values: the figures of a period, week by week, and beside those of earlier runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Literal

from ctxkb.report.commits import consulted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from ctxkb.catalog.calls import LoggedCall
    from ctxkb.catalog.usage import Gap
    from ctxkb.check.coverage import Coverage
    from ctxkb.report.commits import Commit, Consulted
    from ctxkb.report.judged import Judged
    from ctxkb.report.stale import Freshness

Name = Literal["consulted", "coverage", "stale", "gaps", "gap_age", "findings", "tokens"]
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Gaps:
    """Questions without an answer: open ones, those that something may answer, and those closed in the period.

    `age` is the median age of the open ones in days, `oldest` the greatest, None where there are none.
    """

    open: int
    unsure: int
    closed: int
    age: float | None
    oldest: int | None


@dataclass(frozen=True, slots=True)
class Week:
    """What a week that begins on `first` held; `gaps` were open at its end, `findings` are those of one change."""

    first: date
    commits: int
    asked: int
    calls: int
    tokens: int
    gaps: int
    findings: float | None

    @property
    def consulted(self) -> float | None:
        """The share (0..1) of the commits to code before which somebody asked, None without any."""
        return self.asked / self.commits if self.commits else None


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of an earlier run."""

    day: date
    figures: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything of one run, from `since` to `until`; `active` are days with calls, `days` those with commits to code.

    `history` holds the earlier runs, the oldest first.
    """

    since: date
    until: date
    consulted: Consulted
    coverage: Coverage
    fresh: Freshness
    gaps: Gaps
    judged: tuple[Judged, ...]
    calls: int
    tokens: int
    active: int
    days: int
    weeks: tuple[Week, ...]
    history: tuple[Row, ...] = ()

    @property
    def figures(self) -> dict[Name, float | None]:
        """One number for each question, as it is kept for later runs; None where nothing tells."""
        work, spent = self.consulted, max((self.until - self.since) / WEEK, 1)
        return {
            "consulted": work.asked / work.commits if work.commits else None,
            "coverage": self.coverage.share,
            "stale": self.fresh.share,
            "gaps": self.gaps.open,
            "gap_age": self.gaps.age,
            "findings": per_change(self.judged),
            "tokens": self.tokens / spent,
        }

    @property
    def baseline(self) -> Row | None:
        """The run to compare with: the last one before the period, else the first one in it; not one of today."""
        earlier = [row for row in self.history if row.day < self.until]
        before = [row for row in earlier if row.day <= self.since]
        return before[-1] if before else next(iter(earlier), None)


def per_change(judged: Sequence[Judged]) -> float | None:
    """Errors and warnings of a change, on average; None without changes."""
    return sum(each.errors + each.warnings for each in judged) / len(judged) if judged else None


def gap_figures(gaps: Iterable[Gap], since: date, now: datetime) -> Gaps:
    """What there is to say of all gaps, open and closed."""
    known = list(gaps)
    waiting = [gap for gap in known if not gap.closed_at and gap.confidence != "low"]
    ages = [(now - datetime.fromisoformat(gap.first_at)).days for gap in waiting]
    closed = [gap for gap in known if gap.closed_at and _day(gap.closed_at) >= since]
    unsure = sum(not gap.closed_at and gap.confidence == "low" for gap in known)
    return Gaps(len(waiting), unsure, len(closed), median(ages) if ages else None, max(ages, default=None))


def weeks_of(
    since: date,
    until: date,
    commits: Sequence[Commit],
    asked: Collection[str],
    calls: Sequence[LoggedCall],
    gaps: Sequence[Gap],
    judged: Sequence[Judged],
) -> tuple[Week, ...]:
    """The weeks of a period, the last of which ends with `until`; `asked` are commits, as `consulted` takes them."""
    count = max(1, -(-((until - since).days + 1) // 7))
    ends = [until - WEEK * (count - 1 - number) for number in range(count)]
    return tuple(_week(end, commits, asked, calls, gaps, judged) for end in ends)


def _week(
    end: date,
    commits: Sequence[Commit],
    asked: Collection[str],
    calls: Sequence[LoggedCall],
    gaps: Sequence[Gap],
    judged: Sequence[Judged],
) -> Week:
    first = end - WEEK + timedelta(days=1)

    def inside(at: datetime) -> bool:
        return first <= day_of(at) <= end

    work = consulted([commit for commit in commits if inside(commit.at)], asked)
    own = [call for call in calls if inside(call.at)]
    waiting = sum(_was_open(gap, end) for gap in gaps)
    findings = per_change([each for each in judged if inside(each.at)])
    return Week(first, work.commits, work.asked, len(own), sum(call.tokens for call in own), waiting, findings)


def _was_open(gap: Gap, end: date) -> bool:
    """Whether a gap was open at the end of a day, as far as is known: one that opened again counts as never closed."""
    return gap.confidence != "low" and _day(gap.first_at) <= end and (not gap.closed_at or _day(gap.closed_at) > end)


def _day(stamp: str) -> date:
    return day_of(datetime.fromisoformat(stamp))


def day_of(at: datetime) -> date:
    """The day of a moment as the clock on this machine's wall shows it, wherever it was written down."""
    return at.astimezone().date()
