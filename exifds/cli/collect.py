"""Commands that bring photos in: `ingest`."""

from pathlib import Path
from typing import Annotated

import typer

from exifds.cli import console

__all__ = ["SOME_FAILED", "ingest"]

SOME_FAILED = 3


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False)],
    into: Annotated[str, typer.Option(help="Name of the dataset; made if it is new.", show_default=False)],
    concept: Annotated[list[str] | None, typer.Option(help="A label for every photo; repeatable.")] = None,
    concepts_from_folders: Annotated[
        bool, typer.Option("--concepts-from-folders", help="Label photos with the folders they lie in.")
    ] = False,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Leave the files where and as they are; store no copies.")
    ] = False,
    privacy: Annotated[
        str | None, typer.Option(help="standard, strict or open; a dataset keeps what it was made with.")
    ] = None,
    accept_open: Annotated[
        bool, typer.Option("--accept-open", help="Yes, --privacy open shall encrypt nothing.")
    ] = False,
    images: Annotated[
        str | None, typer.Option(help="Where image files go: a folder or an fsspec URL.", show_default=False)
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Threads; one per core if not given.", show_default=False)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Take photos from files and folders into a dataset. Run it again to go on after an interruption."""
    import exifds  # brings pymongo and Pillow

    with exifds.open(into, privacy=privacy, accept_open=accept_open, images=images) as dataset:
        report = dataset.ingest(
            paths,
            concept or (),
            concepts_from_folders=concepts_from_folders,
            in_place=in_place,
            workers=workers,
            progress=False if json else None,
        )
    failed = [(failure.query, failure.reason) for failure in report.failed]
    counts = {"stored": report.stored, "known": report.known, "kept_metadata": report.kept_metadata}
    if json:
        console.print_json(counts | {"failed": [{"file": name, "reason": why} for name, why in failed]})
    else:
        typer.echo(f"{into}: {report.stored} stored, {report.known} known, {len(failed)} failed")
        if report.kept_metadata:
            typer.echo(
                f"{console.counted(report.kept_metadata, 'image file')} with metadata: left in place, "
                "or of a format that cannot be stripped (TIFF, GIF, AVIF, HEIC)"
            )
        if not report.files:
            typer.echo("no image files were found", err=True)
        console.print_failures(failed)
    if failed:
        raise typer.Exit(SOME_FAILED)
