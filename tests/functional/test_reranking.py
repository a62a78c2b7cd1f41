from __future__ import annotations

import threading
import time
from functools import partial
from typing import TYPE_CHECKING

from ctxkb.config import Config, Rerank
from ctxkb.knowledge import Knowledge, Request
from ctxkb.knowledge.reranking import TOO_LONG, fused
from support.bases import adr
from support.encoders import tiny_cross_encoder
from support.living import Living
from support.sample import kb, sample

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ctxkb.knowledge import SearchResult
    from ctxkb.rerank.interface import Scorer

TASK = "how is money paid back"
GUIDES = {f"docs/g{n}.md": f"# Guide {n}\n\nMoney is paid back" + " again" * n + ".\n" for n in range(6)}


def _knowledge(living: Living, scorer: Scorer | None, **settings: object) -> Knowledge:
    config = Config(rerank=Rerank(model="any", **settings))  # type: ignore[arg-type]
    return Knowledge(living.root, config, living.catalog, lambda: None, lambda: None, reranker=lambda: scorer)


def _titles(found: SearchResult) -> list[str]:
    return [hit.unit.title for hit in found.hits]


def _longest(question: str, texts: Sequence[str]) -> list[float]:
    assert question == TASK
    return [float(len(text)) for text in texts]


def test_both_orders_are_fused() -> None:
    """A unit that both find good comes first; one that either finds worst does not win."""
    assert fused([0.1, 0.9, 0.5]) == [1, 0, 2]
    assert fused([3.0, 2.0, 1.0]) == [0, 1, 2]
    assert fused([-5.0]) == [0]
    assert fused([0.0, 0.0, 0.0, 0.0]) == [0, 1, 2, 3]


def test_the_best_units_get_a_new_order(tmp_path: Path) -> None:
    """The reranker sees question and texts with their titles; scores still fall from hit to hit."""
    living = Living(tmp_path, GUIDES)
    seen: list[str] = []

    def scorer(question: str, texts: Sequence[str]) -> list[float]:
        seen.extend(texts)
        return _longest(question, texts)

    before = living.knowledge.search(TASK)
    after = _knowledge(living, scorer).search(TASK)
    assert sorted(_titles(before)) == sorted(_titles(after))
    assert _titles(before) != _titles(after)
    assert [hit.score for hit in after.hits] == [hit.score for hit in before.hits]
    assert seen[0].startswith(f"{before.hits[0].unit.title}\n# {before.hits[0].unit.title}\n\nMoney is paid back")
    assert after.confidence == before.confidence


def test_only_the_top_is_looked_at(tmp_path: Path) -> None:
    """Below `top` the order stays."""
    living = Living(tmp_path, GUIDES)
    before, after = living.knowledge.search(TASK), _knowledge(living, _longest, top=2).search(TASK)
    assert _titles(after)[2:] == _titles(before)[2:]


def test_what_no_longer_holds_is_not_lifted(tmp_path: Path) -> None:
    """A deprecated decision keeps its place, whatever the reranker thinks of it."""
    old = adr(9, "Money is paid back", "Deprecated", "Money is paid back again, and at length: " + "so " * 200)
    living = Living(tmp_path, {**GUIDES, "docs/adr/0009-old.md": old})
    before, after = living.knowledge.search(TASK), _knowledge(living, _longest).search(TASK)
    places = [[n for n, hit in enumerate(found.hits) if hit.status] for found in (before, after)]
    assert places[0] == places[1] != []


def test_a_reranker_that_takes_too_long(tmp_path: Path) -> None:
    """The answer comes without it, as it would be without one, and one note says so, once."""
    living = Living(tmp_path, GUIDES)
    end = threading.Event()

    def slow(_: str, texts: Sequence[str]) -> list[float]:
        end.wait(10)
        return [0.0] * len(texts)

    knowledge = _knowledge(living, slow, timeout_ms=50)
    started = time.monotonic()
    first, second = (knowledge.context(Request(TASK)) for _ in range(2))
    assert time.monotonic() - started < 2
    end.set()
    assert first.items == second.items == living.context(TASK).items
    assert (first.notes, second.notes) == ((TOO_LONG.format(50),), ())


def test_a_reranker_that_is_not_loaded_yet(tmp_path: Path) -> None:
    """Until it is there the answers come without it."""
    living = Living(tmp_path, GUIDES)
    assert _titles(_knowledge(living, None).search(TASK)) == _titles(living.knowledge.search(TASK))


def test_a_configured_model_is_loaded_by_the_first_question(tmp_path: Path) -> None:
    """A CrossEncoder in a folder orders what is found, deterministically."""
    living = Living(tmp_path / "r", GUIDES)
    config = Config(rerank=Rerank(model=str(tiny_cross_encoder(tmp_path / "tiny")), timeout_ms=60_000))
    knowledge = Knowledge(living.root, config, living.catalog, lambda: None, lambda: None)
    ask = partial(knowledge.search, TASK)
    assert _titles(ask()) == _titles(ask())
    assert sorted(_titles(ask())) == sorted(_titles(living.knowledge.search(TASK)))


def test_a_missing_model_on_the_command_line(tmp_path: Path) -> None:
    """`kb query` ends with 2 and one line that says what to do."""
    repo = sample(tmp_path / "sample")
    repo.write({"kb.toml": '[rerank]\nmodel = "./no-model"\n'})
    done = kb(repo.root, "query", "httpx")
    assert (done.returncode, done.stdout) == (2, "")
    assert '[rerank] model "./no-model" is not a folder here; give the path of' in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
