"""Pages: one page of what a search found, with Flickr's cap and, where wanted, its loose counting. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from exifds.errors import FlickrError
from exifds.sandbox.flickr.faults import Faults, uniform

__all__ = ["Page", "page_of"]

Ints = NDArray[np.int64]

_USUAL: Final = 100
_EXCESSIVE: Final = 100_000  # rows; code 20 beyond


@dataclass(frozen=True)
class Page:
    """One page and what is said of them all."""

    number: int
    size: int
    total: int
    rows: Ints

    @property
    def pages(self) -> int:
        """How many there are said to be."""
        return -(-self.total // self.size)


def page_of(
    found: Ints, parameters: Mapping[str, str], faults: Faults, visit: int, *, largest: int, cap: int | None
) -> Page:
    """Cut one page.

    Args:
        found: All that match, in order.
        parameters: Those of the call; `page` and `per_page` count here.
        faults: How much is miscounted, repeated and shifted.
        visit: How often this call was answered before; shifts and orders are drawn anew each time.
        largest: Most photos on a page.
        cap: How many results can be reached; pages beyond repeat the last within. None for all.

    Returns:
        The page.

    Raises:
        FlickrError: The page lies too far out (code 20).

    Example:
        >>> page_of(np.arange(9), {"per_page": "4", "page": "3"}, Faults(), 0, largest=500, cap=8).rows
        array([4, 5, 6, 7])
    """
    size = min(_number(parameters.get("per_page"), _USUAL), largest)
    number = _number(parameters.get("page"), 1)
    if number * size > _EXCESSIVE:
        raise FlickrError("Excessive photo offset in search", 20)
    query = sorted((name, value) for name, value in parameters.items() if name != "page")
    rows = _repeating(found, faults, query)
    off = 2 * uniform(faults.seed, "total", query) - 1
    total = max(0, round(len(rows) * (1 + faults.totals * off)))
    reachable = rows if cap is None else rows[:cap]
    within = number if cap is None else min(number, -(-cap // size))
    identity = (faults.seed, within, query, visit)
    shift = round((2 * uniform("shift", *identity) - 1) * faults.shifting * size)
    cut = _cut(reachable, within, size, shift)
    if uniform("order", *identity) < faults.shuffled:
        cut = _random("shuffle", *identity).permutation(cut)
    return Page(number, size, total, cut)


def _cut(rows: Ints, number: int, size: int, shift: int) -> Ints:
    """A page that begins too late or too early; but the first and the last lack no row at the ends."""
    start = (number - 1) * size
    if start >= len(rows):
        return rows[:0]
    if number > 1:
        start = min(start + shift, len(rows) - 1)
    end = len(rows) if number * size >= len(rows) else start + size
    return rows[start:end][-size:]


def _repeating(found: Ints, faults: Faults, query: object) -> Ints:
    """The rows with some of them repeated a little later."""
    count = int(len(found) * faults.duplicates)
    if count == 0:
        return found
    random = _random("duplicates", faults.seed, query)
    repeated = random.choice(len(found), count, replace=False)
    places = np.minimum(repeated + random.integers(1, 300, count), len(found))
    return np.insert(found, places, found[repeated])


def _random(*identity: object) -> np.random.Generator:
    return np.random.default_rng(int(uniform(*identity) * (1 << 48)))


def _number(text: str | None, usual: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and int(text[:9]) > 0 else usual
