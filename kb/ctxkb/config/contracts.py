"""The configuration of what a contract's clients may be asked to bear."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ctxkb.config.table import Table

BreakPolicy = Literal["major", "any-version", "decision"]
"""What a change that breaks the clients of a contract must bring with it."""


class Contracts(Table):
    """When a contract may break its clients."""

    breaks: BreakPolicy = Field(
        default="major",
        alias="break",
        description=(
            'What a break must come with: a higher major version, or minor one below 1.0 ("major"), any higher '
            'version ("any-version"), or an accepted decision that names the operation ("decision"), which is enough '
            "in any case."
        ),
    )
