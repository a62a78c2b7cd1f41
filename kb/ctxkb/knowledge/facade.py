"""Answers from one repository's catalog: what binds comes first, then what the words find, within the budget."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING

from ctxkb.budget.loaded import loaded_by_client
from ctxkb.budget.pack import MOST, Order, clamp
from ctxkb.budget.render import place
from ctxkb.errors import StoreError
from ctxkb.knowledge import reading
from ctxkb.knowledge.authority import authority_lines
from ctxkb.knowledge.couplings import coupling_lines
from ctxkb.knowledge.gaps import remember
from ctxkb.knowledge.receipts import Counter
from ctxkb.knowledge.requests import SearchResult, checked_kinds, repository_path, storable
from ctxkb.knowledge.reranking import Reranking, open_reranker
from ctxkb.knowledge.weighed import weighed
from ctxkb.retrieve.asked import Asked
from ctxkb.retrieve.binding import bound_units
from ctxkb.retrieve.confidence import USUAL_THEME, confidence
from ctxkb.retrieve.evidence import NEAREST, ask, gather
from ctxkb.retrieve.library import Library, load_library
from ctxkb.retrieve.rank import rank
from ctxkb.retrieve.subjects import Subjects, load_subjects
from ctxkb.retrieve.weights import Weights
from ctxkb.types import Confidence, Hit, Kind, Pack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ctxkb.budget.pack import Format
    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import Row
    from ctxkb.catalog.view import CatalogView
    from ctxkb.config import Config
    from ctxkb.embed.interface import Embedder
    from ctxkb.knowledge.reading import Reading
    from ctxkb.knowledge.requests import Request
    from ctxkb.rerank.interface import Scorer
    from ctxkb.retrieve.evidence import Question
    from ctxkb.retrieve.ranked import Ranked
    from ctxkb.vectors.interface import VectorIndex

INCOMPLETE = "The index is being built: this answer may lack documents."
LOOKING = "The files are being looked through since the start: this answer rests on the index from before it."
GAP_RECORDED = "The question was recorded as a gap."
GAP_LOST = "The question could not be recorded as a gap."

BINDING_SHARE = 0.6
"""The share of the budget that goes to what binds the paths before the task's own words get their turn."""

WIDE_SHARE = 0.35
"""The share of it for what applies everywhere."""

MOST_HITS = 60
"""How many units found by words are tried against the budget."""


class Knowledge:
    """Answers from one repository's catalog. Thread-safe; `embedder` and `vectors` may give None while not ready.

    So may `reranker`; without one the configured model is loaded by the first question, which waits for it. `looked`
    tells whether the catalog was compared with the files since whoever keeps it began.
    """

    def __init__(
        self,
        root: Path,
        config: Config,
        catalog: Catalog,
        embedder: Callable[[], Embedder | None],
        vectors: Callable[[], VectorIndex | None],
        weights: Weights | None = None,
        reranker: Callable[[], Scorer | None] | None = None,
        looked: Callable[[], bool] = lambda: True,
    ) -> None:
        self.root = root
        self.config = config
        self.catalog = catalog
        self.embedder = embedder
        self.looked = looked
        self._vectors = vectors
        self._weights = weights or Weights()
        self._reranking = Reranking(config.rerank, reranker or cache(partial(open_reranker, config.rerank)))
        self._load: Callable[[], Library] = partial(load_library, catalog)
        self._library: Library | None = None
        self._subjects: tuple[tuple[int, str], Subjects | None] | None = None
        self._lock = threading.Lock()

    @property
    def library(self) -> Library:
        """All documents of the catalog's present state."""
        held = self._library
        if held is None or held.generation != self.catalog.generation:
            with self._lock:
                held = self._library = self._load()
        return held

    def seen(self, catalog: CatalogView, vectors: Callable[[], VectorIndex | None]) -> Knowledge:
        """The same knowledge base as far as `catalog` shows it; `vectors` are those of what it shows."""
        weights, reranker = self._weights, self._reranking.scorer
        part = Knowledge(self.root, self.config, catalog, self.embedder, vectors, weights, reranker, self.looked)
        part._load = lambda: self.library.only((one.id for one in catalog.documents()), catalog.state())
        return part

    def search(
        self,
        query: str,
        *,
        kinds: Sequence[str] = (),
        path: str = "",
        status: str = "",
        tags: Sequence[str] = (),
        limit: int = 10,
    ) -> SearchResult:
        """The units that answer `query` best: of some kinds, governing or in `path`, of a status, with all tags."""
        wanted = checked_kinds(kinds)
        near = repository_path(self.root, path) if path else ""
        _, library = self._settled(query)
        _, ranked, sure = self._answer(library, query, wanted)
        governing = {document.id for document, _ in library.governing([near])} if near else set()
        facets = {tag.casefold() for tag in tags}
        hits = []
        for found in ranked:
            hit = _hit(library, found.row, found.score, found.why)
            inside = not near or hit.unit.document in governing or f"{hit.unit.path}/".startswith(f"{near}/")
            tagged = facets <= {tag.casefold() for tag in library.documents[hit.unit.document].tags}
            if inside and tagged and (not status or hit.status == status):
                hits.append(hit)
        return SearchResult(tuple(hits[: max(limit, 1)]), sure if hits else "none")

    def context(self, request: Request) -> Pack:
        """What binds a task and its paths, and what its words find, within the budget."""
        kinds = checked_kinds(request.kinds)
        paths = tuple(repository_path(self.root, path) for path in request.paths)
        unfinished, library = self._settled(request.task)
        question, ranked, sure = self._answer(library, request.task, kinds)
        notes = (*unfinished, *self._reranking.notes())
        if request.task.strip() and not unfinished:
            if sure == "none":
                notes = (*notes, *_nearest(ranked), *self._gap(request, paths, ranked, sure))
            elif sure == "low" and request.client:  # a person sees for themselves whether it is an answer
                self._gap(request, paths, ranked, sure)
        found = ranked if sure != "none" else []
        hits = self._ordered(library, paths, found, kinds, request.budget)
        if hits and not request.task.strip():
            sure = "high"
        configured = self.config.budget.loaded_by_client
        cited = loaded_by_client(hits, request.client, configured, library.documents)
        authority = authority_lines(self.root, self.config.authority, paths)
        couplings = coupling_lines(self.config, paths)
        order = Order(
            request.task, paths, sure, hits, question.rarity, "", notes, cited, authority=authority, couplings=couplings
        )
        counter = Counter(self.catalog, library, request.budget, request.format, request.record)
        return counter.give(order, request.have, kinds)

    def rules(self, paths: Sequence[str], budget: int = MOST, form: Format = "text") -> Pack:
        """What binds `paths`, no question needed."""
        inside = tuple(repository_path(self.root, path) for path in paths)
        unfinished, library = self._settled("")
        hits = self._ordered(library, inside, [], (), budget)
        authority = authority_lines(self.root, self.config.authority, inside)
        couplings = coupling_lines(self.config, inside)
        sure: Confidence = "high" if hits or authority or couplings else "none"
        order = Order("", inside, sure, hits, {}, "", unfinished, authority=authority, couplings=couplings)
        return Counter(self.catalog, library, budget, form).give(order)

    def read(self, identity: str, budget: int = 4000) -> Reading:
        """The unit or document that `identity` names: an id, a path, `path:line`, or a number such as ADR-0012.

        Raises `KbError` where nothing has that name, naming the nearest.
        """
        return reading.read(self.catalog, self.library, storable(identity), budget, self.config.check)

    def _answer(self, library: Library, text: str, kinds: Sequence[Kind]) -> tuple[Question, list[Ranked], Confidence]:
        """What answers a question among the documents of some kinds, and how sure it is that they do."""
        text = storable(text)
        embedder = self.embedder() if text.strip() else None
        vectors = self._vectors() if embedder else None
        asked = Asked(text, embedder, vectors, NEAREST) if embedder and vectors else None
        question = ask(self.catalog, text)
        evidence = gather(self.catalog, question, asked, self._weights)
        subjects = self._subjects_of(embedder.name) if embedder and vectors else None
        ranked = rank(question, asked, evidence, library, subjects, self.catalog, self._weights)
        if kinds:
            evidence = [e for e in evidence if e.row.unit.kind in kinds]
            ranked = [found for found in ranked if found.row.unit.kind in kinds]
        ranked = self._reranking.apply(text, ranked, library)
        theme = subjects.theme(asked.nearest().vector) if subjects and asked else USUAL_THEME
        return question, ranked, confidence(self.catalog, question, evidence, theme)

    def _gap(
        self, request: Request, paths: Sequence[str], ranked: Sequence[Ranked], sure: Confidence
    ) -> tuple[str, ...]:
        """Records a question without an answer, and says so; an index that cannot be written answers all the same."""
        if not request.record:
            return ()
        nearest = [found.row.unit for found in ranked]
        try:
            remember(self, request.task, datetime.now(UTC), nearest, paths=paths, confidence=sure)
        except StoreError:
            return (GAP_LOST,)
        return (GAP_RECORDED,)

    def _subjects_of(self, model: str) -> Subjects | None:
        """What the documents are about, read again when the catalog changed."""
        state = (self.catalog.generation, model)
        if self._subjects is None or self._subjects[0] != state:
            self._subjects = (state, load_subjects(self.catalog, model))
        return self._subjects[1]

    def _ordered(
        self,
        library: Library,
        paths: Sequence[str],
        ranked: Sequence[Ranked],
        kinds: Sequence[str],
        budget: int,
    ) -> list[Hit]:
        """What binds the paths first, one unit of each document before any other; what the words find; the rest.

        What applies everywhere may take less: the wider a rule, the more it leaves to the words of the task.
        """
        scores = {found.row.row: found.score for found in ranked}
        hits: dict[str, Hit] = {}
        rest: list[Hit] = []
        room, wide = clamp(budget) * BINDING_SHARE, clamp(budget) * WIDE_SHARE
        binding = bound_units(self.catalog, library, paths, scores, kinds) if paths else []
        for bound in sorted(binding, key=lambda bound: not bound.lead):
            hit = _hit(library, bound.row, scores.get(bound.row.row, 0.0), bound.why)
            near = bound.near and bound.row.unit.kind is not Kind.CONTRACT
            leads = bound.lead and (bound.near or wide > 0)
            if leads or (room > 0 and bound.rules and near):
                hits[hit.unit.id] = hit
                room -= bound.row.unit.tokens
                wide -= 0 if bound.near else bound.row.unit.tokens
            else:
                rest.append(hit)
        for found in ranked[:MOST_HITS]:
            hits.setdefault(found.row.unit.id, _hit(library, found.row, found.score, found.why, paths))
        for hit in rest:
            hits.setdefault(hit.unit.id, hit)
        return weighed(library, self.config.check, paths, list(hits.values()))

    def _settled(self, text: str) -> tuple[tuple[str, ...], Library]:
        """What the index lacks, and its documents, once there is a model for `text`: meanwhile files are taken in."""
        if text.strip():
            self.embedder()
        if not self.catalog.meta("complete"):
            return (INCOMPLETE,), self.library
        return () if self.looked() else (LOOKING,), self.library


def _nearest(ranked: Sequence[Ranked]) -> tuple[str, ...]:
    """Where a reader may look who knows better: the best units of the three documents that come nearest."""
    places: dict[str, str] = {}
    for found in ranked:
        places.setdefault(found.row.unit.document, place(found.row.unit))
    return (f"Nearest, though probably no answer: {', '.join(list(places.values())[:3])}.",) if places else ()


def _hit(library: Library, row: Row, score: float, why: str, paths: Sequence[str] = ()) -> Hit:
    document = library.documents[row.unit.document]
    binding = library.binds_on(document, paths)
    return Hit(row.unit, score, why, document.status, library.heirs(document.id), binding)
