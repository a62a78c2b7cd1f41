"""guide-stale-reference and decision-stale-reference on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.gate import judged
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = "docs/guide.md"
CODE = {
    "pyproject.toml": '[project]\nname = "shop"\n\n[project.scripts]\nshop = "shop.cli:main"\n',
    "Makefile": "serve:\n\techo serve\n\nseed-db:\n\techo seed\n",
    "package.json": '{"scripts": {"build": "x", "e2e:smoke": "y"}}\n',
    "shop/cli.py": (
        "import typer\n\napp = typer.Typer()\n\n\n@app.command()\ndef sync_orders() -> None: ...\n\n\n"
        '@app.command("export")\ndef run_export(path: str = typer.Option("", "--target-path")) -> None: ...\n'
    ),
    "shop/api.py": (
        'from fastapi import APIRouter\n\nrouter = APIRouter(prefix="/v1")\n\n\n@router.get("/orders/{id}")\n'
        'def get_order(): ...\n\n\n@router.delete("/orders/{id}")\ndef delete_order(): ...\n'
    ),
    "shop/store.py": 'import os\n\nURL = os.environ["SHOP_URL"]\n\n\nclass OrderStore: ...\n\n\nclass Catalog: ...\n',
    "tools/old/run.sh": "echo\n",
}
CLI, API, STORE = "shop/cli.py", "shop/api.py", "shop/store.py"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write(dict(CODE))
    repo.commit("Begin")
    return repo


def take_out(repo: Repo, name: str, old: str, new: str = "") -> None:
    """Commits one file of the code on a branch with a piece taken out or replaced."""
    assert old in CODE[name]
    repo.branch("feature").write({name: CODE[name].replace(old, new, 1)}).commit("Take out")


def written(repo: Repo, text: str, path: str = GUIDE) -> None:
    repo.write({path: f"# Guide\n\n{text}\n"}).commit("Write")


def found(repo: Repo, rule: str = "guide-stale-reference", **options: Any) -> list[str]:  # noqa: ANN401 - for `check`
    every = [each for each in judged(repo, **options).findings if each.rule == rule]
    return [f"{each.path}:{each.line} {each.severity}: {each.message}" for each in every]


SYNC = "@app.command()\ndef sync_orders() -> None: ...\n\n\n"
EXPORT = '@app.command("export")\ndef run_export(path: str = typer.Option("", "--target-path")) -> None: ...\n'
DELETE = '@router.delete("/orders/{id}")\ndef delete_order(): ...\n'
STORED = "class OrderStore: ...\n\n\n"

STALE = {
    "a symbol": ("`OrderStore` holds them.", STORE, STORED, 'symbol "OrderStore"'),
    "a class of one word": ("`Catalog` holds them.", STORE, "class Catalog: ...\n", 'symbol "Catalog"'),
    "a call": ("Call `delete_order()`.", API, DELETE, 'symbol "delete_order"'),
    "a qualified name": ("See `shop.store.OrderStore`.", STORE, STORED, 'symbol "OrderStore"'),
    "a symbol in a block": ("```python\nstore = OrderStore()\n```", STORE, STORED, 'symbol "OrderStore"'),
    "a command": ("Run `shop sync-orders` first.", CLI, SYNC, 'command "shop sync-orders"'),
    "a command in a block": ("```\n$ shop export --all\n```", CLI, EXPORT, 'command "shop export"'),
    "an option": ("Give `--target-path`.", CLI, ', "--target-path"', 'option "--target-path"'),
    "a setting": ("Set `SHOP_URL`.", STORE, 'URL = os.environ["SHOP_URL"]\n', 'setting "SHOP_URL"'),
    "an endpoint": ("Send `DELETE /v1/orders/{order_id}`.", API, DELETE, 'endpoint "DELETE /v1/orders/{order_id}"'),
    "an endpoint with a value": ("DELETE /v1/orders/17 does it.", API, DELETE, 'endpoint "DELETE /v1/orders/17"'),
    "a task of make": ("Then `make seed-db`.", "Makefile", "seed-db:\n\techo seed\n", 'command "make seed-db"'),
    "a script of npm": ("`npm run e2e:smoke`", "package.json", ', "e2e:smoke": "y"', 'command "npm run e2e:smoke"'),
    "a script of yarn": ("`yarn e2e:smoke`", "package.json", ', "e2e:smoke": "y"', 'command "yarn e2e:smoke"'),
}


@pytest.mark.parametrize(("text", "name", "old", "what"), STALE.values(), ids=STALE)
def test_a_name_that_the_change_takes_out_is_found(repo: Repo, text: str, name: str, old: str, what: str) -> None:
    """The guide was not touched; the same guide passes while the name is there."""
    written(repo, text)
    repo.branch("before").commit("Nothing")
    assert found(repo) == []

    take_out(repo, name, old)
    line = 4 if "```" in text else 3
    assert found(repo) == [f"{GUIDE}:{line} warning: names {what}, which this change takes out of {name}"]


PATHS = {
    "in code": "See `shop/store.py`.",
    "in a sentence": "See shop/store.py for more.",
    "from the guide": "See `../shop/store.py`.",
    "with a line": "See `shop/store.py:3`.",
    "in a block": "```\npython shop/store.py\n```",
    "by its name alone": "See `store.py`.",
}


@pytest.mark.parametrize("text", PATHS.values(), ids=PATHS)
def test_a_path_that_the_change_deletes_is_found(repo: Repo, text: str) -> None:
    """However it is written."""
    written(repo, text)
    repo.branch("feature").remove(STORE).commit()

    assert [line.partition("warning: ")[2].split(", ")[1] for line in found(repo)] == ["which this change deletes"]


def test_a_path_that_is_renamed_is_named_with_its_new_name(repo: Repo) -> None:
    """The fix is to write the new one."""
    written(repo, "See `shop/store.py`.")
    repo.branch("feature").move(STORE, "shop/orders.py").commit()

    assert found(repo) == [f'{GUIDE}:3 warning: names "shop/store.py", which is shop/orders.py now']


def test_a_folder_in_which_nothing_is_left_is_found(repo: Repo) -> None:
    """It is gone with its last file."""
    written(repo, "Scripts lie in `tools/old/`.")
    repo.branch("feature").remove("tools/old/run.sh").commit()

    assert found(repo) == [f'{GUIDE}:3 warning: names "tools/old/", which this change deletes']


def test_conventions_are_read_by_agents_and_must_be_true(repo: Repo) -> None:
    """AGENTS.md counts as a guide here."""
    written(repo, "Always go through `OrderStore`.", "AGENTS.md")
    take_out(repo, STORE, STORED)

    assert found(repo) == [f'AGENTS.md:3 warning: names symbol "OrderStore", which this change takes out of {STORE}']


PASSING = {
    "a word of prose": ("Every Catalog has an owner.", STORE, "class Catalog: ...\n"),
    "what was": ("`OrderStore` was removed in 2.0.", STORE, STORED),
    "what is to come": ("`OrderStore` will be split.", STORE, STORED),
    "a block that defines it": ("```python\nclass OrderStore: ...\n\nstore = OrderStore()\n```", STORE, STORED),
    "another program's command": ("Run `git export`.", CLI, EXPORT),
    "another program's option": ("Run `curl --target-path x`.", CLI, ', "--target-path"'),
    "another method": ("`GET /v1/orders/{id}`", API, DELETE),
    "another address": ("`DELETE https://other.example.org/v1/orders/1`", API, DELETE),
    "an endpoint that is still served": ("`/v1/orders/{id}`", API, DELETE),
    "another repository": ("See https://github.com/a/b/blob/main/shop/store.py.", STORE, STORED),
}


@pytest.mark.parametrize(("text", "name", "old"), PASSING.values(), ids=PASSING)
def test_what_is_no_reference_passes(repo: Repo, text: str, name: str, old: str) -> None:
    """Only a name that nothing else can mean is one."""
    written(repo, text)
    take_out(repo, name, old)

    assert found(repo) == []


def test_a_name_that_is_used_elsewhere_has_not_gone(repo: Repo) -> None:
    """The guard: it must be nowhere in the code or configuration at the head."""
    repo.write({"shop/jobs.py": "from vendor import OrderStore\n"})
    written(repo, "`OrderStore` holds them.")
    take_out(repo, STORE, STORED)

    assert found(repo) == []


def test_a_symbol_that_moves_to_another_file_has_not_gone(repo: Repo) -> None:
    """Its name still leads to it."""
    written(repo, "`OrderStore` holds them.")
    repo.branch("feature").write({STORE: CODE[STORE].replace(STORED, ""), "shop/orders.py": STORED}).commit()

    assert found(repo) == []


def test_a_file_of_the_same_name_elsewhere_may_be_meant(repo: Repo) -> None:
    """A short path is silent where it could name what is still there."""
    repo.write({"other/shop/store.py": "x = 1\n"})
    written(repo, "See `shop/store.py`.")
    repo.branch("feature").remove(STORE).commit()

    assert found(repo) == []


@pytest.mark.parametrize(
    "path",
    [
        *("CHANGELOG.md", "docs/releases/2.0.md", "docs/migration.md", "docs/archive/a.md"),
        *("docs/IMPLEMENTATION-SUMMARY.md", "docs/load-report.md", "specs/001-orders/research.md"),
    ],
)
def test_records_of_the_past_may_name_what_was(repo: Repo, path: str) -> None:
    """They would be wrong if they did not."""
    written(repo, "`OrderStore` holds them.", path)
    take_out(repo, STORE, STORED)

    assert found(repo) == []


def test_what_the_change_itself_writes_is_meant(repo: Repo) -> None:
    """Whoever takes a name out and writes it in the same change speaks of it on purpose."""
    take_out(repo, STORE, STORED)
    written(repo, "`OrderStore` is not needed for this.")

    assert found(repo) == []


def test_names_of_tests_and_comments_are_none(repo: Repo) -> None:
    """A helper of a test or a word of a comment was never part of what a guide describes."""
    repo.write({"tests/test_a.py": "class FakeOrders: ...\n", "shop/x.py": "# class OldOrders: ...\nx = 1\n"})
    written(repo, "`FakeOrders` and `OldOrders`.")
    repo.branch("feature").write({"tests/test_a.py": "y = 1\n", "shop/x.py": "x = 1\n"}).commit()

    assert found(repo) == []


DECISION = """\
# 1. Store orders

Date: 2026-01-02

## Status

{status}

## Context

`OrderStore` grew.

## Decision

All go through `OrderStore` in `shop/store.py`.

## Consequences

Fine.
"""


@pytest.mark.parametrize(("status", "count"), [("Accepted", 1), ("Proposed", 0), ("Deprecated", 0), ("Rejected", 0)])
def test_a_decision_that_holds_names_what_there_is(repo: Repo, status: str, count: int) -> None:
    """In what was decided; how it came about may name what was, and so may what no longer holds."""
    path = "docs/adr/0001-store.md"
    repo.write({path: DECISION.format(status=status)}).commit("Decide")
    take_out(repo, STORE, STORED)

    message = f'{path}:15 warning: names symbol "OrderStore", which this change takes out of {STORE}'
    assert found(repo, "decision-stale-reference") == [message] * count
    assert found(repo) == []


def test_a_decision_may_follow_a_rename(repo: Repo) -> None:
    """Correcting a path is no edit of the decision's substance."""
    path = "docs/adr/0001-store.md"
    repo.write({path: DECISION.format(status="Accepted")}).commit("Decide")
    repo.branch("feature").move(STORE, "shop/orders.py").commit("Move")
    assert found(repo, "decision-stale-reference") == [
        f'{path}:15 warning: names "shop/store.py", which is shop/orders.py now'
    ]

    repo.write({path: DECISION.format(status="Accepted").replace("shop/store.py", "shop/orders.py")}).commit()
    assert found(repo, "decision-stale-reference") == []
    assert found(repo, "decision-edited") == []


def test_a_look_at_everything_shows_what_was_lost_before(repo: Repo) -> None:
    """A path in code that history knows and that is nowhere is information; one that never was may be an example."""
    written(repo, "See `shop/store.py`, `shop/never.py` and `shop/api.py`.")
    repo.remove(STORE).commit("Lose it")
    repo.branch("later").commit("Nothing")

    assert found(repo) == []
    assert found(repo, everything=True) == [f'{GUIDE}:3 info: names "shop/store.py", which is no longer there']


def test_other_languages_define_names_too(repo: Repo) -> None:
    """One sample each of what is recognised."""
    code = {
        "a.go": "package a\n\nfunc OpenLedger() {}\n",
        "b.ts": "export class OrderBook {}\n",
        "c.rs": "pub fn settle_order() {}\n",
        "D.java": "public class D {\n  public int countOrders() { return 1; }\n}\n",
        "e.rb": "module OrderDesk\nend\n",
    }
    repo.write(dict(code))
    names = ["OpenLedger", "OrderBook", "settle_order", "countOrders", "OrderDesk"]
    for number, name in enumerate(names):
        written(repo, f"`{name}`", f"docs/{number}.md")
    repo.branch("feature").write(
        {"a.go": "package a\n", "b.ts": "x()\n", "c.rs": "\n", "D.java": "class D {}\n", "e.rb": "1\n"}
    )
    repo.commit()

    assert [line.split('"')[1] for line in found(repo)] == names
