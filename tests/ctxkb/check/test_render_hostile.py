"""What a hostile file name or message can do in a report, which is nothing."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from ctxkb.check.render import RENDERERS
from support.findings import HOSTILE, REPORT, rendered


@pytest.mark.parametrize("name", RENDERERS)
def test_every_format_is_utf_8_and_the_same_twice(name: str) -> None:
    """Standard output takes it, whatever the paths hold; nothing but the report goes into it."""
    findings = (*REPORT.findings, HOSTILE)
    once = rendered(name, *findings)
    assert once.encode("utf-8", "strict").endswith(b"\n")
    assert once == rendered(name, *findings)
    if name != "json":
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e\ufffe\ud800-\udfff]", once)


def test_what_a_repository_holds_is_no_command_of_a_workflow() -> None:
    """Neither in an annotation, nor in the report below, where commands are stopped."""
    text = rendered("github", HOSTILE)
    annotation, stop, *shown, go, end = text.split("\n")
    assert annotation.count("::") == 4  # where it begins, where its words do, and two in these
    assert annotation.startswith(
        "::error file=a%2Cb%3Ac%25\\n%3A%3Aerror file=x%3A%3Ay|`<b><U+001B>[31m<U+0000>\\ufffe"
    )
    assert annotation.split(",title=")[1].split("::")[0] == "kb check%3A rule%3Ax\\n%3A%3Aerror%3A%3Ano"
    word = stop.removeprefix("::stop-commands::")
    assert (go, end) == (f"::{word}::", "")
    assert word not in "".join(shown)


def test_what_a_repository_holds_is_no_markup() -> None:
    """No cell ends early, nobody is mentioned, no issue is linked, no tag is one."""
    row = rendered("markdown", HOSTILE).split("\n")[5]
    from ctxkb.text.markdown import tokens

    table = "\n".join(["| severity | where | rule | what |", "|---|---|---|---|", row])
    cells = [each for each in tokens(table) if each.type == "inline"][4:]
    assert len(cells) == 4
    kinds = {child.type for cell in cells for child in cell.children or ()}
    assert kinds <= {"text", "code_inline", "html_inline", "strong_open", "strong_close", "text_special"}
    html = [child.content for cell in cells for child in cell.children or () if child.type == "html_inline"]
    assert set(html) == {"<br>", "<!-- -->"}
    assert "@team" not in row
    assert "#1" not in row


def test_what_a_repository_holds_is_no_xml() -> None:
    """The report stays well-formed, and every word is still there."""
    case = ElementTree.fromstring(rendered("junit", HOSTILE)).find("testsuite/testcase")  # noqa: S314 - our own
    assert case is not None
    assert "]]> <script> @team #1" in case.attrib["name"]
    assert case.attrib["file"].startswith("a,b:c%\\n::error file=x::y|`<b><U+001B>[31m")
