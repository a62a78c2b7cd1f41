"""Reads the configuration of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ctxkb.config.faults import describe
from ctxkb.config.models import Config
from ctxkb.config.pointers import pointed_globs
from ctxkb.config.root import files_in, written_in
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.config.root import ReadFile


def load_config(root: Path) -> Config:
    """The configuration of the repository at `root`: `kb.toml`, else `[tool.kb]`, else the defaults.

    Raises `ConfigError` with one line that names the file, the line, the key, what is wrong and how to fix it.
    """
    return config_in(files_in(root))


def config_in(read: ReadFile) -> Config:
    """The configuration of the state whose files `read` gives, as `load_config` finds it in a folder."""
    return _pointed(_written(read), read)


def _written(read: ReadFile) -> Config:
    written = written_in(read)
    if written is None:
        return Config()
    try:
        return Config.model_validate(written.table)
    except ValidationError as error:
        raise ConfigError(describe(written, error)) from error


def _pointed(config: Config, read: ReadFile) -> Config:
    """`config` with the folders of decisions that other tools' files name; a list of decisions has the last word."""
    found = () if config.sources.decisions else pointed_globs(read)
    if not found:
        return config
    globs = tuple(dict.fromkeys((*config.sources.more_decisions, *found)))
    return config.model_copy(update={"sources": config.sources.model_copy(update={"more_decisions": globs})})


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `kb.toml` for editors (draft 2020-12)."""
    schema = Config.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "kb.toml",
        "description": "The configuration of ctxkb; [tool.kb] in pyproject.toml holds the same keys.",
    }
