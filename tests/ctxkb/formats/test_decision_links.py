"""What a decision says of others: what it supersedes, amends or relates to."""

from __future__ import annotations

import pytest

from ctxkb.types import Link
from support.decisions import read


@pytest.mark.parametrize(
    ("title", "target"),
    [
        ("Use X (superseded by [RFC 25](025-y.md))", "025-y.md"),
        ("Use X [superseded by ADR-25]", "25"),
        ("Use X, which is superseded by ADR-25 in parts", ""),
    ],
)
def test_brackets_in_a_title_may_name_the_successor(title: str, target: str) -> None:
    """As Wagtail's RFCs do; the rest of a title states nothing."""
    document = read(f"# {title}\n\nText.\n")
    links = (Link("superseded-by", target, 1),) if target else ()
    assert (document.status, document.links) == ("superseded" if target else "accepted", links)


STATEMENTS = {
    "admonition": (
        "> [!NOTE]\n> This decision is **superseded by [ADR-0057](0057-y.md)**.",
        (Link("superseded-by", "0057-y.md", 4),),
    ),
    "sentence": ("This ADR supersedes ADR-0045.", (Link("supersedes", "45", 3),)),
    "several": (
        "Supersedes ADR-1, ADR-2 and [three](0003-c.md)",
        tuple(Link("supersedes", target, 3) for target in ("0003-c.md", "1", "2")),
    ),
    "behind the link": (
        "* [ADR-0045](0045-x.md), which this decision supersedes",
        (Link("supersedes", "0045-x.md", 3),),
    ),
    "follow-up": ("This is a follow-up to [ADR-032](0032-x.md).", (Link("relates", "0032-x.md", 3),)),
    "partly": ("This decision is partially superseded by ADR-4.", (Link("amended-by", "4", 3),)),
    "still to come": ("This will be superseded by ADR-9 when the migration ends.", ()),
    "still to come, elsewhere": ("This ADR may be superseded by ADR-9.\n\n## Status\n\nTo be superseded by 9", ()),
    "denied": ("## Status\n\nAccepted. It was not superseded by ADR-3.", ()),
    "dated": ("## Status\n\nSuperseded on 2020-03-01 by ADR-14", (Link("superseded-by", "14", 5),)),
    "dated in words": ("This ADR was superseded (since 3rd March 2020) by ADR-14.", (Link("superseded-by", "14", 3),)),
    "arrow": ("Status: `Superseded` ➡️ [0009](0009-i.md)", (Link("superseded-by", "0009-i.md", 3),)),
    "arrow to a word": ("Status: Superseded -> Accepted", ()),
    "broken line": ("Status: Superseded by<br>[0009](0009-i.md)", (Link("superseded-by", "0009-i.md", 3),)),
    "come by now": ("This has now been superseded by ADR-9.", (Link("superseded-by", "9", 3),)),
    "of another thing": ("commons-logging is superseded by [log4j](0002-log4j.md).", ()),
    "of other decisions": ("[ADR-3](0003-c.md) is superseded by [ADR-5](0005-e.md).", ()),
    "a link in prose": ("As in [ADR-0036](0036-x.md), superseded code is removed.", ()),
    "in a code block": ("```\nSuperseded by ADR-9\n```", ()),
    "site slug": ("Superseded by [the new way](/adr/32)", (Link("superseded-by", "/adr/32", 3),)),
    "no extension": ("Superseded by [that](0032-that)", (Link("superseded-by", "0032-that", 3),)),
    "hash in a name": ("Superseded by [that](<0032 c# a+b.md>)", (Link("superseded-by", "0032 c# a+b.md", 3),)),
    "link that says it all": (
        "## Status\n\n[Superseded by ADR-5](0005-x.md)",
        (Link("superseded-by", "0005-x.md", 5),),
    ),
    "encoded name": ("Superseded by [that](0032%20c%23%20a+b.md#top)", (Link("superseded-by", "0032 c# a+b.md", 3),)),
    "its own anchor": ("Supersedes [ADR-0007](#history)", (Link("supersedes", "7", 3),)),
    "number and link agree": (
        "Supersedes ADR-7\n\nSupersedes [ADR-0007](../0007-z.md)",
        (Link("supersedes", "../0007-z.md", 5),),
    ),
    "another repository": ("## Links\n\n* [ADR-9](https://github.com/a/b/blob/main/docs/adr/0009-x.md)", ()),
    "list of links": (
        "## Links\n\n* Refined by [ADR-8](./0008-x.md)\n* [Site](https://example.org)\n* [code](../src/Main.java)",
        (Link("relates", "./0008-x.md", 5),),
    ),
    "bullets in the head": (
        "* Status: accepted\n* Supersedes: [ADR-3](0003-c.md)\n* Superseded-by: 14",
        (Link("supersedes", "0003-c.md", 4), Link("superseded-by", "14", 5)),
    ),
    "bare number in a status": ("## Status\n\nSuperseded by 14", (Link("superseded-by", "14", 5),)),
}


@pytest.mark.parametrize(("body", "links"), STATEMENTS.values(), ids=STATEMENTS.keys())
def test_only_statements_about_this_decision_are_links(body: str, links: tuple[Link, ...]) -> None:
    """What a decision says of itself is a link; what its prose says of other things is none."""
    document = read(f"# Use X\n\n{body}\n")
    assert document.links == links
    assert (document.status == "superseded") == any(link.relation == "superseded-by" for link in links)


@pytest.mark.parametrize(
    ("path", "title", "series"),
    [
        ("docs/adr/0002-x.md", "X", ""), ("docs/rfcs/0002-x.md", "X", "rfc"), ("text/0002-x.md", "RFC 2: X", "rfc"),
        ("docs/adr/rfc-0002-x.md", "X", "rfc"), ("docs/rfcs/adr-0002-x.md", "RFC 2: X", ""),
        ("teps/0002-x.md", "X", "tep"), ("keps/sig-a/0002-x/README.md", "X", "kep"), ("RFC0002.md", "X", "rfc"),
        ("docs/adr/0002-x.md", "RFC 7807 for errors", ""), ("docs/adr/0002-x.md", "Write RFCs", ""),
    ],
)  # fmt: skip
def test_the_series_is_told_by_name_title_or_folder(path: str, title: str, series: str) -> None:
    """An RFC of others in the title, with another number, names no series."""
    document = read(f"# {title}\n\nText.\n", path)
    assert (document.number, document.series) == ("2", series)


@pytest.mark.parametrize(("head", "series"), [("rfc: 27", "rfc"), ("number: RFC-27", "rfc"), ("id: 27", "")])
def test_front_matter_may_tell_the_series(head: str, series: str) -> None:
    """By its key or beside the number."""
    document = read(f"---\n{head}\n---\n# Use X\n\nText.\n", "docs/proposals/use-x.md")
    assert (document.number, document.series) == ("27", series)


@pytest.mark.parametrize(
    ("path", "targets"),
    [
        ("docs/adr/0001-x.md", ("2", "4", "5", "RFC-2", "RFC-3")),
        ("docs/rfcs/0001-x.md", ("2", "3", "4", "5", "ADR-2")),
    ],
)
def test_a_number_of_another_series_keeps_its_series(path: str, targets: tuple[str, ...]) -> None:
    """One of the decision's own series, or of none that is named, stands alone."""
    text = "# X\n\nSupersedes ADR-2, RFC 2 and rfc-0003.\n\n## Status\n\nSupersedes 4 and decision 5\n"
    assert tuple(sorted(link.target for link in read(text, path).links)) == targets


def test_a_link_to_another_series_stands_for_its_number() -> None:
    """The path is kept, once."""
    text = "# X\n\nSuperseded by RFC 2.\n\nSuperseded by [RFC 2](../rfcs/0002-y.md).\n"
    assert read(text).links == (Link("superseded-by", "../rfcs/0002-y.md", 5),)
