"""The commands of `scrape`: photos from Flickr."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from exifds.cli import console
from exifds.cli.collect import SOME_FAILED

if TYPE_CHECKING:
    from exifds.crawl.report import ScrapeReport
    from exifds.sources.flickr.query import Source

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True)

Into: TypeAlias = Annotated[
    str, typer.Option(help="Name of the dataset; made if it is new.", show_default=False)
]
Limit: TypeAlias = Annotated[
    int | None, typer.Option(min=1, help="Photos to keep of each term, group or list.", show_default=False)
]
Size: TypeAlias = Annotated[
    str,
    typer.Option(help="Size of the images: s q t m n w medium z c b h k 3k 4k f 5k 6k, or o, the original."),
]
Exif: TypeAlias = Annotated[
    str | None,
    typer.Option(help="Where EXIF comes from: file (default), api, both or none.", show_default=False),
]
RequireExif: TypeAlias = Annotated[
    str | None,
    typer.Option(
        help="EXIF tags without which a photo is not kept, such as FocalLength,ISO.", show_default=False
    ),
]
MetadataOnly: TypeAlias = Annotated[
    bool, typer.Option("--metadata-only", help="Only what the search says: no images, no EXIF.")
]
NoDownload: TypeAlias = Annotated[
    bool, typer.Option("--no-download", help="No images; EXIF from the API if asked for.")
]
Comments: TypeAlias = Annotated[bool, typer.Option("--comments", help="Store the comments too, encrypted.")]
Concept: TypeAlias = Annotated[
    list[str] | None, typer.Option(help="A label for every photo; repeatable.", show_default=False)
]
StartPage: TypeAlias = Annotated[int | None, typer.Option(min=1, help="First page.", show_default=False)]
PageLimit: TypeAlias = Annotated[int | None, typer.Option(min=1, help="Number of pages.", show_default=False)]
PerPage: TypeAlias = Annotated[
    int | None, typer.Option(min=1, help="Photos a page, 500 at most.", show_default=False)
]
FilterTag: TypeAlias = Annotated[
    str | None, typer.Option(help="A tag that each photo must have besides.", show_default=False)
]
Language: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(help="Language of the term, as `it`; one for all, or one each.", show_default=False),
]
PrivacyOption: TypeAlias = Annotated[
    str | None,
    typer.Option(help="standard, strict or open; a dataset keeps what it was made with.", show_default=False),
]
AcceptOpen: TypeAlias = Annotated[
    bool, typer.Option("--accept-open", help="Yes, --privacy open shall encrypt nothing.")
]
Images: TypeAlias = Annotated[
    str | None, typer.Option(help="Where image files go: a folder or an fsspec URL.", show_default=False)
]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.command()
def search(
    terms: Annotated[
        list[str] | None,
        typer.Argument(help="Words to search for; each term is one search.", show_default=False),
    ] = None,
    *,
    into: Into,
    limit: Limit = None,
    language: Language = None,
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
    start_page: StartPage = None,
    page_limit: PageLimit = None,
    per_page: PerPage = None,
    filter_tag: FilterTag = None,
    concept: Concept = None,
    size: Size = "o",
    exif: Exif = None,
    require_exif: RequireExif = None,
    metadata_only: MetadataOnly = False,
    no_download: NoDownload = False,
    comments: Comments = False,
    privacy: PrivacyOption = None,
    accept_open: AcceptOpen = False,
    images: Images = None,
    json: Json = False,
) -> None:
    """Take what a search finds: all of it, or --limit. Run it again to go on after an interruption."""
    from exifds.sources import flickr

    languages = language or []
    if len(languages) > 1 and len(languages) != len(terms or []):
        raise _usage(
            f"expected one --language, or one for each of {len(terms or [])} terms, got {len(languages)}"
        )
    options = {
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
        **_pages(start_page, page_limit, per_page),
        "concepts": concept,
    }
    searched = list[str | None](terms or (None,))
    spoken = languages if len(languages) > 1 else list[str | None](languages or (None,)) * len(searched)
    searches = [
        flickr.search(term, language=each, **options) for term, each in zip(searched, spoken, strict=True)
    ]
    if sort and not (limit or start_page or page_limit):
        typer.echo(
            "--sort counts with --limit or pages: all of a search is taken as it was uploaded", err=True
        )
    _scrape(
        into,
        searches,
        limit,
        {"privacy": privacy, "accept_open": accept_open, "images": images},
        _fetched(size, exif, require_exif, metadata_only, no_download, comments),
        json=json,
    )


@app.command()
def group(
    group: Annotated[str, typer.Argument(help="NSID or address of the group.", show_default=False)],
    into: Into,
    limit: Limit = None,
    language: Annotated[str | None, typer.Option(help="Language of the group.", show_default=False)] = None,
    start_page: StartPage = None,
    page_limit: PageLimit = None,
    per_page: PerPage = None,
    filter_tag: FilterTag = None,
    concept: Concept = None,
    size: Size = "o",
    exif: Exif = None,
    require_exif: RequireExif = None,
    metadata_only: MetadataOnly = False,
    no_download: NoDownload = False,
    comments: Comments = False,
    privacy: PrivacyOption = None,
    accept_open: AcceptOpen = False,
    images: Images = None,
    json: Json = False,
) -> None:
    """Take the photos of a group's pool."""
    from exifds.sources import flickr

    options = _pages(start_page, page_limit, per_page)
    source = flickr.group(group, language=language, filter_tag=filter_tag, concepts=concept, **options)
    _scrape(
        into,
        [source],
        limit,
        {"privacy": privacy, "accept_open": accept_open, "images": images},
        _fetched(size, exif, require_exif, metadata_only, no_download, comments),
        json=json,
    )


@app.command("list")
def list_(
    file: Annotated[Path, typer.Argument(help="JSON, CSV, or an id or address a line.", show_default=False)],
    into: Into,
    limit: Limit = None,
    no_metadata: Annotated[
        bool,
        typer.Option("--no-metadata", help="By id, secret and server of the list alone: needs no API key."),
    ] = False,
    concept: Concept = None,
    size: Size = "o",
    exif: Exif = None,
    require_exif: RequireExif = None,
    metadata_only: MetadataOnly = False,
    no_download: NoDownload = False,
    comments: Comments = False,
    privacy: PrivacyOption = None,
    accept_open: AcceptOpen = False,
    images: Images = None,
    json: Json = False,
) -> None:
    """Take the photos that a file names."""
    from exifds.sources import flickr

    _scrape(
        into,
        [flickr.listed(file, concepts=concept)],
        limit,
        {"privacy": privacy, "accept_open": accept_open, "images": images},
        _fetched(size, exif, require_exif, metadata_only, no_download, comments)
        | {"metadata": not no_metadata},
        json=json,
    )


@app.command()
def status(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.", show_default=False)],
    json: Json = False,
) -> None:
    """Show the crawls of a dataset, and how far each of them is."""
    import exifds

    with exifds.open(dataset) as opened:
        crawls = opened.crawls()
    rows = [_progress(crawl) for crawl in crawls]
    if json:
        reasons = [{"reasons": dict(crawl.reasons), "begun": crawl.crawl.created_at} for crawl in crawls]
        console.print_json([row | more for row, more in zip(rows, reasons, strict=True)])
    elif rows:
        console.table(f"crawls of {dataset}", tuple(rows[0]), (tuple(row.values()) for row in rows))
        for crawl in crawls:
            for reason, number in crawl.reasons.items():
                typer.echo(console.printable(f"  {crawl.crawl.label}: {number} {reason}"))
    else:
        typer.echo(f"{dataset}: no crawl was begun")


def _progress(progress: Any) -> dict[str, Any]:
    crawl = progress.crawl
    counts = {kind: progress.outcomes.get(kind, 0) for kind in ("kept", "rejected", "gone", "failed")}
    return {
        "source": f"{crawl.kind} {crawl.label}",
        "state": crawl.state,
        "pages": f"{progress.done}/{progress.open + progress.done}",
        **counts,
    }


def _pages(start_page: int | None, page_limit: int | None, per_page: int | None) -> dict[str, Any]:
    return {"start_page": start_page, "page_limit": page_limit, "per_page": per_page}


def _fetched(
    size: str,
    exif: str | None,
    require_exif: str | None,
    metadata_only: bool,
    no_download: bool,
    comments: bool,
) -> dict[str, Any]:
    """What of each photo, as `Dataset.scrape` takes it."""
    if metadata_only and (exif not in (None, "none") or comments):
        raise _usage("--metadata-only fetches no EXIF and no comments; for these say --no-download")
    return {
        "size": size,
        "exif": exif,
        "require_exif": require_exif or (),
        "download": not (no_download or metadata_only),
        "comments": comments,
    }


def _scrape(
    into: str,
    sources: "Sequence[Source]",
    limit: int | None,
    dataset: dict[str, Any],
    fetched: dict[str, Any],
    *,
    json: bool,
) -> None:
    """Scrape, print the report, and end with the code for failed photos if there are any."""
    import exifds

    with exifds.open(into, **dataset) as opened:
        report = opened.scrape(sources, limit, progress=False if json else None, **fetched)
    if json:
        console.print_json(_plain(report))
    else:
        _print(into, report)
    earlier = sum(seen.outcomes.get("failed", 0) for seen in report.coverage.values()) - len(report.failed)
    if earlier > 0:
        typer.echo(f"{console.counted(earlier, 'photo')} failed before: run the same command again", err=True)
    if report.failed or earlier > 0:
        raise typer.Exit(SOME_FAILED)


def _plain(report: "ScrapeReport") -> dict[str, Any]:
    """The report as JSON."""
    from dataclasses import asdict

    plain = asdict(report)
    del plain["note"], plain["failures"]
    counts = {name: dict(getattr(report, name)) for name in ("rejected", "gone", "retries")}
    failed = [{"photo": photo_id, "reason": reason} for photo_id, reason in report.failures.items()]
    return plain | counts | {"failed": failed}  # asdict takes a Counter apart


def _print(into: str, report: "ScrapeReport") -> None:
    """The report for people."""
    rejected, gone, failed = report.rejected.total(), report.gone.total(), len(report.failed)
    calls = console.counted(report.calls, "API call")
    typer.echo(
        f"{into}: {report.stored} stored, {report.known} known, {rejected} rejected, {gone} gone, "
        f"{failed} failed; {calls}"
    )
    for name, seen in report.coverage.items():
        slices = console.counted(seen.slices, "slice")
        counts = f"{seen.expected:,} expected, {seen.fetched:,} seen, {seen.unique:,} unique, {slices}"
        typer.echo(f"  {console.printable(name)}: {counts}")
        if seen.over:
            over = console.counted(len(seen.over), "slice")
            typer.echo(f"  {over} hold more than Flickr shows: some photos cannot be reached", err=True)
    for reason, number in (report.rejected + report.gone).most_common():
        typer.echo(f"  {number} {console.printable(reason)}", err=True)
    console.print_failures([(failure.query, failure.reason) for failure in report.failed])


def _usage(message: str) -> Exception:
    from exifds.errors import UsageError

    return UsageError(message)
