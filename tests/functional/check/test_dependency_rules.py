"""dependency-new, dependency-banned and dependency-major on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings, judged, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

POLICY = '[dependencies]\nallow = ["pytest*", "npm:@types/*"]\n'

MANIFESTS = {
    "pyproject.toml": '[project]\nname = "mine"\ndependencies = [\n  "httpx>=0.27",\n{new}]\n',
    "requirements/base.txt": "httpx==0.27.0\n{new}",
    "setup.cfg": "[options]\ninstall_requires =\n    httpx>=0.27\n{new}",
    "setup.py": "from setuptools import setup\nsetup(install_requires=[\n    'httpx>=0.27',\n{new}])\n",
    "Pipfile": '[packages]\nhttpx = "*"\n{new}',
    "package.json": '{{\n"dependencies": {{\n"left": "^1.0.0"{new}\n}}}}\n',
    "pnpm-workspace.yaml": "catalog:\n  left: ^1.0.0\n{new}",
    "go.mod": "module example.com/me\n\nrequire (\n\tgithub.com/a/b v1.0.0\n{new})\n",
    "Cargo.toml": '[dependencies]\nserde = "1"\n{new}',
    "pom.xml": "<project>\n<artifactId>me</artifactId>\n<dependencies>\n{new}</dependencies>\n</project>\n",
    "app/build.gradle": "dependencies {{\n  implementation 'a.b:c:1.0'\n{new}}}\n",
    "app/build.gradle.kts": 'dependencies {{\n  implementation("a.b:c:1.0")\n{new}}}\n',
    "gradle/libs.versions.toml": '[libraries]\nc = "a.b:c:1.0"\n{new}',
    "Gemfile": 'gem "rails", "~> 7.0"\n{new}',
    "mine.gemspec": 'Gem::Specification.new do |spec|\n  spec.add_dependency "rails"\n{new}end\n',
    "composer.json": '{{\n"require": {{\n"php": ">=8.1"{new}\n}}}}\n',
    "src/App.csproj": '<Project>\n<ItemGroup>\n<PackageReference Include="Serilog" Version="3.0" />\n{new}'
    "</ItemGroup>\n</Project>\n",
    "Directory.Packages.props": '<Project>\n<ItemGroup>\n<PackageVersion Include="Serilog" Version="3.0" />\n{new}'
    "</ItemGroup>\n</Project>\n",
}

# What a manifest gains, the name and line of it, and a near-identical gain that adds no dependency.
ADDED = [
    ("pyproject.toml", '  "Zope.Interface>=5",\n', "zope-interface", 5, '  "HTTPX[http2]>=0.27",\n'),
    ("requirements/base.txt", "zope.interface==5.0\n", "zope-interface", 2, "-r other.txt\n# zope.interface==5\n"),
    ("setup.cfg", "    zope.interface\n", "zope-interface", 4, "    # zope.interface\n"),
    ("setup.py", "    'zope.interface',\n", "zope-interface", 4, "    # 'zope.interface',\n"),
    ("Pipfile", 'zope-interface = ">=5"\n', "zope-interface", 3, 'mine = { path = "." }\n'),
    ("package.json", ',\n"ui": "npm:@acme/ui@^2"', "@acme/ui", 4, ',\n"ui": "workspace:*"'),
    ("pnpm-workspace.yaml", "  right: ^2.0.0\n", "right", 3, "packages: [apps]\n"),
    ("go.mod", "\tgithub.com/c/d v1.2.0\n", "github.com/c/d", 5, "\tgithub.com/c/d v1.2.0 // indirect\n"),
    ("Cargo.toml", 'rand = { package = "rand_core", version = "1" }\n', "rand-core", 3, 'core = { path = "core" }\n'),
    (
        "pom.xml",
        "<dependency><groupId>org.x</groupId><artifactId>y</artifactId></dependency>\n",
        "org.x:y",
        4,
        "<!-- <dependency><groupId>org.x</groupId><artifactId>y</artifactId></dependency> -->\n",
    ),
    ("app/build.gradle", '  api "org.x:y:$v"\n', "org.x:y", 3, "  api project(':core')\n  // api 'org.x:y:1'\n"),
    ("app/build.gradle.kts", '  api("org.x:y:1")\n', "org.x:y", 3, '  api(libs.y)\n  api(project(":core"))\n'),
    ("gradle/libs.versions.toml", 'y = { module = "org.x:y" }\n', "org.x:y", 3, '[versions]\ny = "1"\n'),
    ("Gemfile", 'gem "sidekiq", require: false\n', "sidekiq", 2, '# gem "sidekiq"\ngem "core", path: "core"\n'),
    ("mine.gemspec", '  spec.add_dependency("faraday", "~> 2")\n', "faraday", 3, '  spec.summary = "faraday"\n'),
    ("composer.json", ',\n"Monolog/Monolog": "^3"', "monolog/monolog", 4, ',\n"ext-json": "*"'),
    (
        "src/App.csproj",
        '<PackageReference Include="Polly" Version="8.0" />\n',
        "polly",
        4,
        '<ProjectReference Include="../Polly/Polly.csproj" />\n',
    ),
    (
        "Directory.Packages.props",
        '<PackageVersion Include="Polly" Version="8.0" />\n',
        "polly",
        4,
        '<!-- <PackageVersion Include="Polly" Version="8.0" /> -->\n',
    ),
]


def begun(tmp_path: Path, files: dict[str, str], policy: str = POLICY) -> Repo:
    """A repository with `files` and one decision on main, on a branch of its own."""
    repo = Repo(tmp_path).write({"kb.toml": policy, "docs/adr/0001-begin.md": madr("Begin"), **files})
    repo.commit()
    return repo.branch("feature")


def new(path: str, line: int, name: str, severity: str = "error") -> str:
    return f'{path}:{line} {severity} dependency-new: "{name}" is new, and no accepted decision names it'


@pytest.mark.parametrize(("path", "text", "name", "line", "other"), ADDED, ids=[each[0] for each in ADDED])
def test_a_new_dependency_needs_a_decision_in_every_ecosystem(
    tmp_path: Path, path: str, text: str, name: str, line: int, other: str
) -> None:
    """Its line is told; what looks like one and is none, and a decision that names it, pass."""
    repo = begun(tmp_path, {path: MANIFESTS[path].format(new="")})

    repo.write({path: MANIFESTS[path].format(new=text)}).commit()
    assert findings(repo) == [new(path, line, name)]

    repo.write({"docs/adr/0002-more.md": madr(f"Use {name}")}).commit()
    assert findings(repo) == []

    repo.remove("docs/adr/0002-more.md").write({path: MANIFESTS[path].format(new=other)}).commit()
    assert findings(repo) == []


GEMS = 'gem "rails", "~> 7.0"\n'


def test_without_a_written_policy_it_is_told_and_fails_nothing(tmp_path: Path) -> None:
    """The table alone, even empty, is a policy."""
    repo = begun(tmp_path, {"Gemfile": GEMS}, policy="[check]\n")
    repo.write({"Gemfile": GEMS + 'gem "pg"\n'}).commit()

    assert findings(repo) == [new("Gemfile", 2, "pg", "info")]
    assert judged(repo).exit == 0

    repo.write({"kb.toml": "[dependencies]\n"})
    assert findings(repo) == [new("Gemfile", 2, "pg")]


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("proposed", '"pg" is new, and 0002-use-pg.md, which names it, is only "proposed"'),
        ("rejected", '"pg" is new, and no accepted decision names it'),
        ("superseded by ADR-0001", '"pg" is new, and no accepted decision names it'),
    ],
)
def test_only_a_decision_that_holds_counts(tmp_path: Path, status: str, text: str) -> None:
    """One that may yet be accepted is named, so that it can be."""
    repo = begun(tmp_path, {"Gemfile": GEMS})
    repo.write({"Gemfile": GEMS + 'gem "pg"\n', "docs/adr/0002-use-pg.md": madr("Use pg", status=status)}).commit()

    assert [line for line in findings(repo) if "dependency" in line] == [f"Gemfile:2 error dependency-new: {text}"]


def test_a_decision_that_another_one_replaced_does_not_count(tmp_path: Path) -> None:
    """Also where only the successor says so."""
    repo = begun(tmp_path, {"Gemfile": GEMS, "docs/adr/0002-use-pg.md": madr("Use pg")})
    repo.write({"Gemfile": GEMS + 'gem "pg"\n'}).commit()
    assert findings(repo) == []

    link = "\n## More Information\n\nSupersedes [ADR-0002](0002-use-pg.md).\n"
    repo.write({"docs/adr/0003-use-mysql.md": madr("Use MySQL") + link}).commit()
    assert new("Gemfile", 2, "pg") in findings(repo)


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


def test_the_allow_list_needs_no_decision(tmp_path: Path) -> None:
    """Its globs are written as the ecosystem compares names; a prefix means one ecosystem only."""
    repo = begun(tmp_path, {"requirements.txt": "httpx\n", "package.json": "{}"})
    repo.write({"requirements.txt": "httpx\nPytest_Xdist\n"}).commit()
    assert findings(repo) == []

    repo.write({"package.json": '{"devDependencies": {"@types/left": "1"}}'}).commit()
    assert findings(repo) == []

    repo.write({"package.json": '{"devDependencies": {"right": "1"}}'}).commit()
    assert findings(repo) == [new("package.json", 1, "right")]


def test_a_policy_of_allow_asks_for_no_decision_and_accepts_none(tmp_path: Path) -> None:
    """Only the list counts."""
    repo = begun(tmp_path, {"Gemfile": GEMS}, policy='[dependencies]\nnew = "allow"\nallow = ["gem:pg"]\n')
    repo.write({"Gemfile": GEMS + 'gem "pg"\n'}).commit()
    assert findings(repo) == []

    repo.write({"Gemfile": GEMS + 'gem "redis"\n', "docs/adr/0002-redis.md": madr("Use redis")}).commit()
    assert findings(repo) == ['Gemfile:2 error dependency-new: "redis" is new, and not in `allow`']


def test_a_policy_of_off_says_nothing(tmp_path: Path) -> None:
    """Bans and majors are judged all the same."""
    repo = begun(tmp_path, {"Gemfile": GEMS}, policy='[dependencies]\nnew = "off"\nbanned = { pg = "" }\n')
    repo.write({"Gemfile": GEMS + 'gem "redis"\n'}).commit()
    assert findings(repo) == []

    repo.write({"Gemfile": GEMS + 'gem "pg"\n'}).commit()
    assert findings(repo) == ['Gemfile:2 error dependency-banned: "pg" is banned']


MOVES = {
    "another group": {"pyproject.toml": '[project]\ndependencies = []\n[dependency-groups]\ndev = ["a", "b"]\n'},
    "another order": {"pyproject.toml": '[project]\ndependencies = ["b","a"]\n'},
    "another spelling": {"pyproject.toml": '[project]\ndependencies = ["A>=1", "b[x]"]\n'},
    "another file": {"pyproject.toml": '[project]\ndependencies = ["b"]\n', "requirements-dev.txt": "a\n"},
    "another tool": {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.11"\na = "*"\nb = "^1"\n'},
    "a new package of the repository": {"tools/pyproject.toml": '[project]\nname = "t"\ndependencies = ["a", "c"]\n'},
    "a package of the repository itself": {"tools/requirements.txt": "mine-core>=1\n"},
    "a test's sample": {"tests/fixtures/app/pyproject.toml": '[project]\ndependencies = ["z"]\n'},
    "a file that pip-compile wrote": {"requirements.txt": "# This file is autogenerated by pip-compile\nz==1\n"},
    "a lock file": {"uv.lock": '[[package]]\nname = "z"\n', "package-lock.json": '{"dependencies": {"z": {}}}'},
    "prose": {"docs/requirements.txt": "The system must be fast.\nz\n"},
    "a broken file": {"pyproject.toml": '[project\ndependencies = ["z"]\n'},
}


@pytest.mark.parametrize("what", MOVES)
def test_what_is_moved_or_used_elsewhere_is_not_new(tmp_path: Path, what: str) -> None:
    """Neither what is no dependency of the project at all."""
    files = {
        "pyproject.toml": '[project]\ndependencies = ["a", "b"]\n',
        "other/requirements.txt": "c\n",
        "core/pyproject.toml": '[project]\nname = "Mine_Core"\n',
    }
    repo = begun(tmp_path, files)
    repo.write(MOVES[what]).commit()

    assert findings(repo) == []


def test_a_manifest_that_was_broken_says_nothing_of_what_is_new(tmp_path: Path) -> None:
    """Its mending brings nothing in."""
    repo = begun(tmp_path, {"package.json": '{"dependencies": {"a": "1",}}'})
    repo.write({"package.json": '{"dependencies": {"a": "1"}}'}).commit()

    assert findings(repo) == []


def test_a_moved_manifest_brings_nothing_in(tmp_path: Path) -> None:
    """It is compared with where it was."""
    repo = begun(tmp_path, {"package.json": '{"dependencies": {"a": "1"}}'})
    repo.move("package.json", "web/package.json").commit()

    assert findings(repo) == []


def test_many_manifests_are_one_finding_that_names_the_others(tmp_path: Path) -> None:
    """The first by path; one that a waiver covers does not hide one that counts."""
    repo = begun(tmp_path, {"a/Gemfile": GEMS, "b/Gemfile": GEMS})
    repo.write({"a/Gemfile": GEMS + 'gem "pg"\n', "b/Gemfile": GEMS + 'gem "pg"\n'}).commit()
    assert findings(repo) == [new("a/Gemfile", 2, "pg")]
    assert [(each.path, each.line) for each in judged(repo).findings[0].related] == [("b/Gemfile", 2)]

    waiver = '[[waivers]]\nrule = "dependency-new"\npaths = ["{}"]\nuntil = 2026-07-01\nowner = "x"\nreason = "y"\n'
    repo.write({"kb.toml": POLICY + waiver.format("a/**")}).commit()
    assert findings(repo) == [new("b/Gemfile", 2, "pg")]

    repo.write({"kb.toml": POLICY + waiver.format("*/Gemfile")}).commit()
    assert findings(repo) == [f"({new('a/Gemfile', 2, 'pg')})"]


def test_types_and_members_speak_for_what_they_belong_to(tmp_path: Path) -> None:
    """The types of a package that is known, and a member of a workspace that inherits what the workspace declares."""
    policy = "[dependencies]\n"
    repo = begun(tmp_path, {"package.json": '{"dependencies": {"left": "1"}}', "Cargo.toml": "[workspace]\n"}, policy)
    repo.write({"package.json": '{"dependencies": {"left": "1", "@types/left": "1", "@types/node": "20"}}'}).commit()
    assert findings(repo) == []

    workspace = '[workspace.dependencies]\njson = { package = "serde_json", version = "1" }\n'
    repo.write({"Cargo.toml": workspace, "a/Cargo.toml": "[dependencies]\njson.workspace = true\n"}).commit()
    assert findings(repo) == [new("Cargo.toml", 2, "serde-json")]


def test_a_first_commit_brings_in_nothing_new(tmp_path: Path) -> None:
    """There is nothing to compare with; a ban holds from the beginning."""
    repo = Repo(tmp_path).write({"kb.toml": '[dependencies]\nbanned = { moment = "ADR-0007: use date-fns" }\n'})
    repo.write({"package.json": '{"dependencies": {"a": "1", "moment": "2"}}'})

    assert findings(repo) == ['package.json:1 error dependency-banned: "moment" is banned: ADR-0007: use date-fns']


BANNED = '[dependencies]\nnew = "off"\nbanned = { "npm:moment*" = "use date-fns", "Foo_Bar" = "unmaintained" }\n'


def test_a_ban_holds_for_what_a_change_brings(tmp_path: Path) -> None:
    """By the names that the ecosystem compares, and in the ecosystem that the prefix names."""
    repo = begun(tmp_path, {"package.json": "{}", "requirements.txt": "httpx\n"}, BANNED)
    repo.write(
        {"package.json": '{"devDependencies": {"moment-timezone": "1"}}', "requirements.txt": "foo.bar\nmoment\n"}
    )
    repo.commit()

    assert findings(repo) == [
        'package.json:1 error dependency-banned: "moment-timezone" is banned: use date-fns',
        'requirements.txt:1 error dependency-banned: "foo-bar" is banned: unmaintained',
    ]


def test_a_banned_one_that_was_there_before_is_known(tmp_path: Path) -> None:
    """Also when it moves; in one more manifest it is used anew."""
    repo = begun(tmp_path, {"a/package.json": '{"dependencies": {"moment": "1", "left": "1"}}'}, BANNED)
    known = 'package.json:1 info dependency-banned: "moment" is banned: use date-fns'
    repo.write({"a/package.json": '{"dependencies": {"moment": "1"}}'}).commit()
    assert findings(repo) == [f"a/{known}"]
    assert findings(repo, everything=True) == [f"a/{known}"]

    repo.write({"a/package.json": "{}", "b/package.json": '{"dependencies": {"moment": "1"}}'}).commit()
    assert findings(repo) == [f"b/{known}"]

    repo.write({"a/package.json": '{"dependencies": {"moment": "1"}}'}).commit()
    assert findings(repo) == [f"a/{known}", f"b/{known.replace('info', 'error')}"]


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
