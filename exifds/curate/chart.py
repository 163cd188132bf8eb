"""Chart: the histogram of a concept as SVG paths."""

from collections.abc import Sequence
from math import sqrt
from typing import Final

__all__ = ["HEIGHT", "WIDTH", "bars"]

WIDTH: Final = 100.0
HEIGHT: Final = 40.0
"""Size of the drawing in its own units; the page stretches it."""

_GAP: Final = 0.15
"""Part of a bar's width that is left free."""


def bars(counts: Sequence[int], first: int = 0, last: int | None = None) -> str:
    """The path of some bars of a histogram. A bar is as high as the root of its count: rare ones show.

    Args:
        counts: Photos in each bin; all of them set the scale.
        first: First bin to draw.
        last: Bin before which to stop; None draws to the end.

    Returns:
        The attribute `d` of an SVG path; empty where there is nothing to draw.

    Example:
        >>> bars([4, 1], 1)
        'M50.00 40V20.00h42.50V40z'
    """
    highest = max(counts, default=0)
    width = WIDTH / max(len(counts), 1)
    return "".join(
        f"M{index * width:.2f} {HEIGHT:g}V{HEIGHT - HEIGHT * sqrt(count / highest):.2f}"
        f"h{width * (1 - _GAP):.2f}V{HEIGHT:g}z"
        for index, count in enumerate(counts)
        if count and first <= index < (len(counts) if last is None else last)
    )
