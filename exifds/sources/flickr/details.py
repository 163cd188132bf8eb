"""Details: what single calls tell of a photo, a group and the licences. No I/O."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from exifds.errors import FlickrUnavailableError
from exifds.photo import Comment, License, Size
from exifds.sources.flickr.sizes import SIZES
from exifds.sources.flickr.values import instant, matching, part, rows, text, whole

__all__ = ["NSID", "comments", "group_id", "license_of", "licenses", "size", "sizes"]

Row = Mapping[str, object]

NSID: Final = re.compile(r"[0-9A-Za-z@_.-]{1,64}")
"""The form of the ids of people and groups."""

_URL: Final = re.compile(r"https?://[!-~]{1,2000}")
_LARGEST_EDGE: Final = 1_000_000  # pixels
_LARGEST_LICENSE: Final = 10_000


def sizes(answer: Row) -> dict[str, Size]:
    """The sizes of a photo, from the answer of `flickr.photos.getSizes`.

    Args:
        answer: The answer.

    Returns:
        Key of `SIZES` to size. What is no image, such as the play-back URLs of a video, is left out.

    Example:
        >>> url = "https://live.staticflickr.com/1/7_ab_b.jpg"
        >>> row = {"label": "Large", "width": "1024", "height": 768, "source": url, "media": "photo"}
        >>> sizes({"sizes": {"size": [row]}})["b"].width
        1024
    """
    offered = {
        row.get("label"): size(row.get("source"), row.get("width"), row.get("height"))
        for row in rows(part(answer, "sizes"), "size")
        if row.get("media", "photo") == "photo" and isinstance(row.get("label"), str)
    }
    return {key: found for key, named in SIZES.items() if (found := offered.get(named.label))}


def comments(answer: Row) -> tuple[Comment, ...]:
    """The comments under a photo, from the answer of `flickr.photos.comments.getList`.

    Args:
        answer: The answer.

    Returns:
        The comments that have an id, an author and a text.

    Example:
        >>> row = {"id": "1-2-3", "author": "1@N00", "authorname": "Ann", "_content": "wow"}
        >>> [comment.text for comment in comments({"comments": {"comment": [row, {}]}})]
        ['wow']
    """
    return tuple(
        Comment(
            id=number,
            author=author,
            author_name=text(row.get("authorname")),
            text=words,
            at=instant(row.get("datecreate")),
        )
        for row in rows(part(answer, "comments"), "comment")
        if (number := text(row.get("id")))
        and (author := matching(NSID, row.get("author")))
        and (words := text(row.get("_content")))
    )


def licenses(answer: Row, now: datetime) -> dict[int, License]:
    """The licences that Flickr knows, from the answer of `flickr.photos.licenses.getInfo`.

    Args:
        answer: The answer.
        now: When the answer came.

    Returns:
        Flickr's number of a licence to the licence.

    Example:
        >>> row = {"id": "4", "name": "CC BY 2.0", "url": "https://creativecommons.org/licenses/by/2.0/"}
        >>> licenses({"licenses": {"license": [row]}}, datetime(2026, 1, 1))[4].name
        'CC BY 2.0'
    """
    return {
        number: License(
            id=number, name=text(row.get("name")), url=matching(_URL, row.get("url")), checked_at=now
        )
        for row in rows(part(answer, "licenses"), "license")
        if (number := _license_id(row.get("id"))) is not None
    }


def group_id(answer: Row) -> str:
    """The id of a group, from the answer of `flickr.urls.lookupGroup`.

    Args:
        answer: The answer.

    Returns:
        The group's NSID.

    Raises:
        FlickrUnavailableError: The answer has no id.

    Example:
        >>> group_id({"group": {"id": "34427465497@N01", "groupname": {"_content": "GNEIS"}}})
        '34427465497@N01'
    """
    found = matching(NSID, part(answer, "group").get("id"))
    if found is None:
        raise FlickrUnavailableError("expected the id of a group from Flickr, got an answer without one")
    return found


def license_of(value: object, known: Mapping[int, License], now: datetime) -> License | None:
    """The licence of a photo.

    Args:
        value: Flickr's number of it, a value of the JSON.
        known: From `licenses`.
        now: When the answer came.

    Returns:
        The licence, without a name where Flickr gave none.

    Example:
        >>> license_of("4", {}, datetime(2026, 1, 1)).id, license_of("", {}, datetime(2026, 1, 1))
        (4, None)
    """
    number = _license_id(value)
    return None if number is None else known.get(number) or License(id=number, checked_at=now)


def size(url: object, width: object, height: object) -> Size | None:
    """A size in which a photo is offered.

    Args:
        url: A value of the JSON, as are the others.
        width: Pixels.
        height: Pixels.

    Returns:
        The size, if all three are usable.

    Example:
        >>> size("https://live.staticflickr.com/1/7_ab.jpg", "500", 333).width, size("javascript:1", 1, 1)
        (500, None)
    """
    address, across, down = matching(_URL, url), whole(width), whole(height)
    if address and across and down and max(across, down) <= _LARGEST_EDGE:
        return Size(width=across, height=down, url=address)
    return None


def _license_id(value: object) -> int | None:
    number = whole(value)
    return number if number is not None and number <= _LARGEST_LICENSE else None
