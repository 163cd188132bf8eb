"""When and where a photo was taken, from its tags."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from exifds.exif.quantity import number
from exifds.exif.tags import given
from exifds.photo import Point

__all__ = ["location", "taken_at"]

_Tags = Mapping[str, object]
_CLOCK: Final = re.compile(
    r"\s*([0-9]{4})[:/.-]([0-9]{1,2})[:/.-]([0-9]{1,2})"
    r"[T ]+([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2})(?:\.([0-9]+))?)?"
)
_CLOCKS: Final = (("DateTimeOriginal", "SubSecTimeOriginal"), ("DateTimeDigitized", "SubSecTimeDigitized"))
_FIRST_PHOTO: Final = 1826  # View from the Window at Le Gras
_DEGREES: Final = re.compile(
    r"\s*([0-9.]+)\s*(?:deg|°)?\s*(?:([0-9.]+)\s*')?\s*(?:([0-9.]+)\s*\")?\s*([NSEW])?\s*",
    re.IGNORECASE,
)
_LONGEST: Final = 100


def taken_at(tags: Mapping[str, object]) -> datetime | None:
    """When a photo was taken, by the camera's clock.

    Args:
        tags: Tag name to value, as in `flat(exif.tags)`.

    Returns:
        Wall clock time without a zone, to the millisecond: `DateTimeOriginal`, else `DateTimeDigitized`. None
        when the clock was not set or the date does not exist.

    Example:
        >>> taken_at({"DateTimeOriginal": "2010:07:20 01:23:44", "SubSecTimeOriginal": "5"})
        datetime.datetime(2010, 7, 20, 1, 23, 44, 500000)
    """
    for name, fraction in _CLOCKS:
        for value in given(tags, name):
            moment = _moment(value, next(given(tags, fraction), ""))
            if moment:
                return moment
    return None


def location(tags: Mapping[str, object]) -> Point | None:
    """Where a photo was taken.

    Args:
        tags: Tag name to value: the GPS group, or `flat(exif.tags)`.

    Returns:
        The point, or None when it is missing, incomplete, out of range, or 0, 0: what receivers write before
        they know.

    Example:
        >>> location({"GPSLatitude": ["48/1", "51/1", "282/10"], "GPSLatitudeRef": "N",
        ...           "GPSLongitude": ["2/1", "17/1", "492/10"], "GPSLongitudeRef": "E"}).coordinates
        (2.297, 48.8578333)
    """
    latitude = _coordinate(tags, "GPSLatitude", "NS", 90)
    longitude = _coordinate(tags, "GPSLongitude", "EW", 180)
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None
    return Point(coordinates=(longitude, latitude))


def _moment(value: object, fraction: object) -> datetime | None:
    found = _CLOCK.match(value) if isinstance(value, str) else None
    if not found:
        return None
    digits = found[7] or (str(fraction).strip(" \0") if isinstance(fraction, str | int) else "")
    milliseconds = int(digits[:3].ljust(3, "0")) if digits.isascii() and digits.isdigit() else 0
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
        moment = datetime(year, month, day, hour, minute, second, milliseconds * 1000)  # noqa: DTZ001  no zone
    except ValueError:
        return None
    return moment if moment.year >= _FIRST_PHOTO else None


def _coordinate(tags: _Tags, name: str, signs: str, limit: int) -> float | None:
    """Degrees with their sign, to 7 decimals (1 cm)."""
    value, ref = tags.get(name), tags.get(name + "Ref")
    if isinstance(value, str) and len(value) <= _LONGEST and (found := _DEGREES.fullmatch(value)):
        value, ref = [part for part in found.groups()[:3] if part], ref or found[4]
    parts = [number(part) for part in value] if isinstance(value, list | tuple) else [number(value)]
    sign = ref.strip(" \0")[:1].upper() if isinstance(ref, str) else ""
    limits = zip(parts, (limit, 60, 60), strict=False)
    known = [part for part, most in limits if part is not None and 0 <= part <= most]
    degrees = sum(part / unit for part, unit in zip(known, (1, 60, 3600), strict=False))
    if not known or len(known) < len(parts) or not sign or sign not in signs or degrees > limit:
        return None
    return round(-degrees if sign == signs[1] else degrees, 7)
