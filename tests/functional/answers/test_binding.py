"""What binds the paths comes first in an answer, and each item says why it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.bases import adr, base_of, paths_of, rendered
from support.calls import AGENTS, FILLER, HTTPX, NEW, OLD, QUESTION, WEB, decisions

if TYPE_CHECKING:
    from pathlib import Path


def test_what_binds_the_paths_comes_first_and_each_item_says_why(tmp_path: Path) -> None:
    """Conventions and decisions whose scope matches, the nearest first, then what the words find."""
    base = base_of(
        tmp_path,
        {
            **decisions(),
            "AGENTS.md": AGENTS,
            "web/AGENTS.md": WEB,
            "docs/adr/0009-colours.md": adr(
                9, "Name colours", "Accepted", "Colours have names.", scope='["web/css/**"]'
            ),
            "docs/adr/0010-sql.md": adr(10, "Write SQL", "Accepted", "SQL stands in files.", scope='["db/**"]'),
        },
    )
    pack = base.context(QUESTION, "web/css/a.css")
    assert paths_of(pack)[:3] == ["docs/adr/0009-colours.md", "web/AGENTS.md", "AGENTS.md"]
    assert {NEW, OLD} <= set(paths_of(pack)[3:])
    assert "docs/adr/0010-sql.md" not in paths_of(pack)
    why = {item.hit.unit.path: item.hit.why for item in reversed(pack.items)}
    assert why["web/AGENTS.md"] == "governs web/css/a.css"
    assert why["AGENTS.md"] == "applies everywhere"
    assert why[NEW] == "words and meaning"
    assert all(item.hit.why for item in pack.items)


def test_what_binds_leaves_room_for_what_the_words_find(tmp_path: Path) -> None:
    """A long convention does not take the whole budget: the answer to the task stands beside it."""
    rules = "\n\n".join(f"## Part {n}\n\n" + "You must name every thing with care. " * 20 for n in range(60))
    base = base_of(tmp_path, {**decisions(), "AGENTS.md": f"# Rules\n\n{rules}\n"})
    for budget in (800, 2000, 4000):
        assert HTTPX in rendered(base.context(QUESTION, "src/a.py", budget=budget))


def test_every_document_that_binds_is_represented_before_any_is_repeated(tmp_path: Path) -> None:
    """Within a budget that holds them, each of ten conventions is there."""
    files = {
        f"a/{'b/' * n}AGENTS.md": f"# Rules {n}\n\nYou must do {n}.\n\n## More\n\n{'Never stop. ' * 50}"
        for n in range(8)
    }
    pack = base_of(tmp_path, {**FILLER, **files}).context("anything", f"a/{'b/' * 8}x.py", budget=1700)
    assert set(paths_of(pack)) == set(files)
    assert paths_of(pack) == sorted(files, key=len, reverse=True)
