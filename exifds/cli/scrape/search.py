"""`exifds scrape search`: what a search at Flickr finds."""

from typing import Annotated

import typer

from exifds.cli.scrape import options
from exifds.cli.scrape.run import scrape
from exifds.errors import UsageError

__all__ = ["search"]


def search(
    terms: Annotated[
        list[str] | None,
        typer.Argument(help="Words to search for; each term is one search.", show_default=False),
    ] = None,
    *,
    into: options.Into,
    limit: options.Limit = None,
    language: Annotated[
        list[str] | None,
        typer.Option(help="Language of the term, as `it`; one for all, or one each.", show_default=False),
    ] = None,
    tags: Annotated[str | None, typer.Option(help="Tags, separated by commas.", show_default=False)] = None,
    tag_mode: Annotated[str, typer.Option(help="any or all of the tags.")] = "any",
    machine_tags: Annotated[
        str | None, typer.Option(help="Machine tags such as geo:country=de.", show_default=False)
    ] = None,
    bbox: Annotated[
        str | None,
        typer.Option(help="West south east north, in degrees; west > east crosses 180.", show_default=False),
    ] = None,
    since: Annotated[str | None, typer.Option(help="Uploaded then or later.", show_default=False)] = None,
    until: Annotated[str | None, typer.Option(help="Uploaded then or earlier.", show_default=False)] = None,
    taken_since: Annotated[str | None, typer.Option(help="Taken then or later.", show_default=False)] = None,
    taken_until: Annotated[
        str | None, typer.Option(help="Taken then or earlier.", show_default=False)
    ] = None,
    license: Annotated[  # noqa: A002  # Flickr's name
        str | None, typer.Option(help="Licence ids, such as 4,5,9,10.", show_default=False)
    ] = None,
    user: Annotated[str | None, typer.Option(help="NSID of the owner.", show_default=False)] = None,
    group: Annotated[str | None, typer.Option(help="NSID of a group.", show_default=False)] = None,
    sort: Annotated[
        str | None, typer.Option(help="Flickr's order, such as relevance.", show_default=False)
    ] = None,
    content_type: Annotated[
        str | None, typer.Option(help="photo, screenshot, other, virtual.", show_default=False)
    ] = None,
    safe_search: Annotated[
        int | None, typer.Option(help="1 safe, 2 moderate, 3 restricted.", show_default=False)
    ] = None,
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
    """Take what a search finds: all of it, or --limit. Run it again to go on after an interruption."""
    from exifds.sources import flickr

    languages = language or []
    if len(languages) > 1 and len(languages) != len(terms or []):
        raise UsageError(
            f"expected one --language, or one for each of {len(terms or [])} terms, got {len(languages)}"
        )
    asked = {
        "tags": tags,
        "tag_mode": tag_mode,
        "machine_tags": machine_tags,
        "bbox": bbox,
        "since": since,
        "until": until,
        "taken_since": taken_since,
        "taken_until": taken_until,
        "license": license,
        "user_id": user,
        "group_id": group,
        "sort": sort,
        "content_types": content_type,
        "safe_search": safe_search,
        "filter_tag": filter_tag,
        **options.pages(start_page, page_limit, per_page),
        "concepts": concept,
    }
    searched = list[str | None](terms or (None,))
    spoken = languages if len(languages) > 1 else list[str | None](languages or (None,)) * len(searched)
    searches = [
        flickr.search(term, language=each, **asked) for term, each in zip(searched, spoken, strict=True)
    ]
    if sort and not (limit or start_page or page_limit):
        typer.echo(
            "--sort counts with --limit or pages: all of a search is taken as it was uploaded", err=True
        )
    scrape(
        into,
        searches,
        limit,
        {"privacy": privacy, "accept_open": accept_open, "images": images},
        options.fetched(size, exif, require_exif, metadata_only, no_download, comments),
        json=json,
    )
