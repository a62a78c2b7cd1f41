"""guide-stale-reference on real histories: what only seems to name a file, or is told by another rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.gate import judged
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

STORE = "shop/store.py"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({STORE: "x = 1\n"})
    repo.commit("Begin")
    return repo


def written(repo: Repo, text: str) -> None:
    repo.write({"docs/guide.md": f"# Guide\n\n{text}\n"}).commit("Write")


def lines(repo: Repo, rule: str = "guide-stale-reference") -> list[int]:
    """The lines that one of the rules speaks of."""
    return [each.line for each in judged(repo).findings if each.rule == rule]


@pytest.mark.parametrize(("bearers", "count"), [(("a",), 1), (("a", "b"), 0)])
def test_a_bare_name_that_several_files_bore_names_none_of_them(
    repo: Repo, bearers: tuple[str, ...], count: int
) -> None:
    """It tells how such files are called; the name of the only one is its name."""
    repo.write({f"suite/{bearer}/inventory.yaml": f"x: {bearer}\n" for bearer in bearers})
    written(repo, "The mocks stand in `inventory.yaml`.")
    repo.branch("feature").remove(*(f"suite/{bearer}/inventory.yaml" for bearer in bearers)).commit()

    assert len(lines(repo)) == count


def test_a_line_that_links_to_what_it_names_is_told_once(repo: Repo) -> None:
    """By guide-link; the line that only names it is told here."""
    written(repo, "See [`shop/store.py`](../shop/store.py).\n\nOr `shop/store.py`.")
    repo.branch("feature").remove(STORE).commit()

    assert (lines(repo), lines(repo, "guide-link")) == ([5], [3])


@pytest.mark.parametrize(("name", "count"), [("security.md", 0), ("security-rules.md", 1)])
def test_a_bare_name_is_a_file_of_another_folder_only_if_it_is_particular(repo: Repo, name: str, count: int) -> None:
    """A word such as `security.md` stands in many guides as an example."""
    repo.write({f"checks/{name}": "# Rules\n"})
    written(repo, f"Write one file each, such as `{name}`.")
    repo.branch("feature").remove(f"checks/{name}").commit()

    assert len(lines(repo)) == count


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("docs/guide.md", 1),
        ("docs/2026-03-29-notes.md", 0),
        (".specify/templates/tasks.md", 0),
        ("docs/a-session.md", 0),
    ],
)
def test_notes_of_a_day_and_templates_may_name_what_is_not_there(repo: Repo, path: str, count: int) -> None:
    """They tell of that day, or show how it is written."""
    repo.write({path: f"# Notes\n\nSee `{STORE}`.\n"}).commit("Write")
    repo.branch("feature").remove(STORE).commit()

    assert len(lines(repo)) == count


@pytest.mark.parametrize(("other", "count"), [("src/backend/api.py", 0), (".venv/lib/site-packages/api.py", 1)])
def test_an_endpoint_is_still_served_by_code_of_the_repository_alone(repo: Repo, other: str, count: int) -> None:
    """Not by what somebody committed with the libraries that he uses."""
    code = 'from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get("/v1/orders")\ndef orders(): ...\n'
    repo.write({"backend/api.py": code, other: code})
    written(repo, "Call `GET /v1/orders`.")
    repo.branch("feature").remove("backend/api.py").commit()

    assert len(lines(repo)) == count


def told(repo: Repo, **options: Any) -> list[tuple[int, str, str, list[tuple[int, str]]]]:  # noqa: ANN401 - for `check`
    """The line, message and fix of each finding of the rule, and the further places that it names."""
    found = [each for each in judged(repo, **options).findings if each.rule == "guide-stale-reference"]
    return [
        (each.line, each.message, each.fix, [(place.line, place.about) for place in each.related]) for each in found
    ]


PARTS = ("cart", "orders", "pay", "ship", "stock")


def moved(repo: Repo, text: str) -> Repo:
    """A folder of several files moves; the guide names each of them."""
    repo.write({f"shop/{name}.py": f"{name} = 1\n" for name in PARTS}).commit("Begin")
    written(repo, text)
    repo.branch("feature")
    for name in PARTS:
        repo.move(f"shop/{name}.py", f"store/{name}.py")
    repo.commit("Move")
    return repo


def test_a_folder_that_moves_is_told_once_for_a_guide(repo: Repo) -> None:
    """With the first line, how many there are, and three of the others; twice on one line counts once."""
    moved(repo, "\n\n".join(f"See `shop/{name}.py` or `shop/{name}.py`." for name in PARTS))

    first = 'names "shop/cart.py", which is store/cart.py now, and 4 more that went or moved'
    others = [
        (5, 'names "shop/orders.py", which is store/orders.py now'),
        (7, 'names "shop/pay.py", which is store/pay.py now'),
        (9, 'names "shop/ship.py", which is store/ship.py now'),
    ]
    assert told(repo) == [(3, first, "write store/cart.py; mend the others likewise", others)]


def test_a_waiver_at_a_line_hides_no_other_line(repo: Repo) -> None:
    """What it covers is told apart, and the waiver is not idle."""
    text = "`shop/cart.py`\n\n`shop/pay.py` and `shop/ship.py`"
    waiver = "<!-- kb-" + 'waive: guide-stale-reference until=2026-12-31 owner=docs reason="it is quoted" -->'
    written(moved(repo, text), f"{waiver}\n{text}")

    report = judged(repo)
    assert [(each.line, bool(each.waived), each.message) for each in report.findings] == [
        (4, True, 'names "shop/cart.py", which is store/cart.py now'),
        (6, False, 'names "shop/pay.py", which is store/pay.py now, and 1 more that went or moved'),
    ]


def test_what_was_lost_before_is_told_line_by_line(repo: Repo) -> None:
    """So that a baseline knows each of them."""
    moved(repo, "`shop/cart.py`\n\n`shop/pay.py`")
    repo.branch("later")

    assert [line for line, *_ in told(repo, base="feature", everything=True)] == [3, 5]


STORED = "class OrderStore:\n    pass\n"


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Never use `OrderStore`.", 0),
        ("- Don't import `OrderStore` here.", 0),
        ("`OrderStore` must not be used.", 0),
        ("Never import from shop/store.py.", 0),
        ("Never wait. `OrderStore` holds them.", 1),
        ("Do not use the file, ask `OrderStore`.", 1),
        ("Never use `OrderStore`.\n\n`OrderStore` holds them.", 1),
        ("Where there is no order `OrderStore` makes one.", 1),
    ],
)
def test_a_sentence_may_forbid_what_is_there_no_longer(repo: Repo, text: str, count: int) -> None:
    """It warns of a name that went; the sentence behind it does not."""
    repo.write({STORE: STORED}).commit("Begin")
    written(repo, text)
    repo.branch("feature").remove(STORE).commit()

    assert len(lines(repo)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Call `/gamma`.", 1),
        ("Call /gamma.", 0),
        ("Call GET /gamma.", 1),
        ("It lies in `/gamma/list/x`.", 0),
        ("```sh\ncurl http://localhost:8000/gamma\n```", 1),
        ("```sh\ncurl http://localhost/gamma/list\n```", 1),
        ("```sh\ncurl -X GET $API_URL/gamma/list\n```", 1),
        ("```sh\ncurl -X GET http://localhost/gamma/list\n```", 1),
        ("```sh\ncurl -X POST http://localhost/gamma/list\n```", 0),
        ("```sh\ncurl https://other.example.org/gamma/list\n```", 0),
        ("```sh\nls $HOME/gamma/list\n```", 0),
    ],
)
def test_an_endpoint_is_known_by_its_host_or_alone_in_code(repo: Repo, text: str, count: int) -> None:
    """A path of one part is a common word elsewhere; another site's address is none of ours."""
    code = "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n"
    routes = '@router.get("/gamma")\ndef gamma(): ...\n\n\n@router.get("/gamma/list")\ndef gammas(): ...\n'
    repo.write({"api.py": code + routes})
    written(repo, text)
    repo.branch("feature").write({"api.py": code}).commit()

    assert len(lines(repo)) == count
