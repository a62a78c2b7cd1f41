"""The state of an index, as `kb status` and `kb doctor` tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb.types import Problem


@dataclass(frozen=True, slots=True)
class State:
    """What an index holds, and how fresh it is.

    `documents` counts them by kind; `embedded` and `wanted` count the texts with a vector and all of them; `owner` is
    the id of the process that keeps the index up to date, 0 where none does; `stale` are the paths that changed, or are
    gone, since they were read.
    """

    documents: dict[str, int]
    units: int
    embedded: int
    wanted: int
    generation: int
    complete: bool
    owner: int
    stale: tuple[str, ...]
    problems: tuple[Problem, ...]


def look(root: Path) -> State | None:
    """The state of the index of `root`, None where there is none. Raises `KbError` where it cannot be read."""
    from ctxkb.catalog.read import DATABASE, Catalog
    from ctxkb.config import load_config
    from ctxkb_ingest.stale import stale_paths

    folder = root / ".kb"
    if not (folder / DATABASE).exists():
        return None
    catalog = Catalog(folder)
    try:
        embedded, wanted = _embeddings(catalog)
        return State(
            documents=catalog.counts(),
            units=catalog.unit_count(),
            embedded=embedded,
            wanted=wanted,
            generation=catalog.generation,
            complete=bool(catalog.meta("complete")),
            owner=owner(root),
            stale=stale_paths(root, load_config(root), catalog),
            problems=tuple(catalog.problems()),
        )
    finally:
        catalog.close()


def _embeddings(catalog: Catalog) -> tuple[int, int]:
    """How many texts have a vector, and how many want one."""
    _, _, wanted = catalog.totals()
    if catalog.meta("complete"):
        return wanted, wanted
    query = (
        "SELECT count(DISTINCT p.hash) FROM passages p WHERE EXISTS (SELECT 1 FROM embeddings e WHERE e.hash = p.hash)"
    )
    return int(catalog.connection.execute(query).fetchone()[0]), wanted


def owner(root: Path) -> int:
    """The process that keeps the index of `root` up to date, 0 where none answers."""
    from ctxkb_ingest.ask import ask_owner

    answer = ask_owner(root, "ping", {}, timeout=2.0)
    return int(answer["pid"]) if answer else 0


def state_json(state: State) -> dict[str, Any]:
    """The shape of `kb status --json`."""
    from ctxkb_ingest.report import problem_json

    return {
        "documents": state.documents,
        "units": state.units,
        "embeddings": {"done": state.embedded, "wanted": state.wanted},
        "generation": state.generation,
        "complete": state.complete,
        "owner": state.owner or None,
        "stale": list(state.stale),
        "problems": [problem_json(problem) for problem in state.problems],
    }
