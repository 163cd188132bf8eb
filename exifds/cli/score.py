"""The command `score`: how well photos show concepts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exifds.cli import console
from exifds.cli.collect import SOME_FAILED

if TYPE_CHECKING:
    from decimal import Decimal

    from exifds.enrich.score.report import Estimate, ScoreReport

__all__ = ["score"]

FAILED = 1
INTERRUPTED = 130


def score(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.", show_default=False)],
    concept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=LABELS",
            help="A concept and the labels that show it, as `monkey=monkey,macaque`; repeatable.",
            show_default=False,
        ),
    ] = None,
    concepts: Annotated[
        Path | None, typer.Option(help="A YAML file of concepts and their labels.", show_default=False)
    ] = None,
    scorer: Annotated[
        str, typer.Option(help="Who labels photos: google, or keras:RUN for a model of yours.")
    ] = "google",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many photos, requests and USD it would take.")
    ] = False,
    budget: Annotated[
        str | None,
        typer.Option(
            help="USD that this run may spend at most.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Requests in flight; 8 if not given.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Score how well photos show concepts, by Google Vision or your own model. No image is paid twice."""
    import exifds  # brings pymongo
    from exifds.enrich.score.budget import checked
    from exifds.enrich.score.concepts import Concepts

    wanted = Concepts.parse(concept or ())
    if concepts is not None:
        wanted = Concepts.load(concepts) | wanted
    with exifds.open(dataset) as opened:
        if dry_run:
            found = opened.score_estimate(scorer, wanted, budget=budget)
            _print_estimate(dataset, found, checked(budget), json=json)
            return
        try:
            report = opened.score(
                scorer, wanted, budget=budget, workers=workers, progress=False if json else None
            )
        except KeyboardInterrupt as stopped:
            typer.echo(str(stopped) or "stopped; run the same command again to go on", err=True)
            raise typer.Exit(INTERRUPTED) from None
    _print_report(dataset, report, json=json)
    if report.stopped == "unavailable":
        raise typer.Exit(FAILED)
    if report.failed or report.stopped:
        raise typer.Exit(SOME_FAILED)


def _print_estimate(dataset: str, estimate: "Estimate", budget: "Decimal | None", *, json: bool) -> None:
    counts = {
        "photos": estimate.photos,
        "cached": estimate.cached,
        "images": estimate.images,
        "requests": estimate.requests,
        "usd": f"{estimate.usd:.4f}",
        "refused": estimate.refused,
        "covered": estimate.covered,
        "by_others": estimate.by_others,
    }
    if json:
        console.print_json(counts)
        return
    refused = f", {estimate.refused} refused before" if estimate.refused else ""
    covered = "" if budget is None else f"; {budget:f} USD suffice for {estimate.covered}"
    typer.echo(
        f"{dataset}: {console.counted(estimate.photos, 'photo')} without labels, {estimate.cached} of them "
        f"known from elsewhere{refused}; {console.counted(estimate.images, 'image')} in "
        f"{console.counted(estimate.requests, 'request')} for {estimate.usd:.4f} USD at most{covered}"
    )
    _print_others(estimate.by_others)


def _print_report(dataset: str, report: "ScoreReport", *, json: bool) -> None:
    counts = {
        "scored": report.scored,
        "cached": report.cached,
        "rescored": report.rescored,
        "requests": report.requests,
        "paid": report.paid,
        "usd": f"{report.usd:.4f}",
        "remaining": report.remaining,
        "stopped": report.reason,
        "by_others": report.by_others,
    }
    if json:
        failed = [{"photo": photo, "reason": why} for photo, why in report.failed]
        console.print_json(counts | {"failed": failed})
        return
    typer.echo(
        f"{dataset}: {report.scored} scored, {report.cached} known from elsewhere, {report.rescored} scored "
        f"anew, {len(report.failed)} failed; {console.counted(report.paid, 'image')} paid, "
        f"{report.usd:.4f} USD at most"
    )
    if report.stopped:
        typer.echo(
            f"stopped: {report.reason}; {console.counted(report.remaining, 'photo')} left, "
            "run the command again to go on",
            err=True,
        )
    _print_others(report.by_others)
    console.print_failures(report.failed)


def _print_others(photos: int) -> None:
    """Point out that scores of one concept are of two scorers."""
    if photos:
        typer.echo(
            f"{console.counted(photos, 'photo')} with scores of these concepts from another scorer, which do "
            "not compare: let this one label all photos, or give the concepts other names",
            err=True,
        )
