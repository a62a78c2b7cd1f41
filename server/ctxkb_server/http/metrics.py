"""The server's figures, as Prometheus reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from ctxkb_server.audit import Audit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb.config import Privacy
    from ctxkb_server.audit import Call, Refusal

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
TOKENS = (50, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
KNOWN_REASONS = 60
"""So many different reasons are counted apart: what clients send must not make the figures grow."""


class Metrics:
    """Counts what happens. Names and labels are documented in docs/network.md."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call] # a second line for each, which nobody asks for
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter("kb_http_requests", "Requests answered.", ["status"], registry=self.registry)
        self.seconds = Histogram("kb_http_seconds", "Seconds a request took.", registry=self.registry, buckets=SECONDS)
        self.refused = Counter("kb_refused", "Requests turned away.", ["reason"], registry=self.registry)
        self.calls = Counter(
            "kb_calls", "Calls of tools, by how they ended.", ["tool", "outcome"], registry=self.registry
        )
        self.call_seconds = Histogram(
            "kb_call_seconds", "Seconds a call took.", ["tool"], registry=self.registry, buckets=SECONDS
        )
        self.tokens = Histogram(
            "kb_answer_tokens", "Tokens of an answer.", ["tool"], registry=self.registry, buckets=TOKENS
        )
        self._documents = Gauge("kb_documents", "Documents in the index.", ["kind"], registry=self.registry)
        self._units = Gauge("kb_units", "Units in the index.", registry=self.registry)
        self._complete = Gauge("kb_index_complete", "1 while the index lacks nothing.", registry=self.registry)
        self._reasons: set[str] = set()

    def watch(self, name: str, about: str, figure: Callable[[], float]) -> None:
        """Adds a figure that is asked for when somebody reads."""
        Gauge(name, about, registry=self.registry).set_function(figure)

    def refuse(self, why: str) -> None:
        """Counts a refusal by the words before a colon, which hold nothing that a client sent."""
        reason = why.partition(":")[0]
        if len(self._reasons) < KNOWN_REASONS:
            self._reasons.add(reason)
        self.refused.labels(reason if reason in self._reasons else "other").inc()

    def called(self, call: Call) -> None:
        """Counts a call."""
        outcome = "error" if call.error else call.confidence or "given"
        self.calls.labels(call.tool, outcome).inc()
        self.call_seconds.labels(call.tool).observe(call.ms / 1000)
        self.tokens.labels(call.tool).observe(call.tokens)

    def text(self, catalog: Catalog) -> bytes:
        """All figures in the text format of Prometheus, those of the index as of now."""
        for kind, number in catalog.counts().items():
            self._documents.labels(kind).set(number)
        self._units.set(catalog.unit_count())
        self._complete.set(1 if catalog.meta("complete") else 0)
        return generate_latest(self.registry)


class CountedAudit(Audit):
    """The log of a server that counts too; where nothing shall be written it only counts."""

    def __init__(
        self, folder: Path, largest: int, privacy: Callable[[], Privacy], *, metrics: Metrics, writes: bool
    ) -> None:
        super().__init__(folder, largest, privacy)
        self._metrics = metrics
        self._writes = writes

    def record(self, call: Call) -> None:
        """Counts one call, and writes it."""
        self._metrics.called(call)
        if self._writes:
            super().record(call)

    def refuse(self, refusal: Refusal) -> None:
        """Counts one refusal, and writes it."""
        self._metrics.refuse(refusal.why)
        if self._writes:
            super().refuse(refusal)
