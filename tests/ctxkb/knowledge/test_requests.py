from __future__ import annotations

from pathlib import Path

import pytest

from ctxkb.errors import KbError
from ctxkb.knowledge.requests import checked_kinds, repository_path
from ctxkb.types import Kind

ROOT = Path("/work/shop")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/a.py", "src/a.py"), ("./src/a.py", "src/a.py"), ("src//a.py", "src/a.py"), ("src/", "src"),
        ("src/../lib/a.py", "lib/a.py"), ("src\\win\\a.py", "src/win/a.py"), ("/work/shop/src/a.py", "src/a.py"),
        ("/work/shop", ""), ("/work/shop/", ""), (".", ""), ("", ""), (" a.py ", "a.py"), ("a\ud800", "a?"),
        ("...", "..."), ("..a/b", "..a/b"),
    ],
)  # fmt: skip
def test_paths_become_relative_to_the_root(path: str, expected: str) -> None:
    """Whatever an agent or an editor passes means a place in the repository."""
    assert repository_path(ROOT, path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "..", "../x", "a/../../x", "/etc/passwd", "/work/shopping/a", "/work/shop/../x", "/work/shop/../../etc/passwd",
        "C:\\x", "c:/x", "\\\\host\\share", "//host/x", "a\0b", "..\\x", "/work/shop//../../x",
    ],
)  # fmt: skip
def test_paths_outside_are_refused(path: str) -> None:
    """Nothing leads out of the repository."""
    with pytest.raises(KbError, match="lies outside the repository; give paths relative to its root"):
        repository_path(ROOT, path)


def test_kinds_are_checked() -> None:
    """An unknown kind is answered with those there are."""
    assert checked_kinds(["decision", "guide"]) == (Kind.DECISION, Kind.GUIDE)
    with pytest.raises(KbError, match="there is no kind 'rule'; use decision, contract, convention, spec, guide"):
        checked_kinds(["guide", "rule"])
