"""Commands that add to photos what can be found out: `geocode`."""

from typing import Annotated

import typer

from exifds.cli import console

__all__ = ["geocode"]


def geocode(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.", show_default=False)],
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Find country, state and city of photos that have a location and no place yet. Needs no network."""
    import exifds  # brings pymongo

    with exifds.open(dataset) as opened:
        placed = opened.geocode(progress=False if json else None)
    if json:
        console.print_json({"placed": placed})
    else:
        typer.echo(f"{dataset}: {console.counted(placed, 'photo')} got a place")
