"""No answer is larger than its budget, whatever the repository holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.bases import Base, adr, base_of, rendered, size
from support.calls import AGENTS, SUPERSEDES, WEB, decisions
from support.serving import call, cost, served

if TYPE_CHECKING:
    from pathlib import Path

LONG = "Every caller of the payment service writes what it pays into the ledger, and never what it thinks. "
CODE = f"The ledger:\n\n```py\n{LONG * 300}\n```\n\n{LONG * 5}\n"
MANY = "Superseded by " + ", ".join(f"[{n}]({n:04}-x.md)" for n in range(50, 90))
LONG_NAME = f"docs/{'long-folder-name/' * 12}{{}}/{'file-name-' * 15}.md"
HOSTILE: dict[str, dict[str, str | bytes]] = {
    "plain": {**decisions("Accepted", SUPERSEDES), "AGENTS.md": AGENTS, "web/AGENTS.md": WEB},
    "code": {f"docs/guides/c{n}.md": f"# Ledger {n}\n\n{CODE}" for n in range(3)},
    "line": {
        "docs/guides/line.md": "# Ledger\n\n" + LONG * 500,
        "docs/guides/word.md": "# Ledger\n\nledger " + "x" * 50_000,
    },
    "scripts": {
        "docs/guides/emoji.md": "# Ledger 👩‍👩‍👧\n\n" + "ledger 👩‍👩‍👧🏳️‍🌈 payment 🦄 " * 300,
        "docs/guides/cjk.md": "# Ledger 账本\n\n" + "每次支付都必须写入账本 ledger。" * 400,
        "docs/guides/quotes.md": "# Ledger\n\n" + '\\"ledger\\" \t\x01 payment\\n ' * 300,
    },
    "binding": {f"src/{'d/' * n}AGENTS.md": f"# Ledger rules {n}\n\n{LONG * (n + 1)}" for n in range(40)},
    "names": {
        LONG_NAME.format(n): f"# {'Ledger payment title ' * 60}{n}\n\n## {'Heading ' * 50}\n\n{LONG}\n"
        for n in range(6)
    },
    "statuses": {
        f"docs/adr/{n:04}-x.md": adr(n, f"Ledger {n}", MANY if n < 50 else "Accepted", LONG) for n in range(1, 90)
    },
    "one heading": {"docs/adr/0001-x.md": "# Ledger\n", "AGENTS.md": "# Ledger\n"},
    "empty": {},
}
BUDGETS = [
    -5, 0, 50, 51, 53, 57, 64, 75, 90, 100, 128, 150, 175, 199, 200, 201, 230, 260, 300, 350, 400, 512, 700, 900, 999,
    1000, 1001, 1024, 1500, 2000, 3333, 5000, 9999, 10_000, 15_000, 19_999, 20_000, 20_001, 10**9,
]  # fmt: skip
TASK = "write every payment into the ledger"
BY_NUMBER = "ADR-0007 and ADR-0011: payment into the ledger"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Base]:
    """The repositories that try to break the budget, each indexed once."""
    return {name: base_of(tmp_path_factory.mktemp("hostile"), files) for name, files in HOSTILE.items()}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_answer_is_larger_than_its_budget(hostile: dict[str, Base], name: str, form: str) -> None:
    """Whatever the repository holds: the whole rendering fits into the clamped budget, and `used` is its size."""
    deep = f"src/{'d/' * 40}x.py"
    wrong = []
    for budget in BUDGETS:
        for task, paths in (
            (TASK, ()),
            (BY_NUMBER, (deep, "web/" + "long/" * 300 + "a.ts")),
            ("zebra", (deep,)),
            ("", ()),
        ):
            pack = hostile[name].context(task, *paths, budget=budget, format=form)
            clamped, measured = max(50, min(budget, 20_000)), size(pack, form)
            if measured > clamped or pack.budget != clamped or pack.used != measured:
                wrong.append((budget, task, len(paths), measured, pack.used))
            if clamped < 200 and any(item.text for item in pack.items):
                wrong.append((budget, "text below 200", 0, 0, 0))
    assert wrong == []


def test_a_budget_that_holds_something_is_used(hostile: dict[str, Base]) -> None:
    """The bound is not kept by giving nothing: from 100 tokens on something is cited, from 400 on something is told."""
    for name in ("line", "binding", "statuses"):
        for form in ("text", "json"):
            packs = {
                b: hostile[name].context(TASK, f"src/{'d/' * 40}x.py", budget=b, format=form) for b in (150, 400, 2000)
            }
            assert packs[150].items or form == "json", (name, form)
            assert any(item.text for item in packs[400].items), (name, form)
            assert packs[2000].used > packs[400].used, (name, form)


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_binds_and_did_not_fit_is_named(tmp_path: Path, form: str) -> None:
    """Room is kept for its ids and sizes, so that an agent can read it."""
    files = {f"docs/conventions/part-{n}.md": f"# Part {n}\n\n{LONG * 4}" for n in range(40)}
    for budget in (700, 1000, 2000):
        pack = base_of(tmp_path / str(budget), files).context(TASK, "src/a.py", budget=budget, format=form)
        assert pack.omitted
        assert all(entry.binding and entry.tokens > 0 for entry in pack.omitted)
        assert all(entry.id in rendered(pack, form) for entry in pack.omitted)


@pytest.mark.parametrize("form", ["text", "json"])
def test_over_mcp_the_budget_holds_too(hostile: dict[str, Base], form: str) -> None:
    """What the client receives is the same, in one of the two forms and not in both."""
    for name in ("plain", "names", "statuses", "scripts"):
        server = served(hostile[name].knowledge)
        for budget in (50, 150, 200, 500, 2000):
            result = call(server, "get_context", task=TASK, paths=["web/a.ts"], budget_tokens=budget, format=form)
            assert not result.is_error
            assert cost(result) <= budget
