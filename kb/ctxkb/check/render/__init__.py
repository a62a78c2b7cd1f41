"""How a report is written: one function a format, all listed in `RENDERERS`. The same report gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable

from ctxkb.check.findings import Report
from ctxkb.check.render.data import render_json
from ctxkb.check.render.github import render_github
from ctxkb.check.render.gitlab import render_gitlab
from ctxkb.check.render.junit import render_junit
from ctxkb.check.render.markdown import render_markdown
from ctxkb.check.render.sarif import render_sarif
from ctxkb.check.render.text import render_text

Renderer = Callable[[Report], str]
"""The whole report as text that ends with a line break."""

RENDERERS: dict[str, Renderer] = {
    "text": render_text,
    "json": render_json,
    "github": render_github,
    "sarif": render_sarif,
    "junit": render_junit,
    "gitlab": render_gitlab,
    "markdown": render_markdown,
}
