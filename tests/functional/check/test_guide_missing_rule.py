"""guide-missing on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import judged
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CLI = "shop/cli.py"
HEAD = "import typer\n\napp = typer.Typer()\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"README.md": "# Shop\n\nSells.\n", CLI: HEAD})
    repo.commit("Begin")
    return repo.branch("feature")


def found(repo: Repo) -> list[str]:
    """What the rule finds, as place, severity and message."""
    every = [each for each in judged(repo).findings if each.rule == "guide-missing"]
    return [f"{each.path}:{each.line} {each.severity}: {each.message}" for each in every]


def commands(*names: str) -> str:
    return HEAD + "".join(f"\n\n@app.command()\ndef {name}() -> None: ...\n" for name in names)


RECOGNISED = {
    "typer by function": (
        "a.py",
        "@app.command()\ndef sync_orders(): ...\n# typer\nimport typer\n",
        'command "sync-orders"',
    ),
    "click by name": ("a.py", 'import click\n\n@click.command("sync")\ndef f(): ...\n', 'command "sync"'),
    "argparse": ("a.py", 'import argparse\nsub.add_parser("sync", help="x")\n', 'command "sync"'),
    "Django's commands": ("shop/management/commands/sync.py", "x = 1\n", 'command "sync"'),
    "commander": ("a.ts", "import { program } from 'commander';\nprogram.command('sync <dir>');\n", 'command "sync"'),
    "cobra": ("a.go", 'package a\n\nvar c = &cobra.Command{\n\tUse: "sync [dir]",\n}\n', 'command "sync"'),
    "FastAPI": (
        "a.py",
        'r = APIRouter(prefix="/v1")\n\n@r.get("/orders/{id}")\ndef f(): ...\n',
        'endpoint "GET /v1/orders/{}"',
    ),
    "Flask": ("a.py", '@app.route("/orders/<int:id>", methods=["POST"])\ndef f(): ...\n', 'endpoint "POST /orders/{}"'),
    "Django's paths": ("shop/urls.py", 'urlpatterns = [path("orders/<int:id>/", view)]\n', 'endpoint "ANY /orders/{}"'),
    "Express": ("a.js", "app.get('/orders/:id', (q, s) => s.end());\n", 'endpoint "GET /orders/{}"'),
    "NestJS": ("a.ts", "@Controller('orders')\nclass A {\n  @Get(':id')\n  f() {}\n}\n", 'endpoint "GET /orders/{}"'),
    "a router of Go": ("a.go", 'package a\n\nfunc f() { r.GET("/orders/:id", h) }\n', 'endpoint "GET /orders/{}"'),
    "Go's own": ("a.go", 'package a\n\nfunc f() { http.HandleFunc("POST /orders", h) }\n', 'endpoint "POST /orders"'),
    "Spring": (
        "A.java",
        '@RequestMapping("/v1")\npublic class A {\n  @GetMapping("/orders/{id}")\n  String f() { return ""; }\n}\n',
        'endpoint "GET /v1/orders/{}"',
    ),
    "os.environ": ("a.py", 'import os\nx = os.environ["SHOP_URL"]\n', 'setting "SHOP_URL"'),
    "process.env": ("a.ts", "const x = process.env.SHOP_URL;\n", 'setting "SHOP_URL"'),
    "os.Getenv": ("a.go", 'package a\n\nvar x = os.Getenv("SHOP_URL")\n', 'setting "SHOP_URL"'),
    "ENV of Ruby": ("a.rb", 'x = ENV.fetch("SHOP_URL")\n', 'setting "SHOP_URL"'),
    "env::var": ("a.rs", 'fn f() { std::env::var("SHOP_URL"); }\n', 'setting "SHOP_URL"'),
    "pydantic's settings": (
        "a.py",
        'class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix="SHOP_")\n    url: str = ""\n',
        'setting "SHOP_URL"',
    ),
}


@pytest.mark.parametrize(("path", "code", "what"), RECOGNISED.values(), ids=RECOGNISED)
def test_what_people_can_call_or_set_is_recognised(repo: Repo, path: str, code: str, what: str) -> None:
    """One sample of each form; without a policy of the team it is information."""
    repo.write({path: code}).commit()

    assert [line.partition(" ")[2] for line in found(repo)] == [f"info: the {what} is in no guide"]


NAMED = {
    "a command in code": (commands("sync"), "Run `shop sync`."),
    "a command in a heading": (commands("sync"), "## The sync command"),
    "a command in a block": (commands("sync"), "```\n$ shop sync --all\n```"),
    "a setting": ('import os\nx = os.environ["SHOP_URL"]\n', "Set SHOP_URL."),
    "an endpoint": ('@app.get("/orders/{id}")\ndef f(): ...\n', "`GET /orders/{order_id}` gives one."),
    "an endpoint with its prefix": ('@app.get("/orders/{id}")\ndef f(): ...\n', "`/api/v1/orders/{id}`"),
}


@pytest.mark.parametrize(("code", "text"), NAMED.values(), ids=NAMED)
def test_a_word_in_a_guide_is_enough(repo: Repo, code: str, text: str) -> None:
    """In any document, the README included."""
    repo.write({CLI: code, "README.md": f"# Shop\n\n{text}\n"}).commit()

    assert found(repo) == []


ELSEWHERE = {
    "a contract": (
        "openapi.yaml",
        "openapi: 3.1.0\ninfo: {title: a, version: '1'}\npaths:\n  /orders/{id}:\n    get: {}\n",
    ),
    "a page of its own": ("docs/commands/sync.md", "# It\n\nBrings up to date.\n"),
    "a sample of the settings": (".env.example", "SHOP_URL=http://localhost\n"),
}


@pytest.mark.parametrize(("path", "text"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_other_places_count_as_well(repo: Repo, path: str, text: str) -> None:
    """A contract describes an endpoint, a sample file a setting, a page of its own a command."""
    code = {
        "openapi.yaml": '@app.get("/orders/{id}")\ndef f(): ...\n',
        "docs/commands/sync.md": commands("sync"),
        ".env.example": 'import os\nx = os.environ["SHOP_URL"]\n',
    }[path]
    repo.write({CLI: code, path: text}).commit()

    assert found(repo) == []


def test_a_changelog_is_no_guide(repo: Repo) -> None:
    """It tells that there is something new, not how to use it."""
    repo.write({CLI: commands("sync"), "CHANGELOG.md": "# Changes\n\n* `shop sync`\n"}).commit()

    assert found(repo) == [f'{CLI}:7 info: the command "sync" is in no guide']


QUIET = {
    "a test": ("tests/test_a.py", 'import os\nx = os.environ["SHOP_URL"]\n'),
    "a comment": ("shop/a.py", '# os.environ["SHOP_URL"]\n'),
    "a string": ("shop/a.py", 'x = """\n@app.command()\ndef sync(): ...\n"""\n'),
    "the system's own": ("shop/a.py", 'import os\nx = os.environ["HOME"]\n'),
    "a variable that is set": ("shop/a.py", 'import os\nos.environ["SHOP_URL"] = "x"\n'),
    "a function": ("shop/a.py", "def sync(): ...\n"),
    "a getter": ("shop/a.py", '@cache.get("orders")\ndef f(): ...\n'),
    "a request": ("shop/a.ts", "const x = await client.get('/orders', {});\n"),
    "an export that nobody documents": ("shop/__init__.py", '__all__ = ["Order"]\n'),
}


@pytest.mark.parametrize(("path", "code"), QUIET.values(), ids=QUIET)
def test_what_is_not_public_passes(repo: Repo, path: str, code: str) -> None:
    """Only what is certainly one of the recognised forms counts."""
    repo.write({path: code}).commit()

    assert found(repo) == []


def test_a_command_that_moves_is_not_new(repo: Repo) -> None:
    """It was there before, with or without a guide."""
    repo.switch("main").write({CLI: commands("sync")}).commit("Sync")
    repo.branch("later").write({CLI: HEAD, "shop/more.py": commands("sync")}).commit()

    assert found(repo) == []


def test_a_team_that_documents_its_commands_is_warned(repo: Repo) -> None:
    """Where nearly all commands of the folder are in the guides, the one that is not has been forgotten."""
    guide = "# Shop\n\n`shop add`, `shop list`, `shop drop`\n"
    repo.switch("main").write({CLI: commands("add", "list_", "drop").replace("list_", "list"), "docs/cli.md": guide})
    repo.commit("Document")
    repo.branch("later").write({CLI: commands("add", "list", "drop", "sync")}).commit()

    assert found(repo) == [f'{CLI}:19 warning: the command "sync" is in no guide']
    place = next(each.related[0] for each in judged(repo).findings if each.rule == "guide-missing")
    assert (place.path, place.about) == ("docs/cli.md", "names most commands that were there before")


def test_a_team_that_documents_its_exports_is_warned(repo: Repo) -> None:
    """Exported symbols are found only where the guides name nearly all of them."""
    package = "shop/__init__.py"
    exports = '__all__ = ["Cart", "Order", "Price"]\n'
    repo.switch("main").write({package: exports, "docs/api.md": "# API\n\nCart, Order and Price.\n"}).commit("Document")
    repo.branch("later").write({package: exports.replace('"Price"', '"Price", "Refund"')}).commit()

    assert found(repo) == [f'{package}:1 warning: the exported symbol "Refund" is in no guide']


def test_a_severity_in_the_configuration_is_a_policy(repo: Repo) -> None:
    """With it every name that is recognised counts as the team says."""
    repo.write({"kb.toml": '[check]\nseverity = { "guide-missing" = "error" }\n'})
    repo.write({"shop/__init__.py": '__all__ = ["Order"]\n'}).commit()

    assert found(repo) == ['shop/__init__.py:1 error: the exported symbol "Order" is in no guide']


def test_names_of_one_file_are_one_finding(repo: Repo) -> None:
    """A new program is one thing to write about."""
    repo.write({CLI: commands("add", "drop", "sync", "watch")}).commit()

    assert found(repo) == [f'{CLI}:7 info: the commands "add", "drop", "sync" and 1 more are in no guide']
