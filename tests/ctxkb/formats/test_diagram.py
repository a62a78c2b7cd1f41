from __future__ import annotations

import time
from textwrap import dedent

import pytest

from ctxkb.config.models import Sources
from ctxkb.formats import parse
from ctxkb.formats.classify import classify
from ctxkb.formats.diagram_words import drawn
from ctxkb.types import Document, Kind, Source

MERMAID = dedent("""\
    ---
    title: Shop at a glance
    ---
    flowchart LR
      %% a comment
      user((Customer)) -->|orders| web[Web shop]
      web -- "asks over HTTPS" --> api["Order API<br/>Python"]
      api --> db[(Orders)] & queue{{Events}}
      subgraph cloud [Our cloud]
        api
      end
    """)

PLANTUML = dedent("""\
    @startuml pay
    title Paying an order
    actor Customer
    participant "Order API" as api
    database Ledger
    Customer -> api: POST /orders
    api -> Ledger : books the amount
    Ledger --> api: booked
    api -->x Customer : 201
    @enduml

    @startuml
    !include C4_Container.puml
    Person(admin, "Admin", "Keeps the shop running")
    System_Boundary(shop, "Shop") {
      Container(api, "Order API", "Python", "Takes orders")
    }
    Rel(admin, api, "Configures", "HTTPS")
    [Web] ..> [Cache] : reads
    class Order
    Base <|-- Order
    Order "1" *-- "many" Line : contains
    @enduml
    """)

STRUCTURIZR = dedent("""\
    workspace "Shop" "How orders are taken." {
        model {
            customer = person "Customer" "Buys things."
            shop = softwareSystem "Shop" {
                api = container "Order API" "Takes orders." "Python"
                db = container "Ledger"
            }
            customer -> api "Orders from" "HTTPS"
            api -> db "Books in"
        }
        views {
            systemContext shop {
                include *
            }
        }
    }
    """)


def read(text: str, path: str) -> Document:
    result = parse(Source(path, text.encode(), Kind.GUIDE, "diagram"))
    assert result.problems == ()
    return result.documents[0]


def arrows(text: str) -> list[str]:
    return list(drawn(text.split("\n")).arrows)


def test_mermaid() -> None:
    """Nodes are told by their labels, in arrows too; a comment says nothing, a title names the diagram."""
    document = read(MERMAID, "docs/shop.mmd")
    (section,) = document.sections
    assert (document.title, section.heading, section.role, section.syntax) == ("Shop at a glance",) * 2 + (
        "diagram",
    ) * 2
    assert (section.first, section.last, section.text) == (1, 11, MERMAID.rstrip())
    assert section.summary == (
        "diagram Shop at a glance. shows: Customer, Web shop, Order API Python, Orders, Events, Our cloud. "
        "arrows: Customer to Web shop: orders, Web shop to Order API Python: asks over HTTPS, "
        "Order API Python to Orders, Order API Python to Events."
    )


def test_plantuml() -> None:
    """Each diagram of a file is a section; aliases, macros of C4, reversed and decorated arrows are read."""
    document = read(PLANTUML, "docs/pay.puml")
    assert [(found.anchor, found.first, found.last) for found in document.sections] == [
        ("paying-an-order", 1, 10),
        ("pay", 12, 23),
    ]
    assert [found.summary for found in document.sections] == [
        (
            "diagram Paying an order. shows: Customer, Order API, Ledger. arrows: Customer to Order API: POST /orders, "
            "Order API to Ledger: books the amount, Ledger to Order API: booked, Order API to Customer: 201."
        ),
        (
            "diagram Pay. shows: Admin (Keeps the shop running), Shop, Order API (Python; Takes orders), Web, Cache, "
            "Order. arrows: Admin to Order API: Configures HTTPS, Web to Cache: reads, Order to Base, "
            "Order to Line: contains."
        ),
    ]


def test_structurizr() -> None:
    """A workspace names the diagram; people, systems and containers are told with what they do."""
    document = read(STRUCTURIZR, "docs/workspace.dsl")
    assert document.title == "Shop"
    assert document.sections[0].summary == (
        "diagram Shop. How orders are taken. shows: Customer (Buys things.), Shop, Order API (Takes orders.), Ledger. "
        "arrows: Customer to Order API: Orders from (HTTPS), Order API to Ledger: Books in."
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A --> B --> C", ["A to B", "B to C"]),
        ("A & B ==> C", ["A to C", "B to C"]),
        ("A -. maybe .-> B", ["A to B: maybe"]),
        ("A ---|yes| B;", ["A to B: yes"]),
        ("A[has --> inside] --> B", ["has --> inside to B"]),
        ("Alice->>+Bob: How are you?", ["Alice to Bob: How are you?"]),
        ("Bob-->>-Alice: Fine", ["Bob to Alice: Fine"]),
        ("CUSTOMER ||--o{ ORDER : places", ["CUSTOMER to ORDER: places"]),
        ("[*] --> Open : new", ["* to Open: new"]),
        ("Animal <|-- Duck", ["Duck to Animal"]),
        ("A <-- B", ["B to A"]),
        ("A -[#red]-> B : late", ["A to B: late"]),
        ("A -down-> B", ["A to B"]),
        ('-> api "asks"', ["this to api: asks"]),
        ("no arrow - at all", []),
        ("state-of-the-art", []),
    ],
)
def test_arrows(text: str, found: list[str]) -> None:
    """Arrows of every common form are told by where they lead and what for."""
    assert arrows(text) == found


def test_a_diagram_without_an_end() -> None:
    """A block that is not closed reaches to the end of the file; an empty file is reported."""
    assert [(found.first, found.last) for found in read("@startuml a\nA -> B\n", "a.puml").sections] == [(1, 2)]
    result = parse(Source("a.puml", b"\n", Kind.GUIDE, "diagram"))
    assert [found.reason for found in result.problems] == ["the file is empty"]


@pytest.mark.parametrize("filler", ["A --> ", "[[(", "A[", "a -", "-- x ", '"', ": ", "Rel(a,", "((((", "participant "])
@pytest.mark.parametrize("end", ["", "\n"])
def test_hostile_text_is_read_in_bounded_time(filler: str, end: str) -> None:
    """Labels and arrows that never end take time in proportion to the file's size."""
    begin = time.perf_counter()
    read("graph TD\n" + (filler * 40 + end) * (100_000 // len(filler) // 40), "a.mmd")
    assert time.perf_counter() - begin < 10


@pytest.mark.parametrize(
    ("path", "head", "found"),
    [
        ("docs/shop.mmd", None, (Kind.GUIDE, "diagram")),
        ("src/shop.puml", None, (Kind.GUIDE, "diagram")),
        ("docs/adr/images/shop.plantuml", None, (Kind.GUIDE, "diagram")),
        ("docs/workspace.dsl", b'// us\nworkspace "Shop" {\n', (Kind.GUIDE, "diagram")),
        ("jobs/build.dsl", b'job("build") {\n', None),
        ("jobs/build.dsl", b"workspace = 1\n", None),
    ],
)
def test_kinds(path: str, head: bytes | None, found: object) -> None:
    """Diagrams are guides; of `.dsl` files only Structurizr's are any."""
    assert classify(path, head, Sources()) == found
