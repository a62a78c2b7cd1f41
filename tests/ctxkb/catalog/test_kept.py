from __future__ import annotations

from ctxkb.catalog.kept import Kept


def test_what_was_read_is_not_read_again_in_the_same_state() -> None:
    """A key without a value is left out, and asked for again."""
    asked: list[set[int]] = []

    def read(missing: set[int]) -> dict[int, str]:
        asked.append(missing)
        return {key: f"{key}" for key in missing if key < 10}

    kept: Kept[int, str] = Kept()
    assert kept.get(1, [1, 2], read) == {1: "1", 2: "2"}
    assert kept.get(1, [2, 3, 99], read) == {2: "2", 3: "3"}
    assert kept.get(1, [1, 2, 3], read) == {1: "1", 2: "2", 3: "3"}
    assert asked == [{1, 2}, {3, 99}]


def test_another_state_forgets_everything() -> None:
    """What was read before the catalog changed may have changed with it."""
    kept: Kept[int, str] = Kept()
    kept.get(1, [1], lambda missing: dict.fromkeys(missing, "before"))
    assert kept.get(2, [1], lambda missing: dict.fromkeys(missing, "after")) == {1: "after"}
    assert kept.get(1, [1], lambda missing: dict.fromkeys(missing, "again")) == {1: "again"}


def test_no_more_is_kept_than_there_may_be() -> None:
    """One too many, and only what was read last stays."""
    asked: list[set[int]] = []

    def read(missing: set[int]) -> dict[int, int]:
        asked.append(missing)
        return {key: key for key in missing}

    kept: Kept[int, int] = Kept(most=3)
    for keys in ([1, 2], [3, 4], [3, 4], [1, 4]):
        assert kept.get(1, keys, read) == {key: key for key in keys}
    assert asked == [{1, 2}, {3, 4}, {1}]
