"""The tool `propose`: writes a draft for people to decide about. It never overwrites, and never accepts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mcp.server.mcpserver import Context  # noqa: TC002 - the SDK reads the tools' annotations when it lists them
from mcp.types import CallToolResult, ToolAnnotations

from ctxkb.errors import KbError
from ctxkb.knowledge.requests import repository_path
from ctxkb.privacy.clean import masked
from ctxkb.privacy.invisible import visible
from ctxkb.text.globs import glob_fault
from ctxkb.types import Kind
from ctxkb_server import arguments
from ctxkb_server.asking import asking, client_name
from ctxkb_server.caller import current
from ctxkb_server.tools import text_result, tool_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mcp.server.mcpserver.tools import Tool

    from ctxkb.knowledge import Knowledge
    from ctxkb_server.tools import Served

WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)

MOST_SCOPES = 20
LONGEST_TITLE = 150


def propose_tool(served: Served) -> Tool:
    """Drafts of decisions and rules."""

    def propose(
        kind: arguments.Draft,
        title: arguments.Words,
        text: arguments.Words,
        ctx: Context,
        paths: arguments.Names = [],  # noqa: B006 - pydantic copies it; the schema shall say []
    ) -> CallToolResult:
        """Writes a draft for a person to accept: a decision, or a rule when a person corrected you.

        paths: what it governs, globs too.
        """
        with asking(served.audit, client_name(ctx), "propose", f"{kind}: {title}") as asked:
            if not current().write:
                raise KbError("you may not write here; ask whoever runs the server for a token with the scope to write")
            knowledge = served.knowledge()
            name = " ".join(arguments.required(title, "title", "say in a few words what it is about").split())
            path = write_draft(
                knowledge,
                Kind.DECISION if kind == "decision" else Kind.CONVENTION,
                name[:LONGEST_TITLE],
                arguments.required(text, "text", "say what shall hold, and why"),
                _scope(knowledge.root, paths),
            )
            answer = f"Drafted {path} as proposed. It binds nobody until a person has accepted it; tell yours of it."
            asked.gave(answer, [path])
            return text_result(answer)

    return tool_of(propose, WRITES)


def write_draft(knowledge: Knowledge, kind: Kind, title: str, text: str, scope: Sequence[str]) -> str:
    """Writes a draft and returns its path. Raises `KbError` where there is one already, or it would be in force."""
    from ctxkb.adr.files import create
    from ctxkb_server.drafts import check_draft, check_text, decision_draft, rule_draft, scoped

    title, text = (visible(masked(written, knowledge.config.privacy)) for written in (title, text))
    check_text(text)
    if kind is Kind.DECISION:
        begun, content = decision_draft(knowledge, title, date.today(), text)
        path, content = begun.path, scoped(content, scope)
    else:
        path, content = rule_draft(knowledge, title, text, scope)
    check_draft(knowledge, kind, path, content)
    if not current().sight.sees(kind, path):
        raise KbError(f"{path} lies outside of what you may see; ask for a token that reaches it")
    create(knowledge.root, path, content)
    return path


def _scope(root: Path, paths: Sequence[str]) -> list[str]:
    """The globs that a draft governs, relative to the root. Raises `KbError` for one that cannot be used."""
    if len(paths) > MOST_SCOPES:
        raise KbError(f"{len(paths)} paths are too many; give at most {MOST_SCOPES}, or globs such as api/**")
    globs = [glob for path in paths if (glob := repository_path(root, arguments.clean(path)))]
    for glob in globs:
        if fault := glob_fault(glob):
            raise KbError(fault)
    return globs
