"""Who answers for a path at one end of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.config.owners import CodeOwners, code_owners_in

if TYPE_CHECKING:
    from ctxkb.check.trees import Tree

__all__ = ["CodeOwners", "code_owners"]


def code_owners(tree: Tree) -> CodeOwners:
    """What the CODEOWNERS file of `tree` says."""
    return code_owners_in(lambda place: next((content for _, content in tree.read([place])), None))
