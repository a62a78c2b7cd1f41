"""The files that a contract is split over: where they may lie, and what it takes to read many of them."""

from __future__ import annotations

import time

import pytest

from ctxkb.formats import parse
from ctxkb.formats.loads import load_file
from ctxkb.formats.split import Around, Files, beside
from ctxkb.types import Kind, Source

MAIN = "api/openapi.yaml"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("x.yaml", "api/x.yaml"),
        ("../x.yaml", "x.yaml"),
        ("./a%20b.yaml", "api/a b.yaml"),
        ("../../x.yaml", None),
        ("a/../../../x.yaml", None),
        ("/etc/x.yaml", None),
        ("//host/x.yaml", None),
        ("file:///etc/x.yaml", None),
        ("https://example.org/x.yaml", None),
        ("http://[x.yaml", None),
        ("repository:/a/x.yaml", "a/x.yaml"),
        ("repository:/../x.yaml", None),
        ("repository://etc/x.yaml", None),
        ("%2e%2e/%2e%2e/x.yaml", None),
        ("..", None),
        (".", "api"),
    ],
)
def test_no_reference_leads_out_of_the_repository(target: str, path: str | None) -> None:
    """Only what lies in the repository is looked at."""
    assert beside("api/openapi.yaml", target) == path


def test_trees_are_given_up_where_there_is_no_room() -> None:
    """A file that was given up is read again when it is asked for."""
    asked: list[str] = []

    def give(path: str) -> bytes:
        asked.append(path)
        return b"a: 1"

    files = Files(give, load_file, room=9)
    assert [files.root(path)[1] for path in ("a.yaml", "b.yaml", "a.yaml", "c.yaml", "a.yaml")] == [4] * 5
    assert asked == ["a.yaml", "b.yaml", "c.yaml", "a.yaml"]


def test_a_thousand_files_take_no_long_time() -> None:
    """The time grows with the files, not with their square."""
    names = range(600)
    files = {
        MAIN: "openapi: 3.1.0\npaths:\n" + "".join(f"  /p{n}: {{$ref: p{n}.yaml}}\n" for n in names),
        **{f"api/p{n}.yaml": f"get: {{responses: {{'200': {{$ref: 's.yaml#/S{n}'}}}}}}\n" for n in names},
        "api/s.yaml": "".join(f"S{n}: {{properties: {{next: {{$ref: '#/S{n + 1}'}}}}}}\n" for n in names),
    }
    held = {name: text.encode() for name, text in files.items()}
    shared = Files(held.get, load_file)
    began = time.perf_counter()
    for name, content in held.items():
        by = () if name == MAIN else (MAIN,)
        form = "openapi" if name == MAIN else "contract-part"
        assert parse(Source(name, content, Kind.CONTRACT, form), None, Around(shared, by)).problems == ()
    assert time.perf_counter() - began < 20
