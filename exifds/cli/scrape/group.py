"""`exifds scrape group`: the pool of a group at Flickr."""

from typing import Annotated

import typer

from exifds.cli.scrape import options
from exifds.cli.scrape.run import scrape

__all__ = ["group"]


def group(
    group: Annotated[str, typer.Argument(help="NSID or address of the group.", show_default=False)],
    into: options.Into,
    limit: options.Limit = None,
    language: Annotated[str | None, typer.Option(help="Language of the group.", show_default=False)] = None,
    start_page: options.StartPage = None,
    page_limit: options.PageLimit = None,
    per_page: options.PerPage = None,
    filter_tag: options.FilterTag = None,
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
    """Take the photos of a group's pool."""
    from exifds.sources import flickr

    asked = options.pages(start_page, page_limit, per_page)
    source = flickr.group(group, language=language, filter_tag=filter_tag, concepts=concept, **asked)
    scrape(
        into,
        [source],
        limit,
        {"privacy": privacy, "accept_open": accept_open, "images": images},
        options.fetched(size, exif, require_exif, metadata_only, no_download, comments),
        json=json,
    )
