"""The published schemas of OpenAPI, from the package that carries them: to import it takes longer than most checks."""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

PACKAGE = "openapi_spec_validator"


@cache
def openapi_schema(version: str) -> Any:  # noqa: ANN401 - the library's classes have no common type
    """What validates a description of version 2.0, 3.0, 3.1 or 3.2."""
    from jsonschema.validators import validator_for

    schema = _schema(version)
    return validator_for(schema)(schema)


def _schema(version: str) -> Mapping[str, Any]:
    found = find_spec(PACKAGE)
    for folder in (found.submodule_search_locations or []) if found else []:
        file = Path(folder) / "resources" / "schemas" / f"v{version}" / "schema.json"
        if file.is_file():
            schema: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
            return schema
    raise ConfigError(f"the schema of OpenAPI {version} is missing: reinstall {PACKAGE.replace('_', '-')}")
