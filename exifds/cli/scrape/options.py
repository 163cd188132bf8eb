"""Options that the commands of `scrape` share, and what they mean to `Dataset.scrape`."""

from typing import Annotated, Any, TypeAlias

import typer

from exifds.errors import UsageError

__all__ = [
    "AcceptOpen",
    "Comments",
    "Concept",
    "Exif",
    "FilterTag",
    "Images",
    "Into",
    "Json",
    "Limit",
    "MetadataOnly",
    "NoDownload",
    "PageLimit",
    "PerPage",
    "PrivacyOption",
    "RequireExif",
    "Size",
    "StartPage",
    "fetched",
    "pages",
]

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


def pages(start_page: int | None, page_limit: int | None, per_page: int | None) -> dict[str, Any]:
    """The pages to read, as `flickr.search` and `flickr.group` take them."""
    return {"start_page": start_page, "page_limit": page_limit, "per_page": per_page}


def fetched(
    size: str,
    exif: str | None,
    require_exif: str | None,
    metadata_only: bool,
    no_download: bool,
    comments: bool,
) -> dict[str, Any]:
    """What of each photo, as `Dataset.scrape` takes it."""
    if metadata_only and (exif not in (None, "none") or comments):
        raise UsageError("--metadata-only fetches no EXIF and no comments; for these say --no-download")
    return {
        "size": size,
        "exif": exif,
        "require_exif": require_exif or (),
        "download": not (no_download or metadata_only),
        "comments": comments,
    }
