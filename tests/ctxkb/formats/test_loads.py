from __future__ import annotations

import pytest

from ctxkb.errors import SourceError
from ctxkb.formats.loads import Loads, load_file

WRITTEN = b"a: {b: 1}\n"


def refusal(load: Loads, path: str, content: bytes) -> tuple[str, int]:
    with pytest.raises(SourceError) as caught:
        load(path, content)
    return caught.value.reason, caught.value.line


def test_the_same_bytes_are_composed_once() -> None:
    """Wherever they lie, and as `load_file` reads them."""
    load = Loads()
    first = load("a.yaml", WRITTEN)
    assert load("b/c.yml", bytes(bytearray(WRITTEN))) is first
    assert first == load_file("a.yaml", WRITTEN)


def test_a_name_tells_json_from_yaml() -> None:
    """What is YAML under one name is broken JSON under another."""
    load = Loads()
    assert load("a.yaml", WRITTEN).root == {"a": {"b": "1"}}
    assert refusal(load, "a.json", WRITTEN) == ("not JSON: unexpected 'a: {b: 1}'", 1)


def test_what_cannot_be_read_is_refused_each_time() -> None:
    """With the same words and line."""
    load = Loads()
    broken = b"a: 1\nb: [\n"
    assert refusal(load, "a.yaml", broken) == refusal(load, "a.yaml", broken) == refusal(Loads(), "a.yaml", broken)


def test_no_more_is_held_than_there_is_room_for() -> None:
    """What comes later is read anew each time."""
    load = Loads(room=len(WRITTEN))
    first, other = load("a.yaml", WRITTEN), load("a.yaml", b"c: 1\n")
    assert load("a.yaml", WRITTEN) is first
    again = load("a.yaml", b"c: 1\n")
    assert again is not other
    assert again == other
