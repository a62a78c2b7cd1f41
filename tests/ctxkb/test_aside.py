from __future__ import annotations

import threading

import pytest

from ctxkb.aside import Aside


def test_work_goes_on_beside_its_caller() -> None:
    """It has begun before anybody asks, and its result may be asked for again."""
    begun, go_on = threading.Event(), threading.Event()

    def work() -> int:
        begun.set()
        assert go_on.wait(10)
        return 7

    aside = Aside(work, "test")
    assert begun.wait(10)
    go_on.set()
    assert (aside.result(), aside.result()) == (7, 7)


def test_what_goes_wrong_is_raised_where_the_result_is_wanted() -> None:
    """An error is not lost on its thread."""

    def work() -> int:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        Aside(work, "test").result()
