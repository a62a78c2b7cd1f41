from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ctxkb.retrieve.confidence import USUAL_THEME, certainty, confidence, coverage, lead, nameless
from ctxkb.retrieve.evidence import ask, gather, idf
from support.bases import base_of

if TYPE_CHECKING:
    from pathlib import Path

    from support.bases import Base

FILES: dict[str, str | bytes] = {
    "docs/guides/orders.md": (
        "# Orders\n\nCall `createOrder` with the order_id.\n\n## Later\n\nRefunds take three days.\n"
    ),
    "docs/guides/fonts.md": "# Fonts\n\nFonts are loaded from our own host.\n",
    "docs/guides/queues.md": "# Queues\n\nA queue holds messages for the workers.\n",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """Three guides."""
    return base_of(tmp_path_factory.mktemp("evidence"), FILES, meaning=False)


def test_a_question_knows_how_rare_its_terms_are(base: Base) -> None:
    """Terms that stand nowhere are unknown and the rarest; stop words are no terms."""
    question = ask(base.catalog, "How does createOrder treat the zebra?")
    assert question.terms == ("creat", "order", "createorder", "treat", "zebra")
    assert question.names == ("createorder",)
    assert question.unknown == {"treat", "zebra"}
    assert question.rarity["zebra"] == idf(0, 4) > question.rarity["createorder"] == idf(1, 4) > 0
    assert idf(4, 4) > 0
    assert math.isfinite(idf(0, 0))


def test_words_bring_units_with_their_scores(base: Base) -> None:
    """An identifier is found however it is written, and weighs on its own."""
    for spelling in ("createOrder", "create_order", "CreateOrder"):
        found = max(gather(base.catalog, ask(base.catalog, spelling), None), key=lambda e: e.names)
        assert (found.row.unit.anchor, found.words > 0, found.names > 0, found.meaning) == ("orders", True, True, 0.0)
    assert gather(base.catalog, ask(base.catalog, "zebra"), None) == []
    assert gather(base.catalog, ask(base.catalog, "the of and"), None) == []


def test_coverage_is_counted_over_a_whole_document(base: Base) -> None:
    """Two sections of one page may answer together; two pages may not."""

    def covered(text: str) -> float:
        question = ask(base.catalog, text)
        return coverage(base.catalog, question, gather(base.catalog, question, None))

    assert covered("createOrder refunds") == pytest.approx(1.0)
    assert 0 < covered("fonts and workers") < 1
    assert covered("zebra crossing") == 0.0


def test_what_is_unknown_lowers_the_confidence(base: Base) -> None:
    """The share of the identifiers that stand nowhere."""
    assert nameless(ask(base.catalog, "fonts of theZebraService and createOrder")) == 0.5
    assert nameless(ask(base.catalog, "fonts")) == 0.0


def test_a_question_near_to_the_whole_repository_is_more_probably_answered(base: Base) -> None:
    """With the same evidence; what all documents are about together tells who asks about another system."""
    question = ask(base.catalog, "fonts from our own host")
    found = [replace(e, meaning=0.3) for e in gather(base.catalog, question, None)]
    far, usual, near = (certainty(base.catalog, question, found, theme) for theme in (0.0, USUAL_THEME, 0.2))
    assert far < usual < near
    assert usual == certainty(base.catalog, question, found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fonts from our own host", "high"),
        ("fonts zebra crossing lights", "none"),
        ("fonts host zebra", "low"),
        ("", "none"),
        ("the of", "none"),
    ],
)
def test_confidence_by_words_alone(base: Base, text: str, expected: str) -> None:
    """While there are no vectors the share of the words decides."""
    question = ask(base.catalog, text)
    assert confidence(base.catalog, question, gather(base.catalog, question, None)) == expected


def test_an_answer_stands_out_from_the_field(tmp_path: Path) -> None:
    """Words that twelve documents hold alike lead nowhere; words of one of them do."""
    files: dict[str, str | bytes] = {
        f"docs/guides/g{n}.md": f"# Guide {n}\n\nEach service has a queue.\n" for n in range(12)
    }
    files["docs/guides/g0.md"] = "# Guide 0\n\nEach service has a queue. The lantern burns at night.\n"
    catalog = base_of(tmp_path, files, meaning=False).catalog

    def ahead(text: str) -> float:
        question = ask(catalog, text)
        return lead(gather(catalog, question, None))

    assert ahead("which service has a queue") < 0.4
    assert ahead("lantern of a service at night") > 0.7
    assert ahead("zebra") == 0.0
