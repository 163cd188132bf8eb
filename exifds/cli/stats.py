"""The command `stats`: which datasets there are, and figures about one."""

from typing import Annotated

import typer

from exifds.cli import console
from exifds.cli.query import ROWS_ON_SCREEN

__all__ = ["stats"]


def stats(
    dataset: Annotated[
        str | None, typer.Argument(help="Name of the dataset; all are listed if not given.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Count photos by state, camera, country, concept and year, those that are scored, and each camera tag.

    Without a name, list the datasets.
    """
    if dataset is None:
        _list(json=json)
    else:
        _count(dataset, json=json)


def _list(*, json: bool) -> None:
    """The datasets, with their photos and privacy."""
    from dataclasses import asdict

    from exifds.listing import datasets  # brings pymongo

    rows = [asdict(entry) for entry in datasets()]
    if json:
        console.print_json(rows)
    elif rows:
        console.table(console.counted(len(rows), "dataset"), tuple(rows[0]), (row.values() for row in rows))
    else:
        typer.echo("there is no dataset yet; ingest or scrape photos to make one")


def _count(dataset: str, *, json: bool) -> None:
    import exifds  # brings pymongo

    with exifds.open(dataset) as opened:
        statistics = opened.stats()
    if json:
        console.print_json(statistics)
        return
    totals = statistics.pop("totals")
    summary, coverage = totals["summary"], totals["coverage"]
    console.pairs(dataset, summary | {"bytes": f"{summary['bytes'] / 1e6:.1f} MB"})
    console.table(
        "photos with a tag",
        ("tag", "photos", "share"),
        [(tag, count, f"{count / max(summary['photos'], 1):.0%}") for tag, count in coverage.items()],
    )
    for name, rows in statistics.items():
        if rows:
            shown = [(row["value"], row["photos"]) for row in rows[:ROWS_ON_SCREEN]]
            rest = len(rows) - len(shown)
            more = [(f"... and {rest} more; --json lists them", "")] if rest else []
            console.table(name.replace("_", " "), ("", "photos"), [*shown, *more])
