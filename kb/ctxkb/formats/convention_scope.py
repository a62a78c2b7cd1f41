"""Which paths a rule file governs: told by its place, its name and its front matter, as the tool that loads it does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.text.globs import folder_glob, glob_below, glob_fault, split_globs
from ctxkb.types import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxkb.types import Apply

_EVERYTHING = frozenset({"*", "**", "**/*", "/**", "**/**", "./**"})
_NOT_PACKAGES = frozenset(
    {
        ".github",
        ".gitlab",
        "contributing",
        "conventions",
        "doc",
        "docs",
        "documentation",
        "guidelines",
        "guides",
        "handbook",
        "policies",
        "standards",
        "style",
        "style-guide",
        "style-guides",
        "styleguide",
        "styleguides",
        "wiki",
    }
)
"""Folders whose rules govern what lies beside them, not what lies in them."""


def agents_scope(path: str, _data: Mapping[str, object]) -> Scope:
    """AGENTS.md governs the folder in which it lies, and everything below."""
    return _of_folder(_folder(path))


def claude_scope(path: str, data: Mapping[str, object]) -> Scope:
    """CLAUDE.md governs its folder; a file of `.claude/rules` the `paths` of its front matter, else everything."""
    home = _home(path, ".claude")
    if "/.claude/rules/" not in f"/{path}":
        return _of_folder(_folder(path) if home is None else home)
    globs = listed_globs(data.get("paths"))
    return _of_globs(home or "", globs) if globs else _of_folder(home or "")


def cursor_scope(path: str, data: Mapping[str, object]) -> Scope:
    """A Cursor rule: `alwaysApply`, else `globs`, else a `description` by which the agent decides, else by name only.

    A rule in `web/.cursor/rules` reaches no further than `web`. `.cursorrules` applies always.
    """
    home = _home(path, ".cursor")
    if home is None:
        return _of_folder(_folder(path))
    if _is_true(data.get("alwaysApply")):
        return _of_folder(home)
    globs = listed_globs(data.get("globs"))
    return _of_globs(home, globs) if globs else _unbound(home, data)


def copilot_scope(path: str, data: Mapping[str, object]) -> Scope:
    """`copilot-instructions.md` applies always, an `.instructions.md` file to what its `applyTo` matches."""
    home = _home(path, ".github") or ""
    if not path.endswith(".instructions.md"):
        return _of_folder(home)
    globs = listed_globs(data.get("applyTo"))
    return _of_globs(home, globs) if globs else _unbound(home, data)


def prose_scope(path: str, _data: Mapping[str, object]) -> Scope:
    """CONTRIBUTING and style guides govern the package in which they lie; at the root the repository is assumed."""
    folders = _folder(path).split("/")
    package = next((index for index, name in enumerate(folders) if name.lower() in _NOT_PACKAGES), len(folders))
    folder = "/".join(folders[:package])
    return _of_folder(folder) if folder else Scope((), "always", stated=False)


def written_scope(data: Mapping[str, object]) -> Scope | None:
    """What a `scope` in the front matter says, which any rule file may have; None where there is none."""
    globs = listed_globs(data.get("scope"))
    return _of_globs("", globs) if globs else None


def usable(scope: Scope) -> tuple[Scope, tuple[str, ...]]:
    """`scope` without the globs that cannot be used, and why each cannot; with none left it binds nothing."""
    faults = {glob: fault for glob in scope.globs if (fault := glob_fault(glob))}
    if not faults:
        return scope, ()
    left = tuple(glob for glob in scope.globs if glob not in faults)
    apply: Apply = scope.apply if left else "manual"
    return replace(scope, globs=left, apply=apply), tuple(faults.values())


def listed_globs(value: object) -> tuple[str, ...]:
    """The globs of a front matter value: a list, or text with commas; nothing for any other value."""
    if isinstance(value, str):
        return split_globs(value.strip().removeprefix("[").removesuffix("]") if _is_bracketed(value) else value)
    if isinstance(value, list):
        return tuple(glob for item in value if isinstance(item, str) for glob in split_globs(item))
    return ()


def _is_bracketed(value: str) -> bool:
    """Whether text is a list in brackets that was no YAML (`[**/*.ts, **/*.tsx]`), not a glob that begins with one."""
    text = value.strip()
    return text.startswith("[") and text.endswith("]") and text.count("[") == 1


def _of_folder(folder: str) -> Scope:
    return Scope((folder_glob(folder),), "paths", stated=True) if folder else Scope((), "always", stated=True)


def _of_globs(home: str, globs: tuple[str, ...]) -> Scope:
    """The scope of globs written relative to `home`; globs that match everything stand for all of `home`."""
    if any(glob in _EVERYTHING for glob in globs) and not any(glob.startswith("!") for glob in globs):
        return _of_folder(home)
    inside = f"{home}/"
    placed = (glob if glob.startswith(inside) else glob_below(home, glob) for glob in globs)
    return Scope(tuple(placed), "paths", stated=True)


def _unbound(home: str, data: Mapping[str, object]) -> Scope:
    """The scope of a rule that names no paths: the agent decides by its description, or someone names it."""
    description = data.get("description")
    apply: Apply = "agent" if isinstance(description, str) and description.strip() else "manual"
    return Scope((folder_glob(home),) if home else (), apply, stated=True)


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().strip("\"'").lower() == "true")


def _home(path: str, holder: str) -> str | None:
    """The folder that holds the folder `holder` in which `path` lies, None where it does not lie in one."""
    before, found, _ = f"/{path}".rpartition(f"/{holder}/")
    return before.removeprefix("/") if found else None


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
