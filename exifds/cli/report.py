"""The command `report`: from trained models to a report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exifds.cli import console

if TYPE_CHECKING:
    from exifds.train.report.comparison import Comparison, Task

__all__ = ["report"]


def report(
    runs: Annotated[Path, typer.Argument(help="Folder of the runs.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option(help="Folder of the report; else that of the runs.", show_default=False)
    ] = None,
    export: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR",
            help="An export of the runs, for tags and owners of its photos; repeatable.",
            show_default=False,
        ),
    ] = None,
    importance: Annotated[
        bool, typer.Option(help="Measure how much models rely on each tag; needs --export.")
    ] = False,
    price_kwh: Annotated[float, typer.Option(min=0, help="Of a kilowatt-hour.")] = 0.30,
    price_hour: Annotated[float, typer.Option(min=0, help="Of an hour of the machine.")] = 0.0,
    target_score: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Score on val until which training time is taken; else one that all reached.",
            show_default=False,
        ),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="JSON of what the best possible observer reaches; for synthetic photos.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print all numbers as JSON.")] = False,
) -> None:
    """Compare trained models: what the numbers support, and what they do not, as HTML, Markdown and JSON."""
    from exifds.train.report.compare import compare

    found = compare(
        runs,
        out,
        export=export or (),
        importance=importance,
        price_kwh=price_kwh,
        price_hour=price_hour,
        target_score=target_score,
        truth=truth,
        progress=False if json else None,
    )
    if json:
        console.print_json(found.model_dump(mode="json"))
    else:
        _print(found, (out or runs) / "report.html")


def _print(found: "Comparison", page: Path) -> None:
    """The report for people: the models and the sentences of each task, and where the rest stands."""
    from exifds.train.report.hazards import merged
    from exifds.train.report.wording import interval, score

    for hazard in merged(found.tasks):
        typer.echo(f"  ! {console.printable(hazard)}", err=True)
    for task in found.tasks:
        rows = [
            (
                *(model.name, len(model.seeds), interval(model.macro_f1)),
                *(score(model.accuracy.estimate), score(model.log_loss.estimate)),
            )
            for model in task.models
        ]
        title = console.printable(task.title)
        console.table(title, ("model", "seeds", "macro-F1", "accuracy", "log-loss"), rows)
        _print_sentences(task)
    for left in found.left_out:
        typer.echo(f"  left out: {console.printable(left.run)}: {console.printable(left.reason)}", err=True)
    typer.echo(f"{page}")


def _print_sentences(task: "Task") -> None:
    from exifds.train.report.wording import LEGEND, MARKS

    if task.advice:
        typer.echo(f"  Next: {console.printable(task.advice)}")
    for claim in task.claims:
        typer.echo(f"  {MARKS[claim.verdict]} {console.printable(claim.text)}")
    typer.echo(f"  {LEGEND}")
