"""Recall over budget as an SVG: one line for all questions, and one for each kind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.evaluate.figures import Figures, Report

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 64, 530, 56, 380
"""The edges of the plotting area in pixels."""

LEGEND, LEGEND_STEP = 556, 22

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f")
"""Told apart by colour-blind readers as well (Okabe and Ito 2008)."""

SHAPES = ("circle", "square", "triangle", "diamond")
DASHES = ("", "7 4", "2 3")


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of questions in the plot: its points (x, y) in pixels, and how it looks."""

    name: str
    points: tuple[tuple[float, float], ...]
    colour: str
    shape: str
    dash: str
    width: float


def recall_svg(report: Report) -> str:
    """The plot of a report, as a whole SVG document."""
    places = _places(report.budgets)
    lines = list(_lines(report, places))
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    font = 'font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#222222"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        label(LEFT, 30, f"Recall over budget: {report.source}", "start", size=16),
        *_axes(report.budgets, places),
        *(element for line in lines for element in _drawn(line)),
        *(element for number, line in enumerate([lines[-1], *lines[:-1]]) for element in _legend(number, line)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _places(budgets: Sequence[int]) -> list[float]:
    """Where each budget stands on the x axis, which is logarithmic, with some room at both ends."""
    first, last = math.log(budgets[0]), math.log(budgets[-1])
    inner = RIGHT - LEFT - 60
    spread = (last - first) or 1.0
    middle = 0.5 if first == last else 0.0
    return [LEFT + 30 + inner * ((math.log(budget) - first) / spread + middle) for budget in budgets]


def _height(recall: float) -> float:
    return BOTTOM - recall * (BOTTOM - TOP)


def _lines(report: Report, places: Sequence[float]) -> Iterator[Line]:
    """The lines of the kinds, and last, to lie on top, that of all questions."""
    kinds = [(kind, found) for kind, found in report.kinds.items() if found.answerable]
    if len(kinds) > 1:
        for number, (kind, found) in enumerate(kinds):
            look = (COLOURS[number % len(COLOURS)], SHAPES[(number + 1) % len(SHAPES)], DASHES[1 + number % 2])
            yield Line(_named(kind, found), _points(found, places), *look, 1.8)
    yield Line(_named("all", report.whole), _points(report.whole, places), "#222222", SHAPES[0], DASHES[0], 3)


def _named(kind: str, found: Figures) -> str:
    return f"{kind} ({found.answerable})"


def _points(found: Figures, places: Sequence[float]) -> tuple[tuple[float, float], ...]:
    recalls = (found.recall(number) for number in range(len(places)))
    return tuple((x, _height(recall)) for x, recall in zip(places, recalls, strict=True) if recall is not None)


def _axes(budgets: Sequence[int], places: Sequence[float]) -> Iterator[str]:
    for step in range(6):
        y = _height(step / 5)
        yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{RIGHT}" y2="{y:.1f}" stroke="#dddddd"/>'
        yield label(LEFT - 10, y + 4.5, f"{step / 5:.1f}", "end")
    for budget, x in zip(budgets, places, strict=True):
        yield f'<line x1="{x:.1f}" y1="{BOTTOM}" x2="{x:.1f}" y2="{BOTTOM + 6}" stroke="#222222"/>'
        yield label(x, BOTTOM + 22, f"{budget:,}", "middle")
    yield f'<path d="M{LEFT} {TOP} V{BOTTOM} H{RIGHT}" fill="none" stroke="#222222"/>'
    yield label((LEFT + RIGHT) / 2, BOTTOM + 46, "budget in tokens (o200k_base)", "middle")
    middle = (TOP + BOTTOM) / 2
    turned = f'transform="rotate(-90 18 {middle:.1f})"'
    yield f'<text x="18" y="{middle:.1f}" text-anchor="middle" {turned}>share of the questions answered</text>'


def _drawn(line: Line) -> Iterator[str]:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in line.points)
    yield f'<polyline points="{path}" fill="none" {_stroke(line)}/>'
    yield from (_marker(line, x, y) for x, y in line.points)


def _legend(number: int, line: Line) -> Iterator[str]:
    y = TOP + 8 + number * LEGEND_STEP
    yield f'<line x1="{LEGEND}" y1="{y}" x2="{LEGEND + 30}" y2="{y}" {_stroke(line)}/>'
    yield _marker(line, LEGEND + 15, y)
    yield label(LEGEND + 38, y + 4.5, line.name, "start")


def _stroke(line: Line) -> str:
    dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    return f'stroke="{line.colour}" stroke-width="{line.width:g}"{dash}'


def _marker(line: Line, x: float, y: float) -> str:
    if line.shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{line.colour}"/>'
    corners = {
        "square": ((-4, -4), (4, -4), (4, 4), (-4, 4)),
        "triangle": ((0, -5.5), (5, 4), (-5, 4)),
        "diamond": ((0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)),
    }[line.shape]
    path = " ".join(f"{x + right:.1f},{y + down:.1f}" for right, down in corners)
    return f'<polygon points="{path}" fill="{line.colour}"/>'


def label(x: float, y: float, text: str, anchor: str, size: int = 13) -> str:
    """A text at a place in pixels; `anchor` is start, middle or end."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
