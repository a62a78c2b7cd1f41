"""How a report is written: one function a format, all listed in `RENDERERS`. The same report gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable

from ctxkb.check.findings import Report
from ctxkb.check.render.data import render_json
from ctxkb.check.render.text import render_text

Renderer = Callable[[Report], str]
"""The whole report as text that ends with a line break."""

RENDERERS: dict[str, Renderer] = {
    "text": render_text,
    "json": render_json,
}
