"""`kb eval --from-history`: the past of a repository is asked as it was."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from support.evals import DATES, FILES, LOGGING, SETTLED, begun, error, kb, seeded
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from support.embedders import HashEmbedder

LOGURU = "# Logging\n\nThe library for logging is loguru.\n"


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> HashEmbedder:
    """The seeded embedder in place of the slow one."""
    return seeded(monkeypatch)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: HashEmbedder) -> Repo:  # noqa: ARG001 - it is in use
    """A repository as the current folder, with one commit."""
    return begun(tmp_path.resolve() / "repo", monkeypatch)


@pytest.fixture
def past(repo: Repo) -> Repo:
    """A history in which one commit should have known the guide, and another one what nothing leads to."""
    repo.write({LOGGING: LOGURU, "src/log.py": "import loguru\n"})
    repo.commit("feat: exchange the library for logging (#4)")
    repo.write({DATES: FILES[DATES].replace("date-fns.", "dayjs."), "src/log.py": "import dayjs\n"})  # type: ignore[union-attr, arg-type]
    repo.commit("Zebra crossing")
    repo.write({"docs/new.md": "# New\n", "src/log.py": "1\n"})
    repo.commit("Something new")
    return repo


def test_the_past_is_asked_as_it_was(past: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole of what a person sees; the documents are those of each commit's parent."""
    code, out, err = kb(capsys, "--from-history", "--budgets", "1000", "--at", "1000")
    zebra, logging = past.git("rev-parse", "HEAD~1")[:10], past.git("rev-parse", "HEAD~2")[:10]
    assert code == 0
    assert re.fullmatch(r"2 commits: [\d.]+ s to begin with, then [\d.]+ s\n", err)
    tokens = re.search(r"tokens +(\d+)\n", out)
    assert tokens is not None
    assert out == (
        "history: 4 commits looked at, 2 asked with; 2 documents that they changed\n"
        "skipped: 1 with new or moved documents only, 1 without a parent\n"
        "\n"
        "recall    questions  1,000   mrr  hit1  false none\n"
        "all               2   0.50  0.50  0.50           1\n"
        "decision          1   0.00  0.00  0.00           1\n"
        "guide             1   1.00  1.00  1.00           0\n"
        f"tokens               {tokens[1]:>5}\n"
        "\n"
        "Missed at 1,000 tokens: 1 of 2\n"
        f"  {zebra}: Zebra crossing\n"
        f'    decision, refused: the answer has confidence "none", without {DATES}#status\n'
    )
    assert logging not in out


@pytest.mark.usefixtures("past")
def test_the_past_counts_what_it_skipped_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """`--last` bounds the commits that are asked with."""
    code, out, _ = kb(capsys, "--from-history", "--json", "--last", "1", "--min-recall", "0.1")
    packed = json.loads(out)
    assert (code, packed["recall"], packed["history"]) == (
        1,
        0.0,
        {"considered": 2, "used": 1, "reverts": 0, "skipped": {"with new or moved documents only": 1}},
    )
    assert [missed["path"] for missed in packed["missed"]] == [DATES]


def test_what_did_not_hold_at_the_parent_is_not_asked_for(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """A superseded decision may change without anybody having to know it; a revert has a kind of its own."""
    repo.write({DATES: FILES[DATES].replace("Accepted", "Deprecated")})  # type: ignore[union-attr, arg-type]
    repo.commit("Settle")
    repo.write({DATES: SETTLED, "src/log.py": "1\n"})
    repo.commit("Shorten what is settled")
    repo.write({LOGGING: LOGURU, "src/log.py": "2\n"})
    repo.commit("Exchange the library for logging")
    repo.git("revert", "--no-edit", "HEAD")
    packed = json.loads(kb(capsys, "--from-history", "--json")[1])
    assert packed["history"] == {
        "considered": 5,
        "used": 2,
        "reverts": 1,
        "skipped": {"whose documents did not hold": 1, "without a parent": 1, "without code": 1},
    }
    assert {kind: found["recall"]["2000"] for kind, found in packed["kinds"].items()} == {"guide": 1.0, "revert": 1.0}


def test_the_past_leaves_the_repository_alone(
    past: Repo,
    embedder: HashEmbedder,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither work tree nor index nor `.kb` change, no temporary folder stays, and its embeddings are used."""
    assert run(["index"]) == 0
    capsys.readouterr()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    past.write({LOGGING: "# Half written"})
    embedder.embedded.clear()
    before = {path: path.read_bytes() for path in past.root.rglob("*") if path.is_file()}
    assert kb(capsys, "--from-history")[0] == 0
    assert {path: path.read_bytes() for path in past.root.rglob("*") if path.is_file()} == before
    assert list(temporary.iterdir()) == []
    assert not any("dayjs" in text or "# New" in text for text in embedder.embedded)


def test_a_kbignore_of_the_past_is_heeded(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What was ignored at the parent was no document then."""
    repo.write({LOGGING: LOGURU, "src/log.py": "1\n"})
    repo.commit("Exchange the library for logging")
    repo.write({".kbignore": "docs/logging.md\n"}).commit("Ignore it")
    repo.write({LOGGING: "# Logging\n", "src/log.py": "2\n"}).commit("Exchange the library for logging again")
    packed = json.loads(kb(capsys, "--from-history", "--json")[1])
    assert (packed["history"]["used"], packed["history"]["skipped"]["whose documents did not hold"]) == (1, 1)


def test_without_a_history_there_is_nothing_to_ask(
    tmp_path: Path, embedder: HashEmbedder, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plain folder is told apart from a history without fitting commits."""
    assert embedder.embedded == []
    assert error(capsys, "--from-history", "--root", str(tmp_path)) == (
        f"kb: error: {tmp_path.resolve()} has no git history to ask; write questions into docs/kb-eval.jsonl instead\n"
    )
    Repo(tmp_path).write({"docs/a.md": "# A\n"}).commit("Begin")
    code, out, _ = kb(capsys, "--from-history", "--root", str(tmp_path))
    assert (code, out.splitlines()[:2]) == (
        0,
        [
            "history: 1 commit looked at, 0 asked with; 0 documents that they changed",
            "skipped: 1 without a parent",
        ],
    )
    code, _, err = kb(capsys, "--from-history", "--root", str(tmp_path), "--min-recall", "0.5")
    assert code == 2
    assert err.endswith("kb: error: history: nothing was asked that has an answer, so --min-recall cannot be judged\n")
