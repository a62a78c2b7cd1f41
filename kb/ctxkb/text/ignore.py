"""`.kbignore`: what a repository keeps out of the knowledge base, in the syntax of `.gitignore`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.text.globs import compile_globs, glob_fault

if TYPE_CHECKING:
    from ctxkb.text.globs import Globs

KBIGNORE = ".kbignore"


def ignored_by(content: bytes) -> Globs:
    """What an ignore file of this content matches; a line that is no pattern is passed over, as by git."""
    lines = (line.strip() for line in content.decode("utf-8", "replace").splitlines())
    patterns = [line for line in lines if line and not line.startswith("#")]
    return compile_globs(line for line in patterns if not glob_fault(line))
