"""The configuration that `kb init` proposes, from the documents that it found."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING

from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxkb.cli.together import Together

LISTS = {
    Kind.DECISION: "decisions",
    Kind.CONTRACT: "contracts",
    Kind.CONVENTION: "conventions",
    Kind.SPEC: "specs",
    Kind.GUIDE: "guides",
}
"""The key of `[sources]` for each kind."""

PLACES_SHOWN = 4

_STATUS = re.compile(rb"^(?:#+\s*status\b|\W*status\W*[:|])", re.IGNORECASE | re.MULTILINE)
_DECISION = re.compile(rb"^#+\s*(?:\d+\.?\s*)?decision(?:s| outcome| made)?\s*$", re.IGNORECASE | re.MULTILINE)


def propose_config(
    found: Mapping[str, Kind], unusual: Sequence[str], couplings: Sequence[tuple[Together, bool]] = ()
) -> str:
    """The text of `kb.toml` for documents by path, and for folders of decisions that are not found unaided.

    `couplings` are those that the history suggests, each with whether it is wanted; the others stand in comments.
    """
    by_kind = {kind: sorted(path for path, its in found.items() if its is kind) for kind in Kind}
    lines = ["# What ctxkb reads here, and what `kb check` asks for. Every key has a default.", "#"]
    lines += _found(by_kind)
    lines += ["", "[sources]"]
    if unusual:
        usual = [f"{folder}/**" for folder in _folders(by_kind[Kind.DECISION])]
        globs = [*usual, *(f"{folder}/**" for folder in unusual)]
        lines += ["# Not one of the usual places, so it has to be named:", f"decisions = {json.dumps(globs)}"]
    else:
        lines += ['# decisions = ["docs/adr/**"]    # a list that is given replaces what is found unaided']
    lines += ["# ignore = []", "", *(_coupled(couplings) if couplings else _EXAMPLE)]
    return "\n".join(lines) + "\n"


def _coupled(couplings: Sequence[tuple[Together, bool]]) -> list[str]:
    lines = ["# Files that change together, as the history of this repository suggests:"]
    for pair, wanted in couplings:
        table = [
            "[[couple]]",
            f"when = {json.dumps([_glob(pair.when)], ensure_ascii=False)}",
            f"require = {json.dumps([_glob(pair.require)], ensure_ascii=False)}",
            'unless_only = ["tests", "comments", "formatting", "lock-files"]',
            'severity = "warning"',
        ]
        lines += ["", f"# {pair.evidence()}", *(table if wanted else [f"# {row}" for row in table])]
    return lines


def _glob(pattern: str) -> str:
    """A path or a folder's pattern as a glob, special characters in names escaped."""
    from ctxkb.text.globs import folder_glob

    folder = folder_glob(pattern.removesuffix("/**"))
    return folder if pattern.endswith("/**") else folder.removesuffix("/**")


_EXAMPLE = (
    "# Files that change together:",
    "# [[couple]]",
    '# name = "api-contract"',
    '# when = ["src/api/**"]',
    '# require = ["contracts/**"]',
    '# message = "The contract describes the API: change both."',
)


def _found(by_kind: Mapping[Kind, Sequence[str]]) -> list[str]:
    if not any(by_kind.values()):
        return [
            "# No documents were found. Decisions are looked for in docs/adr and its like: `kb adr new` writes one."
        ]
    head = "# Found without any setting:"
    rows = [
        f"#   {LISTS[kind]:<12}{len(paths):>5}  {', '.join(places(paths))}" for kind, paths in by_kind.items() if paths
    ]
    return [head, *rows]


def places(paths: Sequence[str]) -> list[str]:
    """Where files lie, the fullest folder first: folders, or file names at the root, and how many more there are."""
    counts = Counter(path.rpartition("/")[0] or path for path in paths)
    if len(counts) > PLACES_SHOWN:
        counts = Counter("/".join(path.split("/")[:2]) if path.count("/") > 1 else path.split("/")[0] for path in paths)
    names = [name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
    more = [f"{len(names) - PLACES_SHOWN} more"] if len(names) > PLACES_SHOWN else []
    return names[:PLACES_SHOWN] + more


def _folders(paths: Sequence[str]) -> list[str]:
    """The outermost folders of some files."""
    folders = sorted({path.rpartition("/")[0] for path in paths if "/" in path})
    return [one for one in folders if not any(one.startswith(f"{other}/") for other in folders)]


def unusual_decisions(texts: Mapping[str, bytes]) -> list[str]:
    """Folders in which at least two of the Markdown files have the parts of a decision: a status and a decision.

    A template has them, too, and does not count.
    """
    from ctxkb.formats.placeholders import is_template_name

    decisions = (path for path, text in texts.items() if _is_decision(text) and not is_template_name(path))
    counts = Counter(path.rpartition("/")[0] for path in decisions)
    return _folders([f"{folder}/*" for folder, count in counts.items() if folder and count > 1])


def _is_decision(text: bytes) -> bool:
    return bool(_STATUS.search(text) and _DECISION.search(text))
