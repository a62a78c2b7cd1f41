"""Which words of a decision name a dependency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.dependencies import GEMS, begun, new
from support.gate import findings, madr

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("We add pg.", True),
        ("We add `pg`, the driver.", True),
        ("We add PG to the Gemfile.", True),
        ("We add pgvector.", False),
        ("We add foo-pg.", False),
        ("We need pg_search.", False),
        ("See lib/pg/connection.rb.", False),
    ],
)
def test_a_name_is_a_word_of_its_own(tmp_path: Path, sentence: str, named: bool) -> None:
    """A part of another word names something else."""
    repo = begun(tmp_path, {"Gemfile": GEMS})
    text = madr("Store orders").replace("We need one way to do it.", sentence)
    repo.write({"Gemfile": GEMS + 'gem "pg"\n', "docs/adr/0002-store.md": text}).commit()

    assert findings(repo) == ([] if named else [new("Gemfile", 2, "pg")])


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("It waits for requests of clients.", False),
        ("Requests are slow.", False),
        ("We call it with `requests`.", True),
        ("We use **requests** for that.", True),
        ("We call it with Requests.", True),
    ],
)
def test_an_everyday_word_must_be_meant_as_a_name(tmp_path: Path, sentence: str, named: bool) -> None:
    """In code, bold, quotes, a link, a title, or with a capital in the middle of a sentence."""
    repo = begun(tmp_path, {"requirements.txt": "httpx\n"})
    text = madr("Call the bank").replace("We need one way to do it.", sentence)
    repo.write({"requirements.txt": "httpx\nrequests\n", "docs/adr/0002-call.md": text}).commit()

    assert findings(repo) == ([] if named else [new("requirements.txt", 2, "requests")])


def test_an_option_that_was_weighed_is_not_what_was_chosen(tmp_path: Path) -> None:
    """The decision names both, but chose one."""
    repo = begun(tmp_path, {"package.json": '{"dependencies": {}}'})
    text = madr("Compute with dates").replace("* This\n* That", "* moment\n* date-fns").replace('"This"', '"date-fns"')
    repo.write({"docs/adr/0002-dates.md": text, "package.json": '{"dependencies": {"date-fns": "^3"}}'}).commit()
    assert findings(repo) == []

    repo.write({"package.json": '{"dependencies": {"moment": "^2"}}'}).commit()
    assert findings(repo) == [new("package.json", 1, "moment")]


OPTIONS = madr("Validate input").replace("* This\n* That", "* zod\n* yup").replace('"This"', '"yup"')
RULE = """status: accepted
rules:
  - id: validation
    {verb}: {{import: zod}}
    message: It concerns zod."""


@pytest.mark.parametrize(
    ("refusing", "permitting"),
    [
        (madr("Do not use Zod"), madr("Use Zod")),
        (madr("Yup").replace("because", "not zod, because"), madr("Yup").replace("because", "with zod, because")),
        (madr("Yup") + "\nNever use `zod`.\n", madr("Yup") + "\nAlways use `zod`.\n"),
        (madr("Yup") + "\nWe do not\nuse zod.\n", madr("Yup") + "\nWe do not.\nWe use zod.\n"),
        (
            madr("Yup") + "\n* Bad, because zod has more types.\n",
            madr("Yup") + "\n* Good, because zod has more types.\n",
        ),
        (OPTIONS + "\nIt is smaller than zod.\n", OPTIONS.replace('"yup"', '"zod"')),
        (madr("Yup", status=RULE.format(verb="forbid")), madr("Yup", status=RULE.format(verb="require"))),
        (
            madr("Yup", status=RULE.format(verb="forbid")),
            madr("Yup", status=RULE.format(verb="forbid").replace("import: zod", "import: joi")),
        ),
        (
            madr("Yup") + "\n```kb-rule\nid: a\nforbid: {import: zod}\nmessage: See zod.\n```\n",
            madr("Yup") + "\n```kb-rule\nid: a\nrequire: {import: zod}\nwhen: web/**\n```\n",
        ),
    ],
    ids=["title", "sentence", "never", "wrapped", "bad", "option", "rule", "message", "block"],
)
def test_a_decision_that_turns_it_down_does_not_permit_it(tmp_path: Path, refusing: str, permitting: str) -> None:
    """Nor does one that weighed it and chose another."""
    repo = begun(tmp_path, {"package.json": '{"dependencies": {}}'})
    repo.write({"package.json": '{"dependencies": {"zod": "^3"}}', "docs/adr/0002-input.md": refusing}).commit()
    assert [line for line in findings(repo) if " dependency-new: " in line] == [new("package.json", 1, "zod")]

    repo.write({"docs/adr/0002-input.md": permitting}).commit()
    assert [line for line in findings(repo) if " dependency-new: " in line] == []


@pytest.mark.parametrize(
    ("path", "before", "after", "word"),
    [
        ("package.json", "{}", '{"dependencies": {"@babel/preset-env": "7"}}', "@babel/*"),
        ("package.json", "{}", '{"devDependencies": {"eslint-plugin-import": "2"}}', "`eslint-plugin-*`"),
        ("package.json", "{}", '{"dependencies": {"@tanstack/react-query": "5"}}', "React Query"),
        ("go.mod", "module m\n", "module m\nrequire github.com/go-chi/chi/v5 v5.0.0\n", "chi"),
        ("go.mod", "module m\n", "module m\nrequire github.com/aws/sdk/s3 v1.0.0\n", "github.com/aws/sdk"),
        ("build.gradle", "", "dependencies { api 'io.ktor:ktor-server-core:2.0' }\n", "`io.ktor`"),
    ],
)
def test_a_decision_may_name_a_family_or_the_last_part(
    tmp_path: Path, path: str, before: str, after: str, word: str
) -> None:
    """As people do: a scope, a group, the start of a module's path, or the name behind them."""
    repo = begun(tmp_path, {path: before})
    repo.write({path: after}).commit()
    assert len(findings(repo)) == 1

    repo.write({"docs/adr/0002-x.md": madr(f"Use {word}")}).commit()
    assert findings(repo) == []
