from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.write import put_embeddings, text_hash, writing
from ctxkb.check.git import Git
from ctxkb.config import load_config
from ctxkb.evaluate.history.borrow import borrow_embeddings
from ctxkb.evaluate.history.choose import Case, Choice, choose
from ctxkb.evaluate.history.past import Past
from ctxkb_ingest.repair import open_for_writing
from support.embedders import HashEmbedder
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

LOGGING = "docs/logging.md"
FIRST: dict[str, str | bytes] = {LOGGING: "# Logging\n\nLog with print.\n", "src/log.py": "print()\n"}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo").write(FIRST)
    repo.commit("Begin")
    return repo


def chosen(repo: Repo, last: int = 200) -> Choice:
    """What the history of a repository asks, by its own configuration."""
    return choose(Git(repo.root), load_config(repo.root).sources, last)


def step(repo: Repo, message: str, files: dict[str, str | bytes], *options: str) -> str:
    """One commit with `files`."""
    repo.write(files).stage()
    repo.git("commit", "--quiet", "--message", message, *options)
    return repo.git("rev-parse", "HEAD")


def test_a_commit_of_code_and_a_known_document_asks(repo: Repo) -> None:
    """Its message and the paths of its code are asked; what it should have known is the document as it was."""
    parent = repo.git("rev-parse", "HEAD")
    files = {
        LOGGING: "# Logging\n\nLog with structlog.\n",
        "src/log.py": "import structlog\n",
        "docs/new.md": "# New\n",
    }
    commit = step(repo, "feat: log with structlog (#1)", files)
    case = Case(commit, parent, "log with structlog", ("src/log.py",), (LOGGING,), revert=False)
    assert chosen(repo) == Choice([case], 2, Counter({"without a parent": 1}))


def test_every_other_commit_is_skipped_with_its_reason(repo: Repo) -> None:
    """What asks nothing is counted, so that a small number of questions explains itself."""
    step(repo, "Code alone", {"src/a.py": "1\n", "package.json": "{}\n", "data.json": "{}\n"})
    step(
        repo,
        "A document alone, with a picture and a lock",
        {LOGGING: "# L\n", "x.png": b"x", "package-lock.json": "{}"},
    )
    step(repo, "A new document", {"docs/new.md": "# New\n", "src/a.py": "2\n"})
    step(repo, "wip", {LOGGING: "# Log\n", "src/a.py": "3\n"})
    bot = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
    step(repo, "Bump x from 1 to 2", {LOGGING: "# Logs\n", "src/a.py": "4\n"}, f"--author={bot}")
    step(repo, "Touch everything", {f"src/{number}.py": "5\n" for number in range(51)} | {LOGGING: "# All\n"})
    documents = {f"docs/{number}.md": f"# {number}\n" for number in range(11)}
    step(repo, "Eleven new documents", {**documents, "src/a.py": "6\n"})
    step(
        repo,
        "Eleven documents at once",
        {path: f"{text}\nx\n" for path, text in documents.items()} | {"src/a.py": "7\n"},
    )
    step(repo, "Release two", {"CHANGELOG.md": "# 1\n"})
    step(repo, "List what changed", {"CHANGELOG.md": "# 2\n", "src/a.py": "8\n"})
    repo.move(LOGGING, "docs/log.md")
    step(repo, "Move a document as it is", {"src/a.py": "9\n"})
    repo.branch("side", "HEAD~1")
    side = step(repo, "Say more", {"docs/1.md": "# 1\n\nMore.\n", "src/b.py": "1\n"})
    repo.switch("main").git("merge", "--quiet", "--no-edit", "side")
    found = chosen(repo)
    assert [(case.commit, case.documents) for case in found.cases] == [(side, ("docs/1.md",))]
    assert dict(found.skipped) == {
        "merges": 1,
        "with new or moved documents only": 3,
        "of more than 10 documents": 1,
        "of more than 50 files": 1,
        "by bots": 1,
        "whose message says nothing": 1,
        "without code": 1,
        "without a document": 3,
        "without a parent": 1,
    }
    assert found.considered == sum(found.skipped.values()) + 1


def test_a_contract_is_told_by_what_it_holds(repo: Repo) -> None:
    """A YAML file is a document where its first bytes say so, and configuration otherwise."""
    contract = "openapi: 3.1.0\ninfo: {title: Orders, version: '1'}\npaths: {}\n"
    step(repo, "Begin a contract", {"api/orders.yaml": contract, "src/a.py": "1\n", "ci.yaml": "a: 1\n"})
    step(repo, "Describe orders", {"api/orders.yaml": f"{contract}# more\n", "src/a.py": "2\n", "ci.yaml": "a: 2\n"})
    assert [(case.documents, case.paths) for case in chosen(repo).cases] == [
        (("api/orders.yaml",), ("ci.yaml", "src/a.py"))
    ]


def test_a_revert_asks_without_code_and_for_what_it_deletes(repo: Repo) -> None:
    """What is taken back was a document; its path is the one at the parent, also after a move with an edit."""
    step(repo, "Add a guide", {"docs/guide.md": "# Guide\n"})
    repo.git("revert", "--no-edit", "HEAD")
    text = "# Logging\n\n" + "".join(f"Line {number} says a thing.\n" for number in range(9))
    step(repo, "Write more", {LOGGING: text})
    repo.move(LOGGING, "docs/log.md")
    step(repo, "Move and edit", {"docs/log.md": f"{text}One more.\n", "src/log.py": "0\n"})
    asked = [(case.query, case.documents, case.revert) for case in chosen(repo).cases]
    assert asked == [("Move and edit", (LOGGING,), False), ("Add a guide", ("docs/guide.md",), True)]


def test_no_more_commits_are_looked_at_than_are_wanted(repo: Repo) -> None:
    """`last` bounds the questions, the newest first."""
    for number in range(4):
        step(repo, f"Change number {number}", {LOGGING: f"# {number}\n", "src/log.py": f"{number}\n"})
    found = chosen(repo, 2)
    assert [case.query for case in found.cases] == ["Change number 3", "Change number 2"]
    assert (found.considered, dict(found.skipped)) == (2, {})


def files_below(folder: Path) -> dict[str, str]:
    """The content of every file in a folder by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }


def test_the_past_moves_by_what_differs(repo: Repo, tmp_path: Path) -> None:
    """Documents and what may be one are there as they were; code, links and large files are not."""
    (repo.root / "docs" / "link.md").symlink_to("logging.md")
    first = step(
        repo, "One", {"docs/a": "# A\n", "data.json": "{}", "big.md": "x" * 2000, ".kbignore": "x\n", "a.py": "1"}
    )
    repo.remove("docs/a", ".kbignore")
    second = step(repo, "Two", {"docs/a/b.md": "# B\n", LOGGING: "# Log\n", "a.py": "2"})
    folder = tmp_path / "past"
    folder.mkdir()
    past = Past(Git(repo.root), load_config(repo.root).sources, folder, 1000)

    assert sorted(past.move_to(second)) == ["big.md", "data.json", "docs/a/b.md", LOGGING]
    assert files_below(folder) == {"data.json": "{}", "docs/a/b.md": "# B\n", LOGGING: "# Log\n"}
    assert sorted(set(past.move_to(first))) == [".kbignore", "docs/a/b.md", LOGGING]
    assert files_below(folder) == {".kbignore": "x\n", "data.json": "{}", LOGGING: "# Logging\n\nLog with print.\n"}
    assert sorted(set(past.move_to(second))) == [".kbignore", "docs/a/b.md", LOGGING]
    assert files_below(folder) == {"data.json": "{}", "docs/a/b.md": "# B\n", LOGGING: "# Log\n"}
    assert past.move_to(second) == ()


def test_a_folder_below_the_top_has_a_history_of_its_own(repo: Repo, tmp_path: Path) -> None:
    """Paths are relative to the root that was asked for."""
    step(repo, "Begin a part", {"part/docs/a.md": "# A\n", "part/a.py": "1\n"})
    step(repo, "Change the part", {"part/docs/a.md": "# B\n", "part/a.py": "2\n", LOGGING: "# Other\n"})
    git = Git(repo.root / "part")
    sources = load_config(repo.root).sources
    case = choose(git, sources, 9).cases[0]
    assert (case.documents, case.paths) == (("docs/a.md",), ("a.py",))
    folder = tmp_path / "past"
    assert Past(git, sources, folder, 1000).move_to(case.parent) == ("docs/a.md",)


def test_embeddings_are_borrowed_without_a_trace(tmp_path: Path) -> None:
    """Vectors of the same model come over; nothing is written beside the catalog that they come from."""
    embedder = HashEmbedder()
    theirs, ours = open_for_writing(_folder(tmp_path, "theirs")), open_for_writing(_folder(tmp_path, "ours"))
    keys = [text_hash("a"), text_hash("b")]
    with writing(theirs) as connection:
        put_embeddings(connection, embedder.name, keys, embedder.embed(["a", "b"]))
        put_embeddings(connection, "another", keys, embedder.embed(["a", "b"]))
    assert borrow_embeddings(theirs.path, ours, embedder.name) == 2  # while its owner writes
    theirs.close()
    before = {path.name: path.read_bytes() for path in theirs.folder.iterdir()}
    assert borrow_embeddings(theirs.path, ours, embedder.name) == 2
    assert {path.name: path.read_bytes() for path in theirs.folder.iterdir()} == before
    assert ours.vectors(embedder.name, keys).keys() == set(keys)
    assert ours.vectors("another", keys) == {}
    ours.close()


def test_what_cannot_be_borrowed_is_no_fault(tmp_path: Path) -> None:
    """A catalog that is missing or damaged gives nothing."""
    ours = open_for_writing(_folder(tmp_path, "ours"))
    (tmp_path / "damaged.sqlite").write_bytes(b"no database " * 99)
    assert borrow_embeddings(tmp_path / "damaged.sqlite", ours, "any") == 0
    assert borrow_embeddings(tmp_path / "missing.sqlite", ours, "any") == 0
    ours.close()


def _folder(above: Path, name: str) -> Path:
    folder = above / name
    folder.mkdir()
    return folder
