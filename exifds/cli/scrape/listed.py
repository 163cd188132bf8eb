"""`exifds scrape list`: the photos that a file names."""

from pathlib import Path
from typing import Annotated

import typer

from exifds.cli.scrape import options
from exifds.cli.scrape.run import scrape

__all__ = ["listed"]


def listed(
    file: Annotated[Path, typer.Argument(help="JSON, CSV, or an id or address a line.", show_default=False)],
    into: options.Into,
    limit: options.Limit = None,
    no_metadata: Annotated[
        bool,
        typer.Option("--no-metadata", help="By id, secret and server of the list alone: needs no API key."),
    ] = False,
    concept: options.Concept = None,
    size: options.Size = "o",
    exif: options.Exif = None,
    require_exif: options.RequireExif = None,
    metadata_only: options.MetadataOnly = False,
    no_download: options.NoDownload = False,
    comments: options.Comments = False,
    privacy: options.PrivacyOption = None,
    accept_open: options.AcceptOpen = False,
    images: options.Images = None,
    json: options.Json = False,
) -> None:
    """Take the photos that a file names."""
    from exifds.sources import flickr

    scrape(
        into,
        [flickr.listed(file, concepts=concept)],
        limit,
        {"privacy": privacy, "accept_open": accept_open, "images": images},
        options.fetched(size, exif, require_exif, metadata_only, no_download, comments)
        | {"metadata": not no_metadata},
        json=json,
    )
