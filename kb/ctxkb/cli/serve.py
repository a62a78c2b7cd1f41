"""`kb serve`: the MCP server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ctxkb.cli.options import Root, find
from ctxkb.cli.output import note
from ctxkb.errors import ConfigError

Http = Annotated[
    str | None,
    typer.Option("--http", metavar="HOST:PORT", help="Serve over HTTP at this address, such as 127.0.0.1:8000."),
]
Certificate = Annotated[
    Path | None, typer.Option("--tls-cert", metavar="FILE", help="With --http: the certificate chain, for HTTPS.")
]
Key = Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="With --http: the certificate's key.")]
Write = Annotated[bool, typer.Option("--allow-write", help="Offer the tool that writes drafts of decisions and rules.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("serve")(serve)


def serve(
    http: Http = None, tls_cert: Certificate = None, tls_key: Key = None, allow_write: Write = False, root: Root = None
) -> None:
    """Serve coding agents over MCP: on standard input and output, as MCP clients start it, or over HTTP."""
    if http is not None:
        _serve_http(find(root), http, tls_cert, tls_key, allow_write)
    elif tls_cert or tls_key:
        raise ConfigError("--tls-cert and --tls-key belong to --http HOST:PORT")
    else:
        _serve_stdio(find(root), allow_write)


def _serve_stdio(root: Path, allow_write: bool) -> None:
    import sys

    from ctxkb_server.stdio import serve as run

    if sys.stdin.isatty():
        note("kb serve talks to an MCP client on standard input; Ctrl-C ends it. kb init sets clients up.")
    run(root, allow_write=allow_write)


def _serve_http(root: Path, http: str, certificate: Path | None, key: Path | None, allow_write: bool) -> None:
    from ctxkb_server.http.run import Address, parse_address, serve_http

    for file in (certificate, key):
        if file is not None and not file.is_file():
            raise ConfigError(f"there is no file {file}; --tls-cert and --tls-key name the certificate and its key")
    if key and not certificate:
        raise ConfigError("--tls-key needs --tls-cert FILE")
    serve_http(root, Address(*parse_address(http), certificate, key), allow_write=allow_write)
