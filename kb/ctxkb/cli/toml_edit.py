"""Puts the server into Codex's TOML file and takes it out again; every other character stays as a person wrote it."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from ctxkb.cli.passage import append, cut
from ctxkb.errors import ConfigError

SERVERS, NAME = "mcp_servers", "ctxkb"

TABLE = f"""\
[{SERVERS}.{NAME}]
command = "kb"
args = ["serve"]
"""

_WRITTEN = re.compile(r"^" + r"\r?\n".join(map(re.escape, TABLE.splitlines())) + r"(?:\r?\n|\Z)", re.MULTILINE)


def with_server(text: str, place: str) -> str:
    """`text` with the server's table at its end; a server of that name stays as it is.

    Raises `ConfigError`, which names `place`, where the text is no TOML, or a table cannot be added to it.
    """
    data = _read(text, place)
    servers = data.get(SERVERS, {})
    if isinstance(servers, dict) and NAME in servers:
        return text
    after = append(text, TABLE)
    try:
        fits = tomllib.loads(after) == {**data, SERVERS: {**servers, **tomllib.loads(TABLE)[SERVERS]}}
    except (TypeError, ValueError):  # `mcp_servers` is no table, or one that is closed
        fits = False
    if not fits:
        raise ConfigError(f"{place}: a table cannot be added to `{SERVERS}` as it stands; add the server yourself")
    return after


def server_of(text: str, place: str) -> object:
    """The server of that name as the file has it, None where it has none. Raises `ConfigError`."""
    servers = _read(text, place).get(SERVERS)
    return servers.get(NAME) if isinstance(servers, dict) else None


def without_server(text: str, place: str) -> str:
    """`text` without the server's table, where it stands there as `with_server` writes it. Raises `ConfigError`."""
    data = _read(text, place)
    found = _WRITTEN.search(text)
    if found is None or data.get(SERVERS, {}).get(NAME) != tomllib.loads(TABLE)[SERVERS][NAME]:
        return text
    after = cut(text, found.start(), found.end())
    rest = {name: server for name, server in data[SERVERS].items() if name != NAME}
    left = {key: value for key, value in data.items() if key != SERVERS} | ({SERVERS: rest} if rest else {})
    return after if _read(after, place) == left else text


def _read(text: str, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = " ".join(str(error).split())
        raise ConfigError(f"{place}: is not valid TOML: {what}; mend it, then run `kb init` again") from error
