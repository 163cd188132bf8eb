"""Seed columns: a table with the 21 columns of Smart Image Scraper, for code that was written for it.

Names, order and the form of texts are the scraper's (https://github.com/hwasiti/smart-image-scraper). What it
filled in where it knew nothing, such as coordinates of 0 and scores of 1.0 or 0.49, is missing here.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from exifds.export.tables import to_json

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SEED_COLUMNS", "to_seed_frame"]

_Document = Mapping[str, Any]
_Column = Callable[[_Document], Any]


def _field(*path: str) -> _Column:
    """A column that holds one field."""

    def column(document: _Document) -> Any:
        value: Any = document
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    return column


def _coordinate(number: int) -> _Column:
    return lambda document: document["location"]["coordinates"][number] if "location" in document else None


def _joined(name: str) -> _Column:
    """Texts in one, with spaces between them, as Flickr gives them."""
    return lambda document: " ".join(document[name]) if name in document else None


def _stored(form: str) -> _Column:
    return lambda document: f"{document['created_at']:{form}}" if "created_at" in document else None


def _search_term(document: _Document) -> str | None:
    """What was first searched for, else the group, list or folder that the photo is from."""
    found = sorted(document.get("found_by", ()), key=lambda way: way["kind"] != "search")
    return found[0]["query"] if found else None


def _filename(document: _Document) -> str | None:
    path = _field("image", "path")(document)
    return path.rpartition("/")[2] if isinstance(path, str) else None


def _taken(document: _Document) -> Any:
    return document["taken_at"].replace(tzinfo=None) if "taken_at" in document else None


def _exif(document: _Document) -> str | None:
    return to_json(document["exif"]) if "exif" in document else None


def _species(document: _Document) -> float | None:
    """The score that is called `species`, else the highest that is not for a cage."""
    scores: Mapping[str, float | None] = document.get("scores", {})
    if "species" in scores:
        return scores["species"]
    return max(
        (score for name, score in scores.items() if name != "cage" and score is not None), default=None
    )


SEED_COLUMNS: Final[Mapping[str, tuple[str, _Column]]] = {
    "search term": ("string", _search_term),
    "date of download": ("string", _stored("%d/%m/%Y")),
    "time of download": ("string", _stored("%H:%M:%S")),
    "filename": ("string", _filename),
    "link": ("string", _field("image", "url")),
    "title": ("string", _field("title")),
    "description": ("string", _field("description")),
    "date taken": ("datetime64[us]", _taken),
    "owner name": ("string", _field("owner_name")),
    "path alias": ("string", _field("path_alias")),
    "owner": ("string", _field("owner")),
    "latitude": ("Float64", _coordinate(1)),
    "longitude": ("Float64", _coordinate(0)),
    "country": ("string", _field("place", "country")),
    "city": ("string", _field("place", "city")),
    "machine tags": ("string", _joined("machine_tags")),
    "views": ("Int64", _field("views")),
    "tags": ("string", _joined("tags")),
    "exif data": ("string", _exif),
    "species prediction score": ("Float64", _species),
    "cage prediction score": ("Float64", _field("scores", "cage")),
}
"""Column to its pandas type and what fills it from a document, in the scraper's order."""


def to_seed_frame(documents: Iterable[Mapping[str, Any]]) -> "pd.DataFrame":
    """Documents as a table with the scraper's columns: one row a photo, what is unknown is missing.

    Args:
        documents: As a view gives them; personal fields are missing unless the view is decrypted.

    Returns:
        The table, indexed by `_id`. All `SEED_COLUMNS` are there, each of one type, whatever is known.

    Example:
        >>> frame = to_seed_frame([{"_id": "flickr:1", "tags": ["wild", "monkey"]}])
        >>> frame["tags"].tolist(), frame["views"].tolist()
        (['wild monkey'], [<NA>])
    """
    import pandas as pd  # heavy: only where a table is asked for

    rows = [
        (document["_id"], *(fill(document) for _, fill in SEED_COLUMNS.values())) for document in documents
    ]
    frame = pd.DataFrame.from_records(rows, columns=["_id", *SEED_COLUMNS])
    kinds = {"_id": "str", **{name: kind for name, (kind, _) in SEED_COLUMNS.items()}}
    return frame.astype(kinds).set_index("_id")
