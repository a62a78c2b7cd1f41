"""decision-unsettled on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import judged, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

WEB = "docs/adr/0001-web.md"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"web/app.js": "start();\n", "api/app.py": "start()\n"})
    repo.commit("Begin")
    return repo.branch("feature")


def scoped(status: str, scope: str = "web/**", title: str = "Render on the server") -> str:
    """A decision with a status and a scope of its own."""
    return madr(title, status=f'{status}\nscope: ["{scope}"]')


def found(repo: Repo) -> list[str]:
    """What the rule finds."""
    every = judged(repo).findings
    return [f"{each.severity}: {each.message}" for each in every if each.rule == "decision-unsettled"]


def message(status: str, path: str = "web/app.js") -> str:
    return f'warning: {path} changes, and is governed only by a {status} decision: "Render on the server" ({WEB})'


@pytest.mark.parametrize("status", ["proposed", "rejected", "superseded"])
def test_work_below_an_unsettled_decision_is_a_warning(repo: Repo, status: str) -> None:
    """Nothing that holds says how this is done."""
    repo.write({WEB: scoped(status), "web/app.js": "hydrate();\n"}).commit()

    assert found(repo) == [message(status)]


@pytest.mark.parametrize("status", ["accepted", "deprecated"])
def test_work_below_a_decision_that_holds_passes(repo: Repo, status: str) -> None:
    """A deprecated one still holds where it has not been replaced yet."""
    repo.write({WEB: scoped(status), "web/app.js": "hydrate();\n"}).commit()

    assert found(repo) == []


def test_accepting_it_in_the_same_change_passes(repo: Repo) -> None:
    """The status at the head counts."""
    repo.switch("main").write({WEB: scoped("proposed")}).commit("Propose")
    repo.branch("later").write({WEB: scoped("accepted"), "web/app.js": "hydrate();\n"}).commit()

    assert found(repo) == []


def test_work_elsewhere_passes(repo: Repo) -> None:
    """The scope is what the decision says."""
    repo.write({WEB: scoped("proposed"), "api/app.py": "run()\n"}).commit()

    assert found(repo) == []


def test_an_accepted_decision_for_the_same_path_settles_it(repo: Repo) -> None:
    """Whoever works there goes by that one."""
    repo.write({WEB: scoped("proposed"), "docs/adr/0002-js.md": scoped("accepted", "web/*.js", "Plain scripts")})
    repo.write({"web/app.js": "hydrate();\n"}).commit()

    assert found(repo) == []


def test_a_proposed_decision_without_a_scope_governs_nothing(repo: Repo) -> None:
    """Otherwise one proposal would stop all work."""
    repo.write({WEB: madr("Render on the server", status="proposed"), "web/app.js": "hydrate();\n"}).commit()

    assert found(repo) == []


def test_the_package_in_which_a_proposal_lies_is_no_stated_scope(repo: Repo) -> None:
    """A package whose only decision is a proposal can still be worked on."""
    repo.write({"web/docs/adr/0001-web.md": madr("Render", status="proposed"), "web/app.js": "hydrate();\n"}).commit()

    assert found(repo) == []


def test_the_successor_takes_the_place_of_a_superseded_one(repo: Repo) -> None:
    """A successor that names no paths has those of the decision it replaces; one that names others leaves them out."""
    new = "docs/adr/0002-new.md"
    repo.write(
        {WEB: scoped("superseded by ADR-0002"), new: madr("Render in the browser"), "web/app.js": "hydrate();\n"}
    )
    repo.commit()
    assert found(repo) == []

    repo.write({new: scoped("accepted", "web/pages/**", "Render in the browser")}).commit()
    assert found(repo) == [message("superseded")]


QUIET = {
    "a comment": "// where it begins\nstart();\n",
    "indentation": "  start();\n",
    "a blank line": "\nstart();\n",
    "nothing but what is taken out": "",
}


@pytest.mark.parametrize("content", QUIET.values(), ids=QUIET)
def test_what_is_no_work_passes(repo: Repo, content: str) -> None:
    """Comments, formatting and clearing up rest on no decision."""
    repo.write({WEB: scoped("proposed"), "web/app.js": content}).commit()

    assert found(repo) == []


def test_documents_are_no_work(repo: Repo) -> None:
    """A guide may well describe what is proposed."""
    repo.write({WEB: scoped("proposed"), "web/README.md": "# Web\n\nHow it will be.\n"}).commit()

    assert found(repo) == []


def test_several_files_are_one_finding(repo: Repo) -> None:
    """One decision has to be taken, however many files wait for it."""
    repo.write(
        {WEB: scoped("proposed"), "web/app.js": "hydrate();\n", "web/b.js": "b();\n", "web/c.js": "c();\n"}
    ).commit()

    assert found(repo) == [message("proposed", "web/app.js and 2 more").replace("changes", "change")]
