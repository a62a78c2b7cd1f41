from __future__ import annotations

import pytest

from ctxkb.config.models import Check
from ctxkb.config.severity import configured_severity

CHECK = Check.model_validate(
    {
        "severity": {"guide-link": "warning"},
        "paths": [
            {"paths": ["docs/**"], "severity": {"guide-link": "info", "rule:a": "info"}},
            {"paths": ["docs/old/**"], "severity": {"guide-link": "off"}},
        ],
    }
)


@pytest.mark.parametrize(
    ("rule", "names", "severity"),
    [
        ("guide-link", ("README.md",), "warning"),
        ("guide-link", ("docs/a.md",), "info"),
        ("guide-link", ("docs/old/a.md",), "off"),
        ("rule:a", ("docs/old/a.md",), "info"),
        ("rule:a", ("README.md",), None),
        ("guide-link", ("docs/old", "docs/old/any"), "off"),
    ],
)
def test_the_last_table_for_a_path_decides(rule: str, names: tuple[str, ...], severity: str | None) -> None:
    """Before the severity for all paths; None where nothing is said; one of several names of a path is enough."""
    assert configured_severity(CHECK, rule, *names) == severity
