"""Guides in Markdown, MDX, reStructuredText and plain text, and the sections that all of them share."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date
from textwrap import dedent

import pytest

from ctxkb.formats import FORMATS, parse
from ctxkb.formats.sections import markdown_sections
from ctxkb.types import Document, Kind, Scope, Source


def read(text: str, form: str = "markdown", path: str = "docs/guide.md") -> Document:
    parsed = parse(Source(path, dedent(text).lstrip("\n").encode(), Kind.GUIDE, form))
    assert parsed.problems == ()
    (document,) = parsed.documents
    return document


def outline(document: Document) -> list[tuple[str, str, int, int]]:
    return [(section.heading, section.anchor, section.first, section.last) for section in document.sections]


def test_a_markdown_guide_is_read_whole() -> None:
    """Front matter, sections with breadcrumbs, unique anchors and lines of the file come out of a guide."""
    document = read(
        """
        ---
        title: Not this one
        tags: [howto]
        owner: "@platform"
        last_updated: 2024-05-06
        scope: "web/**, {api,lib}/**"
        ---
        Before.

        # Deploying

        ## Steps

        ```sh
        # no heading
        ```

        ## Steps
        Again.

        ### Deep &amp; down
        """
    )
    assert (document.title, document.status, document.number) == ("Deploying", "", "")
    assert (document.tags, document.owners, document.date) == (("howto",), ("@platform",), date(2024, 5, 6))
    assert document.scope == Scope(("web/**", "{api,lib}/**"), "paths", stated=True)
    assert outline(document) == [
        ("", "top", 8, 8),
        ("Deploying", "deploying", 10, 10),
        ("Steps", "steps", 12, 16),
        ("Steps", "steps-1", 18, 19),
        ("Deep & down", "deep--down", 21, 21),
    ]
    assert document.sections[-1].breadcrumb == ("Deploying", "Steps")
    assert document.sections[2].text == "## Steps\n\n```sh\n# no heading\n```"


TITLES = {
    "first heading": ("# Use it\n\ntext", "docs/x.md", "Use it"),
    "front matter": ("---\ntitle: Use it\n---\n## Part\n", "docs/x.md", "Use it"),
    "html": ('<h1 align="center"><b>Use</b> it</h1>\n\ntext', "docs/x.md", "Use it"),
    "a later H1": ("## Part\n\n# Use it\n", "docs/x.md", "Use it"),
    "the file's name": ("text", "docs/how-to_use.md", "How to use"),
    "the folder of a README": ("text", "docs/how-to-use/README.md", "How to use"),
}


@pytest.mark.parametrize(("text", "path", "title"), TITLES.values(), ids=TITLES.keys())
def test_a_guide_has_a_title(text: str, path: str, title: str) -> None:
    """The title is the first heading, or what front matter says, or made of the file's name."""
    assert read(text, "markdown", path).title == title


def test_restructuredtext_is_cut_at_its_titles() -> None:
    """Underlines in any order of characters, overlines and repeated titles are cut; directives stay text."""
    document = read(
        """
        .. _top:

        ###########
        The *Guide*
        ###########

        Install
        ~~~~~~~

        .. raw:: html

           <script>alert(1)</script>

        .. csv-table:: T
           :file: /etc/passwd

        Linux
        =====

        Code::

            Not a title
            -----------

        Install
        ~~~~~~~
        .. toctree::
           a
        """,
        "rst",
        "docs/guide.rst",
    )
    assert document.title == "The Guide"
    assert outline(document) == [
        ("", "top", 1, 1),
        ("The Guide", "the-guide", 3, 5),
        ("Install", "install", 7, 15),
        ("Linux", "linux", 17, 23),
        ("Install", "install-1", 25, 28),
    ]
    assert [section.level for section in document.sections] == [1, 1, 2, 3, 2]
    assert document.sections[3].breadcrumb == ("The Guide", "Install")
    assert {section.syntax for section in document.sections} == {"rst"}


def test_restructuredtext_reads_no_file_and_says_nothing(capfd: pytest.CaptureFixture[str], tmp_path: object) -> None:
    """An include is not followed, and errors of the markup go to no stream."""
    secret = f"{tmp_path}/secret.txt"
    with open(secret, "w", encoding="utf-8") as file:  # noqa: PTH123 - a plain path is what the directive names
        file.write("Secret\n======\n")
    document = read(f"A\n=\n\n.. include:: {secret}\n\n.. nonsense::\n\n*open\n", "rst", "docs/a.rst")
    assert outline(document) == [("A", "a", 1, 8)]
    assert capfd.readouterr() == ("", "")


def test_plain_text_is_cut_at_underlined_lines() -> None:
    """Underlined lines are headings of a plain text; a number sign is none."""
    document = read("Intro\n\nUSE\n===\n# not a heading\n\nPart\n----\nx\n", "text", "NOTES.txt")
    assert document.title == "USE"
    assert outline(document) == [("", "top", 1, 1), ("USE", "use", 3, 5), ("Part", "part", 7, 9)]
    assert document.sections[2].breadcrumb == ("USE",)
    assert {section.syntax for section in document.sections} == {"text"}


def test_a_text_without_headings_is_one_section() -> None:
    """A text that is cut nowhere is one section, and its title comes from the file's name."""
    document = read("one\n\ntwo\n", "text", "docs/release_notes.txt")
    assert (document.title, outline(document)) == ("Release notes", [("", "top", 1, 3)])


ODD = {
    "two HTML headings on a line": "<h1>A</h1><h2>B</h2>\n\ntext\n",
    "headings in lists and quotes": "* # In a list\n* two\n\n> ## Quoted\n> text\n",
    "setext": "One\n===\n\nTwo\n---\ntext",
    "empty heading": "#\n\ntext\n\n# A\n",
    "blank lines": "\n\n\ntext\n\n\n# A\n\n\n",
    "same heading often": "# A\n# A\n# A-1\n# A\n",
    "heading of symbols": "# !!!\n\n# ???\n",
    "unclosed fence": "# A\n```\n# B\n",
    "GitBook": '{% hint style="info" %}\n# A\n{% endhint %}\n',
    "invisible characters": "# A\u200b\n\u200b\n# B\u00a0\n",
    "text below a table": "| a |\n|---|\n| b |\n# A\n",
    "comment": "<!--\n# no\n-->\n# A\n",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("form", ["markdown", "mdx", "rst", "text", "decision", "decision-rst"])
def test_sections_cover_every_line_once(text: str, form: str) -> None:
    """Every line that is not blank is in exactly one section, verbatim, and no two anchors are the same."""
    document = read(text, form)
    lines = dedent(text).lstrip("\n").split("\n")
    covered = Counter(line for section in document.sections for line in range(section.first, section.last + 1))
    assert {number for number, line in enumerate(lines, 1) if line.strip()} <= set(covered)
    assert set(covered.values()) == {1}
    for section in document.sections:
        assert section.text == "\n".join(lines[section.first - 1 : section.last])
    anchors = [section.anchor for section in document.sections]
    assert len(anchors) == len(set(anchors))


def test_lines_count_from_where_the_text_begins() -> None:
    """Sections of a text that begins further down name the lines of its file."""
    assert [(s.first, s.last) for s in markdown_sections("# A\ntext\n\n## B\n", 10)] == [(10, 11), (13, 13)]


def test_every_byte_form_of_a_guide_reads_alike() -> None:
    """Byte-order marks, CRLF and Latin-1 change nothing in what is read."""
    plain = parse(Source("a.md", b"# A\n\ntext\n", Kind.GUIDE, "markdown"))
    for content in (b"\xef\xbb\xbf# A\r\n\r\ntext\r\n", "# A\n\ntext\n".encode("utf-16")):
        assert parse(Source("a.md", content, Kind.GUIDE, "markdown")) == plain


def test_an_empty_guide_is_a_problem() -> None:
    """A file with nothing in it is reported with its reason."""
    for form in ("markdown", "mdx", "rst", "text"):
        parsed = parse(Source("a", b"\n", Kind.GUIDE, form))
        assert [(problem.path, problem.reason) for problem in parsed.problems] == [("a", "the file is empty")]


def test_importing_the_formats_imports_no_parser() -> None:
    """The registry costs nothing until a parser is called."""
    heavy = "('docutils', 'yaml', 'markdown_it', 'graphql')"
    script = f"import sys, ctxkb.formats; print([name for name in {heavy} if name in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"
    assert {"decision", "decision-rst", "markdown", "mdx", "rst", "text"} <= set(FORMATS)
