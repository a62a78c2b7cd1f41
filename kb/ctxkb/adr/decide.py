"""Beginning a decision, settling it, and replacing it by another one."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.adr.files import create, overwrite
from ctxkb.adr.own_template import Values, fill_in, own_template, read_template
from ctxkb.adr.status_edit import NewStatus, with_status
from ctxkb.adr.style import detect, file_name, next_number
from ctxkb.errors import ConfigError
from ctxkb.formats.names import series_in_path
from ctxkb.types import Status
from ctxkb_templates import draft, templates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from ctxkb.adr.style import Style
    from ctxkb.types import Document

ADR_DIR = ".adr-dir"


@dataclass(frozen=True, slots=True)
class Begun:
    """A decision that was begun: its path, its number ("" where its file has none) and its title."""

    path: str
    number: str
    title: str


def begin(
    root: Path,
    documents: Sequence[Document],
    title: str,
    day: date,
    *,
    folder: str = "",
    template: str = "",
    usual: str = "docs/adr",
    fields: Callable[[str], Mapping[str, str | Sequence[str]]] | None = None,
) -> tuple[Begun, str]:
    """A proposed decision that follows the folder's own style, and its text, with what belongs where in braces.

    `documents` are the decisions that exist; `folder` and `template` override what they tell; `usual` is where the
    first decision of a repository goes. A template that lies among them goes before ours. `fields` gives what is known
    of a template's fields, which only ours have. Raises `ConfigError` for a title without words and an unknown
    template; `files.create` writes it.
    """
    style = _style(root, documents, folder, usual)
    own = "" if template or fields else own_template(root, style.folder)
    if own:
        begun = _planned(root, style, title, day)
        return begun, fill_in(read_template(root, own), Values(begun.number, begun.title, day.isoformat()))
    chosen = template or style.template
    known = fields(chosen) if fields else {}
    return _drafted(root, style, chosen, title, day, {**known, "status": str(Status.PROPOSED)})


def accept(root: Path, document: Document) -> None:
    """Set the status of `document` to accepted, in its own form. Raises `ConfigError` where that cannot be done."""
    _set_status(root, document, NewStatus(Status.ACCEPTED, "accepted", "accepted"))


def supersede(
    root: Path,
    documents: Sequence[Document],
    old: Document,
    title: str,
    day: date,
    *,
    template: str = "",
) -> Begun:
    """Write an accepted decision in place of `old` into its folder, and say so in both.

    Raises `ConfigError`, before anything is written, where `old` is replaced already or its status cannot be changed.
    """
    if old.status == Status.SUPERSEDED:
        raise ConfigError(f"{old.path} is superseded already ({old.status_text}); supersede its successor")
    style = _style(root, documents, posixpath.dirname(old.path), "")
    content = _read(root, old)
    planned = _planned(root, style, title, day)
    edited = with_status(content, old, _superseded_by(planned))
    link = f"[{_label(old.number, old.title)}]({posixpath.basename(old.path)})"
    values = {"status": "accepted", "supersedes": link}
    new, text = _drafted(root, style, template or style.template, title, day, values)
    create(root, new.path, text)
    overwrite(root, old.path, edited)
    return new


def _superseded_by(new: Begun) -> NewStatus:
    name = posixpath.basename(new.path)
    series = (series_in_path(new.path) or "adr").upper()
    plain = f"superseded by {series}-{int(new.number):04}" if new.number else f"superseded by {name}"
    return NewStatus(Status.SUPERSEDED, plain, f"superseded by [{_label(new.number, new.title)}]({name})")


def _label(number: str, title: str) -> str:
    bare = title.replace("[", "(").replace("]", ")")
    return f"{number}. {bare}" if number.isdecimal() else bare


def _style(root: Path, documents: Sequence[Document], folder: str, usual: str) -> Style:
    pointer = root / ADR_DIR
    told = pointer.read_text("utf-8").strip() if pointer.is_file() else ""
    place = posixpath.normpath(folder or told) if folder or told else ""
    return detect(documents, place, usual)


def _planned(root: Path, style: Style, title: str, day: date) -> Begun:
    """Where the next decision of this style goes."""
    words = " ".join(title.split())
    if not re.search(r"\w", words):
        raise ConfigError("a decision needs a title: say in a few words what is decided")
    number = next_number(_names(root / style.folder), style)
    name = file_name(style, number, day, words)
    return Begun(posixpath.join(style.folder, name), str(number) if style.naming == "number" else "", words)


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []


def _drafted(
    root: Path, style: Style, template: str, title: str, day: date, values: Mapping[str, str | Sequence[str]]
) -> tuple[Begun, str]:
    planned = _planned(root, style, title, day)
    known = [each.id for each in templates() if each.kind == "decision"]
    if template not in known:
        raise ConfigError(f'there is no template "{template}" of a decision; choose one of {", ".join(known)}')
    # Only Nygard's form has the number in the title; in the others the file's name holds it.
    number = planned.number if template == "nygard" else ""
    return planned, draft(template, {"title": planned.title, "date": day.isoformat(), "number": number, **values})


def _set_status(root: Path, document: Document, status: NewStatus) -> None:
    overwrite(root, document.path, with_status(_read(root, document), document, status))


def _read(root: Path, document: Document) -> bytes:
    try:
        return (root / document.path).read_bytes()
    except OSError as error:
        raise ConfigError(f"{document.path} cannot be read: {error.strerror}; check its permissions") from error
