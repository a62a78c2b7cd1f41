from __future__ import annotations

import json

import pytest

from ctxkb.errors import ConfigError
from ctxkb.evaluate.questions import Question, Relevant, read_questions


def fault(*lines: str) -> str:
    """What is said of a file that cannot be used."""
    with pytest.raises(ConfigError) as raised:
        read_questions("\n".join(lines), "q.jsonl")
    return str(raised.value)


def test_a_question_with_all_fields_is_read() -> None:
    """Every field of the format arrives."""
    line = {
        "id": "log-1",
        "query": "How do we log?",
        "relevant": [{"path": "AGENTS.md", "anchor": "Logging", "grade": 2}, {"path": "README.md", "grade": 1}],
        "must_contain": ["structlog"],
        "kind": "paraphrase",
        "paths": ["src/a.py"],
        "stale": [{"path": "docs/old.md"}],
    }
    assert read_questions(json.dumps(line), "q.jsonl") == (
        Question(
            id="log-1",
            query="How do we log?",
            relevant=(Relevant("AGENTS.md", "Logging", 2), Relevant("README.md", "", 1)),
            must_contain=("structlog",),
            kind="paraphrase",
            paths=("src/a.py",),
            stale=(Relevant("docs/old.md"),),
        ),
    )


def test_a_question_and_what_it_must_hold_are_enough() -> None:
    """Without an id the line names it, empty lines are passed over, and an empty list means that there is no answer."""
    text = '\n{"query": "How do we log?", "must_contain": ["structlog"]}\r\n\n{"query": "Who cooks?", "relevant": []}\n'
    found = read_questions(text, "q.jsonl")
    assert found == (
        Question("line-2", "How do we log?", must_contain=("structlog",)),
        Question("line-4", "Who cooks?"),
    )
    assert [question.answerable for question in found] == [True, False]


def test_only_the_best_places_are_wanted() -> None:
    """A place of a lower grade helps, and is not what is asked for."""
    places = (Relevant("a.md", grade=1), Relevant("b.md"), Relevant("c.md"))
    assert Question("1", "?", places).wanted == places[1:]
    assert Question("1", "?", places[:1]).wanted == places[:1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "{query: 1}",
            (
                "is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1); "
                "write one whole JSON object a line"
            ),
        ),
        ("[]", 'is not a JSON object; write {"query": "...", "must_contain": ["..."]}'),
        ('{"must_contain": ["x"]}', 'has no "query"; write the question there'),
        (
            '{"query": "Why?"}',
            (
                'has neither "must_contain" (strings that a good answer holds) nor '
                '"relevant" (places where it stands); write "relevant": [] for a question without an answer'
            ),
        ),
        (
            '{"query": "Why?", "must_contains": ["x"]}',
            'there is no field "must_contains"; did you mean "must_contain"?',
        ),
        ('{"query": "Why?", "must_contain": "x"}', '"must_contain" is not a list'),
        ('{"query": "Why?", "must_contain": [7]}', '"must_contain" holds 7, which is no text'),
        ('{"query": 7, "must_contain": ["x"]}', '"query" is not a string'),
        (
            '{"query": "Why?", "relevant": ["a.md"]}',
            '"relevant" holds a place without "path"; write {"path": "docs/x.md", "anchor": "Heading"}',
        ),
        (
            '{"query": "Why?", "relevant": [{"path": "a.md", "grade": "2"}]}',
            '"relevant" holds a place whose "anchor" is no string or whose "grade" is no number',
        ),
    ],
)
def test_a_line_that_is_no_question_is_told_with_its_number(line: str, said: str) -> None:
    """The file, the line, what is wrong and what to write."""
    assert fault('{"query": "How?", "must_contain": ["x"]}', line) == f"q.jsonl:2: {said}"


def test_an_id_stands_for_one_question() -> None:
    """The second one of the same id is refused."""
    line = '{"id": "a", "query": "How?", "must_contain": ["x"]}'
    assert fault(line, line) == 'q.jsonl:2: the id "a" is taken by a line above; give it another'


def test_several_faults_are_told_at_once_and_many_are_counted() -> None:
    """Three are enough to see what is wrong with a file."""
    said = fault("[]", "[]", "[]", "[]", "[]")
    assert said.count("is not a JSON object") == 3
    assert said.endswith("; and 2 more")


def test_a_file_without_a_question_is_a_mistake() -> None:
    """An empty file measures nothing."""
    said = "q.jsonl: holds no question; write one JSON object a line, with `query` and `must_contain`"
    assert fault("", "  ") == said
