"""What binds a path: the cases of rule files, decisions and contracts in `cases/binding`, one file a subject."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ctxkb.budget.render import pack_text
from support.bases import adr
from support.living import Living

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.types import Pack

NO_WORDS = "zyx wvu tsr"
"""A task that shares no word with any rule."""

LONG = "".join(f"\n## Part {n}\n\n" + "This part speaks at length of something else. " * 25 + "\n" for n in range(15))


@dataclass(frozen=True)
class Case:
    """A repository, the paths that are worked on, and whose sentences must and must not bind them."""

    about: str
    files: dict[str, str]
    paths: tuple[str, ...]
    binds: tuple[str, ...]
    free: tuple[str, ...]
    found: tuple[str, ...]
    """Whose sentences bind once the task's words find them: decisions and contracts of the whole repository."""


def says(word: str) -> str:
    """The sentence that a rule about `word` consists of."""
    return f"Always mind the {word} when you work here."


def rule(word: str, front: str = "", more: str = "", *, long: bool = False) -> str:
    """A rule file in Markdown, with front matter if there is some; a long one has much else to say."""
    head = f"---\n{front}\n---\n" if front else ""
    return f"{head}# On {word}s\n\n{says(word)}\n{LONG if long else more}"


def decision(word: str, status: str = "Accepted", scope: str = "", number: int = 1) -> str:
    """A decision in Nygard's form."""
    return adr(number, f"Choose the {word}", status, says(word), scope=scope)


def contract(word: str, scope: str = "") -> str:
    """An OpenAPI document of one operation."""
    head = f"x-scope: {scope}\n" if scope else ""
    return (
        f'openapi: 3.1.0\n{head}info: {{title: {word}s, version: "1"}}\npaths:\n  /{word}s:\n    get:\n'
        f"      summary: {says(word)}\n      responses: {{'200': {{description: fine}}}}\n"
    )


KINDS = {"rule": rule, "decision": decision, "contract": contract}


def _text(given: str | dict[str, Any]) -> str:
    """A file as a case gives it: its text, or the kind of document, the word that it is about, and what is special."""
    if isinstance(given, str):
        return given
    (kind,) = KINDS.keys() & given.keys()
    return KINDS[kind](given[kind], **{key: value for key, value in given.items() if key != kind})


def _cases() -> Iterator[Case]:
    for file in sorted(Path(__file__).with_name("cases").glob("binding/*.toml")):
        for about, given in tomllib.loads(file.read_text("utf-8")).items():
            files = {path: _text(text) for path, text in given.pop("files").items()}
            words = {name: tuple(given.pop(name, ())) for name in ("paths", "binds", "free", "found")}
            assert not given, (about, given)
            yield Case(about, files, **words)


CASES = tuple(_cases())


def _binding(pack: Pack) -> str:
    return "\n".join(item.text for item in pack.items if item.hit.binding)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about.replace(" ", "-"))
def test_what_binds_a_path(tmp_path: Path, case: Case) -> None:
    """What governs the paths is among the binding items whatever the task says; what governs others never is."""
    living = Living(tmp_path, case.files)
    words = (*case.binds, *case.free, *case.found)
    unasked = living.context(NO_WORDS, *case.paths)
    asked = living.context(" ".join(says(word) for word in words), *case.paths)
    rules = living.knowledge.rules(case.paths)
    for pack in (unasked, asked, rules):
        assert [word for word in case.binds if says(word) not in _binding(pack)] == []
        assert [word for word in case.free if says(word) in _binding(pack)] == []
    for pack in (unasked, rules):
        assert [word for word in (*case.free, *case.found) if says(word) in pack_text(pack)] == []
    assert [word for word in case.found if says(word) not in _binding(asked)] == []


def test_there_are_enough_cases() -> None:
    """Each case says something else."""
    assert len({case.about for case in CASES}) == len(CASES) >= 40
