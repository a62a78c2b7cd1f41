"""dependency-major on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.dependencies import GEMS, begun
from support.gate import findings, madr

if TYPE_CHECKING:
    from pathlib import Path

RAISES = [
    ("requirements.txt", "django==4.2.1\n", "django==5.0\n", "django==4.9\n", ("django", "4.2.1", "5.0", "5")),
    ("requirements.txt", "ruff~=0.4.1\n", "ruff~=0.5.0\n", "ruff~=0.4.9\n", ("ruff", "0.4.1", "0.5.0", "0.5")),
    ("requirements.txt", "a>=1,<3\n", "a>=2,<3\n", "a>=1,<4\n", ("a", "1", "2", "2")),
    ("requirements.txt", "tzdata==2024.1\n", "x\n", "tzdata==2025.1\n", None),
    (
        "package.json",
        '{"dependencies": {"next": "^14.1.0"}}',
        '{"dependencies": {"next": "~15.0"}}',
        '{"dependencies": {"next": "14 || 15"}}',
        ("next", "14.1.0", "15.0", "15"),
    ),
    (
        "Cargo.toml",
        '[dependencies]\nrand = "0.8"\n',
        '[dependencies]\nrand = { version = "0.9" }\n',
        '[dependencies]\nrand = "0.8.5"\n',
        ("rand", "0.8", "0.9", "0.9"),
    ),
    (
        "go.mod",
        "module m\nrequire x.org/a/b v1.9.0\n",
        "module m\nrequire x.org/a/b/v2 v2.0.1\n",
        "module m\nrequire x.org/a/b v1.10.0\n",
        ("x.org/a/b/v2", "1.9.0", "2.0.1", "2"),
    ),
    (
        "Gemfile",
        'gem "rails", "~> 7.1"\n',
        'gem "rails", "8.0.0"\n',
        'gem "rails", "7.2"\n',
        ("rails", "7.1", "8.0.0", "8"),
    ),
    (
        "build.gradle",
        "def v = '1.9'\ndependencies { api \"a.b:c:$v\" }\n",
        "def v = '2.0'\ndependencies { api \"a.b:c:$v\" }\n",
        "def v = '1.10'\ndependencies { api \"a.b:c:$v\" }\n",
        ("a.b:c", "1.9", "2.0", "2"),
    ),
    (
        "App.csproj",
        '<Project><PackageReference Include="Polly" Version="7.2" /></Project>',
        '<Project><PackageReference Include="Polly" Version="[8.0,9.0)" /></Project>',
        '<Project><PackageReference Include="Polly" Version="7.*" /></Project>',
        ("polly", "7.2", "8.0", "8"),
    ),
]


@pytest.mark.parametrize(("path", "before", "major", "minor", "told"), RAISES)
def test_a_raised_major_is_a_warning(
    tmp_path: Path, path: str, before: str, major: str, minor: str, told: tuple[str, str, str, str] | None
) -> None:
    """By pins and lower bounds; below 1.0 the second number counts, and a year is no major."""
    repo = begun(tmp_path, {path: before}, '[dependencies]\nnew = "off"\n')
    repo.write({path: minor}).commit()
    assert findings(repo) == []

    repo.write({path: major}).commit()
    wanted = [
        f'warning dependency-major: "{name}" goes from {old} to {after}, '
        f"and no accepted decision names it with {version}"
        for name, old, after, version in ([told] if told else [])
    ]
    assert [line.split(" ", 1)[1] for line in findings(repo)] == wanted


def test_a_raised_major_needs_a_decision_about_that_major(tmp_path: Path) -> None:
    """The one that chose the library does not speak of its versions; one that comes with the change does."""
    repo = begun(tmp_path, {"Gemfile": GEMS, "docs/adr/0002-use-rails.md": madr("Use Rails")})
    repo.write({"Gemfile": 'gem "rails", "~> 8.0"\n'}).commit()
    assert [line.split(":")[1] for line in findings(repo)] == ["1 warning dependency-major"]

    repo.write({"docs/adr/0003-rails.md": madr("Move Rails from 7.1 to 8")}).commit("Decide first")
    assert findings(repo, base="HEAD~1", head="HEAD") == []
    repo.git("branch", "-f", "main", "HEAD")
    repo.write({"Gemfile": 'gem "rails", "~> 9.0"\n'}).commit()
    assert [line.split(":")[1] for line in findings(repo)] == ["1 warning dependency-major"]

    repo.write({"Gemfile": 'gem "rails", "~> 8.1"\n'}).commit()
    assert findings(repo) == []


def test_a_major_that_the_repository_uses_elsewhere_is_not_raised(tmp_path: Path) -> None:
    """One part of it follows another."""
    repo = begun(tmp_path, {"a/requirements.txt": "a==1.0\n", "b/requirements.txt": "a==2.0\n"})
    repo.write({"a/requirements.txt": "a==2.1\n"}).commit()

    assert findings(repo) == []
