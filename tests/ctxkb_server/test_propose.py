from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ctxkb.catalog.view import Sight
from ctxkb.config import load_config
from ctxkb_ingest.index import index_repository
from ctxkb_server.caller import LOCAL, Caller, acting
from support.embedders import HashEmbedder
from support.repos import Repo
from support.sample import sample
from support.serving import asked, call, indexed, served, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.knowledge import Knowledge

RULE = {"kind": "rule", "title": "Money is never a float", "text": "Amounts MUST be integers in minor units."}
DECISION = {
    "kind": "decision",
    "title": "Page lists by cursor",
    "text": "Lists are paged by cursor: offsets skip rows.",
}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """The sample repository."""
    return sample(tmp_path)


def _propose(root: Path, **arguments: Any) -> str:  # noqa: ANN401 - what the tool takes
    result = call(served(indexed(root), drafts=True), "propose", **arguments)
    assert not result.is_error, text_of(result)
    return text_of(result)


def _refused(root: Path, **arguments: Any) -> str:  # noqa: ANN401 - what the tool takes
    before = {path: path.read_bytes() for path in root.rglob("*.md")}
    result = call(served(indexed(root), drafts=True), "propose", **arguments)
    assert result.is_error
    assert {path: path.read_bytes() for path in root.rglob("*.md")} == before
    return text_of(result)


def _again(knowledge: Knowledge) -> Knowledge:
    """The knowledge base once what was written is indexed."""
    root = knowledge.root
    index_repository(root, load_config(root), knowledge.catalog, HashEmbedder)
    return knowledge


def test_a_rule_is_a_convention_that_binds_nobody_yet(repo: Repo) -> None:
    """It is found and marked as proposed; once a person deletes the line of its status it binds its paths."""
    path = "docs/conventions/money-is-never-a-float.md"
    said = _propose(repo.root, **RULE, paths=["api/**", "billing/money.py"])
    assert said == f"Drafted {path} as proposed. It binds nobody until a person has accepted it; tell yours of it."
    text = (repo.root / path).read_text()
    assert text == (
        "---\nstatus: proposed # delete this line to put it in force\n"
        'scope: ["api/**", "billing/money.py"]\n---\n\n'
        "# Money is never a float\n\nAmounts MUST be integers in minor units.\n"
    )
    knowledge = indexed(repo.root)
    (hit,) = knowledge.search("integers minor units").hits
    assert (hit.unit.path, hit.status, hit.binding) == (path, "proposed", False)
    assert path not in {item.hit.unit.path for item in knowledge.rules(["api/x.py"]).items}
    repo.write({path: text.replace("status: proposed # delete this line to put it in force\n", "")})
    items = {item.hit.unit.path: item.hit for item in _again(knowledge).rules(["api/x.py"]).items}
    assert (items[path].status, items[path].binding) == ("", True)
    assert path not in {item.hit.unit.path for item in knowledge.rules(["web/x.ts"]).items}


def test_a_decision_is_proposed_in_the_form_of_the_others(repo: Repo) -> None:
    """It takes the next number, says what shall hold, leaves the rest to be filled in, and does not bind."""
    path = "docs/adr/0003-page-lists-by-cursor.md"
    assert _propose(repo.root, **DECISION, paths="api/**").startswith(f"Drafted {path} as proposed.")
    text = (repo.root / path).read_text()
    assert text.startswith('---\nscope: ["api/**"]\n---\n\n# 3. Page lists by cursor\n\nDate: 20')
    assert "## Status\n\nProposed\n\n## Context\n\n{describe the situation" in text
    assert "## Decision\n\nLists are paged by cursor: offsets skip rows.\n\n## Consequences\n" in text
    knowledge = indexed(repo.root)
    hit = knowledge.search("cursor offsets skip rows").hits[0]
    assert (hit.unit.path, hit.status, hit.binding) == (path, "proposed", False)
    assert path not in {item.hit.unit.path for item in knowledge.rules(["api/x.py"]).items}


def test_text_with_headings_is_the_whole_decision(repo: Repo) -> None:
    """Its sections take the place of the form's."""
    body = "# Page lists by cursor\n\n## Context\n\nOffsets skip.\n\n## Decision\n\nCursors."
    _propose(repo.root, **{**DECISION, "text": body})
    text = (repo.root / "docs/adr/0003-page-lists-by-cursor.md").read_text()
    head, _, rest = text.partition("## Context")
    assert head.startswith("# 3. Page lists by cursor\n\nDate: ")
    assert head.endswith("## Status\n\nProposed\n\n")
    assert rest == "\n\nOffsets skip.\n\n## Decision\n\nCursors.\n"


def test_code_is_no_heading(repo: Repo) -> None:
    """A comment in a block of code does not make sections of a text."""
    _propose(repo.root, **{**DECISION, "text": "Cursors.\n\n```sh\n# pages\nmake\n```"})
    text = (repo.root / "docs/adr/0003-page-lists-by-cursor.md").read_text()
    assert "## Decision\n\nCursors.\n\n```sh\n# pages\nmake\n```\n\n## Consequences\n" in text


def test_sections_stand_below_the_head_of_the_teams_own_template(repo: Repo) -> None:
    """A template that lies among the decisions gives the head of what has sections of its own."""
    head = "# NUMBER. TITLE\n\nDate: DATE\nTeam: {who decides about it}\n\n## Status\n\nSTATUS\n\n"
    repo.write({"docs/adr/template.md": f"{head}## Why\n\n{{why it is so}}\n"})
    _propose(repo.root, **{**DECISION, "text": "## Why\n\nOffsets skip rows."})
    text = (repo.root / "docs/adr/0003-page-lists-by-cursor.md").read_text()
    assert "Team: {who decides about it}\n\n## Status\n\nProposed\n\n## Why\n\nOffsets skip rows.\n" in text


def test_secrets_of_a_text_are_not_written(repo: Repo) -> None:
    """What would be masked in a document is masked in a draft."""
    _propose(repo.root, **{**RULE, "text": "Never commit AKIAIOSFODNN7EXAMPLA."})
    assert "AKIAIOSFODNN7EXAMPLA" not in (repo.root / "docs/conventions/money-is-never-a-float.md").read_text()


def test_who_may_write_writes_within_their_sight(repo: Repo) -> None:
    """A caller that may see some folders only drafts nothing elsewhere."""
    with acting(Caller("ci", Sight(paths=("web/**",)), write=True)):
        assert _refused(repo.root, **RULE) == (
            "docs/conventions/money-is-never-a-float.md lies outside of what you may see; "
            "ask for a token that reaches it"
        )


@pytest.mark.parametrize(
    ("files", "folder"),
    [
        ({"kb.toml": '[sources]\ndecisions = ["doc/why/**"]\n'}, "doc/why"),
        ({".adr-dir": "decisions\n"}, "decisions"),
        ({"README.md": "# A\n"}, "docs/adr"),
    ],
)
def test_the_first_decision_goes_where_it_is_configured(tmp_path: Path, files: dict[str, str], folder: str) -> None:
    """The configuration names the folder, or `.adr-dir`, else it is the usual one."""
    repo = Repo(tmp_path).write(files)
    assert _propose(repo.root, **DECISION).startswith(f"Drafted {folder}/0001-page-lists-by-cursor.md as proposed.")
    assert (repo.root / folder / "0001-page-lists-by-cursor.md").read_text().startswith("---\nstatus: proposed\n")


def test_a_decision_that_would_not_be_found_is_not_written(tmp_path: Path) -> None:
    """Where the folder of the decisions is none to the configuration, the error says what to do."""
    Repo(tmp_path).write({"kb.toml": '[sources]\ndecisions = ["doc/why/**"]\n', ".adr-dir": "decisions\n"})
    assert _refused(tmp_path, **DECISION) == (
        "decisions/0001-page-lists-by-cursor.md would be no decision; name its folder in [sources] decisions of kb.toml"
    )


def test_a_rule_goes_where_conventions_are_configured(repo: Repo) -> None:
    """The first folder that `[sources] conventions` names is taken; without one that fits the error says what to do."""
    repo.write({"kb.toml": '[sources]\nconventions = ["rules/*.md"]\n'})
    assert _propose(repo.root, **RULE).startswith("Drafted rules/money-is-never-a-float.md as proposed.")
    repo.write({"kb.toml": '[sources]\nconventions = ["AGENTS.md"]\n'})
    assert _refused(repo.root, **RULE) == (
        "docs/conventions/money-is-never-a-float.md would be no convention; name a folder for them in [sources] "
        "conventions of kb.toml"
    )


def test_nothing_is_ever_overwritten(repo: Repo) -> None:
    """A file of the same name stays as it is."""
    _propose(repo.root, **RULE)
    assert _refused(repo.root, **{**RULE, "text": "Other."}) == (
        "docs/conventions/money-is-never-a-float.md exists already; choose another title, or edit that file"
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": " "}, "title is empty; say in a few words what it is about"),
        ({"text": ""}, "text is empty; say what shall hold, and why"),
        ({"kind": "contract"}, "kind: input should be 'decision' or 'rule'"),
        ({"kind": "decision", "title": "?!"}, "a decision needs a title: say in a few words what is decided"),
        ({"paths": ["../x"]}, "'../x' lies outside the repository; give paths relative to its root"),
        ({"paths": ["/etc/**"]}, "'/etc/**' lies outside the repository; give paths relative to its root"),
        ({"paths": ["a/[b"]}, 'glob "a/[b" cannot be used: a bracket is not closed, or nothing is left to match'),
        ({"paths": [f"a{n}" for n in range(21)]}, "21 paths are too many; give at most 20, or globs such as api/**"),
    ],
)
def test_what_is_wrong_is_explained(repo: Repo, changes: dict[str, Any], message: str) -> None:
    """The error is one line that says what to pass, and nothing is written."""
    assert _refused(repo.root, **{**RULE, **changes}) == message


STATUSES = [
    "## Status\n\nAccepted\n\n## Decision\n\nDo it.",
    "# 3. Status\n\nDo it, we said.",
    "Do it.\n\nStatus\n------\n\nAccepted",
    "* Status: accepted\n\n## Decision\n\nDo it.",
    "Do it.\n\n- **Status:** Accepted on 2026-11-21",
    "Status: accepted\n\n## Decision\n\nDo it.",
    "| Status | accepted |\n|---|---|\n| Owner | Ada |",
    "---\nstatus: accepted\n---\n\nDo it.",
    "\n---\nowner: Ada\nstatus: anything\n---\nDo it.",
    "Do it.\n\n---\nstatus: accepted\n---\n",
    "Do it.\n\n:status: accepted",
    "== Status\n\nAccepted",
]


@pytest.mark.parametrize("kind", ["decision", "rule"])
@pytest.mark.parametrize("text", STATUSES)
def test_no_text_states_a_status(repo: Repo, kind: str, text: str) -> None:
    """In whatever form: it is refused, and nothing is written."""
    before = sorted(repo.root.glob("docs/**/*.md"))
    assert _refused(repo.root, **{**DECISION, "kind": kind, "text": text}) == (
        "the text must not state a status of its own; leave that out, a person decides it"
    )
    assert sorted(repo.root.glob("docs/**/*.md")) == before


@pytest.mark.parametrize(
    "text",
    [
        "Answer with the status: 404 where there is none.",
        "Status: codes of HTTP are used.",
        "## Status codes\n\n404.\n\n## State\n\nNone.",
        "```\nstatus: accepted\n```\n",
    ],
)
def test_a_text_about_statuses_is_no_status(repo: Repo, text: str) -> None:
    """Codes, states and examples are what many decisions are about."""
    assert _propose(repo.root, **{**DECISION, "text": text}).startswith("Drafted docs/adr/0003-")


def test_a_title_stays_a_title(repo: Repo) -> None:
    """Line breaks, slashes and dots of a title lead nowhere and state nothing."""
    title = "../../etc/x\n---\nstatus: accepted"
    _propose(repo.root, **{**RULE, "title": title})
    (path,) = (repo.root / "docs/conventions").iterdir()
    assert path.name == "etc-x-status-accepted.md"
    assert "\n# ../../etc/x --- status: accepted\n" in path.read_text()
    assert indexed(repo.root).library.documents[f"docs/conventions/{path.name}"].status == "proposed"


def test_a_link_out_of_the_repository_is_not_followed(tmp_path: Path) -> None:
    """A folder of drafts that leads elsewhere is refused."""
    repo = sample(tmp_path / "repo")
    (tmp_path / "outside").mkdir()
    (repo.root / "docs/conventions").symlink_to(tmp_path / "outside")
    result = call(served(indexed(repo.root), drafts=True), "propose", **RULE)
    assert result.is_error
    assert "leads out of the repository" in text_of(result)
    assert list((tmp_path / "outside").iterdir()) == []


def test_it_is_offered_only_where_writing_is_allowed(repo: Repo) -> None:
    """Without the server's leave nobody has it; with it, those callers that may write."""
    knowledge = indexed(repo.root)

    def names(caller: Caller, drafts: bool) -> list[str]:
        with acting(caller):
            listed = asked(served(knowledge, drafts=drafts), lambda client: client.list_tools())
        return [tool.name for tool in listed.tools if tool.name == "propose"]

    reader = Caller("ci", LOCAL.sight)
    assert (names(LOCAL, False), names(reader, True), names(LOCAL, True)) == ([], [], ["propose"])
    for caller, drafts in ((LOCAL, False), (reader, True)):
        with acting(caller):
            result = call(served(knowledge, drafts=drafts), "propose", **RULE)
        assert text_of(result).startswith('unknown tool "propose"; the tools are ')
    assert not (repo.root / "docs/conventions").exists()
