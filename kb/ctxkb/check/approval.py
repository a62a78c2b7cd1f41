"""Whether a person approves what a change does to some paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.changes import INDEX, WORKING_TREE, changes

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctxkb.check.context import Context

TRAILER = "Approved-by"
"""The trailer of a commit's message by which a person approves what the commit does."""


def approved(context: Context, paths: Collection[str]) -> bool:
    """Whether CI says so with `--approved-by`, or each commit that touches one of `paths` in a trailer.

    What is not committed yet cannot bear a trailer: it is not approved by those of earlier commits.
    """
    if context.approvals:
        return True
    commits = [commit for commit in context.commits if not commit.paths.isdisjoint(paths)]
    if not commits or not all(any(commit.values(TRAILER)) for commit in commits):
        return False
    return uncommitted(context).isdisjoint(paths)


def uncommitted(context: Context) -> frozenset[str]:
    """The paths at the head that differ from the last commit: none where the head is a commit."""
    if context.changes.head not in (INDEX, WORKING_TREE):
        return frozenset()
    if not context.commits:
        return context.changes.touched()
    return changes(context.git.root, "HEAD", staged=context.changes.head == INDEX).touched()
