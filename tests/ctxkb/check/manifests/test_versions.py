"""The least version that a specifier lets in, and whether a major was raised."""

from __future__ import annotations

import pytest

from ctxkb.check.manifests.versions import Version, is_raised, lower_bound, major


@pytest.mark.parametrize(
    ("specifier", "bound"),
    [
        ("==4.2.1", (4, 2, 1)),
        (">=2,<3", (2,)),
        ("~=1.4", (1, 4)),
        ("==1.*", (1,)),
        (">1", (1,)),
        ("<5", None),
        ("!=1.0", None),
        ("^1.2.3", (1, 2, 3)),
        ("~1.2", (1, 2)),
        ("1.x", (1,)),
        (">=1.2 <2", (1, 2)),
        ("1.2 - 2.3", (1, 2)),
        ("^1 || ^2", (1,)),
        ("2 || *", None),
        ("^2.0|^3.0", (2, 0)),
        ("~> 7.0, >= 7.0.1", (7, 0, 1)),
        ("[1.0,2.0)", (1, 0)),
        ("(,2.0]", None),
        ("[1.5]", (1, 5)),
        ("5.3.1.RELEASE", (5, 3, 1)),
        ("2.0.0-beta.3", (2, 0, 0)),
        ("v2.1.0+incompatible", (2, 1, 0)),
        ("v0.0.0-20200101000000-abcdef", (0, 0, 0)),
        ("", None),
        ("*", None),
        ("latest", None),
        ("dev-main", None),
        ("${spring.version}", None),
        ("$(Version)", None),
        ("https://example.com/a-1.2.tgz", None),
        ("git@github.com:a/b.git", None),
        ("acme/lib#v3", None),
    ],
)
def test_the_least_version_is_told_in_every_language(specifier: str, bound: Version | None) -> None:
    """None where there is none, or where it cannot be known."""
    assert lower_bound(specifier) == bound


@pytest.mark.parametrize(
    ("before", "after", "raised"),
    [
        ((1, 9), (2, 0), True),
        ((1, 2), (1, 9), False),
        ((2,), (1,), False),
        ((0, 4), (0, 5), True),
        ((0, 4, 1), (0, 4, 9), False),
        ((0,), (0, 4), False),
        ((0, 9), (1, 0), True),
        ((2024, 1), (2025, 1), False),
        ((1, 0), (20240101,), False),
    ],
)
def test_a_raise_is_that_of_what_may_break(before: Version, after: Version, raised: bool) -> None:
    """The first number, below 1.0 the second; a year promises nothing."""
    assert is_raised(before, after) is raised


def test_a_major_is_written_as_people_do() -> None:
    """With the second number below 1.0."""
    assert (major((15, 0, 1)), major((0, 4, 2)), major((0,))) == ("15", "0.4", "0")
