"""What is imported by files that are not parsed, by the look of their lines."""

from __future__ import annotations

import pytest

from ctxkb.check.executable.imports import imported, imports_of
from ctxkb.check.syntax import LARGEST, open_code

LARGE = "\n" * (LARGEST + 1)
"""What makes a file too large to be parsed."""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "import os, moment\n"),
        ("a.py", "from moment import x\n"),
        ("a.py", 'importlib.import_module("moment")\n'),
        ("a.ts", 'import "moment"\n'),
        ("a.ts", 'import {\n  a,\n} from "moment"\n'),
        ("a.ts", "await import(\n  `moment/x`\n)\n"),
        ("a.js", 'export * from "moment"\n'),
        ("a.tsx", 'const x = require("moment")\n'),
        ("a.vue", '<script>\nimport x from "moment"\n</script>\n'),
        ("a.go", 'import m "moment"\n'),
        ("a.go", 'import (\n\t"fmt"\n\t_ "moment/x" // why\n)\n'),
        ("A.java", "import static moment.X.y;\n"),
        ("a.kt", "import moment.x\n"),
        ("a.rs", "pub use moment::x;\n"),
        ("a.rs", "extern crate moment;\n"),
        ("a.rs", "fn a() { moment::x(); }\n"),
        ("a.rb", '  require_relative("moment")\n'),
        ("a.rb", "autoload :A, 'moment'\n"),
        ("a.cpp", "#  include <moment/x.h>\n"),
        ("a.cs", "global using X = moment.Y;\n"),
        ("a.php", "<?php\nuse moment\\X;\n"),
        ("a.php", '<?php\nrequire_once "moment";\n'),
        ("a.php", "<?php\nnew \\moment\\X();\n"),
    ],
)
def test_a_file_that_is_too_large_to_parse_imports_the_same(path: str, text: str) -> None:
    """It is read by the look of its lines; a longer name is another one there, too."""
    for content, found in ((text, True), (text.replace("moment", "momentum"), False)):
        for more in ("", LARGE):
            code = open_code(path, (content + more).encode())
            assert bool(code.language) is not bool(more)
            assert any(imported("moment", each, code.language) for each in imports_of(path, code)) is found


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.ts", 'import moment from "./shim"\n'),
        ("a.go", 'import "fmt"\nvar names = []string{\n\t"moment"\n}\n'),
        ("a.py", "import os as moment\n"),
        ("a.java", "// moment\n"),
    ],
)
def test_a_word_in_a_file_that_is_too_large_is_no_import(path: str, text: str) -> None:
    """The name that is bound, a string, a comment."""
    code = open_code(path, (text + LARGE).encode())
    assert not any(imported("moment", each, code.language) for each in imports_of(path, code))


def test_a_relative_import_has_its_place_in_a_file_that_is_too_large() -> None:
    """As it has in one that is parsed."""
    found = imports_of("web/a.ts", open_code("web/a.ts", ('import "../legacy/b"\n' + LARGE).encode()))
    assert [each.places for each in found] == [("legacy/b",)]


def test_what_is_no_code_at_all_is_read_as_text() -> None:
    """Whatever its name says; nobody hides an import behind noise that no parser gets through."""
    code = open_code("a.ts", ('import "moment"\n' + "@@ ) } ] ;;; \n" * 3000).encode())
    assert [each.names for each in imports_of("a.ts", code)] == [("moment",)]
