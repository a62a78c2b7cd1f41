"""Repositories of any size: guides, decisions and rules whose sentences come from real documents.

The words are spread as real ones are, because each sentence was written by somebody; names of services and modules
are made up, a new one for every few documents, as a growing repository has them. The vectors of the texts are not
computed, which would take hours for a million, but lie where real ones do: between those of real texts, a little aside.
"""

from __future__ import annotations

import hashlib
import random
import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

import corpora
from ctxkb.config import load_config
from ctxkb.embed.registry import open_embedder
from ctxkb_ingest.index import index_repository
from ctxkb_ingest.repair import open_for_writing
from ctxkb_ingest.scan import save_snapshot
from measuring import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

UNITS = 7.0
"""How many units a generated document has on the average."""

AREAS = ("billing", "catalog", "search", "accounts", "mail", "reports", "gateway", "archive", "stock", "access")
SYLLABLES = ("ar", "bel", "cor", "dan", "el", "fin", "gor", "hal", "im", "jon", "kel", "lum", "mar", "nor", "or", "pel")
SECTION = (3, 7)
"""How many sentences a section has."""

BASIS = 600
"""So many real texts stand for all."""


def write(root: Path, units: int, seed: int = 0) -> None:
    """Writes a git repository of about `units` units, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    for number in range(round(units / UNITS)):
        path, text = decision(draw, number) if number % 8 == 0 else guide(draw, number)
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    for area in AREAS:
        (root / area).mkdir(parents=True, exist_ok=True)
        (root / area / "AGENTS.md").write_text(f"# Working on {area}\n\n{listed(draw, 8)}\n", "utf-8")
    corpora.commit(root)


def guide(draw: random.Random, number: int) -> tuple[str, str]:
    """Path and text of a guide in one of the areas."""
    name, area = called(draw), draw.choice(AREAS)
    parts = [f"# {name.title()}\n\n{said(draw, 3, name)}\n"]
    parts += [f"## {heading(draw)}\n\n{said(draw, draw.randint(*SECTION), name)}\n" for _ in range(draw.randint(4, 8))]
    return f"{area}/docs/{number // 100}/{name}-{number}.md", "\n".join(parts)


def decision(draw: random.Random, number: int) -> tuple[str, str]:
    """Path and text of a decision; every tenth replaces an earlier one."""
    name, order = called(draw), number // 8 + 1
    status = f"Accepted\n\nSupersedes [ADR-{order - 1:05}]({order - 1:05}.md)" if order % 10 == 0 else "Accepted"
    parts = {
        "Status": status,
        "Context": said(draw, 5, name),
        "Decision": said(draw, 4, name),
        "Consequences": listed(draw, 4),
    }
    body = "\n".join(f"## {title}\n\n{text}\n" for title, text in parts.items())
    return f"docs/adr/{order:05}.md", f"# {order}. {heading(draw)} in {name}\n\nDate: 2024-01-01\n\n{body}"


def called(draw: random.Random) -> str:
    """A name of a service or module that hardly any other document has."""
    return "-".join("".join(draw.choices(SYLLABLES, k=2)) for _ in range(2))


def heading(draw: random.Random) -> str:
    """A few words that a sentence begins with."""
    words = re.findall(r"\w+", draw.choice(sentences()))
    return " ".join(words[: draw.randint(2, 6)]).capitalize()


def said(draw: random.Random, count: int, name: str) -> str:
    """A paragraph of sentences, one of them about something by its name."""
    chosen = [draw.choice(sentences()) for _ in range(count)]
    chosen.insert(draw.randint(0, count), f"The {name} service takes part in it.")
    return " ".join(chosen)


def listed(draw: random.Random, count: int) -> str:
    """A list of sentences."""
    return "\n".join(f"- {draw.choice(sentences())}" for _ in range(count))


@cache
def sentences() -> tuple[str, ...]:
    """Sentences of prose from the corpora, or from this repository's own documents where those are not here."""
    found = corpora.found()
    folders = [found / "corpora" / name for name in corpora.NAMES] if found else [ROOT / "docs"]
    texts = (path.read_text("utf-8", "replace") for folder in folders for path in sorted(folder.rglob("*.md")))
    return tuple(dict.fromkeys(sentence for text in texts for sentence in _prose(text)))


def _prose(text: str) -> Iterator[str]:
    for paragraph in re.sub(r"(?ms)^```.*?^```", "", text).split("\n\n"):
        if re.match(r"[A-Z]", paragraph):
            for sentence in re.split(r"(?<=[.!?])\s+", " ".join(paragraph.split())):
                if 40 < len(sentence) < 240 and "|" not in sentence:
                    yield sentence


def asked(count: int) -> list[str]:
    """Questions about what generated documents say: those of the corpora first, then what sentences begin with."""
    known = (
        [question["query"] for name in corpora.NAMES for question in corpora.questions(name)] if corpora.found() else []
    )
    draw = random.Random(count)  # noqa: S311 - nothing secret
    more = [" ".join(draw.choice(sentences()).split()[:9]) for _ in range(max(0, count - len(known)))]
    return (known + more)[:count]


def index(root: Path) -> int:
    """Indexes a repository with vectors that stand for the bundled model's; how many units it has."""
    config, catalog = load_config(root), open_for_writing(root)
    vectors = Vectors()
    index_repository(root, config, catalog, lambda: vectors)
    save_snapshot(catalog, vectors.name, always=True)
    count = catalog.unit_count()
    catalog.close()
    return count


class Vectors:
    """An embedder that draws a vector for each text, the same for the same text, where real vectors lie."""

    def __init__(self) -> None:
        real = open_embedder("default")
        draw = random.Random(1)  # noqa: S311 - nothing secret
        self.name, self.dimensions = real.name, real.dimensions
        self._basis = real.embed([said(draw, draw.randint(*SECTION), called(draw)) for _ in range(BASIS)])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1: each between two real ones, a little aside."""
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts]
        drawn = np.stack([self._one(np.random.default_rng(seed)) for seed in seeds])
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)

    def _one(self, draw: np.random.Generator) -> NDArray[np.float32]:
        one, other = self._basis[draw.integers(0, BASIS, 2)]
        weight = draw.uniform(0.6, 0.95)
        mixed = weight * one + (1 - weight) * other + draw.standard_normal(self.dimensions) * 0.015
        return np.asarray(mixed, np.float32)
