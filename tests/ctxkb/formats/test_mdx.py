"""MDX: the prose of a page, its imports, expressions and tags set aside."""

from __future__ import annotations

import time
from textwrap import dedent

import pytest

from ctxkb.formats import parse
from ctxkb.formats.mdx import prose_of_mdx
from ctxkb.types import Kind, Parsed, Source
from ctxkb_ingest.cut import cut

PAGE = """
---
title: Install
---
import { Tab } from './tab'
export const meta = {
  title: 'x',
  nested: {
    a: 1,
  },

  last: [2],
}

<Head>
  <meta />
</Head>

# Install the tool

<Tabs items={["brew", <Label />]}>
## Inside
<Tab
  title="Homebrew"
  icon={<Beer />}
>
Text with {value}.
</Tab>
<Tab title="Script">
  <Snippet
    src={snippets.python.install}

  />
</Tab>
</Tabs>

<Callout type="warning">Only in 0.83.5 and above.</Callout>
<Callout title="Note">The server is `<Tab>` and a <McpUrl /> inside.</Callout>

{/* a note

## no heading
*/}
{" "}
{pages.map((page) => (
  <Card href={page} />
))}

```jsx
import x from 'y'
<Tabs>
## no heading
</Tabs>
```

## After
"""

PROSE = """
# Install the tool


## Inside
Homebrew



Text with {value}.










Only in 0.83.5 and above.
Note: The server is `<Tab>` and a <McpUrl /> inside.










```jsx
import x from 'y'
<Tabs>
## no heading
</Tabs>
```

## After
"""


def read(text: str, path: str = "docs/guide.mdx", kind: Kind = Kind.GUIDE, form: str = "mdx") -> Parsed:
    """What the parser gives for a page."""
    return parse(Source(path, dedent(text).lstrip("\n").encode(), kind, form))


def test_a_page_holds_its_prose_and_keeps_its_lines() -> None:
    """Modules, expressions, comments and tags are blank; headings, titles, text and blocks of code stay in place."""
    (document,) = read(PAGE).documents
    rows = PAGE.strip("\n").split("\n")
    assert "\n".join(section.text for section in document.sections).split() == PROSE.split()
    assert [(each.heading, each.anchor, each.first, each.last) for each in document.sections] == [
        (heading, anchor, rows.index(first) + 1, rows.index(last, rows.index(first)) + 1)
        for heading, anchor, first, last in (
            ("Install the tool", "install-the-tool", "# Install the tool", "# Install the tool"),
            ("Inside", "inside", "## Inside", "```"),
            ("After", "after", "## After", "## After"),
        )
    ]


def test_units_begin_with_the_prose() -> None:
    """A page of imports and a title has no unit of imports, and what is embedded names no component."""
    text = "import { Snippet } from 'x'\n\n<Callout>\n  In beta.\n</Callout>\n\n# Idempotency\n\nOne run a key.\n"
    (document,) = read(text).documents
    assert [(unit.anchor, unit.first, unit.last, unit.text, unit.embed) for unit in cut(document)] == [
        ("top", 4, 4, "  In beta.", ("Idempotency\nIn beta.",)),
        ("idempotency", 7, 9, "# Idempotency\n\nOne run a key.", ("Idempotency\n# Idempotency One run a key.",)),
    ]


@pytest.mark.parametrize("text", ["import A from 'a'\n\n<A />\n", "---\ntitle: A\n---\n<A />\n"])
def test_a_page_of_nothing_but_components_is_no_document(text: str) -> None:
    """There is nothing to read, and nothing wrong."""
    assert read(text) == Parsed()


def test_an_empty_page_is_told() -> None:
    """A page without a byte of text is reported as any other file."""
    assert [problem.reason for problem in read("").problems] == ["the file is empty"]


@pytest.mark.parametrize(
    ("text", "prose"),
    {
        "a title without prose": ('<Tab title="Go">\n  <Snippet />\n</Tab>\nText', "\n\n\nText"),
        "a title of a single tag": ('<Card title="Go" />\nText', "\nText"),
        "a title around a title": ('<A title="One">\n<B title="Two">\nx\n</B>\n</A>', "One\nTwo\nx\n\n"),
        "a small tag over lines": ('<img\n  src="a.png"\n  style={{ width: "1" }}\n/>\nText', "\n\n\n\nText"),
        "braces over lines": ("<Snippet\n  src={\n    a\n  }\n/>\nText", "\n\n\n\n\nText"),
        "braces on the first line": ("<Snippet src={\n  a\n}/>\nText", "\n\n\nText"),
        "an import over lines": ('import {\n  A,\n  B,\n} from "x"\nText', "\n\n\n\nText"),
        "brackets that are never closed": ("export const a = {\n\nText", "\n\nText"),
        "a comment that is never closed": ("{/* a\n\nText", "\n\nText"),
        "a tag that is never closed": ("<Snippet\n\nText", "\n\nText"),
        "a tag of a template": ("{% hint %}\nText\n{% endhint %}", "{% hint %}\nText\n{% endhint %}"),
        "an expression in a sentence": ("{count} of them\nare {left}.", "{count} of them\nare {left}."),
        "words that begin like a module": ("import taxes are due\nexport is free", "\nexport is free"),
        "a tag inside of a sentence": ("See <Link href='/a'>this</Link> page", "See <Link href='/a'>this</Link> page"),
        "code in a tilde fence": ("~~~\nimport a from 'a'\n~~~", "~~~\nimport a from 'a'\n~~~"),
    }.items(),
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_prose(text: str, prose: tuple[str, str]) -> None:
    """Each construct is told from the prose around it, also where it is broken off."""
    written, shown = prose
    assert prose_of_mdx(written) == shown, text


def test_decisions_and_conventions_in_mdx_hold_their_prose() -> None:
    """What is no guide is read alike."""
    text = "import A from 'a'\n\n# Use X\n\n<A>\nAlways.\n</A>\n"
    decision = read(text, "docs/adr/0001-x.mdx", Kind.DECISION, "decision").documents[0]
    rules = read(text, "docs/conventions/x.mdx", Kind.CONVENTION, "rules").documents[0]
    assert [[(each.first, each.text) for each in one.sections] for one in (decision, rules)] == [
        [(3, "# Use X\n\n\nAlways.")]
    ] * 2


@pytest.mark.parametrize(
    "text",
    [
        "<A " + "a={" * 5_000,
        "<A\n" * 5_000,
        "export const a = {\n" * 5_000,
        ("<A " + " " * 3_900 + "\n") * 100,
        "{/*\n" * 5_000,
        '<A title="a">\n' * 5_000,
        "<" * 100_000,
        "</A" + " " * 100_000,
    ],
    ids=lambda text: text[:8],
)
def test_what_is_never_closed_takes_no_long_time(text: str) -> None:
    """The time grows with the length of the file, whatever it holds."""
    began = time.perf_counter()
    assert prose_of_mdx(text).count("\n") == text.count("\n")
    assert time.perf_counter() - began < 10
