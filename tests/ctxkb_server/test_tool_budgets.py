"""No answer of a tool is larger than its budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.serving import call, cost, indexed_sample, served

if TYPE_CHECKING:
    from ctxkb.knowledge import Knowledge
    from ctxkb_server.server import KbServer

TASK = "outgoing calls with httpx and a timeout of five seconds"


BUDGETS = (50, 51, 75, 100, 150, 199, 200, 201, 250, 300, 400, 500, 700, 1000, 2000, 4000, 20_000)


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The sample repository, indexed once."""
    return indexed_sample(tmp_path_factory.mktemp("sample").resolve())


@pytest.fixture
def server(knowledge: Knowledge) -> KbServer:
    """A server of the sample repository."""
    return served(knowledge)


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_answer_of_context_is_larger_than_its_budget(server: KbServer, form: str) -> None:
    """Whatever the budget, with and without paths, with and without an answer, the whole reply fits."""
    for budget in BUDGETS:
        for task in (TASK, "zebra crossing"):
            for paths in ([], ["api/a.py", "docs/adr/0003-x.md"]):
                result = call(server, "get_context", task=task, paths=paths, budget_tokens=budget, format=form)
                assert cost(result) <= budget, (budget, task, paths)


def test_no_answer_of_search_or_read_is_larger_than_its_budget(server: KbServer) -> None:
    """Lines and text are left out, never more given."""
    for budget in BUDGETS:
        assert cost(call(server, "search", query="order endpoint httpx requests", budget_tokens=budget)) <= budget
        for identity in ("ADR-0002", "contracts/orders.openapi.yaml", "docs/guides/add-an-endpoint.md:7"):
            assert cost(call(server, "read", id=identity, budget_tokens=budget)) <= budget


@pytest.mark.parametrize(("given", "clamped"), [(-5, 50), (0, 50), (10**9, 20_000), ("500", 500), (700.9, 700)])
def test_a_budget_is_clamped_and_never_refused(server: KbServer, given: object, clamped: int) -> None:
    """Numbers out of range, as text or with a fraction are taken for what they mean."""
    result = call(server, "get_context", task=TASK, budget_tokens=given, format="json")
    assert result.structured_content["budget_tokens"] == clamped
