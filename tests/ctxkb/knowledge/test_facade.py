from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ctxkb.catalog.usage import DATABASE, gaps
from ctxkb.catalog.write import set_meta, writing
from support.bases import adr, base_of, paths_of, rendered

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "AGENTS.md": "# Rules\n\n- Commits MUST name the ticket.\n",
    "web/AGENTS.md": "# Web\n\nNever import moment.\n",
    "docs/adr/0001-httpx.md": adr(1, "Use httpx", "Accepted", "Outgoing calls use httpx with a timeout."),
    "docs/adr/0002-retry.md": adr(2, "Retry", "Proposed", "Outgoing calls are tried three times."),
    "docs/guides/calls.md": "# Outgoing calls\n\nOutgoing calls are traced.\n",
}


def test_search_ranks_and_filters(tmp_path: Path) -> None:
    """By kind, by status and by a path that a document lies in or governs; at most so many."""
    search = base_of(tmp_path, FILES).knowledge.search

    def found(**wanted: object) -> set[str]:
        return {hit.unit.path for hit in search("outgoing calls", **wanted).hits}  # type: ignore[arg-type]

    assert found() == {"docs/adr/0001-httpx.md", "docs/adr/0002-retry.md", "docs/guides/calls.md"}
    assert found(kinds=["guide"]) == {"docs/guides/calls.md"}
    assert found(status="proposed") == {"docs/adr/0002-retry.md"}
    assert found(path="docs/guides") == {"docs/guides/calls.md"}
    assert found(kinds=["guide"], status="proposed") == set()
    assert {hit.unit.path for hit in search("never import moment", path="web/a.ts").hits} == {"web/AGENTS.md"}
    assert len(search("outgoing calls", limit=2).hits) == 2
    assert search("outgoing calls", kinds=["contract"]).confidence == "none"
    assert search("outgoing calls").confidence == "high"


def test_search_filters_by_tags(tmp_path: Path) -> None:
    """A document must have all tags that are asked for, in whatever case."""
    cards = "# Cards\n\n* Status: accepted\n* Tags: PCI, payments\n\n## Decision\n\nCards are charged at once.\n"
    plain = "# Invoices\n\n* Status: accepted\n* Tags: payments\n\n## Decision\n\nInvoices are charged monthly.\n"
    search = base_of(tmp_path, {"docs/adr/0001-cards.md": cards, "docs/adr/0002-invoices.md": plain}).knowledge.search
    assert {hit.unit.title for hit in search("charged", tags=["pci", "Payments"]).hits} == {"Cards"}
    assert {hit.unit.title for hit in search("charged", tags=["payments"]).hits} == {"Cards", "Invoices"}
    assert search("charged", tags=["gdpr"]).hits == ()


def test_rules_need_no_question(tmp_path: Path) -> None:
    """What binds the paths, the nearest first, and nothing else."""
    base = base_of(tmp_path, FILES)
    assert paths_of(base.knowledge.rules(["web/a.ts"])) == ["web/AGENTS.md", "AGENTS.md"]
    assert paths_of(base.knowledge.rules(["src/a.py"])) == ["AGENTS.md"]
    assert paths_of(base.knowledge.rules([])) == []


def test_an_incomplete_index_says_so(tmp_path: Path) -> None:
    """While files or vectors are missing, each answer has a sentence about it."""
    base = base_of(tmp_path, FILES)
    with writing(base.catalog) as connection:
        set_meta(connection, {"complete": 0})
    assert "The index is being built: this answer may lack documents." in rendered(base.context("outgoing calls"))


def test_vectors_that_are_not_there_yet_hide_nothing(tmp_path: Path) -> None:
    """While the index is built, words decide alone: the one document with a vector goes before none that answers."""
    base = base_of(tmp_path, {"docs/otters.md": "# Otters\n\nOtters swim.\n", "docs/pens.md": "# Pens\n\nInk.\n"})
    of_otters = "SELECT hash FROM passages JOIN units ON row = unit WHERE path = 'docs/otters.md'"
    with writing(base.catalog) as connection:
        assert connection.execute(f"DELETE FROM embeddings WHERE hash IN ({of_otters})").rowcount  # noqa: S608 - fixed
        set_meta(connection, {"complete": 0})
    found = base.knowledge.search("otters")
    assert ([hit.unit.path for hit in found.hits], found.confidence) == (["docs/otters.md"], "high")


def test_no_gap_is_recorded_while_the_index_is_built(tmp_path: Path) -> None:
    """The answer may be in a file that has not been read yet."""
    base = base_of(tmp_path, FILES)
    with writing(base.catalog) as connection:
        set_meta(connection, {"complete": 0})
    assert "recorded as a gap" not in rendered(base.context("zebra crossing"))
    assert gaps(base.catalog.folder) == []


def test_an_empty_repository_answers(tmp_path: Path) -> None:
    """Nothing is known, and that is said."""
    base = base_of(tmp_path, {})
    pack = base.context("outgoing calls", "src/a.py")
    assert (pack.confidence, pack.items) == ("none", ())
    assert base.knowledge.search("outgoing calls").hits == ()
    assert base.knowledge.rules(["src/a.py"]).items == ()


def test_a_changed_file_is_answered_with_at_once(tmp_path: Path) -> None:
    """The library is read again when the catalog changed: a new status, a new document, one that is gone."""
    base = base_of(tmp_path, FILES)
    assert base.context("outgoing calls tried three times").items[0].hit.status == "proposed"
    base.put({"docs/adr/0002-retry.md": adr(2, "Retry", "Accepted", "Outgoing calls are tried three times.")})
    assert base.context("outgoing calls tried three times").items[0].hit.status == "accepted"
    base.drop("docs/adr/0002-retry.md")
    assert "docs/adr/0002-retry.md" not in paths_of(base.context("outgoing calls tried three times"))


def test_documents_may_change_while_questions_are_answered(tmp_path: Path) -> None:
    """Readers in several threads meet a writer that takes documents away and brings them back: no error, no half."""
    base = base_of(tmp_path, FILES)
    failures: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                base.context("outgoing calls", "web/a.ts")
                base.knowledge.search("outgoing calls")
        except BaseException as error:
            failures.append(error)
            raise

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(25):
        base.drop("docs/guides/calls.md", "docs/adr/0001-httpx.md")
        base.put({path: FILES[path] for path in ("docs/guides/calls.md", "docs/adr/0001-httpx.md")})
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []


def test_a_gap_that_cannot_be_written_does_not_spoil_the_answer(tmp_path: Path) -> None:
    """What binds is given all the same, and the reply says that the gap was lost."""
    base = base_of(tmp_path, FILES)
    (base.catalog.folder / DATABASE).mkdir()
    answer = rendered(base.context("grow tomatoes", "web/a.ts"))
    assert "Never import moment." in answer
    assert "The question could not be recorded as a gap." in answer


def test_the_same_question_gives_the_same_answer(tmp_path: Path) -> None:
    """Receipt and rendering are equal as long as nothing changes, and the receipt tells when something did."""
    base = base_of(tmp_path, FILES)
    first, second = base.context("outgoing calls", "src/a.py"), base.context("outgoing calls", "src/a.py")
    assert rendered(first) == rendered(second)
    base.put({"docs/guides/new.md": "# New\n\nOutgoing calls are logged.\n"})
    assert base.context("outgoing calls", "src/a.py").receipt != first.receipt
