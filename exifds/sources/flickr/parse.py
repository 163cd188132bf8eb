"""Parse: Flickr's answers as photos and what belongs to them. No I/O.

An answer is the JSON of a call that succeeded. Its rows are written by strangers: a field that is null,
missing or broken is left out, and only a photo without a usable id, or one that is not public, is refused.
Fields: <https://www.flickr.com/services/api/flickr.photos.search.html> and recorded answers of 2024 and 2025.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from exifds.errors import FlickrUnavailableError, GonePhotoError, PhotoError
from exifds.photo import License, Photo, Point, Size
from exifds.sources.flickr.api_exif import ApiExif, exif
from exifds.sources.flickr.details import NSID, comments, group_id, license_of, licenses, size, sizes
from exifds.sources.flickr.found import FoundPhoto
from exifds.sources.flickr.sizes import SIZES
from exifds.sources.flickr.values import decimal, flag, instant, matching, part, rows, text, wall_clock, whole

__all__ = [
    "ApiExif",
    "FoundPhoto",
    "Page",
    "comments",
    "exif",
    "group_id",
    "info",
    "licenses",
    "page",
    "search_row",
    "sizes",
]

Row = Mapping[str, object]

_ID: Final = re.compile(r"[0-9]{1,20}")
_SECRET: Final = re.compile(r"[0-9A-Za-z]{1,32}")
_SERVER: Final = re.compile(r"[0-9]{1,10}")
_FORMAT: Final = re.compile(r"jpg|png|gif")
_MACHINE_TAG: Final = re.compile(r"[^\s:=]+:[^\s:=]+=.*", re.DOTALL)
_ACCURACIES: Final = range(1, 17)  # from the world to a street; 0 stands for "no place"

Granularity = Literal["second", "month", "year", "circa"]
_GRANULARITY: Final[Mapping[int | None, Granularity]] = {0: "second", 4: "month", 6: "year", 8: "circa"}


@dataclass(frozen=True)
class Page:
    """A page of results.

    Args:
        rows: What Flickr says of each photo; an empty row stands for one that cannot be read.
        total: Photos that Flickr says there are. It is often wrong.
        per_page: Photos a page that Flickr gives: sometimes fewer than it was asked for.
    """

    rows: tuple[Row, ...]
    total: int
    per_page: int | None = None


def page(answer: Row) -> Page:
    """A page of `flickr.photos.search` or `flickr.groups.pools.getPhotos`.

    Args:
        answer: The answer.

    Returns:
        Its rows and what Flickr says of their number.

    Raises:
        FlickrUnavailableError: The answer has no list of photos.

    Example:
        >>> page({"photos": {"perpage": 2, "total": "3", "photo": [{"id": "7"}, None]}})
        Page(rows=({'id': '7'}, {}), total=3, per_page=2)
    """
    photos = part(answer, "photos")
    if not isinstance(photos.get("photo"), list):
        raise FlickrUnavailableError("expected a list of photos from Flickr, got an answer without one")
    found = tuple(rows(photos, "photo"))
    total = whole(photos.get("total"))
    return Page(found, len(found) if total is None else total, whole(photos.get("perpage")) or None)


def search_row(row: Row, licenses: Mapping[int, License], now: datetime) -> FoundPhoto:
    """A photo from a row of a page of results.

    Args:
        row: The row, asked for with all extras of the planner.
        licenses: From `licenses`.
        now: When the answer came.

    Returns:
        The photo.

    Raises:
        PhotoError: The row has no usable id.
        GonePhotoError: The photo is not public.

    Example:
        >>> from datetime import UTC
        >>> row = {"id": "7", "title": "Sea", "tags": "sea geo:lat=1", "latitude": "0", "accuracy": 0}
        >>> found = search_row(row, {}, datetime(2026, 1, 1, tzinfo=UTC)).photo
        >>> found.id, found.title, found.tags, found.machine_tags, found.location
        ('flickr:7', 'Sea', ('sea',), ('geo:lat=1',), None)
    """
    words = [word for name in ("tags", "machine_tags") for word in (text(row.get(name)) or "").split()]
    taken = {
        "taken": row.get("datetaken"),
        "takengranularity": row.get("datetakengranularity"),
        "takenunknown": row.get("datetakenunknown"),
    }
    return _found(
        row,
        now,
        {
            **_tags((word, bool(_MACHINE_TAG.fullmatch(word))) for word in words),
            **_taken(taken),
            **_place(row),
            "uploaded_at": instant(row.get("dateupload")),
            "license": license_of(row.get("license"), licenses, now),
            "owner": matching(NSID, row.get("owner")),
            "owner_name": text(row.get("ownername")),
            "path_alias": text(row.get("pathalias")),
            "sizes": _extra_sizes(row),
        },
        row.get("ispublic"),
    )


def info(answer: Row, licenses: Mapping[int, License], now: datetime) -> FoundPhoto:
    """A photo from the answer of `flickr.photos.getInfo`, which has tags as their owner wrote them.

    Args:
        answer: The answer.
        licenses: From `licenses`.
        now: When the answer came.

    Returns:
        The photo, without sizes: `flickr.photos.getSizes` gives them.

    Raises:
        PhotoError: The answer has no usable id.
        GonePhotoError: The photo is not public.

    Example:
        >>> from datetime import UTC
        >>> tags = {"tag": [{"raw": "Koh Samui", "_content": "kohsamui", "machine_tag": 0}]}
        >>> answer = {"photo": {"id": "7", "tags": tags, "owner": {"nsid": "1@N00"}}}
        >>> found = info(answer, {}, datetime(2026, 1, 1, tzinfo=UTC)).photo
        >>> found.tags, found.owner
        (('Koh Samui',), '1@N00')
    """
    row = part(answer, "photo")
    owner, dates = part(row, "owner"), part(row, "dates")
    tags = [
        (text(tag.get("raw")), bool(flag(tag.get("machine_tag")))) for tag in rows(row.get("tags"), "tag")
    ]
    return _found(
        row,
        now,
        {
            **_tags((raw, machine) for raw, machine in tags if raw is not None),
            **_taken(dates),
            **_place(part(row, "location")),
            "uploaded_at": instant(dates.get("posted")) or instant(row.get("dateuploaded")),
            "license": license_of(row.get("license"), licenses, now),
            "owner": matching(NSID, owner.get("nsid")),
            "owner_name": text(owner.get("username")),
            "path_alias": text(owner.get("path_alias")),
        },
        part(row, "visibility").get("ispublic"),
    )


def _found(row: Row, now: datetime, fields: Mapping[str, Any], public: object) -> FoundPhoto:
    """The photo of a row: what search and getInfo write in the same way, and `fields`."""
    number = matching(_ID, row.get("id"))
    if number is None:
        raise PhotoError("expected an id of 1 to 20 digits in Flickr's answer, got none")
    if flag(public) is False:
        raise GonePhotoError("expected a public photo, got one that its owner keeps private")
    photo = Photo(
        id=f"flickr:{number}",
        source="flickr",
        source_id=number,
        title=text(row.get("title")),
        description=text(row.get("description")),
        views=whole(row.get("views")),
        media="video" if row.get("media") == "video" else "photo",
        created_at=now,
        **fields,
    )
    return FoundPhoto(
        photo,
        secret=matching(_SECRET, row.get("secret")),
        server=matching(_SERVER, row.get("server")),
        original_secret=matching(_SECRET, row.get("originalsecret")),
        original_format=matching(_FORMAT, row.get("originalformat")),
    )


def _tags(tags: Iterable[tuple[str, bool]]) -> dict[str, tuple[str, ...]]:
    """Tags and machine tags apart, each once, in the order given."""
    kinds: tuple[dict[str, None], dict[str, None]] = ({}, {})
    for tag, machine in tags:
        kinds[machine][tag] = None
    return {"tags": tuple(kinds[False]), "machine_tags": tuple(kinds[True])}


def _taken(dates: Row) -> dict[str, Any]:
    """When a photo was taken; nothing where Flickr only repeats the date of the upload."""
    granularity = _GRANULARITY.get(whole(dates.get("takengranularity")))
    moment = wall_clock(dates.get("taken"), rough=granularity not in {None, "second"})
    if moment is None or flag(dates.get("takenunknown")):
        return {}
    return {"taken_at": moment, "taken_granularity": granularity}


def _place(row: Row) -> dict[str, Any]:
    """Where a photo was taken; accuracy 0, like 0, 0, is how Flickr says that nobody knows."""
    latitude, longitude = decimal(row.get("latitude")), decimal(row.get("longitude"))
    accuracy = whole(row.get("accuracy"))
    if latitude is None or longitude is None or accuracy == 0 or latitude == longitude == 0:
        return {}
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004  degrees
        return {}
    location = Point(coordinates=(longitude, latitude))
    return {"location": location, "location_accuracy": accuracy if accuracy in _ACCURACIES else None}


def _extra_sizes(row: Row) -> dict[str, Size]:
    found = (
        (key, size(row[url], row.get(f"width_{named.extra}"), row.get(f"height_{named.extra}")))
        for key, named in SIZES.items()
        if (url := f"url_{named.extra}") in row
    )
    return {key: offered for key, offered in found if offered}
