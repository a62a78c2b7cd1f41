"""`kb eval` with a file of questions, as a person and a CI job run it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from support.evals import begun, error, kb, seeded

if TYPE_CHECKING:
    from pathlib import Path

    from support.repos import Repo

QUESTIONS = """\
{"id": "log", "query": "library for logging", "relevant": [{"path": "docs/logging.md"}], "must_contain": ["structlog"], "kind": "paraphrase"}
{"id": "dates", "query": "New code formats dates", "must_contain": ["date-fns", "moment"], "kind": "identifier"}
{"id": "nobody", "query": "zebra crossing", "relevant": []}
"""  # noqa: E501 - one question a line, as in the file


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository as the current folder, asked with the seeded embedder."""
    seeded(monkeypatch)
    return begun(tmp_path.resolve() / "repo", monkeypatch)


def test_questions_are_asked_and_misses_explained(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole of what a person sees, from the file in its usual place."""
    repo.write({"docs/kb-eval.jsonl": QUESTIONS})
    code, out, err = kb(capsys, "--budgets", "500")
    assert (code, err) == (0, "")
    tokens = re.search(r"tokens +(\d+) +(\d+)\n", out)
    assert tokens is not None
    one, other = tokens.groups()
    assert out == (
        "docs/kb-eval.jsonl: 3 questions, 2 of them with an answer\n"
        "\n"
        "recall      questions   500  2,000   mrr  hit1  false none\n"
        "all                 2  0.50   0.50  1.00  1.00           0\n"
        "identifier          1  0.00   0.00     -     -           0\n"
        "paraphrase          1  1.00   1.00  1.00  1.00           0\n"
        f"tokens                 {one:>4}  {other:>5}\n"
        "\n"
        "without an answer in the documents: 1 of 1 were told so\n"
        "\n"
        "Missed at 2,000 tokens: 1 of 2\n"
        "  dates: New code formats dates\n"
        '    identifier, not indexed: no unit holds "moment"\n'
    )


def test_json_has_figures_and_misses(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What the page of the command promises to programs."""
    (repo.root / "q.jsonl").write_text(QUESTIONS)
    code, out, _ = kb(capsys, "q.jsonl", "--json", "--budgets", "300", "--at", "300", "--min-recall", "0.5")
    packed = json.loads(out)
    tokens = packed["all"]["tokens"]
    assert (code, list(packed)) == (
        0,
        ["source", "budgets", "at", "recall", "gate", "all", "kinds", "missed", "history"],
    )
    assert {key: packed[key] for key in ("source", "budgets", "at", "recall", "gate", "history")} == {
        "source": "q.jsonl",
        "budgets": [300],
        "at": 300,
        "recall": 0.5,
        "gate": {"min_recall": 0.5, "passed": True},
        "history": None,
    }
    assert packed["all"] == {
        "questions": 3,
        "answerable": 2,
        "recall": {"300": 0.5},
        "tokens": tokens,
        "mrr": 1.0,
        "hit1": 1,
        "abstain": {"count": 1, "of": 1},
        "false_none": {"count": 0, "of": 2},
        "stale_first": {"count": 0, "of": 0},
    }
    assert list(packed["kinds"]) == ["identifier", "other", "paraphrase"]
    assert packed["missed"] == [
        {
            "id": "dates",
            "kind": "identifier",
            "query": "New code formats dates",
            "path": "",
            "reason": "not indexed",
            "detail": 'no unit holds "moment"',
            "unit": "",
            "rank": 0,
        }
    ]


def test_a_gate_that_is_missed_ends_with_1_and_one_line(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """CI reads the exit code, a person the line."""
    repo.write({"kb-eval.jsonl": QUESTIONS})
    code, _, err = kb(capsys, "--min-recall", "0.8")
    assert (code, err) == (
        1,
        "kb: recall 0.500 at 2,000 tokens is below --min-recall 0.8 (1 of 2 answered)\n",
    )


def test_a_mistake_is_told_in_one_line(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What, where, and what to do."""
    assert error(capsys) == (
        f"kb: error: there is no docs/kb-eval.jsonl or kb-eval.jsonl in {repo.root}: write one question a line there, "
        'such as {"query": "How do we log?", "must_contain": ["structlog"]}, or name a FILE, or ask the past: '
        "kb eval --from-history\n"
    )
    assert error(capsys, "q.jsonl") == (
        f"kb: error: {repo.root}/q.jsonl: cannot be read: No such file or directory; name a file of questions\n"
    )
    repo.write({"q.jsonl": '{"query": "Who?"}\n'})
    assert error(capsys, "q.jsonl").startswith('kb: error: q.jsonl:1: has neither "must_contain"')
    assert error(capsys, "q.jsonl", "--from-history") == (
        "kb: error: FILE and --from-history exclude each other: name a file, or ask the past\n"
    )
    assert error(capsys, "q.jsonl", "--plot", "x.png") == (
        "kb: error: --plot x.png: the plot is an SVG; give it a name that ends in .svg\n"
    )
    assert error(capsys, "q.jsonl", "--budgets", "500,many") == (
        "kb: error: --budgets 500,many: write numbers separated by commas, such as 500,1000,2000,4000\n"
    )
    assert error(capsys, "q.jsonl", "--at", "7") == (
        "kb: error: there is no budget of 7 tokens; name one of 50 to 20,000\n"
    )


def test_the_plot_is_an_svg_with_axes_and_a_legend(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a kind and one for all, named with how many questions each has."""
    repo.write({"kb-eval.jsonl": QUESTIONS})
    assert kb(capsys, "--plot", "recall.svg", "--budgets", "500")[0] == 0
    drawing = ElementTree.fromstring((repo.root / "recall.svg").read_text("utf-8"))  # noqa: S314 - our own file
    space = "{http://www.w3.org/2000/svg}"
    assert [element.text for element in drawing.iter(f"{space}text")] == [
        "Recall over budget: kb-eval.jsonl",
        *("0.0", "0.2", "0.4", "0.6", "0.8", "1.0"),
        *("500", "2,000"),
        "budget in tokens (o200k_base)",
        "share of the questions answered",
        *("all (2)", "identifier (1)", "paraphrase (1)"),
    ]
    assert len(list(drawing.iter(f"{space}polyline"))) == 3


def test_the_help_tells_the_budget_that_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """Without --at it is the configured one, never 0."""
    code, out, _ = kb(capsys, "--help")
    told = " ".join(out.replace("│", " ").split())
    assert (code, "misses concern. [default: (that of kb.toml)]" in told) == (0, True)
