"""Attribution: who made each photo, where it is, under which licence, and what was done to it.

Creative Commons licences ask whoever passes a photo on for title, author, source, licence and a note of what
was changed (https://wiki.creativecommons.org/wiki/Recommended_practices_for_attribution).
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from exifds.export.record import Schema
from exifds.export.tables import cell

__all__ = ["ATTRIBUTION", "HEADER", "changes_made", "page", "row", "write"]

ATTRIBUTION = "ATTRIBUTION.csv"
HEADER = ("id", "title", "author", "page", "license", "license_url", "changes")


def page(photo_id: str) -> str:
    """The web page of a photo.

    Args:
        photo_id: `_id` of the photo.

    Returns:
        Its address at Flickr, which knows whose photo it is; empty for a file.

    Example:
        >>> page("flickr:50444069047")
        'https://www.flickr.com/photo.gne?id=50444069047'
    """
    source, _, number = photo_id.partition(":")
    known = source == "flickr" and number.isascii() and number.isdigit()
    return f"https://www.flickr.com/photo.gne?id={number}" if known else ""


def changes_made(schema: Schema) -> str:
    """What an export did to the images.

    Args:
        schema: Of the export.

    Returns:
        It in words.

    Example:
        >>> changes_made(Schema(name="cats", features=(), height=224, width=224))
        'fitted to 224 x 224 pixels, saved again as JPEG without metadata'
    """
    if schema.encoding is None:
        return "not passed on: the image is not part of the export"
    if schema.encoding == "original":
        return "none: the original file"
    fitted = f"fitted to {schema.width} x {schema.height} pixels, " if schema.height and schema.width else ""
    scaled = fitted or "turned upright, perhaps scaled, "
    return f"{scaled}saved again as {schema.encoding.upper()} without metadata"


def row(document: Mapping[str, Any], changes: str) -> list[str]:
    """The attribution of a photo as a row of CSV that no spreadsheet takes for a formula.

    Args:
        document: Its exported fields with `_id`; the author is named only if `owner_name` is among them.
        changes: From `changes_made`.

    Returns:
        One cell for each column of `HEADER`; what is unknown is empty.

    Example:
        >>> row({"_id": "file:1", "title": "=1+1", "license": {"id": 4, "name": "CC BY 2.0"}}, "none")
        ['file:1', "'=1+1", '', '', 'CC BY 2.0', '', 'none']
    """
    photo_id, terms = document["_id"], document.get("license") or {}
    cells = (
        *(photo_id, document.get("title"), document.get("owner_name"), page(photo_id)),
        *(terms.get("name"), terms.get("url"), changes),
    )
    return [cell(value) for value in cells]


def write(draft: Path, documents: Iterable[Mapping[str, Any]], schema: Schema) -> None:
    """Write the attribution of all photos of an export, one at a time.

    Args:
        draft: The file to write.
        documents: The exported fields of every photo, with `_id`.
        schema: Of the export.
    """
    changes = changes_made(schema)
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(row(document, changes) for document in documents)
