"""Values: single values of Flickr's JSON as plain ones, or None. Nothing in it can be relied on.

Flickr gives numbers as text and text as `{"_content": ...}`, now and then; fields are null, missing or of
another type. What cannot be used is None, so that one broken field never costs the photo.
"""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

__all__ = ["decimal", "flag", "instant", "matching", "part", "rows", "text", "wall_clock", "whole"]

_WHOLE: Final = re.compile(r"[0-9]{1,18}")
_DECIMAL: Final = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,30})?")
_CLOCK: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2}) ([0-9]{2}):([0-9]{2}):([0-9]{2})")
_LARGEST: Final = 2**63 - 1  # the largest integer of BSON
_LAST_SECOND: Final = 253_402_300_799  # of the year 9999


def text(value: object) -> str | None:
    """Text that UTF-8 and MongoDB can hold.

    Args:
        value: A value of the JSON.

    Returns:
        The text, with U+FFFD for half characters (lone surrogates) and without NUL; None when it is blank.

    Example:
        >>> text({"_content": "Koh Samui"}), text(1984), text(" "), text(None)
        ('Koh Samui', '1984', None, None)
    """
    value = _bare(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if not isinstance(value, str):
        return None if abs(value) > _LARGEST or not math.isfinite(value) else str(value)
    if not value.isascii():
        value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    value = value.replace("\0", "")
    return value if value.strip() else None


def matching(pattern: re.Pattern[str], value: object) -> str | None:
    """Text of a certain form: an id, a secret, a URL.

    Args:
        pattern: What all of the text must match.
        value: A value of the JSON.

    Returns:
        The text, or None.

    Example:
        >>> matching(re.compile("[0-9]+"), 12), matching(re.compile("[0-9]+"), "12/../7")
        ('12', None)
    """
    value = _bare(value)
    found = value if isinstance(value, str) else text(value)
    return found if found is not None and pattern.fullmatch(found) else None


def whole(value: object) -> int | None:
    """A whole number, not negative.

    Args:
        value: A value of the JSON.

    Returns:
        The number, if MongoDB can hold it.

    Example:
        >>> whole("578"), whole({"_content": 8}), whole("-1"), whole(True), whole(10**30)
        (578, 8, None, None, None)
    """
    value = _bare(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _LARGEST else None


def decimal(value: object) -> float | None:
    """A number with or without decimals.

    Args:
        value: A value of the JSON.

    Returns:
        The number, if it is finite.

    Example:
        >>> decimal("-105.102375"), decimal(0), decimal("nan"), decimal("1e5")
        (-105.102375, 0.0, None, None)
    """
    value = _bare(value)
    if isinstance(value, str):
        return float(value) if _DECIMAL.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        return None
    return float(value)


def flag(value: object) -> bool | None:
    """Yes or no.

    Args:
        value: A value of the JSON.

    Returns:
        True for 1, "1" and true, False for their opposites, None for anything else.

    Example:
        >>> flag("1"), flag(False), flag(2)
        (True, False, None)
    """
    value = _bare(value)
    if isinstance(value, bool):
        return value
    return {0: False, 1: True, None: None}.get(whole(value))


def instant(value: object) -> datetime | None:
    """A moment given as seconds since 1970.

    Args:
        value: A value of the JSON.

    Returns:
        The moment in UTC; None for 0, which stands for "unknown".

    Example:
        >>> instant("1573359814").isoformat(), instant(0)
        ('2019-11-10T04:23:34+00:00', None)
    """
    seconds = whole(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds and seconds <= _LAST_SECOND else None


def wall_clock(value: object, *, rough: bool = False) -> datetime | None:
    """A date and time without a zone, as the camera or the owner gave it.

    Args:
        value: A value of the JSON.
        rough: Month and day may be 00: only the year, or year and month, are known.

    Returns:
        The date; None when it does not exist, as in "0000-00-00 00:00:00".

    Example:
        >>> wall_clock("2019-11-03 21:25:25"), wall_clock("1950-00-00 00:00:00", rough=True).year
        (datetime.datetime(2019, 11, 3, 21, 25, 25), 1950)
    """
    found = _CLOCK.fullmatch(text(value) or "")
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups())
    if rough:
        month, day = max(month, 1), max(day, 1)
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  Flickr tells no zone
    except ValueError:
        return None


def part(parent: Mapping[str, object], name: str) -> Mapping[str, object]:
    """An object within another.

    Args:
        parent: The other.
        name: Its name there.

    Returns:
        The object; an empty one when there is none.

    Example:
        >>> part({"owner": {"nsid": "1@N00"}}, "owner"), part({"owner": None}, "owner")
        ({'nsid': '1@N00'}, {})
    """
    found = parent.get(name)
    return found if isinstance(found, Mapping) else {}


def rows(parent: object, name: str) -> Iterator[Mapping[str, object]]:
    """The objects of a list; what is no object is an empty one.

    Args:
        parent: The object that has the list.
        name: The name of the list.

    Yields:
        Each object, none when there is no such list.

    Example:
        >>> list(rows({"tag": [{"raw": "sea"}, None]}, "tag")), list(rows(None, "tag"))
        ([{'raw': 'sea'}, {}], [])
    """
    found = parent.get(name) if isinstance(parent, Mapping) else None
    for row in found if isinstance(found, list) else ():
        yield row if isinstance(row, Mapping) else {}


def _bare(value: object) -> object:
    return value.get("_content") if isinstance(value, dict) else value  # as JSON has it: quick to tell
