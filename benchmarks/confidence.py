"""What a bound on the confidence refuses: questions with an answer, and questions about another repository.

Run from the repository's root: `.venv/bin/python benchmarks/confidence.py [--quick]`. Each of two repositories is asked
its own labelled questions and those of the other. Prints a table of bounds and the shares that they refuse, and writes
the curves to docs/confidence.svg. `--quick` takes every fourth question and writes no file.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from corpora import NAMES, indexed, questions
from ctxkb.config import load_config
from ctxkb.retrieve.asked import Asked
from ctxkb.retrieve.confidence import LOW, certainty
from ctxkb.retrieve.evidence import NEAREST, ask, gather
from ctxkb.retrieve.subjects import load_subjects
from ctxkb_ingest.embedders import configured_embedder
from ctxkb_ingest.open import open_catalog, reader_vectors
from measuring import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

BOUNDS = (0.1, 0.2, 0.3, 0.4, LOW, 0.5, 0.6, 0.7, 0.8, 0.9)
KINDS = {"paraphrase", "identifier"}
"""The kinds of questions that are asked of the other repository, as `evaluate.py --foreign` takes them."""

WIDTH, HEIGHT, EDGE = 480, 260, 40


def main() -> None:
    """Prints the table, and writes the curves."""
    quick = "--quick" in sys.argv
    own: list[float] = []
    foreign: list[float] = []
    for name, other in zip(NAMES, reversed(NAMES), strict=True):
        answerable = [q["query"] for q in questions(name) if q["relevant"]]
        strange = [q["query"] for q in questions(other) if q["relevant"] and q["kind"] in KINDS]
        step = 4 if quick else 1
        own.extend(_measured(name, answerable[::step]))
        foreign.extend(_measured(name, strange[::step]))
    print(f"| bound | of {len(own)} with an answer refused | of {len(foreign)} about the other repository refused |")
    print("|---|---|---|")
    for bound in BOUNDS:
        print(f"| {bound:g} | {_refused(own, bound):.3f} | {_refused(foreign, bound):.3f} |")
    if not quick:
        (ROOT / "docs" / "confidence.svg").write_text(_drawn(own, foreign), "utf-8")


def _measured(name: str, texts: Sequence[str]) -> list[float]:
    """The certainty of each text as a question to one repository."""
    with indexed(name) as root:
        config = load_config(root)
        embedder = configured_embedder(config)
        catalog = open_catalog(root)
        vectors = reader_vectors(catalog, "", embedder)()
        assert vectors is not None, "the index was just made"
        subjects = load_subjects(catalog, embedder().name)
        assert subjects is not None, "there are many documents"
        found = []
        for text in texts:
            question = ask(catalog, text)
            asked = Asked(text, embedder(), vectors, NEAREST)
            theme = subjects.theme(asked.nearest().vector)
            found.append(certainty(catalog, question, gather(catalog, question, asked), theme))
        catalog.close()
    return found


def _refused(measured: Sequence[float], bound: float) -> float:
    return sum(value < bound for value in measured) / len(measured)


def _drawn(own: Sequence[float], foreign: Sequence[float]) -> str:
    """The shares refused over the bound, as SVG."""
    across = [number / 100 for number in range(101)]

    def place(bound: float, share: float) -> str:
        return f"{EDGE + bound * (WIDTH - 2 * EDGE):.1f},{HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE):.1f}"

    def line(measured: Sequence[float], colour: str) -> str:
        points = " ".join(place(bound, _refused(measured, bound)) for bound in across)
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'

    low = place(LOW, 0.0).split(",")[0]
    ticks = "".join(
        f'<text x="{place(at / 4, 0).split(",")[0]}" y="{HEIGHT - EDGE + 16}" text-anchor="middle">{at / 4:g}</text>'
        f'<text x="{EDGE - 6}" y="{place(0, at / 4).split(",")[1]}" text-anchor="end">{25 * at} %</text>'
        for at in range(5)
    )
    right = WIDTH - EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"',
        ' font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>{ticks}',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle">bound on the certainty</text>',
        f'<line x1="{low}" x2="{low}" y1="{EDGE}" y2="{HEIGHT - EDGE}" stroke="#9ca3af" stroke-dasharray="4"/>',
        f'<text x="{low}" y="{EDGE - 6}" text-anchor="middle" fill="#6b7280">none | low</text>',
        line(own, "#dc2626"),
        line(foreign, "#2563eb"),
        f'<text x="{right}" y="{EDGE - 6}" text-anchor="end" fill="#2563eb">about another repository, refused</text>',
        f'<text x="{right}" y="{HEIGHT - EDGE - 8}" text-anchor="end" fill="#dc2626">answerable, refused</text>',
        "</svg>\n",
    ]
    return "".join(parts)


if __name__ == "__main__":
    main()
