"""Makes the measurements of `kb eval`: over the index of the repository, or over its past in a temporary folder."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ctxkb.cli.output import note, plural
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ctxkb.catalog.read import Catalog
    from ctxkb.config import Config
    from ctxkb.embed.interface import Embedder
    from ctxkb.evaluate.figures import Report
    from ctxkb_ingest.report import Progress

T = TypeVar("T")

USUAL_FILES = ("docs/kb-eval.jsonl", "kb-eval.jsonl")


def from_file(root: Path, file: Path | None, budgets: Sequence[int], at: int) -> Report:
    """Asks the questions of `file`, or of the repository's usual file, over its documents as they are now."""
    from ctxkb.cli.building import built
    from ctxkb.evaluate.questions import read_questions
    from ctxkb.evaluate.run import evaluate

    found = file or _usual_file(root)
    name = found.relative_to(root).as_posix() if found.is_relative_to(root) else found.as_posix()
    questions = read_questions(_text(found), name)
    with built(root) as knowledge:
        return evaluate(knowledge, _told(questions, "Asking questions"), name, budgets, at)


def _usual_file(root: Path) -> Path:
    found = next((root / name for name in USUAL_FILES if (root / name).is_file()), None)
    if found is None:
        raise ConfigError(
            f"there is no {' or '.join(USUAL_FILES)} in {root}: write one question a line there, such as "
            '{"query": "How do we log?", "must_contain": ["structlog"]}, or name a FILE, or ask the past: '
            "kb eval --from-history"
        )
    return found


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}; name a file of questions") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is not UTF-8; save it as UTF-8") from error


def from_history(
    root: Path, config: Config, last: int, budgets: Sequence[int], at: int, embedder: Callable[[], Embedder]
) -> Report:
    """Asks with the last commits that changed documents together with code; writes to a temporary folder only."""
    from ctxkb.check.git import Git, is_shallow
    from ctxkb.evaluate.history.choose import choose
    from ctxkb.evaluate.history.past import Past
    from ctxkb.evaluate.history.run import replay
    from ctxkb.knowledge import Knowledge
    from ctxkb_ingest.scan import Scan

    git = Git(root)
    if not git.word("rev-parse", "--verify", "--quiet", "HEAD^{commit}"):
        raise ConfigError(f"{root} has no git history to ask; write questions into {USUAL_FILES[0]} instead")
    if is_shallow(git):
        note("This clone is shallow, so that its past is cut off; fetch the rest: git fetch --unshallow")
    started = time.monotonic()
    choice = choose(git, config.sources, last)
    with catalog_apart(root, embedder) as catalog:
        folder = catalog.folder.parent
        past = Past(git, config.sources, folder, config.index.max_file_kb * 1000)
        if choice.cases:
            bring_up(past.move_to(choice.cases[0].parent), folder, config, catalog, embedder)
        begun = time.monotonic()
        knowledge = Knowledge(folder, config, catalog, embedder, Scan(catalog, embedder).current)
        cases = _told(choice.cases, "Asking with commits")
        report = replay(choice, cases, past, refresher(folder, config, catalog, embedder), knowledge, budgets, at)
    spent = f"{begun - started:.1f} s to begin with, then {time.monotonic() - begun:.1f} s"
    note(f"{plural(len(choice.cases), 'commit')}: {spent}")
    return report


@contextmanager
def catalog_apart(root: Path, embedder: Callable[[], Embedder]) -> Iterator[Catalog]:
    """An empty catalog in a temporary folder, with the embeddings that the repository's own index has."""
    from tempfile import TemporaryDirectory

    from ctxkb.catalog.read import DATABASE
    from ctxkb.evaluate.history.borrow import borrow_embeddings
    from ctxkb_ingest.folder import FOLDER
    from ctxkb_ingest.repair import open_for_writing

    with TemporaryDirectory(prefix="kb-past-") as name:
        catalog = open_for_writing(Path(name).resolve())
        try:
            borrow_embeddings(root / FOLDER / DATABASE, catalog, embedder().name)
            yield catalog
        finally:
            catalog.close()


def bring_up(
    paths: Sequence[str], folder: Path, config: Config, catalog: Catalog, embedder: Callable[[], Embedder]
) -> None:
    """The first index of the past, which is the long one."""
    from ctxkb.cli.progress import Bar

    with Bar() as bar:
        refresher(folder, config, catalog, embedder, bar)(paths)


def refresher(
    folder: Path,
    config: Config,
    catalog: Catalog,
    embedder: Callable[[], Embedder],
    progress: Progress | None = None,
) -> Callable[[Sequence[str]], None]:
    """What brings the catalog up to date with changed files of `folder`."""
    from ctxkb.text.ignore import KBIGNORE
    from ctxkb_ingest.index import index_repository

    def refresh(paths: Sequence[str]) -> None:
        whole = KBIGNORE in paths
        some = None if whole else list(paths)
        index_repository(folder, config, catalog, embedder, progress=progress, full=whole, paths=some)

    return refresh


def _told(items: Sequence[T], what: str) -> Iterable[T]:
    """`items`, with a bar on a terminal that tells how many of them are done."""
    if not sys.stderr.isatty() or not items:
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, what, console=Console(stderr=True), transient=True)
