"""Slices: the parts of a search that Flickr gives completely. No I/O.

Flickr gives the first 4,000 photos of a search, and its totals may be some hundreds short. So a slice that
reports more than 3,000 is split: by date of upload, by licence, by quadrant, and at last down to seconds.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise, product
from typing import Any, Self

from exifds.sources.flickr.bounds import Box, degrees
from exifds.sources.flickr.search_query import OPENING, Search

__all__ = ["FIRST_UPLOAD", "FLOOR_S", "TARGET", "Slice", "first_slices", "split", "too_many"]

TARGET = 3000
"""Reported photos of a slice at most: what is reported may be up to 750 short of what is there."""

FLOOR_S = 600
"""Slices are not cut by date below this as long as there is another way: Flickr blurs short times."""

FIRST_UPLOAD = int(OPENING.timestamp())

_AIM = 2000
"""Photos of a part after a split, if they are spread evenly."""

_PARTS = 64
"""Parts of one split at most, whatever total is reported."""

_FLOOR_DEGREES = 0.001
"""Sides of a box are not halved below this: about 100 m."""


@dataclass(frozen=True)
class Slice:
    """A part of a search.

    Args:
        since: First second of upload, in Unix time.
        until: Last second of upload, included.
        license: Licence ids; None for those of the search.
        box: Where; None if the search has no box.
    """

    since: int
    until: int
    license: tuple[int, ...] | None = None
    box: Box | None = None

    @property
    def key(self) -> str:
        """The slice for people: short, and the same for equal slices.

        Example:
            >>> Slice(1577836800, 1580515199, (4, 5)).key
            '2020-01-01T00:00:00/2020-01-31T23:59:59 license 4,5'
        """
        since, until = (datetime.fromtimestamp(end, UTC).isoformat()[:-6] for end in (self.since, self.until))
        license_ids = "" if self.license is None else f" license {','.join(map(str, self.license))}"
        box = f" box {','.join(map(degrees, self.box))}" if self.box else ""
        return f"{since}/{until}{license_ids}{box}"

    def to_dict(self) -> dict[str, Any]:
        """The slice for JSON, without what is None."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """The slice that `to_dict` gave."""
        license_ids, box = stored.get("license"), stored.get("box")
        return cls(
            stored["since"],
            stored["until"],
            None if license_ids is None else tuple(license_ids),
            None if box is None else tuple(box),
        )


def first_slices(search: Search, now: int) -> list[Slice]:
    """The slices a search starts with: all of its time, once for each part of its box.

    Args:
        search: What is looked for.
        now: When the crawl started, in Unix time: later uploads are not looked for, so that the same
            slices are asked for whenever the crawl goes on.

    Returns:
        None when the search begins in the future.

    Example:
        >>> [piece.key for piece in first_slices(Search(text="monkey", since="2020"), 1609459200)]
        ['2020-01-01T00:00:00/2021-01-01T00:00:00']
    """
    since = max(FIRST_UPLOAD, int(search.since.timestamp())) if search.since else FIRST_UPLOAD
    until = min(now, int(search.until.timestamp())) if search.until else now
    return [Slice(since, until, box=box) for box in search.boxes] if since <= until else []


def too_many(total: int) -> bool:
    """Whether a slice that reports `total` photos is split rather than read.

    Example:
        >>> too_many(3000), too_many(3001)
        (False, True)
    """
    return total > TARGET


def split(piece: Slice, total: int, licenses: Sequence[int]) -> list[Slice]:
    """Cut a slice into smaller ones that cover it exactly.

    By date of upload while the parts are 10 minutes or more, then by licence, then by quadrant of the box
    (a box where there was none would lose the photos without a place), then by date down to seconds. Parts
    in time share the second between them, so that nothing is lost whichever end a server leaves out.

    Args:
        piece: The slice.
        total: Photos it reports.
        licenses: Licence ids of the search, or all that Flickr knows.

    Returns:
        Two slices or more, each smaller than the given one; none when it cannot be cut any more.

    Example:
        >>> [part.key for part in split(Slice(0, 7200), 4500, ())]
        ['1970-01-01T00:00:00/1970-01-01T00:40:00', '1970-01-01T00:40:00/1970-01-01T01:20:00', \
'1970-01-01T01:20:00/1970-01-01T02:00:00']
    """
    wanted = min(max(2, -(-total // _AIM)), _PARTS)
    ways = (
        _by_date(piece, wanted, FLOOR_S),
        _by_license(piece, wanted, licenses),
        _by_box(piece),
        _by_date(piece, wanted, 1),
    )
    return next((parts for parts in ways if len(parts) > 1), [])


def _by_date(piece: Slice, wanted: int, floor: int) -> list[Slice]:
    length = piece.until - piece.since
    parts = max(1, min(wanted, length // floor))
    borders = [piece.since + length * part // parts for part in range(parts + 1)]
    return [replace(piece, since=since, until=until) for since, until in pairwise(borders)]


def _by_license(piece: Slice, wanted: int, licenses: Sequence[int]) -> list[Slice]:
    ids = sorted(set(licenses)) if piece.license is None else piece.license
    parts = min(wanted, len(ids))
    borders = [len(ids) * part // parts for part in range(parts + 1)] if parts else []
    return [replace(piece, license=tuple(ids[first:last])) for first, last in pairwise(borders)]


def _by_box(piece: Slice) -> list[Slice]:
    if piece.box is None:
        return []
    west, south, east, north = piece.box
    quadrants = product(_halves(west, east), _halves(south, north))
    return [replace(piece, box=(left, low, right, high)) for (left, right), (low, high) in quadrants]


def _halves(low: float, high: float) -> list[tuple[float, float]]:
    middle = round((low + high) / 2, 6)
    return [(low, middle), (middle, high)] if high - low >= 2 * _FLOOR_DEGREES else [(low, high)]
