"""Commands that read a dataset: `find`, `stats` and `verify`."""

import csv
import shutil
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from exifds.cli import console
from exifds.cli.collect import SOME_FAILED
from exifds.errors import FilterError

__all__ = ["find", "parsed_filter", "stats", "verify"]

DatasetName = Annotated[str, typer.Argument(help="Name of the dataset.", show_default=False)]
ROWS_ON_SCREEN = 20
WIDE, NARROW_COLUMNS = 110, 3
LONGEST_FRACTION = 0.4


class Format(StrEnum):
    """How photos are printed."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def find(
    dataset: DatasetName,
    filter: Annotated[  # noqa: A002  # MongoDB's word
        str, typer.Argument(metavar="FILTER", help="A MongoDB filter as JSON; all photos if not given.")
    ] = "{}",
    decrypt: Annotated[bool, typer.Option("--decrypt", help="Open personal fields.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(min=0, help="At most so many; 0 is all. A table shows 20.", show_default=False),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to print them.")] = Format.TABLE,  # noqa: A002
) -> None:
    """Print the photos that match a MongoDB filter, such as '{"camera.iso": {"$gte": 800}}'."""
    import exifds  # brings pymongo

    with exifds.open(dataset) as opened:
        view = opened.find(parsed_filter(filter), decrypt=decrypt)
        if format is Format.TABLE:
            _print_table(view.limit(ROWS_ON_SCREEN if limit is None else limit), view.count())
        else:
            _PRINTERS[format](view.limit(limit or 0).documents())


def parsed_filter(text: str) -> Any:
    """A filter as it is typed: MongoDB's Extended JSON."""
    from bson import json_util  # brings pymongo

    try:
        return json_util.loads(text)
    except (ValueError, TypeError) as error:
        raise FilterError(
            f'the filter is not JSON ({error}); expected like {{"camera.iso": {{"$gte": 800}}}}'
        ) from None


def _print_table(view: Any, found: int) -> None:
    rows = [
        (
            photo.id,
            _exposure(photo.camera),
            f"{photo.taken_at:%Y-%m-%d}" if photo.taken_at else None,
            photo.camera.model,
            f"{photo.place.city}, {photo.place.country_code}" if photo.place else None,
            ", ".join(photo.concepts),
        )
        for photo in view
    ]
    shown = "" if len(rows) == found else f", {len(rows)} shown (--limit 0 shows all)"
    columns = ("photo", "exposure", "taken", "camera", "place", "concepts")
    fit = len(columns) if shutil.get_terminal_size().columns >= WIDE else NARROW_COLUMNS
    console.table(f"{console.counted(found, 'photo')}{shown}", columns[:fit], [row[:fit] for row in rows])


def _exposure(camera: Any) -> str:
    """As photographers write it: 1/250 s f/2.8 ISO 400 28 mm."""
    seconds = camera.exposure_time
    parts = (
        seconds and (f"1/{1 / seconds:.0f} s" if seconds < LONGEST_FRACTION else f"{seconds:g} s"),
        camera.f_number and f"f/{camera.f_number:g}",
        camera.iso and f"ISO {camera.iso:g}",
        camera.focal_length and f"{camera.focal_length:g} mm",
    )
    return " ".join(part for part in parts if part)


def _print_json(documents: Iterable[Mapping[str, Any]]) -> None:
    from exifds.export.tables import to_json  # brings the models

    separator = "["
    for document in documents:
        typer.echo(f"{separator}{to_json(document)}", nl=False)
        separator = ",\n"
    typer.echo("[]" if separator == "[" else "]")


def _print_jsonl(documents: Iterable[Mapping[str, Any]]) -> None:
    from exifds.export.tables import to_json  # brings the models

    for document in documents:
        typer.echo(to_json(document))


def _print_csv(documents: Iterable[Mapping[str, Any]]) -> None:
    from exifds.export import tables  # brings the models

    writer = csv.writer(sys.stdout)
    writer.writerow(tables.COLUMNS)
    writer.writerows(tables.csv_row(document) for document in documents)


_PRINTERS = {Format.JSON: _print_json, Format.JSONL: _print_jsonl, Format.CSV: _print_csv}


def stats(
    dataset: DatasetName,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Count photos by state, camera, country, concept and year, and how many have each camera tag."""
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


def verify(
    dataset: DatasetName,
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Check that every seal fits, every personal field opens and every image file is unchanged."""
    import exifds  # brings pymongo

    with exifds.open(dataset) as opened:
        report = opened.verify(progress=False if json else None)
    if json:
        faults = [{"photo": photo, "fault": fault} for photo, fault in report.faults]
        console.print_json({"photos": report.photos, "faults": faults})
    else:
        typer.echo(
            f"{dataset}: {console.counted(report.photos, 'photo')} checked, "
            f"{console.counted(len(report.faults), 'fault')}"
        )
        console.print_failures(report.faults)
    if report.faults:
        raise typer.Exit(SOME_FAILED)
