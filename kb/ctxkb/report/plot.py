"""The report as an SVG: one small plot for each figure over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from ctxkb.evaluate.plot import COLOURS, label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.report.figures import Name, Report

COLUMNS, PANEL_WIDTH, PANEL_HEIGHT, TOP = 3, 300, 190, 56
LEFT, RIGHT, ABOVE, BELOW = 52, 16, 34, 34
"""The margins within a panel, in pixels."""

Points = list[tuple[date, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure over time; a share is drawn from 0 to 1, anything else from 0 to its greatest value."""

    title: str
    points: Sequence[tuple[date, float]]
    share: bool = False

    @property
    def top(self) -> float:
        """The value at the upper edge."""
        return 1.0 if self.share else max((value for _, value in self.points), default=0.0) or 1.0


def report_svg(report: Report) -> str:
    """The plots of a report, as a whole SVG document."""
    panels = list(_panels(report))
    rows = -(-len(panels) // COLUMNS)
    width, height = COLUMNS * PANEL_WIDTH, TOP + rows * PANEL_HEIGHT
    font = 'font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222222"'
    days = [day for panel in panels for day, _ in panel.points]
    first, last = min([report.since, *days]), max([report.until, *days])
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        label(LEFT, 30, f"Context from {first} to {last}", "start", size=16),
        *(element for number, panel in enumerate(panels) for element in _drawn(number, panel, first, last)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _panels(report: Report) -> Iterator[Panel]:
    """What the weeks tell of the past, and what only earlier runs know, with the present."""
    ends = [(week, min(week.first + timedelta(days=6), report.until)) for week in report.weeks]
    yield Panel("asked before a commit", _known((end, week.consulted) for week, end in ends), share=True)
    yield Panel("governed changes", _run(report, "coverage"), share=True)
    yield Panel("stale documents", _run(report, "stale"), share=True)
    yield Panel("open gaps", _known((end, float(week.gaps)) for week, end in ends))
    yield Panel("findings a change", _known((end, week.findings) for week, end in ends))
    yield Panel("tokens a week", _known((end, float(week.tokens)) for week, end in ends))


def _run(report: Report, name: Name) -> Points:
    rows = [(row.day, row.figures.get(name)) for row in report.history if row.day < report.until]
    return _known([*rows, (report.until, report.figures[name])])


def _known(points: Iterable[tuple[date, float | None]]) -> Points:
    return [(day, value) for day, value in points if value is not None]


def _drawn(number: int, panel: Panel, first: date, last: date) -> Iterator[str]:
    left = (number % COLUMNS) * PANEL_WIDTH + LEFT
    top = TOP + (number // COLUMNS) * PANEL_HEIGHT + ABOVE
    right, bottom = left + PANEL_WIDTH - LEFT - RIGHT, top + PANEL_HEIGHT - ABOVE - BELOW
    colour = COLOURS[number % len(COLOURS)]
    span = max((last - first).days, 1)
    yield label(left, top - 12, panel.title, "start")
    yield f'<path d="M{left} {top} V{bottom} H{right}" fill="none" stroke="#222222"/>'
    yield label(left - 6, top + 5, f"{panel.top:.0%}" if panel.share else f"{panel.top:,.4g}", "end", size=11)
    yield label(left - 6, bottom + 4, "0", "end", size=11)
    yield label(left, bottom + 16, f"{first}", "start", size=11)
    yield label(right, bottom + 16, f"{last}", "end", size=11)
    places = [
        (left + (right - left) * (day - first).days / span, bottom - (bottom - top) * value / panel.top)
        for day, value in panel.points
    ]
    row = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{row}" fill="none" stroke="{colour}" stroke-width="2"/>'
    yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
    if not places:
        yield label((left + right) / 2, (top + bottom) / 2, "nothing is known", "middle", size=11)
