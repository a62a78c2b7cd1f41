"""Templates of decisions, specs, guides and conventions, as data: each names the values that it takes."""

from __future__ import annotations

from ctxkb_templates.catalog import Field, Template, templates
from ctxkb_templates.render import TemplateError, draft, render

__all__ = ["Field", "Template", "TemplateError", "draft", "render", "templates"]
