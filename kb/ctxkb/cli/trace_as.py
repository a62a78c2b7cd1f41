"""What a verdict of `kb trace` is turned into, so that the next change is made with the rule."""

from __future__ import annotations

import json
import posixpath
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.trace.verdict import Case, Trace

MOST_SCOPES = 5


def as_gap(case: Case, trace: Trace) -> str:
    """Records what the commit's author should have asked as a gap."""
    from ctxkb.knowledge.gaps import remember

    note = f"kb trace {case.target.commit[:10]}: {trace.verdict}: {trace.document or 'no rule'}"
    units = [row.unit for row in case.now.catalog.units_of([trace.document])] if trace.document else []
    remember(case.now, _question(case), datetime.now(UTC), units, paths=case.target.paths, note=note)
    return "Recorded as a gap: kb gaps lists it."


def as_question(case: Case, trace: Trace) -> str:
    """Appends a question whose answer is the rule to the repository's own. Raises `ConfigError` without a rule."""
    from ctxkb.cli.evaluating import USUAL_FILES
    from ctxkb.evaluate.questions import read_questions

    document = next((one for one in case.now.library.documents.values() if one.path == trace.document), None)
    if document is None:
        raise ConfigError("--as question: there is no document that could answer; --as gap or --as rule asks for one")
    root = case.now.root
    file = next((root / name for name in USUAL_FILES if (root / name).is_file()), root / USUAL_FILES[0])
    before = file.read_text("utf-8") if file.is_file() else ""
    name = file.relative_to(root).as_posix()
    key = f"trace-{case.target.commit[:10]}-{posixpath.basename(trace.document)}"
    if before.strip() and any(each.id == key for each in read_questions(before, name)):
        raise ConfigError(f"{name} has the question {key} already")
    asked = {"id": key, "query": _question(case), "relevant": [{"path": trace.document}]}
    line = json.dumps({**asked, "kind": str(document.kind), "paths": list(case.target.paths)}, ensure_ascii=False)
    _write(file, f"{before}{'' if not before or before.endswith(chr(10)) else chr(10)}{line}\n")
    return f"Appended to {name}: kb eval asks it."


def as_rule(case: Case, trace: Trace) -> str:
    """Drafts a convention for the paths of the commit; a person says what shall hold."""
    from ctxkb.types import Kind
    from ctxkb_server.propose import write_draft

    target = case.target
    title = target.subject[:100] or f"What {target.commit[:10]} taught"
    known = f" {trace.document} is about it." if trace.document else ""
    text = (
        f'Commit {target.commit[:10]} ("{target.subject}") was made without it (kb trace: {trace.verdict}).{known}\n\n'
        "- Say in a sentence what shall hold here, and why."
    )
    folders = {f"{folder}/**" if folder else "*" for folder in map(posixpath.dirname, target.paths)}
    path = write_draft(case.now, Kind.CONVENTION, title, text, sorted(folders)[:MOST_SCOPES])
    return f"Drafted {path} as proposed: say what shall hold, and put it in force."


def _question(case: Case) -> str:
    from ctxkb.evaluate.history.message import question_of

    return question_of(case.target.message) or case.target.subject


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from error
