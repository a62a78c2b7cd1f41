"""`kb eval`: how good the answers are, as figures and as a gate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ctxkb.cli.options import Json, Root, find
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from ctxkb.evaluate.figures import Report

BUDGETS = "500,1000,2000,4000"

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]", help="Questions, one JSON object a line; else docs/kb-eval.jsonl or kb-eval.jsonl."
    ),
]
LeastRecall = Annotated[
    float | None,
    typer.Option("--min-recall", metavar="X", min=0, max=1, help="End with 1 where the recall is below X (0 to 1)."),
]
At = Annotated[
    int,
    typer.Option(
        "--at",
        metavar="BUDGET",
        show_default="that of kb.toml",
        help="The budget that --min-recall and the misses concern.",
    ),
]
Plot = Annotated[Path | None, typer.Option("--plot", metavar="FILE.svg", help="Draw recall over budget.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("eval")(evaluate)


def evaluate(
    file: File = None,
    from_history: Annotated[
        bool, typer.Option("--from-history", help="Ask with the repository's own commits in place of a file.")
    ] = False,
    last: Annotated[
        int, typer.Option("--last", metavar="N", min=1, help="With --from-history: ask with at most so many commits.")
    ] = 200,
    min_recall: LeastRecall = None,
    at: At = 0,
    budgets: Annotated[
        str, typer.Option("--budgets", metavar="LIST", help="The budgets to ask with, separated by commas.")
    ] = BUDGETS,
    plot: Plot = None,
    json: Json = False,
    root: Root = None,
) -> None:
    """Measure how many questions are answered, on your own questions or on the repository's past."""
    from ctxkb.cli.building import model
    from ctxkb.cli.evaluating import from_file
    from ctxkb.cli.evaluating import from_history as from_past
    from ctxkb.config import load_config

    folder = find(root)
    config = load_config(folder)
    _refuse(file, plot, from_history)
    gate = at or config.budget.default
    asked = _parsed(budgets, gate)
    if from_history:
        report = from_past(folder, config, last, asked, gate, model(config))
    else:
        report = from_file(folder, file.resolve() if file else None, asked, gate)
    _print(report, plot, min_recall, json=json)
    if min_recall is not None:
        raise typer.Exit(_judged(report, min_recall))


def _refuse(file: Path | None, plot: Path | None, from_history: bool) -> None:
    """Raises `ConfigError` for arguments that cannot be meant."""
    if plot is not None and plot.suffix.lower() != ".svg":
        raise ConfigError(f"--plot {plot}: the plot is an SVG; give it a name that ends in .svg")
    if from_history and file is not None:
        raise ConfigError("FILE and --from-history exclude each other: name a file, or ask the past")


def _parsed(budgets: str, gate: int) -> tuple[int, ...]:
    """The budgets to ask with, ascending, the gate's among them."""
    from ctxkb.budget.pack import LEAST, MOST

    try:
        found = {int(part) for part in budgets.split(",")} | {gate}
    except ValueError:
        raise ConfigError(f"--budgets {budgets}: write numbers separated by commas, such as {BUDGETS}") from None
    wrong = [budget for budget in sorted(found) if not LEAST <= budget <= MOST]
    if wrong:
        raise ConfigError(f"there is no budget of {wrong[0]:,} tokens; name one of {LEAST} to {MOST:,}")
    return tuple(sorted(found))


def _print(report: Report, plot: Path | None, least: float | None, *, json: bool) -> None:
    from ctxkb.cli.output import tell, tell_json
    from ctxkb.evaluate.plot import recall_svg
    from ctxkb.evaluate.render import report_json, report_text

    if plot is not None:
        try:
            plot.write_text(recall_svg(report), "utf-8")
        except OSError as error:
            raise ConfigError(f"--plot {plot}: cannot be written: {error.strerror}; name another file") from error
    if json:
        tell_json(report_json(report, least))
    else:
        tell(report_text(report))


def _judged(report: Report, least: float) -> int:
    """The exit code of the gate, told in one line where it is missed."""
    from ctxkb.cli.output import note

    if report.recall is None:
        raise ConfigError(f"{report.source}: nothing was asked that has an answer, so --min-recall cannot be judged")
    if report.recall >= least:
        return 0
    found = report.whole.found[report.budgets.index(report.at)]
    note(
        f"kb: recall {report.recall:.3f} at {report.at:,} tokens is below --min-recall {least:g} "
        f"({found} of {report.whole.answerable} answered)"
    )
    return 1
