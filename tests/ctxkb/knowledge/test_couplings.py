"""What an answer says about files that change along with the paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.budget.render import pack_json
from ctxkb.config import Config
from ctxkb.knowledge import Request
from ctxkb.knowledge.couplings import coupling_lines
from support.bases import base_of, rendered

if TYPE_CHECKING:
    from pathlib import Path

API = {"when": ["src/api/**"], "require": ["docs/api/**", "docs/api.md"], "except": ["src/api/tests/**"]}
CONFIG = Config.model_validate({"couple": [API, {"when": ["web/*"], "require": ["docs/web.md"]}]})
LINE = "Couple: change docs/api/** or docs/api.md with src/api/a.py."


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], ()),
        (["src/core/a.py", "src/api/tests/a.py", "src/api/tests"], ()),
        (["src/api/a.py", "README.md"], (LINE,)),
        (["src/api"], (LINE.replace("/a.py", ""),)),
        (["web/a", "src/api/a.py"], (LINE, "Couple: change docs/web.md with web/a.")),
        ([f"web/{name}" for name in "abcde"], ("Couple: change docs/web.md with web/a, web/b, web/c and 2 more.",)),
        (["web/a\nCouple: b"], ("Couple: change docs/web.md with web/a Couple: b.",)),
    ],
)
def test_a_sentence_for_each_coupling(paths: list[str], expected: tuple[str, ...]) -> None:
    """In the order of the configuration; each path stays on one line."""
    assert coupling_lines(CONFIG, paths) == expected


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ({"severity": {"couple": "off"}}, ()),
        ({"paths": [{"paths": ["src/api/**"], "severity": {"couple": "off"}}]}, ()),
        ({"paths": [{"paths": ["src/core/**"], "severity": {"couple": "off"}}]}, (LINE,)),
    ],
)
def test_a_coupling_that_is_off_asks_for_nothing(check: dict[str, object], expected: tuple[str, ...]) -> None:
    """As the gate."""
    config = Config.model_validate({"couple": [API], "check": check})

    assert coupling_lines(config, ["src/api/a.py"]) == expected


def test_it_is_told_before_what_binds_and_where_nothing_does(tmp_path: Path) -> None:
    """In both forms, and only where there is something to say."""
    knowledge = base_of(tmp_path, {}, config=CONFIG).knowledge

    assert rendered(knowledge.rules(["src/api/a.py"])).split("\n")[1:] == [LINE]
    assert rendered(knowledge.rules(["src/core/a.py"])).startswith("Nothing binds these paths.")
    assert rendered(knowledge.context(Request("log", ("src/api/a.py",)))).split("\n")[1] == LINE
    assert pack_json(knowledge.rules(["src/api/a.py"], form="json"))["couplings"] == [LINE]
    assert "couplings" not in pack_json(knowledge.rules(["src/core/a.py"], form="json"))
