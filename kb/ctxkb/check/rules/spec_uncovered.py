"""spec-uncovered: a test names each acceptance criterion, and nobody changes both at once unseen."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from ctxkb.check.approval import approved, uncommitted
from ctxkb.check.findings import Breach, Place
from ctxkb.check.rules.spec import deleted_specs, spec_paths, specs
from ctxkb.check.rules.trivial import is_test

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ctxkb.check.context import Context
    from ctxkb.check.documents import Read
    from ctxkb.check.trees import Tree
    from ctxkb.types import Section

_ID = re.compile(r"([A-Z][A-Za-z]{0,9})[-_ ]?(\d+(?:\.\d+)*)")
_USUAL = frozenset({"AC", "FR", "NFR", "SC", "US", "UC", "REQ", "CR", "TC", "AT", "BR"})
"""What ids of criteria begin with; another word counts where several criteria of one spec begin with it."""

_ANY = re.compile(
    rb"(?<![A-Za-z0-9])(?:%s)[-_ ]?[0-9]+(?:[._][0-9]+)*" % "|".join(sorted(_USUAL)).encode(), re.IGNORECASE
)
_LARGEST = 1_000_000


def check_uncovered(context: Context) -> Iterator[Breach]:
    """Criteria that the change adds or edits and no test names, and those that change together with their tests."""
    # A checklist is ticked by people; its items are no criteria of the work.
    found = {path: criteria(read) for path, read in specs(context) if "checklist" not in path.lower()}
    yield from _unnamed(context, found)
    gone: dict[str, dict[str, Section]] = {path: {} for path, _ in deleted_specs(context)}
    yield from _together(context, found | gone)
    if not context.everything:
        yield from _abandoned(context)


def criteria(read: Read) -> dict[str, Section]:
    """The acceptance criteria of a spec that have an id of their own, by it."""
    sections = (each for document in read.parsed.documents for each in document.sections if each.role == "criterion")
    told = {each.anchor.rsplit("/", 1)[-1]: each for each in sections}
    ids = {name: match for name in told if (match := _ID.fullmatch(name))}
    counts = Counter(match[1] for match in ids.values())
    return {name: told[name] for name, match in ids.items() if match[1].upper() in _USUAL or counts[match[1]] > 1}


def _pattern(ids: Iterable[str]) -> re.Pattern[bytes]:
    """The ids as tests write them: `AC-1`, `ac_1`, `AC 1`, in a name or in words."""
    parts = [match for each in sorted(ids) if (match := _ID.fullmatch(each))]
    choice = "|".join(f"{match[1]}[-_ ]?{'[._]'.join(match[2].split('.'))}" for match in parts)
    return re.compile(rf"(?<![A-Za-z0-9])(?:{choice})(?![0-9]|\.[0-9])".encode(), re.IGNORECASE)


def _plain(written: bytes) -> str:
    """An id in whichever way it is written."""
    return re.sub(r"[-_ .]", "", written.decode("ascii", "replace")).lower()


def _named(tree: Tree, paths: Iterable[str], ids: Iterable[str]) -> dict[str, set[str]]:
    """The tests that name each id, by its plain form."""
    pattern = _pattern(ids)
    found: dict[str, set[str]] = {}
    for path, content in tree.read(sorted(paths), _LARGEST):
        for written in set(pattern.findall(content)):
            found.setdefault(_plain(written), set()).add(path)
    return found


def _unnamed(context: Context, found: Mapping[str, Mapping[str, Section]]) -> Iterator[Breach]:
    judged = {
        (path, name): section
        for path, known in found.items()
        for name, section in known.items()
        if _is_judged(context, path, section)
    }
    named = _named(context.head.tree, _tests(context), {name for _, name in judged}) if judged else {}
    for (path, name), section in judged.items():
        if _plain(name.encode()) not in named:
            yield _breach(path, section, f"no test names the acceptance criterion {name}", name)


def _abandoned(context: Context) -> Iterator[Breach]:
    """Criteria of any spec that a test named before and none does any more."""
    changed = [each for each in context.changes.files if each.old and is_test(each.old)]
    then = {
        name
        for _, content in context.base.tree.read([each.old for each in changed], _LARGEST)
        for name in _ids(content)
    }
    now = {
        name
        for _, content in context.head.tree.read([each.path for each in changed], _LARGEST)
        for name in _ids(content)
    }
    if not then - now:
        return
    known = {
        (path, name): section
        for path, read in context.head.read(sorted(spec_paths(context, context.head.tree.paths()))).items()
        for name, section in criteria(read).items()
        if _plain(name.encode()) in then - now and not _is_judged(context, path, section)
    }
    named = _named(context.head.tree, _tests(context), {name for _, name in known}) if known else {}
    for (path, name), section in known.items():
        if _plain(name.encode()) not in named:
            yield _breach(path, section, f"no test names the acceptance criterion {name} any more", name)


def _ids(content: bytes) -> set[str]:
    return {_plain(written) for written in _ANY.findall(content)}


def _tests(context: Context) -> list[str]:
    return [path for path in context.head.tree.paths() if is_test(path)]


def _breach(path: str, section: Section, message: str, name: str) -> Breach:
    """Info: few teams name criteria in tests, and who wants it says so with a severity of the rule."""
    fix = f"name {name} in the test that proves it, in its name or a comment"
    return Breach(path, section.first, message, fix, severity="info")


def _is_judged(context: Context, path: str, section: Section) -> bool:
    return context.everything or context.lines(path).added.meets(section.first, section.last)


def _together(context: Context, found: Mapping[str, Mapping[str, Section]]) -> Iterator[Breach]:
    """Criteria that were there before and change, or go, in one commit with a test that names them."""
    there = {(name, _words(section)) for known in found.values() for name, section in known.items()}
    for path, known in found.items():
        was = context.changes.before(path)
        before = {name: each for read in context.base.read([was]).values() for name, each in criteria(read).items()}
        edited = {name for name, each in before.items() if (name, _words(each)) not in there}
        if not edited:
            continue
        for group in _groups(context, path):
            tests = [each for each in group if is_test(each)]
            proving = _named(context.base.tree, tests, edited)
            proven = sorted(name for name in edited if _plain(name.encode()) in proving)
            involved = sorted({test for name in proven for test in proving[_plain(name.encode())]})
            if proven and not approved(context, [path, *involved]):
                yield _weakened(path, known, proven, involved)
                break


def _words(section: Section) -> str:
    """What a criterion says: a ticked box, emphasis and line breaks are none of it."""
    return " ".join(re.sub(r"\[[ xX]\]|[*_`]", " ", section.text).split()).strip("- ")


def _groups(context: Context, path: str) -> Iterator[frozenset[str]]:
    """The paths that change together with `path`: in one commit, or without one yet."""
    yield from (commit.own for commit in context.commits if path in commit.own)
    left = uncommitted(context)
    if path in left:
        yield left


def _weakened(path: str, known: Mapping[str, Section], proven: list[str], tests: list[str]) -> Breach:
    names = ", ".join(proven)
    verb = "changes" if len(proven) == 1 else "change"
    return Breach(
        path=path,
        line=known[proven[0]].first if proven[0] in known else 0,
        message=f"{names} {verb} in one commit with what proves it, {', '.join(tests)}, and no person approves",
        fix="let a person approve it (`Approved-by:` in the commit's message), or change the test in another commit",
        severity="warning",
        related=tuple(Place(test, 0, f"names {names}") for test in tests),
    )
