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

    A blank name is nobody's: a workflow passes one on where nobody approved. Merges bring in what was approved
    elsewhere, and need a trailer for what they change themselves. What is not committed yet cannot bear one: it is not
    approved by those of earlier commits.
    """
    if any(name.strip() for name in context.approvals):
        return True
    if not trailers_count(context):
        return False
    commits = [commit for commit in context.commits if not commit.own.isdisjoint(paths)]
    if not commits or not all(any(commit.values(TRAILER)) for commit in commits):
        return False
    return uncommitted(context).isdisjoint(paths)


def trailers_count(context: Context) -> bool:
    """Whether a trailer is an approval: both ends say so, since a change could else allow it to itself."""
    ends = (context.config, context.then.config) if context.then.written else (context.config,)
    return all(config.check.approval == "trailer" for config in ends)


def uncommitted(context: Context) -> frozenset[str]:
    """The paths at the head that differ from the last commit: none where the head is a commit."""
    if context.changes.head not in (INDEX, WORKING_TREE):
        return frozenset()
    if not context.commits:
        return context.changes.places()
    return changes(context.git.root, "HEAD", staged=context.changes.head == INDEX).places()
