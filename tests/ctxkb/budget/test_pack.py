from __future__ import annotations

import random

import pytest

from ctxkb.budget.pack import BRIEFLY, Order, clamp, pack
from ctxkb.budget.render import pack_json, pack_text
from ctxkb.text.count import count_tokens
from ctxkb.types import Hit, Kind, Unit
from support.bases import size

WORDS = [
    "ledger",
    "payment",
    "数据库",
    "👩‍👩‍👧",
    '"quoted"',
    "\\n",
    "`code`",
    "\n\n",
    "- item\n",
    ". Then ",
    "x" * 90,
    "|",
]


def hit(number: int, text: str, *, binding: bool = False, status: str = "", path: str = "") -> Hit:
    """A hit on a unit of a guide of its own."""
    where = path or f"docs/guides/page-{number}.md"
    made = Unit(
        f"{where}#a", where, Kind.GUIDE, where, f"Page {number}", "Part", ("Page",), "a", 1, 1 + text.count("\n"),
        text, "markdown", "", count_tokens(text),
    )  # fmt: skip
    return Hit(made, 1.0, "words", status, ("docs/other.md",) * (status == "superseded"), binding)


def order(*hits: Hit, **more: object) -> Order:
    """An order for those hits."""
    values = {"paths": (), "confidence": "high", "rarity": {}, "receipt": "kb-12345678", **more}
    return Order("task", hits=hits, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "given"), [(-5, 50), (0, 50), (50, 50), (1999, 1999), (20_001, 20_000), (10**9, 20_000)]
)
def test_budgets_are_clamped(asked: int, given: int) -> None:
    """No number is refused."""
    assert clamp(asked) == given


def test_items_stand_in_order_while_they_fit() -> None:
    """What comes first is served first; what does not fit is named."""
    hits = [hit(n, f"Sentence {n} is short. " * 10) for n in range(20)]
    packed = pack(order(*hits), 600, "text")
    ids = [item.hit.unit.id for item in packed.items]
    assert ids == [one.unit.id for one in hits[: len(ids)]]
    assert 3 < len(ids) < 20
    assert packed.used <= 600


def test_a_unit_too_large_for_the_rest_is_cut_and_a_smaller_one_still_comes() -> None:
    """A cut says how much there is; what follows may fill the room that is left."""
    packed = pack(order(hit(1, "One sentence is here. " * 200), hit(2, "Short.")), 500, "text")
    first, second = packed.items
    assert "tokens; `read` the place above for the rest]" in first.text
    assert first.tokens < first.hit.unit.tokens
    assert second.text == "Short."


def test_below_200_tokens_there_are_citations_only() -> None:
    """At 199 names, at 200 text."""
    hits = [hit(n, f"Text {n}.") for n in range(3)]
    assert [item.text for item in pack(order(*hits), 199, "text").items] == ["", "", ""]
    assert all(item.text for item in pack(order(*hits), 200, "text").items)


def test_what_the_client_has_is_cited() -> None:
    """Its text costs nothing."""
    hits = [hit(1, "Text one."), hit(2, "Text two.")]
    packed = pack(order(*hits, cited=frozenset({hits[0].unit.id})), 500, "text")
    assert [item.text for item in packed.items] == ["", "Text two."]


def test_what_binds_is_named_first_among_what_was_left_out() -> None:
    """Five ids at the most, with their sizes."""
    hits = [hit(n, f"Sentence {n} is long. " * 90, binding=n % 2 == 0) for n in range(20)]
    packed = pack(order(*hits, paths=("a.py",)), 1500, "text")
    assert 0 < len(packed.omitted) <= 5
    assert all(entry.binding for entry in packed.omitted)


def test_notes_and_receipt_give_way_last() -> None:
    """In the smallest budget there is an opening, whatever else was to be said."""
    packed = pack(order(hit(1, "Text."), notes=("A long note about many things. " * 9,)), 50, "text")
    assert size(packed) <= 50
    assert packed.notes == ()


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("seed", range(6))
def test_no_pack_is_larger_than_its_budget(seed: int, form: str) -> None:
    """Random texts, paths, statuses and budgets: the rendering fits, and `used` is its size."""
    chance = random.Random(seed)  # noqa: S311 - a seeded test
    for _ in range(25):
        hits = [
            hit(
                n,
                "".join(chance.choice(WORDS) + chance.choice(["", " "]) for _ in range(chance.choice([1, 30, 600]))),
                binding=chance.random() < 0.3,
                status=chance.choice(["", "superseded", "proposed", "odd\nstatus"]),
                path=f"{'deep/' * chance.choice([0, 1, 60])}{chance.randint(0, 5)}.md",
            )
            for n in range(chance.randint(0, 25))
        ]
        budget = chance.choice([0, 50, 80, 120, 199, 200, 300, 555, 999, 1000, 1001, 3000, 10**6])
        notes = ("The index is being built.",) * chance.randint(0, 2)
        packed = pack(order(*hits, notes=notes, paths=("a.py",)), budget, form)  # type: ignore[arg-type]
        assert size(packed, form) <= clamp(budget)
        assert packed.used == size(packed, form)


AUTHORITY = (
    "Authority: never change infra/prod/main.tf.",
    "Authority: change migrations/0001.sql, infra/network.tf only once @org/platform approves; ask first.",
)


def test_authority_comes_first() -> None:
    """Below the opening line as text, before everything else as JSON."""
    packed = pack(order(hit(1, "Text."), authority=AUTHORITY, notes=("A note.",)), 2000, "text")
    assert pack_text(packed).split("\n")[1:4] == [
        *AUTHORITY,
        "### Quoted from docs/guides/page-1.md:1: Page 1 > Part (words)",
    ]
    assert next(iter(pack_json(packed).items())) == ("authority", list(AUTHORITY))


@pytest.mark.parametrize("budget", range(50, 300, 5))
def test_authority_survives_any_budget_as_text(budget: int) -> None:
    """Everything else goes before it does, and where even it has no room a shorter sentence stands for it."""
    packed = pack(order(hit(1, "Text. " * 50, binding=True), authority=AUTHORITY * 4), budget, "text")
    assert packed.used == count_tokens(pack_text(packed)) <= budget
    assert packed.authority in {AUTHORITY * 4, (BRIEFLY,)}


@pytest.mark.parametrize("budget", range(50, 300, 5))
def test_authority_never_breaks_the_budget_as_json(budget: int) -> None:
    """The smallest answer as JSON has no room for a sentence."""
    packed = pack(order(hit(1, "Text. " * 50, binding=True), authority=AUTHORITY), budget, "json")
    assert packed.used <= budget
    assert packed.authority or budget < 80
