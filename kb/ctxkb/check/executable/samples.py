"""The samples of a rule: code that it must flag, and code that it must let pass."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ctxkb.check.executable.matches import File, breaches
from ctxkb.check.manifests import named
from ctxkb.check.manifests.interface import Dependency
from ctxkb.text.globs import compile_globs, expand_braces
from ctxkb.text.languages import SUFFIXES, language_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.executable.force import Held
    from ctxkb.types import ExecutableRule, Sample


def failing(held: Held) -> Iterator[tuple[int, str]]:
    """The 1-based line and the fault of each sample that its rule does not judge as the sample says."""
    for wanted, samples in ((True, held.rule.fails), (False, held.rule.passes)):
        for sample in samples:
            flagged = _flags(held, sample)
            shown = sample.text.strip().split("\n")[0][:60]
            if flagged is None:
                yield sample.line, f'its own sample "{shown}" is in no known language; say which with `languages:`'
            elif flagged != wanted:
                what = "is not flagged" if wanted else "is flagged"
                yield sample.line, f'its own sample "{shown}" under `{"fail" if wanted else "pass"}` {what}'


def _flags(held: Held, sample: Sample) -> bool | None:
    """Whether the rule flags a sample, None where nothing tells how to read it."""
    rule = held.rule
    if rule.subject == "file":
        return compile_globs(rule.values).matches(sample.text.strip()) == rule.forbid
    if rule.subject == "dependency" and not sample.path:
        return _names(rule, sample.text.strip())
    path = sample.path or _path(held)
    if rule.subject == "import" and not language_of(path):
        return None
    return bool(breaches(rule, File(path, sample.text.encode())))


def _names(rule: ExecutableRule, name: str) -> bool:
    """Whether the rule names a package that a sample gives by its name alone."""
    return any(named(Dependency(name, "", "", 0, "pypi"), value) for value in rule.values)


def _path(held: Held) -> str:
    """A path for a sample without one: of the rule's first language, else with the suffix that its globs name."""
    if held.rule.languages:
        return f"sample{SUFFIXES[held.rule.languages[0]][0]}"
    globs = (plain for glob in (*held.rule.when, *held.document.scope.globs) for plain in expand_braces(glob))
    suffixes = (posixpath.splitext(glob)[1] for glob in globs)
    return f"sample{next((suffix for suffix in suffixes if language_of(f'a{suffix}')), '')}"
