from __future__ import annotations

from ctxkb.text.ignore import ignored_by


def test_an_ignore_file_is_read_as_by_git() -> None:
    """Comments, blank lines and lines that are no pattern count for nothing, and the last match decides."""
    ignored = ignored_by(b"# drafts\n\ndrafts/\r\n*.tmp.md\n!keep.tmp.md\n../outside\n\xff\n")
    paths = ["drafts/a.md", "docs/drafts/b.md", "a.tmp.md", "docs/keep.tmp.md", "docs/a.md", "# drafts"]
    assert [path for path in paths if ignored.matches(path)] == ["drafts/a.md", "docs/drafts/b.md", "a.tmp.md"]


def test_an_empty_ignore_file_ignores_nothing() -> None:
    """Without a pattern every file stays."""
    assert not ignored_by(b"").matches("a.md")
