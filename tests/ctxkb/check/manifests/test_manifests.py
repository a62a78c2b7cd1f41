"""What each manifest declares, as `line name specifier [group]`."""

from __future__ import annotations

import pytest

from ctxkb.check.manifests import Dependency, Manifest, dependencies, is_manifest, named, read_manifest

SAMPLES = {
    "Gemfile": (
        """\
source "https://x"
ruby "3.1"
gem "rails", "~> 7.0", ">= 7.0.1" # web
gem 'pg'
gem "a", path: "../a"
gem "b", git: "https://x/b.git", branch: "main"
gem("c", require: false)
gem "d",
    "1.2",
    require: false
group :development, :test do
  gem "rspec-rails", group: :x
  if RUBY_VERSION
    gem "old"
  end
  gem "byebug"
end
path "engines" do
  gem "engine"
end
# gem "no"
gem "last"
gem "opt", "require" => "x"
""",
        "",
        """\
3 rails ~> 7.0, >= 7.0.1
4 pg -
6 b https://x/b.git
7 c -
8 d 1.2
12 rspec-rails - [x]
14 old - [development]
16 byebug - [development]
22 last -
23 opt -
""",
    ),
    "x.gemspec": (
        """\
Gem::Specification.new do |spec|
  spec.name = "mine"
  spec.add_dependency "faraday", ">= 1.0.1", "< 3.0"
  spec.add_development_dependency("rake", "~> 13")
  s.add_runtime_dependency 'x', ['>= 1']
end
""",
        "mine",
        """\
3 faraday >= 1.0.1, < 3.0
4 rake ~> 13 [dev]
5 x >= 1
""",
    ),
    "build.gradle": (
        """\
plugins { id 'java'
 id 'org.springframework.boot' version '3.1.0' }
def lombokVersion = "1.18"
ext { foo = '2.0' }
dependencies {
  implementation 'a.b:c:1.0' // x:y:z
  implementation("d.e:f:$foo")
  testImplementation group: 'g', name: 'h', version: '1'
  api platform('i:j:1.2')
  compileOnly "k:l:${lombokVersion}"
  implementation project(':core')
  implementation libs.foo
  implementation('x:y:1') { exclude group: 'q', module: 'r' }
  constraints { implementation 'c:d:9' }
  implementation 'ab:cd:1.0:sources@jar'
}
""",
        "",
        """\
2 org.springframework.boot 3.1.0 [plugin]
6 a.b:c 1.0
7 d.e:f 2.0
8 g:h 1 [test]
9 i:j 1.2
10 k:l 1.18
13 x:y 1
14 c:d 9
15 ab:cd 1.0
""",
    ),
    "build.gradle.kts": (
        """\
plugins { kotlin("jvm") version "1.9"; id("com.x.y") version "1.2" }
val ktor = "2.3.0"
dependencies {
  implementation("io.ktor:ktor-server:$ktor")
  testImplementation(kotlin("test"))
  "custom"("a:b:1")
  implementation(platform("s.t:bom:1"))
}
""",
        "",
        """\
1 com.x.y 1.2 [plugin]
4 io.ktor:ktor-server 2.3.0
5 org.jetbrains.kotlin:kotlin-test - [test]
7 s.t:bom 1
""",
    ),
    "gradle/libs.versions.toml": (
        """\
[versions]
ktor = "2.3.0"
rich = { strictly = "[1,2[", prefer = "1.5" }
[libraries]
a = "g:a:1.0"
b = { module = "g:b", version.ref = "ktor" }
c = { group = "g", name = "c", version = "3" }
d = { module = "g:d", version.ref = "rich" }
[plugins]
k = { id = "org.k", version.ref="ktor" }
""",
        "",
        """\
5 g:a 1.0
6 g:b 2.3.0
7 g:c 3
8 g:d [1,2[
10 org.k 2.3.0 [plugin]
""",
    ),
    "pom.xml": (
        """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
<parent><groupId>org.sb</groupId><artifactId>sbp</artifactId><version>3.0</version></parent>
<artifactId>app</artifactId>
<properties><j.v>2.1</j.v></properties>
<dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><version>${j.v}</version><scope>test</scope></dependency>
<dependency><groupId>${project.groupId}</groupId><artifactId>sib</artifactId></dependency></dependencies>
<build><plugins><plugin><artifactId>maven-x</artifactId><version>1</version></plugin></plugins></build>
</project>
""",
        "org.sb:app",
        """\
2 org.sb:sbp 3.0 [parent]
5 a:b 2.1 [test]
6 org.sb:sib -
7 org.apache.maven.plugins:maven-x 1 [plugin]
""",
    ),
    "a.csproj": (
        """\
<Project Sdk="x"><PropertyGroup><V>1.2.3</V></PropertyGroup><ItemGroup>
<PackageReference Include="Serilog" Version="$(V)" />
<PackageReference Include="Foo.Bar"><Version>[1.0,2.0)</Version></PackageReference></ItemGroup></Project>
""",
        "",
        """\
2 serilog 1.2.3
3 foo.bar [1.0,2.0)
""",
    ),
    "Cargo.toml": (
        """\
[package]
name = "me"
[dependencies]
serde = { version = "1", features = ["derive"] }
foo_bar = "0.3"
ren = { package = "real", version = "2" }
loc = { path = "../x", version = "1" }
ws.workspace = true
[dependencies.tokio]
version = "1.2"
[target.'cfg(unix)'.dev-dependencies]
nix = "0.2"
[workspace.dependencies]
ws = "1"
""",
        "me",
        """\
4 serde 1
5 foo-bar 0.3
6 real 2
8 ws - inherited
9 tokio 1.2
14 ws 1
12 nix 0.2 [dev]
""",
    ),
    "pyproject.toml": (
        """\
[build-system]
requires = ["hatchling"]
[project]
name = "My_Pkg"
dependencies = [
  "requests>=2", # hi
  "Foo.Bar[x]~=1.0 ; python_version<'3'",
  "u @ https://x/y.whl",
  "loc @ file:///x",
]
[project.optional-dependencies]
all = ["my-pkg[dev]"]
dev = ["pytest"]
[dependency-groups]
test = ["pytest", {include-group = "dev"}]
[tool.poetry.dependencies]
python = "^3.9"
django = "^4.2"
multi = [{version="1",python="<3"},{version="2"}]
p = {path="../p"}
[tool.poetry.group.docs.dependencies]
sphinx = {version="^5", extras=["x"]}
[tool.uv.sources]
w = {workspace=true}
[tool.hatch.envs.default]
dependencies = ["coverage"]
""",
        "my-pkg",
        """\
6 requests >=2
7 foo-bar ~=1.0
8 u https://x/y.whl
2 hatchling - [build]
13 pytest - [dev]
15 pytest - [test]
26 coverage - [default]
18 django ^4.2
19 multi 2
22 sphinx ^5 [docs]
""",
    ),
    "requirements.txt": (
        """\
-r base.txt
--index-url https://x
Django==4.2 \\
   --hash=sha256:aaa \\
   --hash=sha256:bbb
requests[security]>=2,<3 ; python_version > "3"  # c
-e git+https://github.com/x/y.git@main#egg=yy
git+ssh://git@github.com/x/z.git#egg=zz&subdirectory=a
./local
https://files/foo_bar-1.0-py3-none-any.whl
pkg @ git+https://x
a (>=1)
""",
        "",
        """\
3 django ==4.2
6 requests >=2,<3
7 yy git+https://github.com/x/y.git@main#egg=yy
8 zz git+ssh://git@github.com/x/z.git#egg=zz&subdirectory=a
10 foo-bar https://files/foo_bar-1.0-py3-none-any.whl
11 pkg git+https://x
12 a >=1
""",
    ),
    "setup.cfg": (
        """\
[metadata]
name = me
[options]
install_requires =
    requests>=2
    foo; python_version<"3"
    # c
[options.extras_require]
dev =
    pytest
""",
        "me",
        """\
5 requests >=2
6 foo -
10 pytest - [dev]
""",
    ),
    "setup.py": (
        """\
from setuptools import setup
REQ = ["a>=1", "b"]
setup(name="me", install_requires=REQ + ["c"], extras_require={"dev": ["d", "e"]}, tests_require=open("x").read())
""",
        "me",
        """\
2 a >=1
2 b -
3 c -
3 d - [dev]
3 e - [dev]
""",
    ),
    "Pipfile": (
        """\
[packages]
a = "*"
b = {version=">=1", extras=["x"]}
[dev-packages]
pytest = "*"
""",
        "",
        """\
2 a *
3 b >=1
5 pytest * [dev]
""",
    ),
    "package.json": (
        """\
{"name":"me","dependencies":{
"a":"^1",
"b":"npm:@s/real@^2","c":"workspace:*","d":"catalog:", "e":"file:../e", "f": "github:x/f"},
"devDependencies":{"t":"~1"}, "workspaces":{"catalog":{"d":"^9"}}}
""",
        "me",
        """\
2 a ^1
3 @s/real ^2
3 d - inherited
3 f github:x/f
4 t ~1 [dev]
4 d ^9 [catalog]
""",
    ),
    "pnpm-workspace.yaml": (
        """\
packages: ["x"]
catalog:
  d: ^9
catalogs:
  r18:
    react: 18
""",
        "",
        """\
3 d ^9 [catalog]
6 react 18 [r18]
""",
    ),
    "go.mod": (
        """\
module example.com/me
go 1.22
require github.com/x/y v1.2.3
require (
	github.com/a/b/v2 v2.0.0
	gopkg.in/yaml.v3 v3.0.1 // indirect
	example.com/loc v0.0.0
	example.com/o v1.0.0
)
replace example.com/loc => ../loc
replace (
  example.com/o => example.com/fork v1.1.0
  github.com/x/y v1.2.3 => github.com/x/y v1.2.4
)
""",
        "example.com/me",
        """\
3 github.com/x/y v1.2.3
5 github.com/a/b/v2 v2.0.0
8 example.com/o v1.0.0
12 example.com/fork v1.1.0 [replace]
""",
    ),
    "composer.json": (
        """\
{"name":"me/x","require":{"php":">=8","Monolog/Monolog":"^2.0|^3","ext-json":"*"}}
""",
        "me/x",
        """\
1 monolog/monolog ^2.0|^3
""",
    ),
}


def _shown(each: Dependency) -> str:
    group = f" [{each.group}]" if each.group else ""
    return f"{each.line} {each.name} {each.specifier or '-'}{group}{' inherited' if each.inherited else ''}"


def _read(path: str, text: str) -> Manifest:
    manifest = read_manifest(path, text.encode())
    assert manifest is not None
    return manifest


@pytest.mark.parametrize("path", SAMPLES)
def test_a_manifest_declares_its_dependencies(path: str) -> None:
    """All of them, each with its line, as the file's own tools would see them."""
    text, package, rows = SAMPLES[path]
    manifest = _read(path, text)
    assert (manifest.problem, manifest.package) == ("", package)
    assert [_shown(each) for each in manifest.dependencies] == rows.splitlines()


@pytest.mark.parametrize("path", SAMPLES)
def test_line_ends_and_a_byte_order_mark_change_nothing(path: str) -> None:
    """As Windows writes them."""
    text = SAMPLES[path][0]
    windows = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert dependencies(path, windows) == dependencies(path, text.encode())


@pytest.mark.parametrize("path", SAMPLES)
def test_a_broken_manifest_is_no_traceback(path: str) -> None:
    """Cut off anywhere, nested without end, or no text at all: a problem, or what could be read."""
    text = SAMPLES[path][0]
    broken = [text[:end] for end in range(0, len(text), 7)]
    broken += ["[" * 50_000, "{" * 50_000, "<a>" * 5_000, "\x00\xff", '"' * 999, "gem 'a', " * 2_000, "'" * 20_001]
    for each in broken:
        manifest = _read(path, each)
        assert not (manifest.problem and manifest.dependencies)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("pyproject.toml", "not TOML: "),
        ("package.json", "not JSON: "),
        ("pom.xml", "not XML: "),
        ("setup.cfg", "not an INI file: "),
        ("setup.py", "not Python: "),
        ("docs/requirements.txt", "not a requirements file"),
    ],
)
def test_what_cannot_be_read_says_why(path: str, problem: str) -> None:
    """In the words of its own format."""
    assert _read(path, "[The system (shall work.\n").problem.startswith(problem)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("requirements.txt", "#\n# This file is autogenerated by pip-compile with Python 3.11\n#\na==1\n"),
        ("requirements/base.txt", "# This file was autogenerated by uv via the following command:\na==1\n"),
        ("requirements/prod.txt", "a==1\n    # via b\n"),
    ],
)
def test_a_compiled_requirements_file_is_a_lock_file(path: str, content: str) -> None:
    """It declares nothing, and is no problem."""
    manifest = _read(path, content)
    assert (manifest.dependencies, manifest.problem) == ((), "")


@pytest.mark.parametrize(
    ("path", "manifest"),
    [
        ("a/b/pyproject.toml", True),
        ("requirements-dev.txt", True),
        ("dev-requirements.in", True),
        ("requirements/test.txt", True),
        ("requirements/constraints.txt", False),
        ("requirements/notes.md", False),
        ("gradle/libs.versions.toml", True),
        ("package-lock.json", False),
        ("pnpm-lock.yaml", False),
        ("go.sum", False),
        ("Cargo.lock", False),
        ("Gemfile.lock", False),
        ("composer.lock", False),
        ("uv.lock", False),
        ("src/App.csproj", True),
        ("package.json.md", False),
    ],
)
def test_a_manifest_is_told_by_its_name(path: str, manifest: bool) -> None:
    """Lock files are none."""
    assert is_manifest(path) is manifest
    assert (read_manifest(path, b"") is not None) is manifest


@pytest.mark.parametrize(
    ("name", "ecosystem", "pattern", "meant"),
    [
        ("foo-bar", "pypi", "Foo.Bar", True),
        ("foo-bar", "pypi", "foo*", True),
        ("foo-bar", "npm", "Foo.Bar", False),
        ("@types/node", "npm", "@types/*", True),
        ("@types/node", "npm", "npm:@types/*", True),
        ("moment", "npm", "pypi:moment", False),
        ("github.com/a/b/v3", "go", "github.com/a/b", True),
        ("github.com/a/b/v3", "go", "github.com/a/b/v2", False),
        ("gopkg.in/yaml.v3", "go", "gopkg.in/yaml", True),
        ("org.x:y", "maven", "org.x:*", True),
        ("org.x:y", "maven", "maven:org.x:y", True),
        ("serde-json", "cargo", "serde_json", True),
        ("newtonsoft.json", "nuget", "Newtonsoft.Json", True),
    ],
)
def test_a_policy_names_packages_as_their_ecosystem_does(name: str, ecosystem: str, pattern: str, meant: bool) -> None:
    """With globs, and with a prefix that means one ecosystem only."""
    each = Dependency(name, "", "", 1, ecosystem)  # type: ignore[arg-type]  # a parameter of a test
    assert named(each, pattern) is meant
