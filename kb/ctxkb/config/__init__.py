"""What a repository says about itself in `kb.toml` or `[tool.kb]`, checked and frozen.

The models are imported when they are first asked for: pydantic costs 60 ms, and finding the root does not need it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ctxkb.config.root import find_root
from ctxkb.config.rule_ids import RULE_IDS, is_rule_id

if TYPE_CHECKING:
    from ctxkb.config.load import json_schema, load_config
    from ctxkb.config.models import (
        AUTO,
        Authority,
        Budget,
        Check,
        Config,
        Couple,
        Dependencies,
        Embedding,
        FailOn,
        Index,
        Level,
        Privacy,
        Rerank,
        Server,
        Severity,
        Sources,
        Vectors,
        Waiver,
    )

__all__ = [
    "AUTO",
    "RULE_IDS",
    "Authority",
    "Budget",
    "Check",
    "Config",
    "Couple",
    "Dependencies",
    "Embedding",
    "FailOn",
    "Index",
    "Level",
    "Privacy",
    "Rerank",
    "Server",
    "Severity",
    "Sources",
    "Vectors",
    "Waiver",
    "find_root",
    "is_rule_id",
    "json_schema",
    "load_config",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - it stands for classes and functions alike
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "load" if name in {"json_schema", "load_config"} else "models"
    return getattr(import_module(f"ctxkb.config.{home}"), name)
