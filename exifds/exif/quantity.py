"""Numbers: the many shapes in which cameras, tools and APIs write one, as a float or nothing."""

import math
import re
from collections.abc import Iterator
from numbers import Rational
from typing import Any, Final

__all__ = ["each", "is_printed", "number", "within"]

_SHAPE: Final = re.compile(
    r"""
    (?: f\s*/?\s* | iso\s* )?                                # f/4.2, F4, ISO 200
    (?P<top> [+-]? (?: [0-9]+ (?:\.[0-9]*)? | \.[0-9]+ ) (?: e[+-]?[0-9]+ )? )
    (?: \s*/\s* (?P<bottom> [0-9]+ (?:\.[0-9]*)? ) )?        # 1/250
    (?: \s* (?: mm | s | secs? | seconds? | ev ) \.? )?      # units
    (?: \s* \( [^)]* \) )?                                   # 0.004 sec (1/250)
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_LONGEST: Final = 100
_STEPS: Final = frozenset({"1", "2", "3"})  # whole, half and third stops


def number(value: object) -> float | None:
    """A single number, however it is written.

    Args:
        value: An int, float or fraction, or text such as "1/250", "0.004 sec (1/250)", "f/4.2", "5.8 mm",
            "+0.33 EV".

    Returns:
        The number, or None for anything else, for infinities, NaN and x/0.

    Example:
        >>> number("0.004 sec (1/250)"), number("f/4.2"), number("0/0")
        (0.004, 4.2, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _from_text(value.strip(" \0\t\r\n"))
    if isinstance(value, Rational):
        return _ratio(value.numerator, value.denominator)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return None


def within(value: object, low: float, high: float) -> float | None:
    """The first plausible number of a value or a list of values.

    Args:
        value: What `number` takes, or a list of it.
        low: The least plausible number.
        high: The greatest plausible number.

    Returns:
        The number, or None when none is plausible.

    Example:
        >>> within([0, 400], 1, 1e7), within("undef", 1, 1e7)
        (400.0, None)
    """
    found = (number(item) for item in each(value))
    return next((item for item in found if item is not None and low <= item <= high), None)


def each(value: object) -> Iterator[object]:
    """The items of a list, or the value itself.

    Args:
        value: A list, a tuple or a single value.

    Yields:
        The items.

    Example:
        >>> list(each([1, 2])), list(each("ab"))
        ([1, 2], ['ab'])
    """
    if isinstance(value, list | tuple):
        yield from value
    else:
        yield value


def is_printed(value: object) -> bool:
    """Whether a value is text as ExifTool and Flickr print it, "2.8" or "1/250", not the file's own fraction.

    It tells apart the two units of APEX tags: a file holds `MaxApertureValue` 3 or "3/1", a printout "f/2.8".

    Args:
        value: The value of an APEX tag.

    Returns:
        True for text that is no fraction, and for 1/4 and less: ExifTool prints longer times with decimals.

    Example:
        >>> is_printed("2.8"), is_printed("1/250"), is_printed("297/100"), is_printed("1/2")
        (True, True, False, False)
    """
    if not isinstance(value, str):
        return False
    top, slash, bottom = value.strip().partition("/")
    return not slash or not top.lstrip("+-").isdigit() or (top == "1" and bottom not in _STEPS)


def _from_text(value: str) -> float | None:
    found = _SHAPE.fullmatch(value) if len(value) <= _LONGEST else None
    return _ratio(float(found["top"]), float(found["bottom"] or 1)) if found else None


def _ratio(top: Any, bottom: Any) -> float | None:
    try:
        ratio = float(top / bottom)
    except (ZeroDivisionError, OverflowError):
        return None
    return ratio if math.isfinite(ratio) else None
