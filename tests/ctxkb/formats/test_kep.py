from __future__ import annotations

from datetime import date
from textwrap import dedent

import pytest

from ctxkb.config.models import Sources
from ctxkb.formats import parse
from ctxkb.formats.classify import classify
from ctxkb.formats.graph import build_graph, statuses
from ctxkb.types import Document, Kind, Link, Scope, Source

FOLDER = "keps/sig-node/2000-graceful-node-shutdown"
KEP = dedent("""\
    title: Graceful node shutdown
    kep-number: 2000
    authors:
      - "@bobbypage"
    owning-sig: sig-node
    status: implementable
    creation-date: 2020-09-03
    see-also:
      - "/keps/sig-node/1234-pod-lifecycle"
    replaces:
      - "/keps/sig-node/0009-old-shutdown"
    stage: beta
    latest-milestone: "v1.21"
    milestone:
      alpha: "v1.20"
      beta: "v1.21"
    """)


def read(text: str, path: str) -> Document:
    found = classify(path, text.encode(), Sources())
    assert found
    result = parse(Source(path, text.encode(), *found))
    assert result.problems == ()
    return result.documents[0]


def test_a_kep() -> None:
    """Status, people, dates, group and links stand in the YAML file beside the text."""
    document = read(KEP, f"{FOLDER}/kep.yaml")
    assert (document.format, document.kind, document.title) == ("kep", "decision", "Graceful node shutdown")
    assert (document.status, document.status_text, document.date) == ("accepted", "implementable", date(2020, 9, 3))
    assert document.owners == ("@bobbypage",)
    assert document.tags == ("sig-node", "beta", "v1.21")
    assert document.links == (
        Link("supersedes", "/keps/sig-node/0009-old-shutdown", 10),
        Link("relates", "/keps/sig-node/1234-pod-lifecycle", 8),
    )
    (section,) = document.sections
    assert (section.text, section.first, section.last) == (KEP.rstrip(), 1, 16)
    assert section.summary == (
        "KEP 2000 Graceful node shutdown. status: implementable. stage: beta. group: sig-node. "
        "milestones: alpha v1.20, beta v1.21."
    )


def test_the_text_has_the_status_of_the_file_beside_it() -> None:
    """README.md of a KEP states no status of its own: the one in effect is that of `kep.yaml`."""
    documents = [
        read(KEP.replace("implementable", "provisional"), f"{FOLDER}/kep.yaml"),
        read("# KEP-2000: Graceful node shutdown\n\n## Summary\n\nDrain.\n", f"{FOLDER}/README.md"),
        read("# KEP-7: Alone\n", "keps/sig-node/0007-alone/README.md"),
    ]
    assert [(document.format, document.number, document.status) for document in documents[1:]] == [
        ("decision-kep", "2000", ""),
        ("decision-kep", "7", ""),
    ]
    known = {document.id: document for document in documents}
    assert statuses(known, build_graph(documents).successors()) == {
        f"{FOLDER}/kep.yaml": "proposed",
        f"{FOLDER}/README.md": "proposed",
        "keps/sig-node/0007-alone/README.md": "",
    }


def test_what_a_kep_replaces_is_superseded() -> None:
    """A link to the folder of a proposal is one to its text."""
    old = read("# KEP-9: Old shutdown\n\nStatus: implemented\n", "keps/sig-node/0009-old-shutdown/README.md")
    documents = [read(KEP, f"{FOLDER}/kep.yaml"), old]
    graph = build_graph(documents)
    assert graph.successors() == {old.id: (f"{FOLDER}/kep.yaml",)}
    assert statuses({document.id: document for document in documents}, graph.successors())[old.id] == "superseded"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("provisional", "proposed"),
        ("deferred", "proposed"),
        ("implementable", "accepted"),
        ("implemented", "accepted"),
        ("rejected", "rejected"),
        ("withdrawn", "rejected"),
        ("replaced", "superseded"),
        ("odd", "odd"),
    ],
)
def test_states(said: str, status: str) -> None:
    """Each state of a proposal is a status; an unknown one stays as written."""
    assert read(f"title: A\nstatus: {said}\n", f"{FOLDER}/kep.yaml").status == status


def test_a_template_is_none() -> None:
    """The template folder holds no proposal."""
    assert read("title: KEP Template\nstatus: provisional\n", "keps/NNNN-kep-template/kep.yaml").template


@pytest.mark.parametrize("text", ["- a\n", "a: &a [*a]\n", "a: " + "[" * 300, ""])
def test_what_is_refused(text: str) -> None:
    """What is no mapping, contains itself or nests without end becomes a problem."""
    result = parse(Source("keps/a/1-b/kep.yaml", text.encode(), Kind.DECISION, "kep"))
    assert (len(result.documents), len(result.problems)) == (0, 1)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("keps/sig-node/2000-x/README.md", (Kind.DECISION, "decision-kep")),
        ("keps/sig-node/README.md", (Kind.GUIDE, "markdown")),
        ("keps/sig-node/20190101-x.md", (Kind.DECISION, "decision")),
        ("teps/0001-x.md", (Kind.DECISION, "decision")),
        ("rfcs/0001-x/README.md", (Kind.DECISION, "decision")),
        ("keps/sig-node/OWNERS.yaml", None),
    ],
)
def test_folders_of_proposals(path: str, found: object) -> None:
    """KEPs, TEPs and RFCs are decisions, one file or one folder each."""
    assert classify(path, b"a: 1\n", Sources()) == found


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("docs/adr/0001-x.md", Scope()),
        ("packages/api/docs/adr/0001-x.md", Scope(("packages/api/**",), "paths", stated=True)),
        ("packages/decision-engine/adr/0001-x.md", Scope(("packages/decision-engine/**",), "paths", stated=True)),
        ("services/pay/adr/0001-x.md", Scope(("services/pay/**",), "paths", stated=True)),
        ("docs/web/adr/0001-x.md", Scope()),
    ],
)
def test_a_decision_governs_the_package_that_it_lies_in(path: str, scope: Scope) -> None:
    """In a monorepo the decisions of a package govern the package; what front matter states goes before."""
    assert read("# 1. X\n", path).scope == scope
    assert read("---\nscope: [web/**]\n---\n# 1. X\n", path).scope == Scope(("web/**",), "paths", stated=True)
