from __future__ import annotations

import pytest

from ctxkb.formats import parse
from ctxkb.types import Kind, Source


@pytest.mark.parametrize(
    ("status", "told", "apply"),
    [
        ("proposed", "proposed", "manual"),
        ("proposed # delete this line", "proposed", "manual"),
        ("Draft", "proposed", "manual"),
        ("deprecated", "deprecated", "manual"),
        ("accepted", "", "paths"),
        ("binding", "", "paths"),
        ("3", "", "paths"),
    ],
)
def test_a_convention_that_is_not_in_force_binds_nothing(status: str, told: str, apply: str) -> None:
    """A status other than accepted in the front matter takes a convention out of force; unknown words do not."""
    text = f'---\nstatus: {status}\nscope: ["api/**"]\n---\n# Money\n\nNever a float.\n'
    (document,) = parse(Source("docs/conventions/money.md", text.encode(), Kind.CONVENTION, "rules")).documents
    assert (document.status, document.scope.apply, document.scope.globs) == (told, apply, ("api/**",))
