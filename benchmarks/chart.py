"""Line charts on logarithmic scales as SVG, written by hand so that nothing need be installed for them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLOURS = ("#2563eb", "#d97706")
WIDTH, HEIGHT = 400, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 44, 44
STYLE = "text{font:12px sans-serif;fill:#6b7280}.title{font-weight:600}.grid{stroke:#9ca3af;stroke-opacity:.35}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its name, its points, and which colour it has."""

    name: str
    across: Sequence[float]
    up: Sequence[float]
    colour: int
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Powers of ten from `least` on, `decades` of them, over `length` pixels."""

    least: int
    decades: int
    length: float

    def at(self, value: float) -> float:
        """How far from the beginning a value lies."""
        return (math.log10(value) - self.least) / self.decades * self.length

    def marks(self) -> list[float]:
        """The powers of ten, and where there are few of them their doubles and fives."""
        steps = (1, 2, 5) if self.decades < 3 else (1,)
        marks = [step * 10.0 ** (self.least + n) for n in range(self.decades) for step in steps]
        return [*marks, 10.0 ** (self.least + self.decades)]


def scale(values: Sequence[float], length: float) -> Scale:
    """The powers of ten around some values."""
    least = math.floor(math.log10(min(values)) + 1e-9)
    most = max(math.ceil(math.log10(max(values)) - 1e-9), least + 1)
    return Scale(least, most - least, length)


def panels(across: str, lines: Mapping[str, Sequence[Line]]) -> str:
    """An SVG image of charts side by side, by their titles; `across` names what they have in common."""
    parts = [
        f'<g transform="translate({number * WIDTH} 0)">{_panel(title, across, shown)}</g>'
        for number, (title, shown) in enumerate(lines.items())
    ]
    size = f'width="{len(lines) * WIDTH}" height="{HEIGHT}" viewBox="0 0 {len(lines) * WIDTH} {HEIGHT}"'
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<style>{STYLE}</style>\n{body}\n</svg>\n'


def _panel(title: str, across: str, lines: Sequence[Line]) -> str:
    x = scale([value for line in lines for value in line.across], WIDTH - LEFT - RIGHT)
    y = scale([value for line in lines for value in line.up], HEIGHT - TOP - BOTTOM)
    grid = [_upright(LEFT + x.at(mark), mark) for mark in x.marks()]
    grid += [_level(HEIGHT - BOTTOM - y.at(mark), mark) for mark in y.marks()]
    heads = [
        f'<text class="title" x="{LEFT}" y="16">{escape(title)}</text>',
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(across)}</text>',
    ]
    return "\n".join([*heads, *grid, *(_line(line, x, y) for line in lines), _legend(lines)])


def _upright(at: float, mark: float) -> str:
    label = f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{short(mark)}</text>'
    return f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>{label}'


def _level(at: float, mark: float) -> str:
    label = f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{short(mark)}</text>'
    return f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>{label}'


def _line(line: Line, x: Scale, y: Scale) -> str:
    points = [(LEFT + x.at(a), HEIGHT - BOTTOM - y.at(b)) for a, b in zip(line.across, line.up, strict=True)]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
    stroke = f'stroke="{COLOURS[line.colour]}"' + (' stroke-dasharray="5 4"' if line.dashed else "")
    dots = "".join(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{COLOURS[line.colour]}"/>' for a, b in points)
    return f'<polyline fill="none" stroke-width="2" {stroke} points="{path}"/>{dots}'


def _legend(lines: Sequence[Line]) -> str:
    parts = []
    for number, line in enumerate(lines):
        at = LEFT + number * (WIDTH - LEFT - RIGHT) / len(lines)
        dash = ' stroke-dasharray="5 4"' if line.dashed else ""
        stroke = f'stroke="{COLOURS[line.colour]}" stroke-width="2"{dash}'
        parts.append(f'<line x1="{at:.1f}" x2="{at + 14:.1f}" y1="30" y2="30" {stroke}/>')
        parts.append(f'<text x="{at + 18:.1f}" y="34">{escape(line.name)}</text>')
    return "".join(parts)


def short(value: float) -> str:
    """A number as an axis shows it: 10k, 1M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
