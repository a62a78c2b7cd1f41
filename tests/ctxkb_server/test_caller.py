from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.read import Catalog
from ctxkb.catalog.view import CatalogView, Sight
from ctxkb.config import load_config
from ctxkb.knowledge import Knowledge, Request
from ctxkb.types import Kind
from ctxkb_ingest.folder import kb_folder
from ctxkb_ingest.index import index_repository
from ctxkb_ingest.scan import Scan
from ctxkb_server.caller import LOCAL, NOBODY, Caller, acting, current
from ctxkb_server.sights import Sights
from support.embedders import HashEmbedder
from support.repos import Repo
from support.sample import FILES
from support.serving import call, served, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from mcp.types import CallToolResult

SECRET = """
    ---
    scope: ["api/**"]
    ---
    # 3. Zanzibar holds the keys

    ## Status

    Accepted

    Supersedes [2. Call services with httpx](../adr/0002-call-services-with-httpx.md)

    ## Decision

    The xylophone service signs with Zanzibar.
    """
SECRET_PATH = "docs/secret/0003-zanzibar.md"
HIDDEN = ("zanzibar", "xylophone", "docs/secret", "0003")
QUESTIONS = ("xylophone", "Zanzibar holds the keys", "outgoing calls with httpx", "place an order", "log customer data")
SIGHTS = [
    Sight(frozenset({kind}), paths)
    for kind in Kind
    for paths in ((), ("docs/**", "!docs/secret/**"), ("docs/adr/**",))
    if kind is not Kind.DECISION or paths
] + [Sight(paths=("docs/guides/**", "AGENTS.md"))]


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The sample with a secret decision in a folder of its own, indexed with a stand-in for the model."""
    root = tmp_path_factory.mktemp("sample").resolve()
    kb = '[sources]\nmore_decisions = ["docs/secret/**"]\n'
    Repo(root).write({**FILES, SECRET_PATH: SECRET, "kb.toml": kb}).commit()
    config, catalog, embedder = load_config(root), Catalog(kb_folder(root)), HashEmbedder()
    index_repository(root, config, catalog, lambda: embedder)
    return Knowledge(root, config, catalog, lambda: embedder, Scan(catalog, lambda: embedder).current)


def _everything_said(result: CallToolResult) -> str:
    return f"{result.model_dump_json()}".lower()


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: f"{sorted(sight.kinds)}-{sight.paths}")
def test_no_tool_shows_what_lies_outside(knowledge: Knowledge, sight: Sight) -> None:
    """Nothing of another kind or path is in any answer: no text, id, title, count or hint."""
    server, caller = served(knowledge), Caller("ci", sight)
    documents = knowledge.library.documents.values()
    hidden = {one.path.lower() for one in documents if not sight.sees(one.kind, one.path)}
    with acting(caller):
        for question in QUESTIONS:
            for form in ("text", "json"):
                said = _everything_said(
                    call(server, "get_context", task=question, paths=["api/x.py"], format=form, budget_tokens=60)
                )
                said += _everything_said(call(server, "get_context", task=question, paths=["api/x.py"], format=form))
                said += _everything_said(call(server, "search", query=question))
                said = said.replace(question.lower(), "")
                assert [word for word in (*HIDDEN, *hidden) if word in said] == []
        for name in (SECRET_PATH, "ADR-0003", f"{SECRET_PATH}#decision", f"{SECRET_PATH}:10"):
            told = call(server, "read", id=name)
            assert told.is_error
            assert "did you mean docs/secret" not in text_of(told)


def test_what_is_not_seen_is_as_if_it_were_not_there(knowledge: Knowledge) -> None:
    """A word that stands in hidden documents alone is as unknown as one that stands nowhere."""
    sight = Sight(paths=("docs/**", "!docs/secret/**"))
    part = Sights().seen(knowledge, sight)
    said = [part.context(Request(f"the {word} service signs", record=False)) for word in ("xylophone", "gobbledygook")]
    assert [pack.confidence for pack in said] == [said[0].confidence] * 2
    assert part.catalog.frequencies({"xylophon", "zanzibar"}) == {}
    assert knowledge.catalog.frequencies({"xylophon", "zanzibar"}) == {"xylophon": 1, "zanzibar": 2}
    assert part.catalog.counts() == {"decision": 2, "guide": 1}


def test_a_hidden_successor_is_heeded_and_not_named(knowledge: Knowledge) -> None:
    """A decision that a hidden one replaced is never shown as if it held."""
    part = Sights().seen(knowledge, Sight(paths=("docs/adr/**",)))
    hits = part.search("outgoing calls use httpx").hits
    told = {(hit.unit.document.rpartition("/")[2], hit.status, hit.superseded_by) for hit in hits}
    assert ("0002-call-services-with-httpx.md", "superseded", ()) in told
    assert {status for _, status, _ in told} == {"superseded"}


def test_a_receipt_of_others_is_unknown(knowledge: Knowledge) -> None:
    """Who may see less learns nothing from the receipt of who may see all; their own works."""
    given = knowledge.context(Request("Zanzibar holds the keys", ("api/x.py",)))
    part = Sights().seen(knowledge, Sight(paths=("docs/**", "!docs/secret/**")))
    told = part.context(Request("log customer data", ("api/x.py",), have=given.receipt))
    assert any("is not known here" in note for note in told.notes)
    assert told.withdrawn == ()
    again = part.context(Request("log customer data", ("api/x.py",), have=told.receipt))
    assert again.unchanged is not None


def test_vectors_of_what_is_seen_are_searched(knowledge: Knowledge) -> None:
    """The nearest of what is seen is found however much lies nearer outside."""
    part = Sights().seen(knowledge, Sight(frozenset({Kind.GUIDE})))
    vectors, embedder = part._vectors(), part.embedder()
    assert vectors is not None
    assert embedder is not None
    found = vectors.query(embedder.embed(["Zanzibar holds the keys"])[0], 100)
    rows = part.catalog.units(number for _, number, _ in part.catalog.units_of_embeddings(key for key, _ in found))
    assert len(found) >= len(rows) > 0
    assert {row.unit.kind for row in rows.values()} == {Kind.GUIDE}


def test_a_view_follows_the_index(tmp_path: Path) -> None:
    """What is indexed later is seen by who may see it, with its links."""
    repo = Repo(tmp_path.resolve()).write({"docs/guides/a.md": "# Ants\n\nAnts march.\n"})
    config, catalog, embedder = load_config(repo.root), Catalog(kb_folder(repo.root)), HashEmbedder()
    index_repository(repo.root, config, catalog, lambda: embedder)
    whole = Knowledge(repo.root, config, catalog, lambda: embedder, Scan(catalog, lambda: embedder).current)
    sights, sight = Sights(), Sight(frozenset({Kind.GUIDE}))
    assert [hit.unit.path for hit in sights.seen(whole, sight).search("ants").hits] == ["docs/guides/a.md"]
    repo.write({"docs/guides/b.md": "# Bees\n\nBees dance.\n"})
    index_repository(repo.root, config, catalog, lambda: embedder)
    assert sights.seen(whole, sight).search("bees dance").hits[0].unit.path == "docs/guides/b.md"
    assert sights.seen(whole, sight) is sights.seen(whole, sight)


def test_the_caller_is_local_until_somebody_else_acts() -> None:
    """Over standard input and output everything is seen; nobody sees nothing."""
    assert current() is LOCAL
    assert LOCAL.sight.everything
    assert LOCAL.write
    with acting(NOBODY):
        assert current() is NOBODY
        assert not any(NOBODY.sight.sees(kind, "a.md") for kind in Kind)
    assert current() is LOCAL


def test_who_sees_nothing_is_told_that_there_is_nothing(knowledge: Knowledge) -> None:
    """No kinds at all is an empty knowledge base, no error."""
    with acting(NOBODY):
        packed = call(served(knowledge), "get_context", task="httpx", paths=["api/x.py"], format="json")
    assert packed.structured_content is not None
    told = packed.structured_content
    assert (told["items"], told["omitted"], told["confidence"]) == ([], [], "none")


def test_a_view_lists_files_and_vectors_as_the_catalog_does(knowledge: Knowledge) -> None:
    """Whatever reads the catalog can read the view: nothing but rows is missing."""
    view = CatalogView(knowledge.catalog.folder, Sight(frozenset({Kind.CONVENTION})))
    assert list(view.files()) == ["AGENTS.md"]
    rows = view.units_of_file("AGENTS.md")
    assert view.units_of_file(SECRET_PATH) == []
    assert view.passages(row.row for row in rows) == knowledge.catalog.passages(row.row for row in rows)
    assert view.totals()[:2] == (1, len(rows))
    assert view.unit_count() == len(rows)
    assert view.subjects(HashEmbedder().name)[0] == ["AGENTS.md"]
    view.close()
