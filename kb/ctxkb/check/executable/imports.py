"""What a file of source code imports, by the syntax of its language where that is known, else by the look of lines."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from ctxkb.check.executable.import_looks import looks, placed
from ctxkb.check.executable.import_names import NAMES
from ctxkb.text.languages import language_of
from ctxkb.text.patterns import matches_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.syntax import Code

_SCRIPT = """
(import_statement source: (string) @module) @statement
(export_statement source: (string) @module) @statement
((call_expression
  function: [(identifier) (import)] @function
  arguments: (arguments . [(string) (template_string)] @module)) @statement
  (#any-of? @function "require" "import"))
"""
_TYPED = f"{_SCRIPT}(import_statement (import_require_clause source: (string) @module)) @statement"

QUERIES = MappingProxyType(
    {
        "cpp": "(preproc_include path: [(string_literal) (system_lib_string)] @module) @statement",
        "csharp": "(using_directive) @statement",
        "go": "(import_spec path: (_) @module) @statement",
        "java": "(import_declaration [(scoped_identifier) (identifier)] @module) @statement",
        "javascript": _SCRIPT,
        "kotlin": "(import (qualified_identifier) @module) @statement",
        "php": """
(namespace_use_declaration) @statement
(qualified_name) @statement
[(require_expression) (require_once_expression) (include_expression) (include_once_expression)] @statement
""",
        "python": """
(import_statement name: [(dotted_name) @module (aliased_import name: (dotted_name) @module)]) @statement
(import_from_statement module_name: (_) @module) @statement
(future_import_statement) @statement
((call function: (_) @function arguments: (argument_list . (string) @module)) @statement
  (#any-of? @function "__import__" "import_module" "importlib.import_module"))
""",
        "ruby": """
((call method: (identifier) @function arguments: (argument_list . (string) @module)) @statement
  (#any-of? @function "require" "require_relative" "load"))
((call method: (identifier) @function arguments: (argument_list (_) . (string) @module)) @statement
  (#eq? @function "autoload"))
""",
        "rust": """
(use_declaration argument: (_) @module) @statement
(extern_crate_declaration name: (identifier) @module) @statement
[(scoped_identifier) (scoped_type_identifier)] @statement
""",
        "tsx": _TYPED,
        "typescript": _TYPED,
        "vue": _TYPED,
    }
)
"""What imports look like, for each language with a grammar."""

_SEPARATORS = MappingProxyType(
    {
        **dict.fromkeys(("python", "java", "kotlin", "csharp"), "."),
        **dict.fromkeys(("javascript", "typescript", "tsx", "vue", "go", "ruby", "cpp"), "/"),
        "rust": "::",
        "php": "\\",
    }
)
_ANY_SEPARATOR = r"./:\\"

TEXT_SUFFIXES = frozenset(
    {
        *(".astro", ".clj", ".cljs", ".coffee", ".cr", ".dart", ".erl", ".ex", ".exs", ".fs", ".groovy", ".hs", ".jl"),
        *(".lua", ".m", ".ml", ".mm", ".nim", ".pl", ".pm", ".r", ".scala", ".scss", ".sol", ".swift", ".vb", ".zig"),
    }
)
"""Files of source code that are read as text: prose and data import nothing."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import: the names under which it may be forbidden, and its 1-based first and last line.

    `names` are as written, those of single members behind them; `places` say the same of what is named relative to the
    file, by the repository's root.
    """

    names: tuple[str, ...]
    first: int
    last: int
    places: tuple[str, ...] = ()


def imports_of(path: str, code: Code) -> tuple[Import, ...]:
    """All imports of the file `path`, in the order of the file."""
    language = language_of(path)
    if code.language and code.is_code:
        return tuple(_by_syntax(path, code))
    text = language or posixpath.splitext(path)[1].lower() in TEXT_SUFFIXES
    return tuple(_by_look(path, language, code)) if text else ()


def imported(value: str, found: Import, language: str) -> str:
    """The name under which `value` is imported, "" where it is not.

    A name stands for what lies below it, too: `moment` for `moment/locale`, never for `momentum`; `*` for any
    characters of one part. What is named relative to the file counts for values of several parts only.
    """
    separator = _SEPARATORS.get(language, "")
    value = value.removeprefix("node:").removeprefix("./").strip("\\" if separator == "\\" else "")
    if language == "rust":
        value = value.replace("-", "_")
    pattern = _pattern(value, separator)
    several = any(sign in value for sign in (separator or _ANY_SEPARATOR))
    for name in (*found.names, *(found.places if several else ())):
        if next(matches_of(pattern, name.encode()), None):
            return name
    return ""


@lru_cache(maxsize=4096)
def _pattern(value: str, separator: str) -> str:
    ends = re.escape(separator) if separator else f"[{_ANY_SEPARATOR}]"
    part = f"[^{re.escape(separator) if separator else _ANY_SEPARATOR}]*"
    body = part.join(re.escape(piece) for piece in value.split("*"))
    return f"^{body}(?:{ends}|$)"


def _by_syntax(path: str, code: Code) -> Iterator[Import]:
    names_of = NAMES[code.language]
    for found in code.matches(QUERIES[code.language]):
        statement = found["statement"]
        named = names_of(statement, found.get("module"))
        if named.names:
            first, last = statement.start_point[0] + 1, statement.end_point[0] + 1
            yield Import(named.names, first, last, named.placed(path))


def _by_look(path: str, language: str, code: Code) -> Iterator[Import]:
    for names, start in looks(language, code.content):
        line = code.line(start)
        yield Import(names, line, line, placed(path, names))
