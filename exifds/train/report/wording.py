"""Wording: numbers as a reader sees them. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from exifds.train.stats.bootstrap import Interval

__all__ = [
    "LEGEND",
    "MARKS",
    "amount",
    "change",
    "counted",
    "duration",
    "interval",
    "listed",
    "p_value",
    "percent",
    "score",
    "size",
    "spread",
]

MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {"supported": "+", "open": "?", "warning": "!", "fact": " "}
)
"""What stands before a claim on a terminal, by its verdict."""
LEGEND: Final = "(+ supported, ? open, ! warning)"

_DASH = "-"
_MINUTE, _HOUR = 60, 3600
_SMALLEST_P = 0.001


def score(value: float | None, digits: int = 3) -> str:
    """A score.

    Example:
        >>> score(0.8567), score(-0.01), score(None)
        ('0.857', '\N{MINUS SIGN}0.010', '-')
    """
    return _DASH if value is None else f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")


def change(value: float | None, digits: int = 3) -> str:
    """A difference, with its sign.

    Example:
        >>> change(0.0312), change(-0.0312), change(-0.0001)
        ('+0.031', '\N{MINUS SIGN}0.031', '0.000')
    """
    if value is None:
        return _DASH
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def interval(found: Interval | None, *, signed: bool = False) -> str:
    """An estimate with its ends.

    Example:
        >>> interval(Interval(estimate=0.03, low=-0.011, high=0.05), signed=True)
        '+0.030 [\N{MINUS SIGN}0.011, +0.050]'
    """
    if found is None:
        return _DASH
    told = change if signed else score
    ends = "" if found.low is None else f" [{told(found.low)}, {told(found.high)}]"
    return f"{told(found.estimate)}{ends}"


def spread(found: Interval, deviation: float | None) -> str:
    """An estimate with its ends and its standard deviation over seeds."""
    return interval(found) + ("" if deviation is None else f" \N{PLUS-MINUS SIGN} {deviation:.3f}")


def p_value(p: float) -> str:
    """A p.

    Example:
        >>> p_value(0.0123), p_value(1e-9)
        ('= 0.012', '< 0.001')
    """
    return f"< {_SMALLEST_P}" if p < _SMALLEST_P else f"= {p:.3f}"


def percent(share: float | None, digits: int = 0) -> str:
    """A share.

    Example:
        >>> percent(0.874)
        '87 %'
    """
    return _DASH if share is None else f"{100 * share:.{digits}f} %".replace("-", "\N{MINUS SIGN}")


def shares(found: Interval | None) -> str:
    """A share with its ends.

    Example:
        >>> shares(Interval(estimate=0.74, low=0.5, high=0.98))
        '74 % [50 %, 98 %]'
    """
    if found is None:
        return _DASH
    ends = "" if found.low is None else f" [{percent(found.low)}, {percent(found.high)}]"
    return f"{percent(found.estimate)}{ends}"


def amount(value: float | None, unit: str = "") -> str:
    """A number of three significant digits, or a whole one with its thousands told apart.

    Example:
        >>> amount(2260546), amount(0.00123, "kWh"), amount(None)
        ('2,260,546', '0.00123 kWh', '-')
    """
    if value is None:
        return _DASH
    text = f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004
    return f"{text} {unit}".rstrip()


def size(count: float | None) -> str:
    """Bytes.

    Example:
        >>> size(3 * 2**30)
        '3,072 MiB'
    """
    return _DASH if count is None else f"{count / 2**20:,.0f} MiB"


def duration(seconds: float | None) -> str:
    """A time.

    Example:
        >>> duration(2.345), duration(75), duration(7260)
        ('2.3 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds is None:
        return _DASH
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"


def counted(number: int, thing: str) -> str:
    """A number of things.

    Example:
        >>> counted(1, "photo"), counted(1200, "group"), counted(2, "class")
        ('1 photo', '1,200 groups', '2 classes')
    """
    ending = "es" if thing.endswith("s") else "s"
    return f"{number:,} {thing}{'' if number == 1 else ending}"


def listed(parts: list[str]) -> str:
    """Things in a row.

    Example:
        >>> listed(["a", "b", "c"])
        'a, b and c'
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
