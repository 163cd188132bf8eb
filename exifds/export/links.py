"""Links: which photos belong together, so that no split may part them. Pure: columns in, columns out.

Columns hold photos in the order in which they came into the dataset. A link speaks about the LATER of two
photos, so what is known about a photo never changes when more photos come.

Near-duplicates are told by 128 bits: `imagehash.dhash`, then `imagehash.dhash_vertical`. Measured with 5,000
photos of the photographer's, which are all different, and with copies of 85 real photos (distances of 95 %):

| fingerprint                               | phash, 64 bits | dhash, 128 bits | phash, 256 bits |
|-------------------------------------------|----------------|-----------------|-----------------|
| least distance of two of 5,000 photos     | 0 (137 up to 2)| 26              | 28              |
| stored again at JPEG quality 50           | 2              | 3               | 6               |
| scaled to 25 %                            | 2              | 3               | 6               |
| 10 % brighter                             | 4              | 5               | 10              |
| 2 % cropped around the middle, at a corner| 6, 10          | 7, 13           | 26, 51          |
| 5 % cropped around the middle, at a corner| 12, 16         | 17, 26          | 56, 102         |

Within `WITHIN` = 16 bits are all copies but 6 % and 58 % of those of the last line, and no different photos:
none of the 12.5 million pairs of rendered and, save evenly coloured ones, of the 3,570 pairs of real photos.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["WITHIN", "Bursts", "Links", "NearDuplicates", "Shared"]

WITHIN: Final = 16
"""Bits in which two fingerprints of one picture differ at most."""

_ROWS: Final = 16
_COLUMNS: Final = 8192  # 16 x 8192 fingerprints at a time: what a processor keeps close at hand

Indices = NDArray[np.int64]
Splits = NDArray[np.int8]
"""The split of each photo by number, -1 for photos that are in none: those have no links."""


class Links(Protocol):
    """One way in which photos belong together."""

    def earliest(self, apart: Splits | None = None) -> Indices:
        """The earliest photo that each photo is linked with.

        Args:
            apart: Looks only at links between two splits.

        Returns:
            Index by photo, (N,); its own where no earlier photo is linked with it.
        """


class Shared:
    """Photos that share a value, such as a group or the digest of their file.

    Args:
        values: By photo, N of them. None is shared with nobody.

    Example:
        >>> Shared(["a", "b", None, "a", None]).earliest()
        array([0, 1, 2, 0, 4])
    """

    def __init__(self, values: Iterable[Hashable]) -> None:
        first: dict[Hashable, int] = {}
        self._first = np.array(
            [at if value is None else first.setdefault(value, at) for at, value in enumerate(values)],
            dtype=np.int64,
        )

    def earliest(self, apart: Splits | None = None) -> Indices:
        """As in `Links`."""
        if apart is None:
            return self._first.copy()
        earliest = np.arange(len(self._first))
        for split in np.unique(apart[apart >= 0]):
            others = np.flatnonzero((apart >= 0) & (apart != split))
            first = np.full(len(earliest), len(earliest))
            np.minimum.at(first, self._first[others], others)
            mine = np.flatnonzero(apart == split)
            earliest[mine] = np.minimum(mine, first[self._first[mine]])
        return earliest


class NearDuplicates:
    """Photos whose fingerprints differ in few bits.

    Every fingerprint is compared with every other, a block at a time: 10^9 pairs take 1.5 s (100,000 photos
    8 s), in 4 MB, whatever the photos are. Hash tables are faster where all photos differ, and fail where
    thousands are alike, as those of a webcam are.

    Args:
        fingerprint: (N, 2) uint64. A fingerprint without any bit is that of an even area: like none other.
        known: Which photos have one, (N,).
        within: Bits in which two of them may differ; None links nothing, 0 only equal ones.

    Example:
        >>> NearDuplicates(np.array([[7, 0], [0, 9], [5, 0]], np.uint64), np.ones(3, bool), 1).earliest()
        array([0, 1, 0])
    """

    def __init__(
        self, fingerprint: NDArray[np.uint64], known: NDArray[np.bool_], within: int | None = WITHIN
    ) -> None:
        self._fingerprint = fingerprint
        self._known = known & fingerprint.any(axis=1) & (within is not None)
        self._within = within or 0

    def earliest(self, apart: Splits | None = None) -> Indices:
        """As in `Links`."""
        photos = np.flatnonzero(self._known if apart is None else self._known & (apart >= 0))
        split = None if apart is None else apart[photos]
        first = np.arange(len(photos))
        for rows, columns, near in self._blocks(photos):
            if split is not None:
                near &= split[rows, None] != split[columns]  # noqa: PLW2901 - a fresh array each time
            found = np.where(near.any(axis=0), rows.start + near.argmax(axis=0), len(photos))
            np.minimum(first[columns], found, out=first[columns])
        earliest = np.arange(len(self._known))
        earliest[photos] = photos[first]
        return earliest

    def late(self, split: Splits) -> NDArray[np.bool_]:
        """Which photos must go so that no link crosses splits: of two linked photos the later one.

        Args:
            split: Of each photo, (N,).

        Returns:
            Whether a photo is linked with an earlier one that stays and stands in another split, (N,).
        """
        photos = np.flatnonzero(self._known & (split >= 0))
        own = (1 << split[photos]).astype(np.uint8)
        seen = np.zeros(len(photos), dtype=np.uint8)  # the splits of earlier ones that stay, a bit each
        for rows, columns, near in self._blocks(photos):
            for row, linked in enumerate(near, rows.start):
                if not seen[row] & ~own[row]:
                    np.bitwise_or(seen[columns], own[row], out=seen[columns], where=linked)
        late = np.zeros(len(split), dtype=np.bool_)
        late[photos] = (seen & ~own) != 0
        return late

    def _blocks(self, photos: Indices) -> Iterator[tuple[slice, slice, NDArray[np.bool_]]]:
        """Where there are links: rows, columns that come later, and which of them are linked, (R, C).

        All links of a photo to earlier ones come before its links to later ones.
        """
        words = np.ascontiguousarray(self._fingerprint[photos].T)
        for top in range(0, len(photos), _ROWS):
            rows = slice(top, top + _ROWS)
            for left in range(top, len(photos), _COLUMNS):
                columns = slice(left, left + _COLUMNS)
                differ = words[:, rows, None] ^ words[:, None, columns]
                near = np.bitwise_count(differ).sum(axis=0, dtype=np.uint8) <= self._within
                if left == top:
                    near = np.triu(near, 1)
                if near.any():
                    yield rows, columns, near


class Bursts:
    """Photos that one owner took within seconds: series, brackets, second tries.

    Args:
        owner: A number for each owner, -1 where unknown, (N,).
        taken: When, NaT where unknown, (N,).
        seconds: How far apart two photos may be; None links nothing.

    Example:
        >>> at = np.array(["2026-01-01T10:00:00", "2026-01-01T10:00:20", "2026-01-01T10:00:09"], "M8[ms]")
        >>> Bursts(np.zeros(3, int), at, 10).earliest()
        array([0, 1, 0])
    """

    def __init__(self, owner: Indices, taken: NDArray[np.datetime64], seconds: float | None) -> None:
        dated = np.flatnonzero((owner >= 0) & ~np.isnat(taken) & (seconds is not None))
        self._size = len(owner)
        self._order = dated[np.lexsort((taken[dated], owner[dated]))]
        reach = round(1000 * (seconds or 0))
        # One axis for all owners on which too far stays too far: gaps shrink to just more than the reach.
        gaps = np.diff(taken[self._order].astype("datetime64[ms]").astype(np.int64))
        gaps = np.where(np.diff(owner[self._order]) == 0, np.minimum(gaps, reach + 1), reach + 1)
        axis = np.cumsum(np.append(0, gaps))[: len(self._order)]
        self._from = np.searchsorted(axis, axis - reach)
        self._until = np.searchsorted(axis, axis + reach, side="right")

    def earliest(self, apart: Splits | None = None) -> Indices:
        """As in `Links`."""
        earliest = np.arange(self._size)
        if apart is None:
            earliest[self._order] = self._first(self._order)
            return earliest
        stands = apart[self._order]
        for split in np.unique(stands[stands >= 0]):
            others = np.where((stands >= 0) & (stands != split), self._order, self._size)
            mine = self._order[stands == split]
            earliest[mine] = np.minimum(mine, self._first(others)[stands == split])
        return earliest

    def late(self, split: Splits) -> NDArray[np.bool_]:
        """Which photos must go so that no link crosses splits: as `NearDuplicates.late`."""
        late = np.zeros(self._size, dtype=np.bool_)
        at = np.zeros(self._size, dtype=np.int64)
        at[self._order] = np.arange(len(self._order))
        stays = split[self._order]
        for photo in np.flatnonzero(self.earliest(split) < np.arange(self._size)):
            near = slice(self._from[at[photo]], self._until[at[photo]])
            others = (stays[near] >= 0) & (stays[near] != split[photo])
            if (others & (self._order[near] < photo)).any():
                late[photo] = True
                stays[at[photo]] = -1
        return late

    def _first(self, photos: Indices) -> Indices:
        """The smallest of `photos`, a column in the order of the axis, within reach of each place."""
        if not len(photos):
            return photos
        reach = np.column_stack((self._from, self._until)).ravel()
        first: Indices = np.minimum.reduceat(np.append(photos, self._size), reach)[::2]
        return first
