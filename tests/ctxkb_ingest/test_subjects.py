"""What documents are about is known once they are embedded, and followed when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.config import load_config
from ctxkb.retrieve.subjects import load_subjects
from ctxkb_ingest.index import index_repository
from ctxkb_ingest.open import open_catalog
from support.embedders import HashEmbedder

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.retrieve.subjects import Subjects

PAYMENTS = "# Payments\n\nEvery payment is written into the ledger of the bank before the order is confirmed.\n"
LEDGER = "# Ledger\n\nThe ledger of the bank holds every payment of an order once it is confirmed.\n"
COLOURS = "# Colours\n\nButtons are blue, headings are grey, and errors are red on white.\n"


def subjects_after(root: Path, files: dict[str, str]) -> Subjects:
    for name, text in files.items():
        (root / name).write_text(text)
    catalog = open_catalog(root)
    try:
        index_repository(root, load_config(root), catalog, HashEmbedder)
        found = load_subjects(catalog, HashEmbedder().name)
    finally:
        catalog.close()
    assert found is not None
    return found


def test_documents_of_one_subject_are_near_each_other(tmp_path: Path) -> None:
    """Two pages about payments are nearer to each other than to one about colours."""
    subjects = subjects_after(tmp_path, {"payments.md": PAYMENTS, "ledger.md": LEDGER, "colours.md": COLOURS})
    assert [identity for identity, _ in subjects.near("payments.md", -1.0)] == ["ledger.md", "colours.md"]


def test_a_changed_document_changes_its_subject(tmp_path: Path) -> None:
    """A page that is rewritten is about what it says now."""
    subjects_after(tmp_path, {"payments.md": PAYMENTS, "ledger.md": LEDGER, "colours.md": COLOURS})
    subjects = subjects_after(tmp_path, {"ledger.md": COLOURS.replace("Colours", "Paint")})
    assert subjects.near("colours.md", -1.0)[0][0] == "ledger.md"


def test_a_document_is_not_near_itself_nor_to_one_that_is_unknown(tmp_path: Path) -> None:
    """A document has only others around it, and one that is not there has none."""
    subjects = subjects_after(tmp_path, {"payments.md": PAYMENTS, "ledger.md": LEDGER})
    assert [identity for identity, _ in subjects.near("ledger.md", -1.0)] == ["payments.md"]
    assert subjects.near("missing.md", -1.0) == []
