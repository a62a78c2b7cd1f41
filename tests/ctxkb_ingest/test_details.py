from __future__ import annotations

from ctxkb.types import Document, Kind, Section
from ctxkb_ingest.cut import cut
from ctxkb_ingest.details import LEAST_TOKENS, WORDS, details

SENTENCE = "The worker takes a job from the queue and marks it as taken before it begins."
SENTENCES = " ".join([SENTENCE] * 8)


def test_sentences_are_gathered_behind_the_header() -> None:
    """Three of 15 words are as many as fit into one text."""
    found = details("Jobs > Taking", SENTENCES, 140)
    assert found == (*[f"Jobs > Taking\n{' '.join([SENTENCE] * 2)}"] * 4,)
    assert all(len(text.split("\n")[1].split()) <= WORDS for text in found)


def test_list_items_and_paragraphs_are_apart() -> None:
    """One that is longer than a text may be stays whole."""
    long = " ".join(["word"] * 60)
    assert details("A", f"- {SENTENCE}\n- {long}\n\nEnd", LEAST_TOKENS) == (
        f"A\n- {SENTENCE}",
        f"A\n- {long}",
        "A\nEnd",
    )


def test_what_is_short_or_one_piece_has_none() -> None:
    """The vector of the whole is near to all of it."""
    assert details("A", SENTENCES, LEAST_TOKENS - 1) == ()
    assert details("A", " ".join(["word"] * 200), 200) == ()


def test_contracts_have_none() -> None:
    """Their operations and schemas are no sentences."""

    def of(kind: Kind) -> tuple[str, ...]:
        section = Section("Taking", "taking", 3, 4, f"## Taking\n{SENTENCES}")
        return cut(Document("docs/a.md", kind, "docs/a.md", "Jobs", "markdown", (section,)))[0].details

    assert (len(of(Kind.GUIDE)), of(Kind.CONTRACT)) == (4, ())
