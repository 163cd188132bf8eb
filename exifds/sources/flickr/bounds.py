"""Bounds of a search in time and space, from what people write. A fault is a ValueError in plain words."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime
from typing import Any

from exifds.sources.flickr.given import shown

__all__ = ["Box", "box", "degrees", "first_instant", "first_moment", "last_instant", "last_moment"]

Box = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""

_DECIMALS = 6
"""Of degrees: a tenth of a metre."""

_EAST = 180
_NORTH = 90


def first_moment(given: object) -> datetime:
    """The first second of what was written: a datetime, a date, or ISO text of a year, month, day or moment.

    Args:
        given: What was written.

    Returns:
        The moment, with the time zone if one was written.

    Raises:
        ValueError: It is no date.

    Example:
        >>> first_moment("2020-02")
        datetime.datetime(2020, 2, 1, 0, 0)
    """
    return _moment(given, last=False)


def last_moment(given: object) -> datetime:
    """The last second of what was written, as for `first_moment`.

    Example:
        >>> last_moment("2020-02")
        datetime.datetime(2020, 2, 29, 23, 59, 59)
    """
    return _moment(given, last=True)


def first_instant(given: object) -> datetime:
    """The first second of what was written, in UTC; without a time zone it is UTC already.

    Example:
        >>> first_instant("2020-01-01T02:00+02:00").isoformat()
        '2020-01-01T00:00:00+00:00'
    """
    return _utc(first_moment(given))


def last_instant(given: object) -> datetime:
    """The last second of what was written, in UTC; without a time zone it is UTC already.

    Example:
        >>> last_instant("2020").isoformat()
        '2020-12-31T23:59:59+00:00'
    """
    return _utc(last_moment(given))


def _moment(given: object, *, last: bool) -> datetime:
    if isinstance(given, datetime):
        return given.replace(microsecond=0)
    written = given.isoformat() if isinstance(given, date) else str(given).strip()
    try:
        if period := re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", written):
            year, month, day = (int(part) if part else None for part in period.groups())
            return _bound(year or 0, month, day, last=last)
        return datetime.fromisoformat(written).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise ValueError(
            "expected a date such as 2020-12-31, a month 2020-12, a year 2020 or a moment 2020-12-31T18:30, "
            f"got {shown(given)}"
        ) from None


def _bound(year: int, month: int | None, day: int | None, *, last: bool) -> datetime:
    """The first or last second of a year, month or day."""
    if not last:
        return datetime(year, month or 1, day or 1)  # noqa: DTZ001  # a clock's time, see _utc
    month = month or 12
    return datetime(year, month, day or monthrange(year, month)[1], 23, 59, 59)  # noqa: DTZ001


def _utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"expected a date of the years 1 to 9999 in UTC, got {moment.isoformat()}") from None


def box(given: object) -> Box:
    """West, south, east and north in degrees, from numbers or text with spaces or commas between them.

    Args:
        given: What was written.

    Returns:
        The box. West is greater than east when it crosses 180 degrees.

    Raises:
        ValueError: They are no edges of a box. The message guesses the mix-up.

    Example:
        >>> box("116, 4, 127, 22")
        (116.0, 4.0, 127.0, 22.0)
    """
    west, south, east, north = edges = _edges(given)
    written = " ".join(map(degrees, edges))
    if not (abs(south) <= _NORTH and abs(north) <= _NORTH):
        raise ValueError(
            f"expected 'west south east north', longitude before latitude, got {written}: south and north "
            "lie within -90 and 90 degrees"
        )
    if not (abs(west) <= _EAST and abs(east) <= _EAST):
        raise ValueError(
            f"expected west and east within -180 and 180 degrees, got {written}; a box across 180 degrees "
            "has a west greater than its east, such as '170 -20 -170 -10'"
        )
    if south > north:
        raise ValueError(f"expected 'west south east north', got a south above its north: {written}")
    if south == north or west == east or (west, east) == (_EAST, -_EAST):
        raise ValueError(f"expected 'west south east north', got a box without area: {written}")
    return -180.0 if west == _EAST else west, south, 180.0 if east == -_EAST else east, north


def _edges(given: object) -> Box:
    parts: Any = re.split(r"[,;\s]+", given.strip("()[] \t\n")) if isinstance(given, str) else given
    try:
        west, south, east, north = (round(float(part), _DECIMALS) + 0.0 for part in parts)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            "expected four numbers 'west south east north' in degrees with decimal points, such as "
            f"'116.5 4 127 22', got {shown(given)}"
        ) from None
    return west, south, east, north


def degrees(value: float) -> str:
    """Degrees as Flickr reads them: no exponent, no needless zeros."""
    return f"{round(value, _DECIMALS) + 0.0:.{_DECIMALS}f}".rstrip("0").rstrip(".")
