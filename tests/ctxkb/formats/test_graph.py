from __future__ import annotations

from dataclasses import replace

import pytest

from ctxkb.formats.graph import Dangling, Edge, Finder, build_graph, statuses
from ctxkb.types import Document, Kind, Link


def decision(number: int, status: str = "accepted", *links: tuple[str, str], folder: str = "docs/adr") -> Document:
    """A decision of that number with links, each a relation and a target."""
    path = f"{folder}/{number:04}-title-{number}.md"
    made = tuple(Link(relation, target, 5) for relation, target in links)
    return Document(
        path, Kind.DECISION, path, f"Title {number}", "decision", (), status, links=made, number=str(number)
    )


def effective(*documents: Document) -> list[str]:
    """The statuses in effect, in the order of the documents."""
    graph = build_graph(documents)
    found = statuses({document.id: document for document in documents}, graph.successors())
    return [found[document.id] for document in documents]


def test_both_sides_of_a_supersession_are_one_edge() -> None:
    """Whoever says it, the edge goes from the later to the earlier decision and names who said it."""
    one, two = decision(1, "superseded", ("superseded-by", "2")), decision(2, "accepted", ("supersedes", "0001"))
    three = decision(3, "accepted", ("amends", "0002-title-2.md"), ("relates", "9"))
    assert build_graph([one, two, three]).edges == (
        Edge(two.id, "supersedes", one.id, (one.id, two.id)),
        Edge(three.id, "amends", two.id, (three.id,)),
    )


def test_a_link_that_leads_nowhere_is_kept() -> None:
    """A target that no document has is a value with the line where it was written; an import is no relation."""
    one = decision(1, "accepted", ("supersedes", "77"), ("imports", "nothing.md"), ("relates", "1"))
    graph = build_graph([one])
    assert (graph.edges, graph.dangling) == ((), (Dangling(one.id, Link("supersedes", "77", 5)),))


@pytest.mark.parametrize(
    "target",
    [
        "2", "0002", "ADR-2", "ADR-0002", "adr 2", "dr_2", "0002-title-2.md", "0002-title-2", "./0002-title-2.md",
        "../adr/0002-title-2.md#decision", "/docs/adr/0002-title-2.md", "docs/adr/0002-title-2.md",
        "/adr/0002-title-2/", "/adr/2", "/docs/adr/0002/", "/decisions/adr-2.html",
        "0002-title-2.html", "0002%2Dtitle-2.md", "0002-title-2.md?plain=1",
    ],
)  # fmt: skip
def test_a_target_is_found_however_it_is_written(target: str) -> None:
    """Numbers, file names, paths and site slugs lead to the same decision."""
    one, two = decision(1), decision(2)
    assert Finder([one, two]).find(one, target) == two.id


@pytest.mark.parametrize(
    "target",
    [
        "", "#here", "3", "0003-other.md", "..", "../../../../etc/passwd", "title",
        "rfc_2", "RFC 2", "/rfcs/2", "../old/0002.md", "/adr/3", "/v2",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(target: str) -> None:
    """No guess is made."""
    assert Finder([decision(1), decision(2)]).find(decision(1), target) is None


def test_a_number_that_two_series_share_means_the_one_beside() -> None:
    """In a monorepo each package counts its own decisions; from elsewhere the number alone says nothing."""
    here, there = decision(1, folder="a/adr"), decision(1, folder="b/adr")
    finder = Finder([here, there])
    assert finder.find(decision(2, folder="a/adr"), "1") == here.id
    assert finder.find(decision(2, folder="b/adr"), "1") == there.id
    assert finder.find(decision(2, folder="c/adr"), "1") is None


def rfc(number: int, *links: tuple[str, str]) -> Document:
    """A decision of the series of RFCs, in a folder of its own."""
    return replace(decision(number, "accepted", *links, folder="docs/rfcs"), series="rfc")


@pytest.mark.parametrize(
    ("origin", "target", "expected"),
    [
        (decision(1), "RFC-2", rfc(2)), (decision(1), "rfc 0002", rfc(2)), (decision(1), "/rfcs/2", rfc(2)),
        (decision(1), "2", decision(2)), (decision(1), "ADR-2", decision(2)), (decision(1), "RFC-3", None),
        (rfc(1), "2", rfc(2)), (rfc(1), "RFC-2", rfc(2)), (rfc(1), "ADR-2", decision(2)), (rfc(1), "ADR-9", None),
    ],
)  # fmt: skip
def test_of_two_series_the_one_named_decides(origin: Document, target: str, expected: Document | None) -> None:
    """A number alone is of the series of the decision that says it."""
    finder = Finder([decision(1), decision(2), decision(3), rfc(1), rfc(2), rfc(9)])
    assert finder.find(origin, target) == (expected.id if expected else None)


def test_where_nothing_is_an_adr_the_word_means_any_decision() -> None:
    """As does a number between two decisions of one folder of which one names a series."""
    here, there = rfc(1), rfc(2)
    assert Finder([here, there]).find(here, "ADR-2") == there.id
    beside = replace(decision(3), series="rfc")
    assert Finder([decision(1), beside]).find(decision(1), "3") == beside.id


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("RFC 1", [rfc(1)]), ("rfc-0001", [rfc(1)]), ("ADR 1", [decision(1)]), ("1", [decision(1), rfc(1)]),
        ("9", [rfc(9)]), ("ADR-9", [rfc(9)]), ("RFC-3", []), ("KEP-1", []), ("http2", []), ("", []), ("title-1", []),
    ],
)  # fmt: skip
def test_a_person_may_name_the_series(name: str, expected: list[Document]) -> None:
    """A number alone is of any series; nothing else is guessed."""
    assert Finder([decision(1), decision(3), rfc(1), rfc(9)]).called(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("20240103-use-x", ["a/adr", "b/adr"]), ("a/20240103-use-x", ["a/adr"]), ("b/20240103-Use-X", ["b/adr"]),
        ("c/20240103-use-x", []), ("20240103", []),
    ],
)  # fmt: skip
def test_a_slug_of_log4brains_may_follow_its_package(name: str, expected: list[str]) -> None:
    """As `package/slug`, which tells two packages apart."""
    made = [replace(decision(1, folder=folder), number="20240103-use-x") for folder in ("a/adr", "b/adr")]
    assert [each.path.rpartition("/")[0] for each in Finder(made).called(name)] == expected


def test_a_decision_is_superseded_where_only_its_successor_says_so() -> None:
    """The earlier file need not know."""
    assert effective(decision(1), decision(2, "accepted", ("supersedes", "1"))) == ["superseded", "accepted"]


@pytest.mark.parametrize(
    ("successor", "expected"),
    [
        ("accepted", "superseded"),
        ("Partially accepted", "superseded"),
        ("superseded", "superseded"),
        ("deprecated", "superseded"),
        ("proposed", "accepted"),
        ("rejected", "accepted"),
    ],
)
def test_only_a_decision_that_once_held_replaces_another(successor: str, expected: str) -> None:
    """A proposal changes nothing yet, and a rejected one never did."""
    assert effective(decision(1), decision(2, successor, ("supersedes", "1")))[0] == expected


def test_a_chain_leaves_only_its_end() -> None:
    """Also where no file but the successor's says so, and whatever the middle says of itself."""
    for middle in ("accepted", "superseded"):
        chain = decision(1), decision(2, middle, ("supersedes", "1")), decision(3, "accepted", ("supersedes", "2"))
        assert effective(*chain) == ["superseded", "superseded", "accepted"]


def test_what_is_settled_stays_as_it_is_written() -> None:
    """A rejected or deprecated decision is not called superseded because of a later one."""
    later = decision(2, "accepted", ("supersedes", "1"))
    assert [effective(decision(1, status), later)[0] for status in ("rejected", "deprecated")] == [
        "rejected",
        "deprecated",
    ]


def test_a_circle_of_supersessions_keeps_what_the_files_say() -> None:
    """Two decisions that supersede each other cannot both be wrong; nothing is lost and nothing hangs."""
    one, two = decision(1, "accepted", ("supersedes", "2")), decision(2, "accepted", ("supersedes", "1"))
    three = decision(3, "accepted", ("supersedes", "3"))
    assert effective(one, two, three) == ["accepted", "accepted", "accepted"]
    outside = decision(4, "accepted", ("supersedes", "1"))
    assert effective(one, two, outside) == ["superseded", "accepted", "accepted"]
