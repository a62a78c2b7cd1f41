"""dependency-new on real histories: every ecosystem, the decision that it asks for, and the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.dependencies import GEMS, begun, new
from support.gate import findings, judged, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_first_commit_brings_in_nothing_new(tmp_path: Path) -> None:
    """There is nothing to compare with; a ban holds from the beginning."""
    repo = Repo(tmp_path).write({"kb.toml": '[dependencies]\nbanned = { moment = "ADR-0007: use date-fns" }\n'})
    repo.write({"package.json": '{"dependencies": {"a": "1", "moment": "2"}}'})

    assert findings(repo) == ['package.json:1 error dependency-banned: "moment" is banned: ADR-0007: use date-fns']
