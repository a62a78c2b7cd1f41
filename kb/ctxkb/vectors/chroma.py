"""Nearest neighbours by an embedded Chroma, which only the owner opens. It holds ids and vectors, nothing else."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from ctxkb.errors import StoreError
from ctxkb.vectors.collection import COLLECTION, SPACE, add_rows, change_rows, query_rows
from ctxkb.vectors.marker import LAYOUT, Held, clear, held_by, mark, unmark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Rows = tuple[NDArray[np.int64], NDArray[np.float32]]
    """Ids of shape (n,), and their vectors of shape (n, dimensions)."""


class ChromaIndex:
    """A collection in an embedded Chroma. Queries may run in several threads, beside one update.

    `mark_generation` says which generation of the catalog it holds, which a clean close notes.
    """

    def __init__(self, folder: Path, held: Held, *, dirty: bool) -> None:
        self._folder = folder
        self._held = held
        self._dirty = dirty
        self._broken = False
        self._asking = Lock()
        self._changing = Lock()
        self._client: Any = _open_client(folder)
        self._collection = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration=SPACE
        )

    @property
    def generation(self) -> int:
        """The generation of the catalog that it holds, as far as it was told."""
        return self._held.generation

    def mark_generation(self, generation: int) -> None:
        """Says that every change up to this generation of the catalog has been made here."""
        with self._changing:
            if generation != self._held.generation:
                self._soil()
                self._held = Held(self._held.model, generation, self._held.chroma)

    def query(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """At most `limit` (id, cosine similarity) pairs, the nearest first.

        Raises `StoreError` where Chroma fails; the folder stays marked then, and is rebuilt by the next who opens it.
        """
        with self._asking:
            self._insist_open()
            try:
                return query_rows(self._collection, vector, limit, str(self._folder))
            except StoreError:
                self._broken = True
                self._soil()
                raise

    def update(self, add: Sequence[tuple[int, NDArray[np.float32]]], remove: Sequence[int]) -> None:
        """Adds and removes vectors; adding an id that exists replaces its vector.

        The folder is marked until it is closed cleanly, for ever if this raises `StoreError`: it is then rebuilt.
        """
        if not add and not remove:
            return
        with self._changing:
            self._insist_open()
            with self._soiled() as batch:
                change_rows(self._collection, add, remove, batch, str(self._folder))

    def load(self, rows: Iterable[Rows]) -> None:
        """Adds rows that are not there yet, which is faster than `update`."""
        with self._changing:
            self._insist_open()
            with self._soiled() as batch:
                for ids, matrix in rows:
                    add_rows(self._collection, ids, matrix, batch, str(self._folder))

    def close(self) -> None:
        """Closes Chroma and takes the marker away, unless a change failed. Closing twice does nothing."""
        with self._changing, self._asking:
            if self._client is None:
                return
            client, self._client, self._collection = self._client, None, None
            client.close()
            if self._dirty and not self._broken:
                unmark(self._folder, self._held)
                self._dirty = False

    @contextmanager
    def _soiled(self) -> Iterator[int]:
        """Marks the folder for the length of a change, which may use batches of this many rows."""
        self._soil()
        broken, self._broken = self._broken, True
        yield self._client.get_max_batch_size()
        self._broken = broken

    def _soil(self) -> None:
        if not self._dirty:
            mark(self._folder)
            self._dirty = True

    def _insist_open(self) -> None:
        if self._client is None:
            raise StoreError(f"the vectors in {self._folder} were closed")


def needs_rebuild(folder: Path, model: str, generation: int) -> bool:
    """Whether `open_chroma` would rebuild: not closed cleanly, or of another model, version or generation."""
    return held_by(folder) != _held(model, generation)


def open_chroma(
    folder: Path, model: str, dimensions: int, load: Callable[[], Iterable[Rows]], generation: int
) -> ChromaIndex:
    """The collection in `folder` if it was closed cleanly with the vectors of `model` at `generation`, else a new one.

    A folder that was not closed cleanly is deleted without being opened, and filled from `load`, which gives every
    live row of the catalog in parts of any size: 2 s for 10,000, a minute for 100,000. Raises `StoreError` where
    that fails; the folder is then marked.
    """
    held = _held(model, generation)
    if held_by(folder) == held:
        return ChromaIndex(folder, held, dirty=False)
    clear(folder)
    index = ChromaIndex(folder, held, dirty=True)
    try:
        index.load(_checked(load(), model, dimensions))
    except BaseException:
        index.close()  # leaves the marker, because loading did not come to its end
        raise
    return index


def _checked(rows: Iterable[Rows], model: str, dimensions: int) -> Iterator[Rows]:
    for ids, matrix in rows:
        if len(ids) and matrix.shape != (len(ids), dimensions):
            raise StoreError(
                f"the catalog's vectors of {model} have the shape {matrix.shape}, not {(len(ids), dimensions)}; "
                "run `kb index --full`"
            )
        yield ids, matrix


def _held(model: str, generation: int) -> Held:
    from importlib.metadata import version

    return Held(model, generation, version("chromadb"), LAYOUT)


def _open_client(folder: Path) -> Any:  # noqa: ANN401 - chromadb's client class is private
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=folder / "db", settings=Settings(anonymized_telemetry=False))
