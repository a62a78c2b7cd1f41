"""guide-link on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.gate import judged
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

INDEX, SETUP, IMAGE = "docs/index.md", "docs/setup.md", "docs/img/flow.png"
PAGE = "# Set up\n\n## First steps\n\nInstall it.\n\n## Next\n\nGo on.\n"
DOCS = """\
# Docs

See [how](setup.md), the [first steps](setup.md#first-steps)
and [code](../src/app.py#L3).

![flow](img/flow.png)
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({INDEX: DOCS, SETUP: PAGE, IMAGE: b"\x89PNG\0", "src/app.py": "run()\n"})
    repo.commit("Begin")
    return repo.branch("feature")


def found(repo: Repo, **options: Any) -> list[str]:  # noqa: ANN401 - what `check` takes
    """What the rule finds, as place, severity and message."""
    every = [each for each in judged(repo, **options).findings if each.rule == "guide-link"]
    return [f"{each.path}:{each.line} {each.severity}: {each.message}" for each in every]


def test_a_page_that_is_deleted_breaks_the_links_to_it(repo: Repo) -> None:
    """The page with the links was not touched."""
    repo.remove(SETUP).commit()

    assert found(repo) == [
        f'{INDEX}:3 error: the link "setup.md" leads to no file: the change deletes {SETUP}',
        f'{INDEX}:3 error: the link "setup.md#first-steps" leads to no file: the change deletes {SETUP}',
    ]


HARD = {
    "a blank": ("docs/a b.md", "<a b.md>"),
    "parentheses": ("docs/a(b).md", "a(b).md"),
    "an escape": ("docs/a_b.md", "a\\_b.md"),
    "an entity": ("docs/a&b.md", "a&amp;b.md"),
    "a percent sign": ("docs/a b.md", "a%20b.md"),
    "the last page of a folder": ("docs/sub/index.md", "sub/"),
}


@pytest.mark.parametrize(("path", "target"), HARD.values(), ids=HARD)
def test_a_link_is_found_however_its_target_is_written(tmp_path: Path, path: str, target: str) -> None:
    """A page that the change leaves alone is parsed where one of its links may mean what went."""
    repo = Repo(tmp_path).write({INDEX: f"# Docs\n\nSee [it]({target}).\n", path: PAGE})
    repo.commit("Begin")
    repo.branch("feature").remove(path).commit()

    assert [line.partition(" leads to ")[2].partition(":")[0] for line in found(repo)] == ["no file"]


def test_a_page_that_is_renamed_is_named_with_its_new_name(repo: Repo) -> None:
    """The fix is to let the link follow."""
    repo.move(SETUP, "docs/install.md").commit()

    assert found(repo)[0] == f'{INDEX}:3 error: the link "setup.md" leads to no file: {SETUP} is now docs/install.md'
    fixes = {each.fix for each in judged(repo).findings if each.rule == "guide-link"}
    assert fixes == {"let it lead to docs/install.md"}


def test_a_page_that_is_renamed_by_hand_is_named_with_its_new_name(repo: Repo) -> None:
    """Before git tracks it there."""
    repo.move(SETUP, "docs/install.md")

    assert found(repo)[0] == f'{INDEX}:3 error: the link "setup.md" leads to no file: {SETUP} is now docs/install.md'


def test_a_rename_with_its_links_passes(repo: Repo) -> None:
    """All links follow."""
    text = repo.read(INDEX).decode().replace("setup.md", "install.md")
    repo.move(SETUP, "docs/install.md").write({INDEX: text}).commit()

    assert found(repo) == []


def test_a_heading_that_is_renamed_breaks_its_anchor(repo: Repo) -> None:
    """A reader would land at the top of the page."""
    repo.write({SETUP: PAGE.replace("First steps", "Quick start")}).commit()

    assert found(repo) == [f'{INDEX}:3 warning: the link "setup.md#first-steps" leads to no heading of {SETUP}']


ANCHORED = {
    "its punctuation changed": "## First steps!",
    "an explicit name": "## Quick start {#first-steps}",
    "an HTML name": '<a name="first-steps"></a>\n\n## Quick start',
    "another level": "### First `steps`",
}


@pytest.mark.parametrize("heading", ANCHORED.values(), ids=ANCHORED)
def test_an_anchor_that_is_still_there_passes(repo: Repo, heading: str) -> None:
    """Whatever gives it."""
    repo.write({SETUP: PAGE.replace("## First steps", heading)}).commit()

    assert found(repo) == []


def test_images_and_code_are_files_too(repo: Repo) -> None:
    """A line in a link to code is not looked at."""
    repo.remove(IMAGE).move("src/app.py", "src/main.py").commit()

    assert found(repo) == [
        f'{INDEX}:4 error: the link "../src/app.py#L3" leads to no file: src/app.py is now src/main.py',
        f'{INDEX}:6 error: the link "img/flow.png" leads to no file: the change deletes {IMAGE}',
    ]


BROKEN = {
    "a file": "[x](nowhere.md)",
    "an image": "![x](img/none.png)",
    "a folder": "[x](../lib/)",
    "HTML": '<img src="img/none.png">',
    "a reference": "[x][y]\n\n[y]: nowhere.md",
    "spaces": "[x](<no where.md>)",
    "no ending": "[x](../LICENCE)",
}


@pytest.mark.parametrize("link", BROKEN.values(), ids=BROKEN)
def test_a_new_link_that_leads_nowhere_is_an_error(repo: Repo, link: str) -> None:
    """It never worked."""
    repo.write({"docs/new.md": f"# New\n\n{link}\n"}).commit()

    assert [line.split(":")[0] for line in found(repo)] == ["docs/new.md"]


def test_a_new_anchor_that_leads_nowhere_is_a_warning(repo: Repo) -> None:
    """In the page itself and in another one."""
    repo.write({"docs/new.md": "# New\n\n[a](#here) [b](#new) [c](setup.md#there)\n"}).commit()

    assert found(repo) == [
        'docs/new.md:3 warning: the link "#here" leads to no heading of this page',
        f'docs/new.md:3 warning: the link "setup.md#there" leads to no heading of {SETUP}',
    ]


FINE = {
    "another site": "[x](https://example.org/setup.md) [y](mailto:a@example.org)",
    "a folder": "[x](img/) [y](../src)",
    "escapes": "[x](../a%20b.md)",
    "code": "`[x](nowhere.md)`\n\n```\n[x](nowhere.md)\n```",
    "a comment": "<!-- [x](nowhere.md) -->",
    "a template's variable": "[x]({{ base }}/nowhere.md) [y](${path}.md)",
    "the repository's pages": "[x](../../issues) [y](../blob/main/none.md)",
    "out of the repository": "[x](../../other/none.md)",
    "a query": "[x](setup.md?plain=1#next)",
    "the root": "[x](/docs/setup.md) [y](/src/app.py)",
    "a site's address": "[x](/guide/none)",
    "lines": "[x](../src/app.py#L1-L9)",
    "the top": "[x](#top) [y](#)",
    "other letters": "[x](setup.md#First-Steps)",
}


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_what_is_no_broken_link_passes(repo: Repo, text: str) -> None:
    """Only what certainly means a file of this repository is judged."""
    repo.write({"a b.md": "# A\n", "docs/new.md": f"# New\n\n{text}\n"}).commit()

    assert found(repo) == []


def test_what_was_broken_before_is_no_fault_of_the_change(repo: Repo) -> None:
    """Touching the page brings it not up; a look at everything does, as information."""
    repo.switch("main").write({INDEX: "# Docs\n\n[x](nowhere.md)\n"}).commit("Break")
    repo.branch("later").write({INDEX: "# Docs\n\nMore.\n\n[x](nowhere.md)\n"}).commit()

    assert found(repo) == []
    assert found(repo, everything=True) == [f'{INDEX}:5 info: the link "nowhere.md" leads to no file']


def test_a_page_that_moves_takes_its_links_along(repo: Repo) -> None:
    """They are relative to where it is now."""
    repo.move(INDEX, "docs/en/index.md").commit()

    assert len(found(repo)) == 4


def test_pages_of_a_site_need_no_ending(repo: Repo) -> None:
    """Generators serve a page without its ending, and as a folder; what the change deletes is still missed."""
    pages = {"mkdocs.yml": "site_name: x\n", "docs/a.md": "# A\n\n[b](b) [c](../c/) [d](d)\n", "docs/b.md": "# B\n"}
    repo.switch("main").write({**pages, "docs/c.md": "# C\n"}).commit("Site")
    repo.branch("later")
    assert found(repo) == []

    repo.remove("docs/b.md").commit()
    assert found(repo) == ['docs/a.md:3 error: the link "b" leads to no file: the change deletes docs/b.md']


def test_a_redirect_of_the_site_keeps_an_address_alive(repo: Repo) -> None:
    """Configuration that names the old address is taken for one."""
    repo.switch("main").write({"docs/a.md": "# A\n\n[b](/guide/b)\n", "docs/guide/b.md": "# B\n"}).commit("Site")
    repo.branch("later").move("docs/guide/b.md", "docs/guide/c.md").commit()
    assert found(repo) == [
        'docs/a.md:3 error: the link "/guide/b" leads to no file: docs/guide/b.md is now docs/guide/c.md'
    ]

    repo.write({"site/redirects.json": '{"/guide/b": "/guide/c"}\n'}).commit()
    assert found(repo) == []


def test_what_lies_behind_a_symbolic_link_is_not_judged(repo: Repo) -> None:
    """Git keeps the link, not what it leads to."""
    (repo.root / "docs/code").symlink_to("../src")
    repo.write({"docs/new.md": "# New\n\n[x](code/app.py) [y](code/none.py)\n"}).commit()

    assert found(repo) == []


def test_restructured_text_has_links_as_well(repo: Repo) -> None:
    """Links, images and pages that Sphinx names."""
    text = "Title\n=====\n\nSee `how <setup.md>`_, `no <none.md>`_ and :doc:`gone`.\n\n.. image:: img/none.png\n"
    repo.write({"docs/new.rst": text}).commit()

    assert found(repo) == [
        'docs/new.rst:4 error: the link "gone.rst" leads to no file',
        'docs/new.rst:4 error: the link "none.md" leads to no file',
        'docs/new.rst:6 error: the link "img/none.png" leads to no file',
    ]


def test_templates_and_samples_of_tests_are_not_judged(repo: Repo) -> None:
    """Their links belong to other places."""
    repo.write({".github/pull_request_template.md": "[x](none.md)\n", "tests/data/a.md": "[x](none.md)\n"})
    repo.write({"docs/adr/template.md": "# {title}\n\n[x](none.md)\n"}).commit()

    assert found(repo) == []
