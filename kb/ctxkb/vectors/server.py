"""Nearest neighbours by a Chroma server: one catalog writes its collection, and every process asks it."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager, suppress
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ctxkb.errors import ConfigError, StoreError
from ctxkb.vectors.collection import SPACE, add_rows, change_rows, query_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Rows = tuple[NDArray[np.int64], NDArray[np.float32]]


class ChromaServerIndex:
    """The collection of one catalog and one model on a Chroma server.

    A rebuilt collection has a new identity on the server; a query that meets the old one looks it up again.
    """

    def __init__(self, url: str, repository: str, model: str) -> None:
        self._url = url
        self._name = collection_name(repository, model)
        self._model = model
        self._changing = Lock()
        with _reachable(url):
            self._client = _open_client(url)
            self._collection = self._find()

    @property
    def generation(self) -> int | None:
        """The catalog's generation that the server holds; None where it holds nothing whole."""
        with _reachable(self._url):
            collection = self._collection = self._find()
        return None if collection is None else (collection.metadata or {}).get("generation")

    def mark_generation(self, generation: int) -> None:
        """Says that every change up to this generation of the catalog has reached the server."""
        with self._changing, _reachable(self._url):
            self._existing().modify(metadata={"model": self._model, "generation": generation})

    def query(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """At most `limit` (id, cosine similarity) pairs, the nearest first; none where the collection is not there.

        Raises `StoreError` where the server cannot be asked.
        """
        from chromadb.errors import NotFoundError

        with _reachable(self._url):
            if self._collection is None:
                self._collection = self._find()
            if self._collection is None:
                return []
            try:
                return query_rows(self._collection, vector, limit, self._url)
            except StoreError as error:
                if not isinstance(error.__cause__, NotFoundError):
                    raise
            self._collection = self._find()
            return [] if self._collection is None else query_rows(self._collection, vector, limit, self._url)

    def update(self, add: Sequence[tuple[int, NDArray[np.float32]]], remove: Sequence[int]) -> None:
        """Adds and removes vectors; adding an id that exists replaces its vector. No generation holds until marked."""
        with self._changing, _reachable(self._url):
            collection = self._existing()
            collection.modify(metadata={"model": self._model})
            change_rows(collection, add, remove, self._client.get_max_batch_size(), self._url)

    def rebuild(self, rows: Iterable[Rows], generation: int) -> None:
        """Replaces the collection by `rows`, and marks it as `generation` once all of them are there."""
        from chromadb.errors import NotFoundError

        with self._changing, _reachable(self._url):
            with suppress(NotFoundError):  # the first time there is none
                self._client.delete_collection(self._name)
            collection = self._client.create_collection(
                self._name, embedding_function=None, configuration=SPACE, metadata={"model": self._model}
            )
            for ids, matrix in rows:
                add_rows(collection, ids, matrix, self._client.get_max_batch_size(), self._url)
            collection.modify(metadata={"model": self._model, "generation": generation})
            self._collection = collection

    def close(self) -> None:
        """Closes the connection. Closing twice does nothing."""
        self._client.close()
        for client in (self._client, getattr(self._client, "_admin_client", None)):
            session = getattr(getattr(client, "_server", None), "_session", None)
            if session is not None:  # chromadb 1.5.9 leaves the connections of its two HTTP sessions open
                session.close()

    def _find(self) -> Any:  # noqa: ANN401 - chromadb's classes are met late
        from chromadb.errors import NotFoundError

        try:
            return self._client.get_collection(self._name, embedding_function=None)
        except NotFoundError:
            return None

    def _existing(self) -> Any:  # noqa: ANN401 - see above
        found = self._find()
        if found is None:
            raise StoreError(f"the Chroma server at {self._url} lost the collection {self._name}; run `kb index`")
        self._collection = found
        return found


def open_chroma_server(
    url: str, repository: str, model: str, load: Callable[[], Iterable[Rows]] | None = None, generation: int = 0
) -> ChromaServerIndex:
    """The collection of `repository` (one catalog: ids are its row numbers) and `model` on the server at `url`.

    With `load` the collection is rebuilt where it does not hold this generation; who only asks leaves it out.
    Raises `ConfigError` for a url that is none, `StoreError` where the server cannot be reached.
    """
    index = ChromaServerIndex(url, repository, model)
    if load is not None and index.generation != generation:
        index.rebuild(load(), generation)
    return index


def collection_name(repository: str, model: str) -> str:
    """A name that Chroma takes, and that no other repository or model has."""
    digest = hashlib.sha256("\n".join((repository, model)).encode())
    return f"ctxkb-{digest.hexdigest()[:24]}"


def _open_client(url: str) -> Any:  # noqa: ANN401 - chromadb's client class is private
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 8000)
    except ValueError:
        port = 0
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port:
        raise ConfigError(f'[vectors] url "{url}" is not an address such as "http://localhost:8000"')
    import chromadb
    from chromadb.config import Settings

    return chromadb.HttpClient(
        host=parts.hostname,
        port=port,
        ssl=parts.scheme == "https",
        settings=Settings(anonymized_telemetry=False),
    )


@contextmanager
def _reachable(url: str) -> Iterator[None]:
    """Turns what happens when nobody answers into a `StoreError`."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (httpx.HTTPError, ChromaError, ValueError, OSError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise StoreError(
            f"the Chroma server at {url} cannot be used: {said}; "
            'start it (`chroma run`), correct [vectors] url, or set it to "" for the embedded one'
        ) from error
