from __future__ import annotations

import pytest

from ctxkb.text.pieces import pieces, sentences

MARKDOWN = """# Title

First paragraph
of two lines.

- one
- two
  - inner

  more of two

1. first

```python
# no heading

- no item
```

| a | b |
|---|---|
| 1 | 2 |

> quoted
> twice

---
Last."""


def test_pieces_of_markdown() -> None:
    """Blocks and list items, each with all that it holds, a block of code as one."""
    assert [
        (piece.kind, piece.offset, piece.text.strip().split("\n")[0]) for piece in pieces(MARKDOWN, "markdown")
    ] == [
        ("heading", 0, "# Title"),
        ("paragraph", 2, "First paragraph"),
        ("item", 5, "- one"),
        ("item", 6, "- two"),
        ("item", 11, "1. first"),
        ("code", 13, "```python"),
        ("table", 19, "| a | b |"),
        ("quote", 23, "> quoted"),
        ("rule", 26, "---"),
        ("paragraph", 27, "Last."),
    ]


def test_pieces_of_yaml_begin_where_the_indentation_is_least() -> None:
    """A property keeps everything that is indented below it."""
    text = "post:\n  summary: x\n  responses:\n    200:\n      ok: y\n\n  tags: []"
    assert [piece.text for piece in pieces(text, "yaml")] == [
        "post:",
        "  summary: x",
        "  responses:\n    200:\n      ok: y\n",
        "  tags: []",
    ]


def test_pieces_of_text_are_paragraphs_with_their_literal_blocks() -> None:
    """What is indented stays with the paragraph that introduces it."""
    text = "Run this::\n\n    make\n\n    make test\n\nThen stop.\n"
    assert [piece.text for piece in pieces(text, "rst")] == [
        "Run this::\n\n    make\n\n    make test\n",
        "Then stop.\n",
    ]


@pytest.mark.parametrize("syntax", ["markdown", "rst", "yaml", "json", "graphql", "proto", "text"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "a",
        "\n\n  a\n\n",
        MARKDOWN,
        "[ref]: https://x.example\n\ntext [ref]",
        "```\nnever closed\n\n# x",
        "\t- a\n\tb",
        "a\n\n\n\n",
    ],
)
def test_pieces_joined_are_the_text(text: str, syntax: str) -> None:
    """Nothing is lost or moved in any syntax: joined with line feeds they are the text, at the offsets they name."""
    found = pieces(text, syntax)  # type: ignore[arg-type]
    assert "\n".join(piece.text for piece in found) == text
    lines = text.split("\n")
    assert all("\n".join(lines[piece.offset :]).startswith(piece.text) for piece in found)
    assert sum(piece.height for piece in found) == len(lines)


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        ("One. Two! Three? four.", ["One. ", "Two! ", "Three? four."]),
        ("Use v1.2 of x.y.z. Then\nstop.", ["Use v1.2 of x.y.z. ", "Then\nstop."]),
        (
            'He said "stop." Then (really.) **Bold.** Next.',
            ['He said "stop." ', "Then (really.) ", "**Bold.** ", "Next."],
        ),
        ("Ärger. Über uns. Это так. Да.", ["Ärger. ", "Über uns. ", "Это так. ", "Да."]),
        ("使用数据库。不要使用文件！好吗？好", ["使用数据库。", "不要使用文件！", "好吗？", "好"]),
        ("no end", ["no end"]),
        ("", []),
        ("... ", ["... "]),
    ],
)
def test_sentences(paragraph: str, expected: list[str]) -> None:
    """A full stop before a capital ends a sentence, not one inside a name; joined they are the paragraph."""
    assert sentences(paragraph) == expected
    assert "".join(expected) == paragraph
