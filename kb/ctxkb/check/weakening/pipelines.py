"""Pipelines that run `kb check` no more, or in a way that sees or says less."""

from __future__ import annotations

import posixpath
import re
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from ctxkb.check.weakening.steps import steps_in_text, steps_in_yaml
from ctxkb.errors import SourceError
from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.check.trees import Tree
    from ctxkb.check.weakening.steps import Step

PLACES = (
    ".github/workflows/*.yml", ".github/workflows/*.yaml", ".github/actions/**", "/.gitlab-ci.yml", ".gitlab/**/*.yml",
    "/azure-pipelines*.yml", ".circleci/config.yml", "/Jenkinsfile", "/bitbucket-pipelines.yml", "/.drone.yml",
    "/.woodpecker*", ".woodpecker/**", ".buildkite/**", "/.travis.yml", "/.pre-commit-config.yaml", "/Makefile",
    "/justfile", "/Taskfile.yml", "/tox.ini", "/noxfile.py",
)  # fmt: skip
"""Where the commands of a pipeline stand."""

LARGEST = 1_000_000
"""Bytes of the largest file that is looked into."""

_SPEAKS = (b"kb check", b"kb-check", b"ctxkb", b"uses: ./")
_YAML = (".yml", ".yaml")
_SCALE = ("never", "error", "warning", "info")


def pipelines(paths: Iterable[str]) -> list[str]:
    """Those of `paths` that may hold the commands of a pipeline."""
    globs = compile_globs(PLACES)
    return sorted(path for path in paths if globs.matches(path))


def running(tree: Tree, paths: Iterable[str]) -> dict[str, list[Step]]:
    """The steps of those of `paths` that run `kb check`, by path."""
    found: dict[str, list[Step]] = {}
    for path, content in tree.read(sorted(paths), LARGEST):
        if any(each in content for each in _SPEAKS):
            text = content.decode("utf-8", "replace").replace("\r\n", "\n")
            if steps := _steps(tree, path, text):
                found[path] = steps
    return found


def _steps(tree: Tree, path: str, text: str) -> list[Step]:
    if path.endswith(_YAML):
        with suppress(SourceError):  # then its lines tell
            return list(steps_in_yaml(text, partial(_runs, tree), partial(_is_hidden, tree, path, text)))
    return list(steps_in_text(text.split("\n")))


def _runs(tree: Tree, used: str) -> bool:
    """Whether an action or workflow of the repository, by the path that `uses` names, speaks of `kb check`."""
    place = posixpath.normpath(used)
    names = [posixpath.normpath(f"{place}/{name}") for name in ("action.yml", "action.yaml")]
    return any(b"kb check" in content for _, content in tree.read([place, *names], LARGEST))


def _is_hidden(tree: Tree, path: str, text: str, job: str) -> bool:
    """Whether a job runs nothing by itself: GitLab's templates have a dot before their names.

    One that a job of its own file extends is looked at there; one that another file refers to counts as it stands.
    """
    if not job.startswith(".") or "gitlab" not in path:
        return False
    used = re.compile(rf"(?<![\w.-]){re.escape(job)}(?![\w-]|\s*:)")
    extended = re.search(rf"extends:[^\n]*{used.pattern}", text)
    texts = (text for _, text in tree.read(pipelines(tree.paths()), LARGEST) if b"." in text)
    return bool(extended) or not any(used.search(each.decode("utf-8", "replace")) for each in texts)


def laxer(old: Sequence[Step], new: Sequence[Step], usual: tuple[str, str]) -> Iterator[str]:
    """How steps in `new` are weaker than those in `old` that they stand for; nothing where one of them asks as much.

    `usual` is what fails a check before and after where a step does not say.
    """
    for index, was in enumerate(old):
        weaker = [(list(_weaker(was, each, usual)), each) for each in new]
        if all(how for how, _ in weaker):
            same = [pair for pair in weaker if pair[1].shown == was.shown]
            how, is_ = (same or weaker[index : index + 1] or weaker)[0]
            before = f", was `{was.shown}`" if is_.shown != was.shown else ""
            yield f"{'; '.join(how)}: `{is_.shown}`{before}"


def _weaker(was: Step, is_: Step, usual: tuple[str, str]) -> Iterator[str]:
    known = {kind for kind, _ in was.lapses}
    yield from dict.fromkeys(words for kind, words in is_.lapses if kind not in known)
    old, new = was.fail_on or usual[0], is_.fail_on or usual[1]
    # A change of what is usual is told where it stands.
    if (was.fail_on or is_.fail_on) and {old, new} <= {*_SCALE} and _SCALE.index(new) < _SCALE.index(old):
        yield f"it fails on {new}, was {old}"
    yield from sorted(is_.approvals - was.approvals)
