"""The command `analyze`: what a dataset says about a target before anything is trained."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exifds.cli import console
from exifds.cli.query import parsed_filter

if TYPE_CHECKING:
    from exifds.train.analyze.analysis import Analysis

__all__ = ["analyze"]

CLASSES_ON_SCREEN = 4


def analyze(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.", show_default=False)],
    target: Annotated[
        str,
        typer.Option(
            help="What is to be learned: concept, concepts, scores.NAME>=X, or a field as place.country.",
            show_default=False,
        ),
    ],
    where: Annotated[
        str | None, typer.Option(metavar="FILTER", help="A MongoDB filter as JSON.", show_default=False)
    ] = None,
    selection: Annotated[
        str | None, typer.Option(help="A selection of the curation page, as `good`.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for tables, plots and JSON.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the analysis as JSON.")] = False,
) -> None:
    """Say what each EXIF tag tells about a target, and what would make a model look better than it is."""
    import exifds  # brings pymongo
    from exifds.train.folder import kept_if_used

    with nullcontext() if out is None else kept_if_used(out), exifds.open(dataset) as opened:
        found = opened.analyze(
            target,
            where=None if where is None else parsed_filter(where),
            selection=selection,
            out=out,
            progress=False if json else None,
        )
    if json:
        console.print_json(found.model_dump(mode="json"))
    else:
        _print(found, out)


def _print(found: "Analysis", out: Path | None) -> None:
    """The analysis for people."""
    from exifds.train.analyze import markdown

    typer.echo(f"{found.dataset}: {markdown.source(found)}")
    console.table("photos by class", ("class", "photos"), zip(found.classes, found.by_class, strict=True))
    shown = found.classes[:CLASSES_ON_SCREEN]
    head = ("tag", "tells alone", "larger in", "there", *(f"in {name}" for name in shown))
    console.table("tags", head, markdown.rows_of_tags(found, len(shown)))
    console.table("tags that go together", markdown.PAIR_HEAD, markdown.rows_of_pairs(found))
    for hazard in found.hazards:
        typer.echo(f"  {hazard.text}", err=True)
    if out is not None:
        typer.echo(f"written: {out / 'analysis.md'}")
