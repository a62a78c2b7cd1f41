"""Makes the trace of `kb trace`: over the index of the repository, and its past in a temporary folder."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctxkb.check.git import Git
    from ctxkb.knowledge import Knowledge
    from ctxkb.trace.target import Target
    from ctxkb.trace.verdict import Case, Trace


@contextmanager
def traced(root: Path, what: str, rule: str) -> Iterator[tuple[Case, list[Trace]]]:
    """The verdicts on what `what` names, as long as its two states are open. Raises `KbError`."""
    from ctxkb.catalog.calls import logged_calls
    from ctxkb.check.git import open_git
    from ctxkb.cli.building import built
    from ctxkb.trace.answers import given
    from ctxkb.trace.suspects import suspects
    from ctxkb.trace.target import find_target
    from ctxkb.trace.verdict import Case, judge, none_governed

    git = open_git(root)
    target = find_target(git, what)
    with built(root, warm=True) as now, _past(git, target, now) as past:
        asked = given(target, now.catalog.receipts, logged_calls(now.catalog.folder))
        case = Case(target, past, now, asked)
        found = suspects(target, past, now, rule)
        traces = [judge(case, each, _contents(git, target, each.document)) for each in found]
        yield case, traces or [none_governed(case)]


@contextmanager
def _past(git: Git, target: Target, now: Knowledge) -> Iterator[Knowledge]:
    """The knowledge base as it was before the commit; empty before the first one."""
    from ctxkb.cli.building import model
    from ctxkb.cli.evaluating import bring_up, catalog_apart
    from ctxkb.evaluate.history.past import Past
    from ctxkb.knowledge import Knowledge
    from ctxkb_ingest.scan import Scan

    config, embedder = now.config, model(now.config)
    with catalog_apart(now.root, embedder) as catalog:
        folder = catalog.folder.parent
        past = Past(git, config.sources, folder, config.index.max_file_kb * 1000)
        bring_up(past.move_to(target.parent) if target.parent else (), folder, config, catalog, embedder)
        yield Knowledge(folder, config, catalog, embedder, Scan(catalog, embedder).current)


def _contents(git: Git, target: Target, document: str) -> list[bytes]:
    """The bytes of a document's file before the commit and in it."""
    path = document.partition("#")[0]
    found = [git.ask("cat-file", "blob", f"{commit}:./{path}") for commit in (target.parent, target.commit) if commit]
    return [content for content in found if content is not None]
