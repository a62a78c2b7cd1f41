"""What the address of a badge states."""

from __future__ import annotations

import pytest

from ctxkb.formats.badges import badge

SHIELDS = "https://img.shields.io"


@pytest.mark.parametrize(
    ("source", "shown", "stated"),
    [
        (f"{SHIELDS}/badge/status-accepted-green", "", "Status: accepted"),
        (f"{SHIELDS}/badge/Status-Superseded-orange.svg?style=flat", "Status", "Status: Superseded"),
        (f"{SHIELDS}/badge/ADR_status-in_review-blue", "", "Status: in review"),
        (f"{SHIELDS}/badge/adr-status-accepted-green", "", "Status: accepted"),
        (f"{SHIELDS}/badge/status-Draft", "", "Status: Draft"),
        (f"{SHIELDS}/badge/status-in%20progress-blue", "", "Status: in progress"),
        (f"{SHIELDS}/badge/date-2024--02--03-blue", "", "Date: 2024-02-03"),
        (f"{SHIELDS}/static/v1?label=Status&message=On+hold&color=red", "", "Status: On hold"),
        (f"{SHIELDS}/badge/-Deprecated-red", "Deprecated", "Deprecated"),
        (f"{SHIELDS}/badge/Deprecated-red", "Status", "Status: Deprecated"),
        (f"{SHIELDS}/badge/-Deprecated-red", "Build", ""),
        (f"{SHIELDS}/badge/build-passing-green", "Build", ""),
        (f"{SHIELDS}/static/v1?label=build&message=passing", "", ""),
        ("images/status-accepted.png", "Status", ""),
        ("", "", ""),
    ],
)
def test_a_badge_states_a_field(source: str, shown: str, stated: str) -> None:
    """By its label, or by the words for the picture; a badge of anything else states nothing."""
    assert badge(source, shown) == stated
