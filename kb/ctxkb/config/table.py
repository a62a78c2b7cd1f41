"""What all tables of the configuration have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of the configuration: frozen, its types taken literally, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
