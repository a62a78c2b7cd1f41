"""Fills templates in."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from ctxkb_templates.catalog import templates

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2.sandbox import SandboxedEnvironment

    from ctxkb_templates.catalog import Field, Template
_PLAIN = re.compile(r"[A-Za-z](?:[\w ./-]*\w)?")
_YAML_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


class TemplateError(ValueError):
    """A template that does not exist, a value that it does not take, or one that it lacks."""


def render(template_id: str, values: Mapping[str, str | Sequence[str]]) -> str:
    """The template with `values`, one for each of its fields. Text ends with one line break; line ends are LF.

    Raises `TemplateError`, with what there is to choose from, for an unknown template or field, and for a field that
    has no value and is not optional.
    """
    template = _template(template_id)
    known = {field.name: field for field in template.fields}
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise TemplateError(f"template {template_id} takes no {', '.join(unknown)}; it takes {', '.join(known)}")
    missing = [name for name, field in known.items() if name not in values and not field.optional]
    if missing:
        raise TemplateError(f"template {template_id} needs {', '.join(missing)}")
    given = {name: values.get(name, [] if field.many else "") for name, field in known.items()}
    text = _environment().get_template(f"{template.id}{template.suffix}.j2").render(given)
    return text.rstrip("\n") + "\n"


def draft(template_id: str, values: Mapping[str, str | Sequence[str]]) -> str:
    """The template with `values`, and in place of each one that is missing what belongs there, in braces."""
    template = _template(template_id)
    prompts = {field.name: _prompt(field) for field in template.fields if not field.optional}
    return render(template_id, {**prompts, **values})


def _prompt(field: Field) -> str | Sequence[str]:
    text = f"{{{field.prompt}}}"
    return [text] if field.many else text


def _template(template_id: str) -> Template:
    found = next((template for template in templates() if template.id == template_id), None)
    if found is None:
        raise TemplateError(
            f'there is no template "{template_id}"; choose one of {", ".join(each.id for each in templates())}'
        )
    return found


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        loader=FunctionLoader(_source),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["yaml"] = _yaml
    environment.filters["capitalize_first"] = _capitalize_first
    return environment


def _source(name: str) -> str:
    return (files("ctxkb_templates") / "files" / name).read_text("utf-8")


def _yaml(value: object) -> str:
    """A text or a list of texts as YAML in flow style, on one line; a plain word stays without quotes."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _YAML_WORDS:
        return value
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


def _capitalize_first(text: str) -> str:
    """`text` with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]
