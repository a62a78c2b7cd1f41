"""Decisions of two real repositories, row by row. The rows were checked by eye against the files."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from ctxkb.formats import parse
from ctxkb.types import Document, Kind, Source
from support.corpora import corpus

DATA = Path(__file__).parents[2] / "data"
WIKI = "documentation/wiki/product/decisions"
FOLDERS = (f"{WIKI}/adr", f"{WIKI}/infra", "docs/decisions/infra")


def read(root: Path, path: str, form: str = "decision") -> Document:
    parsed = parse(Source(path, (root / path).read_bytes(), Kind.DECISION, form))
    assert parsed.problems == ()
    (document,) = parsed.documents
    return document


def row(document: Document) -> dict[str, object]:
    return {
        "path": document.path,
        "number": document.number,
        "title": document.title,
        "status": document.status,
        "status_text": document.status_text,
        "date": document.date.isoformat() if document.date else None,
        "owners": list(document.owners),
        "links": [[link.relation, link.target, link.line] for link in document.links],
        "template": document.template,
    }


def test_every_jabref_decision_is_read_right() -> None:
    """Number, title, status, date, owners and links of all of jabref's decisions are those of the table."""
    root = corpus("jabref")
    paths = sorted(path.relative_to(root).as_posix() for path in (root / "docs/decisions").glob("*.md"))
    found = [row(read(root, path)) for path in paths if not path.endswith("index.md")]
    assert found == json.loads((DATA / "jabref_decisions.json").read_text(encoding="utf-8"))


def test_every_decision_of_simpler_grants_gov_is_read_right() -> None:
    """Number, title, status, date and owners of all of simpler-grants-gov's decisions are those of the table."""
    root = corpus("simpler-grants-gov")
    paths = [path for folder in FOLDERS for path in sorted((root / folder).glob("[!R]*.md"))]
    found = [row(read(root, path.relative_to(root).as_posix())) for path in paths]
    assert found == json.loads((DATA / "simpler_grants_gov_decisions.json").read_text(encoding="utf-8"))
    assert Counter(decision["status"] for decision in found) == {"accepted": 81, "proposed": 4, "superseded": 1}
    assert read(root, f"{WIKI}/template.md").template


def test_links_of_simpler_grants_gov_are_read_right() -> None:
    """All links between the decisions of simpler-grants-gov, and no others, are found."""
    root = corpus("simpler-grants-gov")
    found = []
    for folder in FOLDERS:
        for file in sorted((root / folder).glob("*.md")):
            document = read(root, f"{folder}/{file.name}")
            found += [(file.name[:10], link.relation, link.target, link.line) for link in document.links]
    assert found == [
        ("2023-07-20", "relates", "./2023-07-20-fe-design-system.md", 71),
        ("2025-03-24", "superseded-by", "../../decisions/adr/2025-05-09-revisiting-soap-proxy.md", 3),
        ("0007-datab", "relates", "0005-database-module-design.md", 89),
        ("0007-datab", "relates", "0006-provision-database-users-with-serverless-function.md", 90),
        ("0008-conso", "relates", "./0004-separate-terraform-backend-configs-into-separate-config-files.md", 29),
        ("2023-05-09", "relates", "./2023-09-07-consolidate-infra-config-from-tfvars-files-into-config-module.md", 36),
        ("2023-05-25", "relates", "./2023-09-11-separate-app-infrastructure-into-layers.md", 66),
        ("2023-06-05", "relates", "./2023-05-25-separate-database-infrastructure-into-separate-layer.md", 91),
        ("2023-06-05", "relates", "./2023-05-25-provision-database-users-with-serverless-function.md", 92),
        ("2023-09-07", "relates", "./2023-05-09-separate-terraform-backend-configs-into-separate-config-files.md", 30),
        ("2023-09-11", "relates", "./2023-05-25-separate-database-infrastructure-into-separate-layer.md", 39),
        ("2023-09-11", "relates", "/docs/infra/module-architecture.md", 40),
    ]


@pytest.mark.parametrize("name", ["jabref", "simpler-grants-gov"])
@pytest.mark.parametrize("form", ["decision", "markdown", "mdx"])
def test_no_file_of_a_corpus_is_lost(name: str, form: str) -> None:
    """Every Markdown file is read by every parser of Markdown: no problem, unique anchors, no line in two sections."""
    root = corpus(name)
    for file in sorted(root.rglob("*.md*")):
        parsed = parse(Source(file.relative_to(root).as_posix(), file.read_bytes(), Kind.GUIDE, form))
        assert parsed.problems == ()
        (document,) = parsed.documents
        anchors = [section.anchor for section in document.sections]
        assert len(anchors) == len(set(anchors))
        lines = Counter(line for section in document.sections for line in range(section.first, section.last + 1))
        assert set(lines.values()) <= {1}
