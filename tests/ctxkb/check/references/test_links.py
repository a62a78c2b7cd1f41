"""Links and anchors of pages."""

from __future__ import annotations

import time

import pytest

from ctxkb.check.references.links import Link, anchors_in, links_in, may_hold_anchors, raw_targets

PAGE = """\
---
title: A
---
# A

[one](a.md) and
[two][ref], ![three](<b c.png>) <img src="d.png">

| cell |
|---|
| [four](e.md#x) |

[ref]: f.md

`[none](g.md)`
"""


def test_links_of_markdown_come_with_their_lines() -> None:
    """Links, images, references and HTML, in order, by the line of the file; code holds none."""
    assert links_in("a.md", PAGE) == [
        Link("a.md", 6),
        Link("f.md", 7),
        Link("b c.png", 7),
        Link("d.png", 7),
        Link("e.md#x", 11),
    ]


def test_what_may_be_a_target_is_never_less_than_the_links() -> None:
    """Told from the bytes, for a page that need not be parsed where nothing in it concerns the change."""
    told = set(raw_targets(PAGE.encode()))

    assert {link.target for link in links_in("a.md", PAGE)} <= told


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("# What's *new* in 2.0?", "whats-new-in-20"),
        ("# A `b` & c", "a-b--c"),
        ("# Twice\n\n# Twice", "twice-1"),
        ("# Named {#other}", "other"),
        ('<h2 id="by-html">Title</h2>', "by-html"),
        ("Title\n=====", "title"),
        ("# Ünï cödé", "ünï-cödé"),
        ("# A &mdash; b", "a-mdash-b"),
        ("# :rocket: Go", "go"),
        ("# Go", "Go"),
        ("# Go", "user-content-go"),
    ],
)
def test_an_anchor_is_there_by_the_rules_of_any_site(text: str, fragment: str) -> None:
    """GitHub, Docusaurus, MkDocs and others differ in punctuation and hyphens only."""
    assert anchors_in(text).have(fragment)


def test_an_anchor_that_no_heading_gives_is_not_there() -> None:
    """Headings in code are none; a page that includes another one may have more."""
    assert not anchors_in("# A\n\n```\n# B\n```\n").have("b")
    assert anchors_in("# A\n").whole
    assert not anchors_in("# A\n\n{% include b.md %}\n").whole


@pytest.mark.parametrize(
    "piece",
    [
        "\n", " ", " \n", "_a ", ".. _a", ".. _a\n", ".. |a", "](", "](\n", "](\\", "href = ", ":doc:`", "`a<", "<!--",
        "> ", "import a from 'a ", "x",
    ],
)  # fmt: skip
def test_no_page_takes_long_that_is_not_parsed(piece: str) -> None:
    """Whatever 200,000 characters it holds: a page of a change is looked at before anybody has."""
    page = piece * (200_000 // len(piece))
    started = time.process_time()
    list(raw_targets(page.encode()))
    may_hold_anchors(page)
    list(links_in("a.rst", page))
    assert time.process_time() - started < 2


def test_headings_and_tags_that_do_not_end_take_no_long_time() -> None:
    """An attribute that is begun again and again, in a heading and in HTML."""
    started = time.process_time()
    anchors_in("# " + "{#" * 20_000)
    anchors_in("\n" * 100_000)
    links_in("a.md", "<div\n" + "<a x " * 20_000)
    assert time.process_time() - started < 2
