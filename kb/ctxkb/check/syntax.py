"""Source code by its syntax: tree-sitter's grammars, each loaded on first use, offline.

A file is judged as bytes: what is blanked keeps its length and its lines, so that every offset stays true.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from ctxkb.text.languages import language_of

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Query, QueryCursor

Part = Literal["code", "comments", "strings", "all"]
"""A part of a file: its code without comments and strings, one of these, or everything."""

LARGEST = 1_000_000
"""Bytes of the largest file that is parsed; what is larger was generated."""

SECONDS = 5.0
"""So long a file is parsed at most; what people write takes some milliseconds."""

_ANGLED = frozenset({"tsx", "typescript", "vue"})
MOST_ANGLES = 5000
"""How many `<` a file in one of these languages may hold: each may open type arguments, and to give up those that never
close takes one step of quadratic time, which no deadline ends. What people write has some hundreds."""

DEEPEST = 1000
MOST_BROKEN = 5000
"""How deep queries look, and how many nodes may stand side by side in what is no code: both take quadratic time."""

_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class _Grammar:
    """Where a grammar is found, and what it calls comments, strings, and code that stands within a string."""

    module: str
    comments: str
    strings: str
    within: str = ""
    function: str = "language"

    @property
    def parts(self) -> str:
        """The query that labels the parts of a file."""
        labelled = ((self.comments, "comments"), (self.strings, "strings"), (self.within, "code"))
        return "\n".join(f"[{kinds}] @{label}" for kinds, label in labelled if kinds)


_ECMA = "(string) (template_string) (regex)"
_GRAMMARS = MappingProxyType(
    {
        "cpp": _Grammar("tree_sitter_cpp", "(comment)", "(string_literal) (raw_string_literal) (char_literal)"),
        "csharp": _Grammar(
            "tree_sitter_c_sharp",
            "(comment)",
            "(string_literal) (verbatim_string_literal) (raw_string_literal) (character_literal) "
            "(interpolated_string_expression)",
            "(interpolation)",
        ),
        "go": _Grammar(
            "tree_sitter_go", "(comment)", "(interpreted_string_literal) (raw_string_literal) (rune_literal)"
        ),
        "java": _Grammar(
            "tree_sitter_java",
            "(line_comment) (block_comment)",
            "(string_literal) (character_literal)",
            "(string_interpolation)",
        ),
        "javascript": _Grammar(
            "tree_sitter_javascript",
            "(comment) (html_comment) (hash_bang_line)",
            f"{_ECMA} (jsx_text)",
            "(template_substitution)",
        ),
        "kotlin": _Grammar(
            "tree_sitter_kotlin",
            "(line_comment) (block_comment)",
            "(string_literal) (multiline_string_literal) (character_literal)",
            "(interpolation)",
        ),
        "php": _Grammar(
            "tree_sitter_php",
            "(comment)",
            "(string) (encapsed_string) (heredoc_body) (nowdoc_body) (text)",
            "(variable_name)",
            "language_php",
        ),
        "python": _Grammar("tree_sitter_python", "(comment)", "(string)", "(interpolation)"),
        "ruby": _Grammar(
            "tree_sitter_ruby",
            "(comment)",
            "(string) (heredoc_body) (regex) (string_array) (symbol_array) (subshell) (delimited_symbol) (character)",
            "(interpolation)",
        ),
        "rust": _Grammar(
            "tree_sitter_rust",
            "(line_comment) (block_comment)",
            "(string_literal) (raw_string_literal) (char_literal)",
        ),
        "tsx": _Grammar(
            "tree_sitter_typescript",
            "(comment) (hash_bang_line)",
            f"{_ECMA} (jsx_text)",
            "(template_substitution)",
            "language_tsx",
        ),
        "typescript": _Grammar(
            "tree_sitter_typescript",
            "(comment) (hash_bang_line)",
            _ECMA,
            "(template_substitution)",
            "language_typescript",
        ),
    }
)
_EMBEDDING = MappingProxyType({"vue": "typescript"})
"""Languages whose scripts are written in another one."""

_SCRIPT = re.compile(rb"<script\b[^>]{0,1000}>", re.IGNORECASE)
_SCRIPT_END = re.compile(rb"</script\b", re.IGNORECASE)
_BLANK = bytes(byte if byte in b"\n\r\t" else 0x20 for byte in range(256))


@dataclass(frozen=True)
class Code:
    """One file of source code. `language` is a key of `ctxkb.text.languages.SUFFIXES`, "" for plain text."""

    content: bytes
    language: str

    @cached_property
    def source(self) -> bytes:
        """What the grammar reads: of a Vue or Svelte file its scripts, the rest blank."""
        return _scripts(self.content) if self.language in _EMBEDDING else self.content

    @cached_property
    def root(self) -> Node:
        """The root of the syntax tree, that of an empty file for what is no code at all. Raises `KeyError` for text."""
        return _parsed(self.language, self.source)

    @property
    def is_code(self) -> bool:
        """Whether the parser made something of it; what is no code at all has an empty tree."""
        return bool(self.root.child_count) or not self.source.strip()

    def find(self, query: str) -> list[tuple[str, Node]]:
        """The captures of a tree-sitter query as (label, node), by place, the outer before the inner."""
        found = _cursor(self.language, query).captures(self.root)
        pairs = [(label, node) for label, nodes in found.items() for node in nodes]
        return sorted(pairs, key=lambda pair: (pair[1].start_byte, -pair[1].end_byte, pair[0]))

    def matches(self, query: str) -> list[dict[str, Node]]:
        """The matches of a tree-sitter query, each the first node of every label, by place of their first nodes."""
        found = _cursor(self.language, query).matches(self.root)
        labelled = [{label: nodes[0] for label, nodes in match.items()} for _, match in found]
        return sorted(labelled, key=lambda match: min(node.start_byte for node in match.values()))

    def only(self, part: Part) -> bytes:
        """The file with everything but `part` made blank; each byte and line stays where it is.

        Plain text is returned whole: nothing tells its parts.
        """
        if part == "all" or not self.language:
            return self.content
        return self._code if part == "code" else self._showing(part)

    @cached_property
    def _code(self) -> bytes:
        return self._showing("code")

    def _showing(self, part: Part) -> bytes:
        blank = self.source.translate(_BLANK)
        shown = bytearray(self.source if part == "code" else blank)
        for label, node in self.find(_grammar(self.language).parts):
            start, end = node.start_byte, node.end_byte
            shown[start:end] = (self.source if label == part else blank)[start:end]
        return bytes(shown)

    def line(self, offset: int) -> int:
        """The 1-based line on which the byte `offset` stands."""
        return bisect_right(self._ends, offset - 1) + 1

    @cached_property
    def _ends(self) -> list[int]:
        """The offset of each line break."""
        return [match.start() for match in re.finditer(b"\n", self.content)]


def open_code(path: str, content: bytes) -> Code:
    """The file `path`, as plain text where its language is not known or it is too much for a parser."""
    language = language_of(path)
    return Code(content, "" if language and _is_too_much(language, content) else language)


def _is_too_much(language: str, content: bytes) -> bool:
    return len(content) > LARGEST or (language in _ANGLED and content.count(b"<") > MOST_ANGLES)


def _parsed(language: str, source: bytes) -> Node:
    """The root of the tree, that of an empty file where the parser does not come to an end."""
    from tree_sitter import Parser

    parser, deadline = Parser(_language(language)), monotonic() + SECONDS
    try:
        tree = parser.parse(
            lambda offset, _: source[offset : offset + _CHUNK], progress_callback=lambda *_: monotonic() > deadline
        )
    except ValueError:  # given up, as `progress_callback` told
        tree = None
    if tree is None or _is_noise(tree.root_node):
        parser.reset()
        tree = parser.parse(b"")
    return tree.root_node


def _is_noise(root: Node) -> bool:
    """Whether a tree is mostly one error, as that of a file which only looks like code by its name."""
    if not root.has_error:
        return False
    broken = (node.child_count for node in (root, *root.children) if node.is_error or node is root)
    return max(broken) > MOST_BROKEN


def query_fault(language: str, query: str) -> str:
    """Why `query` cannot be asked of `language`, in one line, or "" where it can."""
    from tree_sitter import QueryError

    try:
        _query(language, query)
    except QueryError as error:
        return str(error).splitlines()[0]
    return ""


def _grammar(language: str) -> _Grammar:
    return _GRAMMARS[_EMBEDDING.get(language, language)]


@cache
def _language(language: str) -> Language:
    from tree_sitter import Language

    grammar = _grammar(language)
    return Language(getattr(import_module(grammar.module), grammar.function)())


def _cursor(language: str, query: str) -> QueryCursor:
    from tree_sitter import QueryCursor

    cursor = QueryCursor(_query(language, query))
    cursor.set_max_start_depth(DEEPEST)
    return cursor


@cache
def _query(language: str, query: str) -> Query:
    from tree_sitter import Query

    return Query(_language(language), query)


def _scripts(content: bytes) -> bytes:
    shown = bytearray(content.translate(_BLANK))
    start = _SCRIPT.search(content)
    while start:
        end = _SCRIPT_END.search(content, start.end())
        past = end.start() if end else len(content)
        shown[start.end() : past] = content[start.end() : past]
        start = _SCRIPT.search(content, past)
    return bytes(shown)
