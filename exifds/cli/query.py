"""Commands that read the photos of a dataset: `find` and `verify`."""

import csv
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from exifds.cli import console
from exifds.cli.collect import SOME_FAILED
from exifds.errors import FilterError

__all__ = ["ROWS_ON_SCREEN", "find", "parsed_filter", "verify"]

DatasetName = Annotated[str, typer.Argument(help="Name of the dataset.", show_default=False)]
ROWS_ON_SCREEN = 20
SCORES = "scores."
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
        query = parsed_filter(filter)
        view = opened.find(query, decrypt=decrypt)
        if format is Format.TABLE:
            concepts = dict.fromkeys(_scored(query))
            _print_table(view.limit(ROWS_ON_SCREEN if limit is None else limit), view.count(), concepts)
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


def _scored(query: Any) -> Iterator[str]:
    """The concepts whose scores a filter asks for."""
    if isinstance(query, Mapping):
        yield from (str(key).removeprefix(SCORES) for key in query if str(key).startswith(SCORES))
    parts = query.values() if isinstance(query, Mapping) else query if isinstance(query, list) else ()
    for part in parts:
        yield from _scored(part)


def _print_table(view: Any, found: int, concepts: Collection[str]) -> None:
    rows = [
        (
            photo.id,
            *(_score(photo, concept) for concept in concepts),
            _exposure(photo.camera),
            f"{photo.taken_at:%Y-%m-%d}" if photo.taken_at else None,
            photo.camera.model,
            f"{photo.place.city}, {photo.place.country_code}" if photo.place else None,
            ", ".join(photo.concepts),
        )
        for photo in view
    ]
    shown = "" if len(rows) == found else f", {len(rows)} shown (--limit 0 shows all)"
    scores = (f"{SCORES}{concept}" for concept in concepts)
    columns = ("photo", *scores, "exposure", "taken", "camera", "place", "concepts")
    console.table(f"{console.counted(found, 'photo')}{shown}", columns, rows)


def _score(photo: Any, concept: str) -> str:
    """The score of a photo as the document has it: null where no label matches, nothing if not scored."""
    score = photo.scores.get(concept)
    if score is None:
        return "null" if concept in photo.scores else ""
    return f"{score:.3f}"


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
