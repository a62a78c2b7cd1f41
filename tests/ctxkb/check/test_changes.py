"""What a change touches, on real git histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.check.changes import INDEX, WORKING_TREE, Change, Changes, changes
from ctxkb.errors import ConfigError
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo")
    repo.write({"a.md": "one\n", "b.md": "two\n", "deep/c d.md": "three\n" * 20})
    repo.commit("Begin")
    return repo


def test_a_pull_request_is_compared_with_where_it_left_its_base(repo: Repo) -> None:
    """What the base branch gained meanwhile is no part of the change."""
    fork = repo.git("rev-parse", "HEAD")
    repo.branch("feature").write({"a.md": "changed\n"})
    tip = repo.commit("Change a")
    repo.switch("main").write({"b.md": "elsewhere\n"}).commit("Change b")

    found = changes(repo.root, "main", "feature")

    assert (found.base, found.head) == (fork, tip)
    assert found.files == (Change("a.md", "a.md", "M"),)


def test_added_edited_deleted_and_renamed_files_are_told_apart(repo: Repo) -> None:
    """Paths with spaces and non-ASCII letters come back as they are."""
    repo.branch("feature")
    repo.write({"a.md": "edited\n", "neu/größe ✓.md": "new\n"}).remove("b.md").move("deep/c d.md", "deep/e\tf.md")
    repo.commit("Change all")

    assert changes(repo.root, "main", "feature").files == (
        Change("a.md", "a.md", "M"),
        Change("b.md", "b.md", "D"),
        Change("deep/e\tf.md", "deep/c d.md", "R"),
        Change("neu/größe ✓.md", "", "A"),
    )


def test_the_working_tree_counts_staged_unstaged_and_untracked_files_but_no_ignored_ones(repo: Repo) -> None:
    """Without --head the head is what lies in the folder."""
    repo.write({".gitignore": "*.log\n"}).commit("Ignore logs")
    repo.write({"a.md": "staged\n"}).stage()
    repo.write({"b.md": "unstaged\n", "new.md": "untracked\n", "x.log": "ignored\n"}).remove("deep/c d.md")

    found = changes(repo.root, "HEAD")

    assert found.head == WORKING_TREE
    assert found.files == (
        Change("a.md", "a.md", "M"),
        Change("b.md", "b.md", "M"),
        Change("deep/c d.md", "deep/c d.md", "D"),
        Change("new.md", "", "A"),
    )


def test_a_file_taken_out_of_the_index_but_kept_is_no_deletion(repo: Repo) -> None:
    """`git rm --cached` leaves the file where people read it."""
    repo.git("rm", "--quiet", "--cached", "a.md")

    assert changes(repo.root, "HEAD").files == (Change("a.md", "a.md", "M"),)


def test_staged_sees_the_index_and_nothing_else(repo: Repo) -> None:
    """What a commit would hold is judged, not what lies beside it."""
    repo.write({"a.md": "staged\n"}).stage()
    repo.write({"b.md": "unstaged\n", "new.md": "untracked\n"})

    found = changes(repo.root, staged=True)

    assert (found.head, found.files) == (INDEX, (Change("a.md", "a.md", "M"),))


def test_a_repository_without_a_commit_has_everything_added(tmp_path: Path) -> None:
    """The first commit can be checked before it is made."""
    repo = Repo(tmp_path).write({"a.md": "one\n", "b.md": "two\n"})
    repo.git("add", "a.md")

    assert changes(repo.root).files == (Change("a.md", "", "A"), Change("b.md", "", "A"))
    assert changes(repo.root, staged=True).files == (Change("a.md", "", "A"),)
    assert changes(repo.root).base == ""


def test_the_base_by_default_is_where_the_branch_left_main(repo: Repo) -> None:
    """Commits of the branch count, without anything being named."""
    repo.branch("feature").write({"a.md": "edited\n"}).commit("Edit")
    repo.write({"b.md": "not committed\n"})

    assert changes(repo.root).files == (Change("a.md", "a.md", "M"), Change("b.md", "b.md", "M"))


def test_the_remote_branch_comes_before_the_local_one(repo: Repo, tmp_path: Path) -> None:
    """A clone compares with what was fetched, so that commits on its own main count."""
    repo.git("clone", "--quiet", str(repo.root), str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone").write({"a.md": "edited\n"})
    clone.commit("Edit on main")

    assert changes(clone.root).files == (Change("a.md", "a.md", "M"),)


def test_a_repository_with_other_branch_names_is_compared_with_its_last_commit(tmp_path: Path) -> None:
    """Without any usual name the working tree is the change."""
    repo = Repo(tmp_path).write({"a.md": "one\n"})
    repo.commit()
    repo.git("branch", "--move", "trunk")
    repo.write({"a.md": "two\n"})

    assert changes(repo.root).files == (Change("a.md", "a.md", "M"),)


def test_a_shallow_clone_without_the_base_says_to_fetch_more(repo: Repo, tmp_path: Path) -> None:
    """A cut-off history must not pass for one without changes."""
    repo.branch("feature").write({"a.md": "edited\n"}).commit("Edit")
    url = f"file://{repo.root}"
    repo.git("clone", "--quiet", "--depth=1", "--branch=feature", url, str(tmp_path / "one"))
    repo.git("clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=feature", url, str(tmp_path / "all"))
    Repo(tmp_path / "one").git("remote", "remove", "origin")

    with pytest.raises(ConfigError, match="git fetch --unshallow"):
        changes(tmp_path / "one")
    with pytest.raises(ConfigError, match=r'"main" names no commit in .*git fetch --unshallow'):
        changes(tmp_path / "one", "main")
    with pytest.raises(ConfigError, match="no commit in common: this clone is shallow"):
        changes(tmp_path / "all", "origin/main")


def test_a_shallow_clone_of_a_branch_is_not_compared_with_itself(repo: Repo, tmp_path: Path) -> None:
    """Where the remote's own HEAD is that branch, it looks like the one to merge into."""
    repo.branch("feature").write({"a.md": "edited\n"}).commit("Edit")
    url = f"file://{repo.root}"
    repo.git("clone", "--quiet", "--depth=1", "--branch=feature", url, str(tmp_path / "cut"))
    repo.git("clone", "--quiet", "--branch=feature", url, str(tmp_path / "whole"))
    repo.switch("main").git("clone", "--quiet", "--depth=1", url, str(tmp_path / "main"))

    for head in ("", "HEAD"):
        with pytest.raises(ConfigError, match="the branch is compared with itself: this clone is shallow"):
            changes(tmp_path / "cut", head=head)
        assert changes(tmp_path / "whole", head=head).files == ()
        assert changes(tmp_path / "main", head=head).files == ()
    assert changes(tmp_path / "cut", "HEAD").files == ()
    assert changes(tmp_path / "cut", staged=True).files == ()

    Repo(tmp_path / "cut").write({"b.md": "edited\n"})
    assert changes(tmp_path / "cut").files == (Change("b.md", "b.md", "M"),)


@pytest.mark.parametrize("ref", ["no-such-branch", "--output=/tmp/x", "a b", "HEAD~9"])
def test_a_reference_that_names_nothing_is_named_in_the_error(repo: Repo, ref: str) -> None:
    """One that looks like an option is a reference all the same."""
    for ends in ({"base": ref}, {"head": ref}):
        with pytest.raises(ConfigError, match=f'"{ref}" names no commit'):
            changes(repo.root, **ends)


def test_histories_without_a_common_commit_are_refused(repo: Repo) -> None:
    """Everything would look changed."""
    repo.git("checkout", "--quiet", "--orphan", "other")
    repo.commit("Begin again")

    with pytest.raises(ConfigError, match='"main" and the head have no commit in common'):
        changes(repo.root, "main")


def test_staged_and_head_exclude_each_other(repo: Repo) -> None:
    """One of them would be ignored silently."""
    with pytest.raises(ConfigError, match="--staged and --head exclude each other"):
        changes(repo.root, head="HEAD", staged=True)


def test_a_folder_outside_of_git_is_refused(tmp_path: Path) -> None:
    """There are no two states to compare."""
    with pytest.raises(ConfigError, match=r"is not inside a git repository: .*`git init`"):
        changes(tmp_path)


def test_of_submodules_only_where_they_point_is_told(repo: Repo, tmp_path: Path) -> None:
    """None of them is a file, whether it comes, points elsewhere, or goes."""
    other = Repo(tmp_path / "other").write({"x.md": "x\n"})
    other.commit()
    repo.branch("feature").git("submodule", "add", "--quiet", str(other.root), "vendored")
    repo.commit("Add a submodule")

    found = changes(repo.root, "main", "feature")
    assert found.files == (Change(".gitmodules", "", "A"),)
    assert found.submodules == (Change("vendored", "", "A", submodule=True),)
    assert changes(repo.root, "main").submodules == found.submodules
    assert found.places() == {".gitmodules", "vendored"}

    inside = Repo(repo.root / "vendored").write({"y.md": "y\n"})
    assert changes(repo.root, "HEAD") == Changes(repo.git("rev-parse", "HEAD"), WORKING_TREE, ())
    inside.commit()
    assert changes(repo.root, "HEAD").submodules == (Change("vendored", "vendored", "M", submodule=True),)
    assert changes(repo.root, staged=True).submodules == ()
    repo.stage()
    assert changes(repo.root, staged=True).submodules == (Change("vendored", "vendored", "M", submodule=True),)
    repo.git("rm", "--quiet", "--force", "vendored")
    assert changes(repo.root, "HEAD").submodules == (Change("vendored", "vendored", "D", submodule=True),)


def test_a_merge_with_conflicts_counts_each_file_once(repo: Repo) -> None:
    """Git lists an unmerged file twice."""
    repo.branch("feature").write({"a.md": "theirs\n"}).commit()
    repo.switch("main").write({"a.md": "ours\n"}).commit()
    with pytest.raises(AssertionError, match="merge"):
        repo.git("merge", "--quiet", "feature")

    assert changes(repo.root, "HEAD").files == (Change("a.md", "a.md", "M"),)


def test_a_root_below_the_top_of_the_repository_sees_its_own_files_only(repo: Repo) -> None:
    """A package of a monorepo has a kb.toml of its own."""
    repo.branch("feature").write({"a.md": "edited\n", "deep/c d.md": "edited\n", "deep/new.md": "new\n"})

    found = changes(repo.root / "deep", "main").files

    assert found == (Change("c d.md", "c d.md", "M"), Change("new.md", "", "A"))


def test_git_variables_of_a_hook_point_nowhere_else(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git sets GIT_DIR for its hooks; the folder that was asked about decides."""
    other = Repo(tmp_path / "other").write({"x.md": "x\n"})
    other.commit()
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git" / "index"))
    repo.write({"a.md": "edited\n"}).stage()

    assert changes(repo.root, staged=True).files == (Change("a.md", "a.md", "M"),)


def test_a_partial_commit_is_judged_by_the_index_that_its_hook_is_given(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`git commit a.md` stages only that file, in an index file of its own."""
    hook = repo.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\nprintf %s "$GIT_INDEX_FILE" > .git/seen; cp "$GIT_INDEX_FILE" .git/kept\n')
    hook.chmod(0o755)
    repo.write({"a.md": "edited\n", "b.md": "edited\n"}).stage()
    repo.git("commit", "--quiet", "--message", "Only a", "a.md")
    assert (repo.root / ".git" / "seen").read_text().endswith(".lock")
    repo.git("reset", "--quiet", "--soft", "HEAD~1")

    monkeypatch.setenv("GIT_INDEX_FILE", str(repo.root / ".git" / "kept"))

    assert changes(repo.root, staged=True).files == (Change("a.md", "a.md", "M"),)


def test_nothing_that_the_repository_configures_is_run(repo: Repo, tmp_path: Path) -> None:
    """External diffs, text conversion and the file-system monitor are programs of someone's choice."""
    spy = tmp_path / "spy.sh"
    spy.write_text(f"#!/bin/sh\necho ran >> {tmp_path}/ran\ncat\n")
    spy.chmod(0o755)
    repo.write({".gitattributes": "*.md diff=spy\n"}).commit()
    for key in ("diff.external", "diff.spy.textconv", "diff.spy.command", "core.fsmonitor"):
        repo.git("config", key, str(spy))
    (tmp_path / "ran").unlink(missing_ok=True)
    repo.write({"a.md": "edited\n"})

    assert changes(repo.root, "HEAD").files == (Change("a.md", "a.md", "M"),)
    assert not (tmp_path / "ran").exists()


def test_the_index_is_not_written(repo: Repo) -> None:
    """A check that runs beside an editor takes no lock."""
    repo.write({"a.md": "one\n"})
    before = (repo.root / ".git" / "index").stat().st_mtime_ns

    changes(repo.root, "HEAD")

    assert (repo.root / ".git" / "index").stat().st_mtime_ns == before


def test_without_git_the_error_says_so(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing works without it, and a traceback would not help."""
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(ConfigError, match="git is not on the PATH"):
        changes(repo.root)
