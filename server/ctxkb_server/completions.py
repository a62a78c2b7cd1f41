"""Completion of what a person types: ids in a resource's address, and paths in a prompt's arguments."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from mcp.types import Completion, PromptReference, ResourceTemplateReference

from ctxkb.errors import KbError
from ctxkb.knowledge.requests import repository_path
from ctxkb_ingest.listing import NEVER
from ctxkb_server.caller import current
from ctxkb_server.prompts import PATHS
from ctxkb_server.resources import complete_id, completion

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.knowledge import Knowledge

LONGEST = 4_096
"""Characters behind which nobody types on."""


def completed(
    knowledge: Knowledge, reference: PromptReference | ResourceTemplateReference, argument: str, typed: str
) -> Completion:
    """What may follow what was typed; nothing where nothing can be told."""
    if len(typed) > LONGEST:
        return completion([])
    if isinstance(reference, ResourceTemplateReference):
        return complete_id(knowledge, reference.uri, typed)
    return completion(_paths(knowledge.root, typed) if argument == PATHS.name else [])


def _paths(root: Path, typed: str) -> list[str]:
    """The files and folders that the last of some paths may go on to, each behind those before it."""
    if not current().sight.everything:
        return []
    before, comma, last = typed.rpartition(",")
    folder, _, begun = last.strip().rpartition("/")
    try:
        place = repository_path(root, folder)
        entries = sorted(_inside(root, place).iterdir())
    except (KbError, OSError):
        return []
    shown = [entry for entry in entries if entry.name.startswith(begun) and entry.name not in NEVER]
    names = [f"{PurePosixPath(place, entry.name)}{'/' if entry.is_dir() else ''}" for entry in shown]
    return [f"{before}{comma}{name}" for name in names]


def _inside(root: Path, place: str) -> Path:
    """A folder of the repository. Raises `KbError` where a link leads out of it."""
    folder = (root / place).resolve()
    if not folder.is_relative_to(root.resolve()):
        raise KbError(f"{place} leads out of the repository")
    return folder
