from __future__ import annotations

from ctxkb.text.markdown import Anchors, Block, Heading, Span, blocks, headings, slug, spans


def test_headings_of_every_form() -> None:
    """ATX, setext and HTML headings, in lists and quotes, with plain words; none in code."""
    text = "\n".join(
        [
            "# One `code` &amp; **bold**",
            "",
            "Two",
            "===",
            "",
            "```",
            "# no",
            "```",
            "",
            "    # no",
            "",
            "- ### Three",
            "> #### Four",
            "",
            '<h2 align="center">Five <b>x</b></h2>',
            "",
            "#",
            "#no",
        ]
    )
    assert headings(text) == [
        Heading(1, "One code & bold", 1, 1),
        Heading(1, "Two", 3, 4),
        Heading(3, "Three", 12, 12),
        Heading(4, "Four", 13, 13),
        Heading(2, "Five x", 15, 15),
    ]


def test_spans_cover_every_line_and_know_what_is_above() -> None:
    """What precedes the first heading has none; each heading knows its parents, also where a level was skipped."""
    top, one = Heading(1, "A", 3, 3), Heading(3, "B", 5, 5)
    assert spans("intro\n\n# A\n\n### B\ntext\n\n\n## A\nend\n") == [
        Span(None, (), "top", 1, 1),
        Span(top, (), "a", 3, 3),
        Span(one, ("A",), "b", 5, 6),
        Span(Heading(2, "A", 9, 9), ("A",), "a-1", 9, 10),
    ]
    assert spans("") == spans("\n \n") == []


def test_anchors_are_unique_as_github_numbers_them() -> None:
    """A heading that reads like a number given before gets one more."""
    anchors = Anchors()
    assert [anchors.take(wanted) for wanted in ("a", "a", "a-1", "a", "", "a-1")] == [
        "a", "a-1", "a-1-1", "a-2", "top", "a-1-2",
    ]  # fmt: skip


def test_slugs_are_those_of_github() -> None:
    """Signs are dropped, spaces become dashes, letters of any script stay."""
    assert [slug(text) for text in ("Use C++ / Rust!", "Größe  x", "数据库", "`a_b`-c")] == [
        "use-c--rust", "größe--x", "数据库", "a_b-c",
    ]  # fmt: skip


def test_blocks_are_what_may_be_kept_or_left_out() -> None:
    """Items of lists one by one; what they hold is no block of its own."""
    assert blocks("para\n\n- a\n  - b\n- c\n\n      code\n\n<p>\nx\n</p>\n\n***\n") == [
        Block("paragraph", 1, 1),
        Block("item", 3, 4),
        Block("item", 5, 8),
        Block("html", 9, 11),
        Block("rule", 13, 13),
    ]
