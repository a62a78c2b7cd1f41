"""`kb rules --try`: what a rule would have flagged, before anyone switches it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.cli.output import plural, tell, tell_json

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.check.executable.force import Held
    from ctxkb.check.executable.history import Flagged, Trial

SHORT = 10
"""Characters of a commit's hash that are shown to a person."""


def show_trial(root: Path, rule: str, last: int, *, json: bool) -> None:
    """Prints what the rule of that id would have flagged in the last commits."""
    from ctxkb.check.executable.trial import tried

    held, holds, trial = tried(root, rule, last)
    if json:
        tell_json(_as_data(held, trial, holds=holds))
        return
    for flagged in trial.flagged:
        tell(_as_text(flagged))
    spots = sum(len(flagged.spots) for flagged in trial.flagged)
    state = "in force" if holds else f"off: {held.document.path} is {held.document.status or 'not binding'}"
    tell(
        f"{held.name} ({state}) would have flagged {len(trial.flagged):,} of the last "
        f"{plural(trial.commits, 'commit')}, in {plural(spots, 'place')}"
    )


def _as_text(flagged: Flagged) -> str:
    rows = [f"  {spot.path}{f':{spot.line}' if spot.line else ''}  {_one_line(spot.what)}" for spot in flagged.spots]
    head = f"{flagged.commit[:SHORT]} {flagged.date} {flagged.subject}"
    text = "\n".join((head, *(row.rstrip() for row in rows)))
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _one_line(what: str) -> str:
    return what.split("\n")[0][:80]


def _as_data(held: Held, trial: Trial, *, holds: bool) -> dict[str, object]:
    return {
        "rule": held.name,
        "document": held.document.path,
        "in_force": holds,
        "commits": trial.commits,
        "flagged": [
            {
                "commit": flagged.commit,
                "date": flagged.date,
                "subject": flagged.subject,
                "places": [{"path": spot.path, "line": spot.line, "what": spot.what} for spot in flagged.spots],
            }
            for flagged in trial.flagged
        ],
    }
