"""`kb token`: the bearer tokens of `kb serve --http`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ctxkb.cli.options import Json, Root, find
from ctxkb.cli.output import note, tell, tell_json

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ctxkb_server.http.tokens import Token, TokenFile

Name = Annotated[str, typer.Option("--name", metavar="NAME", help="Who will use it: the log calls them so.")]
Scopes = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        metavar="SCOPE",
        help="What it allows: read, read:KIND, path:GLOB, write, metrics; may be repeated; read if there is none.",
    ),
]
Expires = Annotated[
    str, typer.Option("--expires", metavar="WHEN", help="When it ends: 12h, 90d, 4w, a day as 2027-01-31, or never.")
]
Which = Annotated[str, typer.Argument(metavar="NAME", help="The token's name or id.")]


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    group = typer.Typer(no_args_is_help=True, help="Make, list and revoke the tokens of kb serve --http.")
    for command, name in ((create, "create"), (list_, "list"), (revoke, "revoke")):
        group.command(name)(command)
    app.add_typer(group, name="token")


def create(name: Name, scope: Scopes = None, expires: Expires = "90d", json: Json = False, root: Root = None) -> None:
    """Make a token and print it: it is shown this once, and only its hash is kept."""
    from datetime import UTC, datetime

    from ctxkb_server.http.scopes import checked
    from ctxkb_server.http.tokens import expiry

    end = expiry(expires, datetime.now(UTC))
    token, secret = _file(find(root)).create(name, checked(scope or ["read"]), end)
    if json:
        tell_json({**_facts(token, datetime.now(UTC)), "token": secret})
        return
    tell(secret)
    note(f"{token.name} may {', '.join(token.scopes)}, {_until(token)}. Keep the token safe: it is not shown again.")


def list_(json: Json = False, root: Root = None) -> None:
    """List the tokens: id, name, state, what they allow, until when."""
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    tokens = _file(find(root)).read()
    if json:
        tell_json({"tokens": [_facts(token, now) for token in tokens]})
        return
    for token in tokens:
        tell(f"{token.id}  {token.name:<16}  {token.state(now):<7}  {' '.join(token.scopes)}, {_until(token)}")
    if not tokens:
        note("There is no token: make one with `kb token create --name NAME`.")


def revoke(name: Which, root: Root = None) -> None:
    """Revoke a token: a running server refuses it from the next request on."""
    gone = _file(find(root)).revoke(name)
    note(f"{gone.name} ({gone.id}) is revoked.")


def _file(root: Path) -> TokenFile:
    from ctxkb_ingest.folder import kb_folder
    from ctxkb_server.http.tokens import TokenFile

    return TokenFile(kb_folder(root))


def _until(token: Token) -> str:
    return f"until {token.expires:%Y-%m-%d %H:%M} UTC" if token.expires else "for ever"


def _facts(token: Token, now: datetime) -> dict[str, object]:
    """A token as programs read it."""
    return {
        "id": token.id,
        "name": token.name,
        "state": token.state(now),
        "scopes": list(token.scopes),
        "created": token.created.isoformat(),
        "expires": token.expires.isoformat() if token.expires else None,
    }
