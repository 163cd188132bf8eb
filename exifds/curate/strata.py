"""Strata: photos that verdicts speak for together. What is estimated and what is judged next both use them.

Photos are in one cell if the thresholds all keep or all drop them and their scores are in the same bands (0.1
wide) of every concept, also of those without a threshold: verdicts given under one threshold say nothing of
what others keep. A large cell is a stratum. Cells with less than a fiftieth of their side are too small to be
judged one by one, so neighbours among them are put together up to that size, but never across a band of a
concept with a threshold: its score is what right photos are told from wrong ones by. That is fair if the
verdicts in such a stratum are spread over its cells as a random draw spreads them. So a cell in which nobody
judged a photo stands alone, as unknown, where that many random verdicts would have missed it less than 1 time
in 20.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from exifds.curate.cube import ACCEPTED, REJECTED, UNJUDGED, Cube
from exifds.store.criteria import Thresholds

__all__ = ["Strata", "strata"]

_PARTS: Final = 50
"""Cells with less than this part of the photos of their side are small."""

_CHANCE: Final = 0.05


@dataclass(frozen=True, eq=False)
class Strata:
    """The strata of both sides of the thresholds.

    Args:
        of: Shape `(entries,)`. The stratum of each entry of the cube; -1 where a score is missing.
        counts: Shape `(strata, 3)`. Photos by verdict; each stratum has some.
        kept: Shape `(strata,)`. Whether the thresholds keep them.
    """

    of: NDArray[np.intp]
    counts: NDArray[np.int64]
    kept: NDArray[np.bool_]

    @property
    def photos(self) -> NDArray[np.int64]:
        """Photos of each."""
        total: NDArray[np.int64] = self.counts.sum(axis=1)
        return total

    @property
    def judged(self) -> NDArray[np.int64]:
        """Verdicts of each."""
        return self.photos - self.counts[:, UNJUDGED]


def strata(cube: Cube, thresholds: Thresholds) -> Strata:
    """The strata of photos. Those that lack a score that a threshold asks for are in none.

    Args:
        cube: The photos.
        thresholds: By concept.

    Returns:
        The strata.
    """
    margins, missing = cube.margins(thresholds)
    cells = cube.cells(thresholds)
    number = len(cells.blocks)
    cell = cells.of + np.where(margins >= 0, number, 0)
    there = np.flatnonzero(~missing) if missing.any() else slice(None)
    of_cells = _counts(cell[there], cube.verdicts[there], cube.photos[there], 2 * number)
    sides = slice(0, number), slice(number, 2 * number)
    first = np.concatenate([_together(of_cells[side], cells.blocks) + side.start for side in sides])
    rank = np.zeros(2 * number, np.intp)
    rank[first[cell[there]]] = 1
    kept = np.flatnonzero(rank) >= number
    of = (np.cumsum(rank) - 1)[first][cell]
    counts = _counts(of[there], cube.verdicts[there], cube.photos[there], len(kept))
    of[missing] = -1
    return Strata(of, counts, kept)


def _counts(
    index: NDArray[np.intp], verdicts: NDArray[np.int8], photos: NDArray[np.int64], size: int
) -> NDArray[np.int64]:
    """Shape `(size, 3)`. Photos by index and verdict."""
    counts = np.empty((3, size), np.int64)
    counts[UNJUDGED] = np.bincount(index, photos, size)
    judged = np.flatnonzero(verdicts != UNJUDGED)  # mostly a few
    for verdict in (ACCEPTED, REJECTED):
        those = judged[verdicts[judged] == verdict]
        counts[verdict] = np.bincount(index[those], photos[those], size)
        counts[UNJUDGED] -= counts[verdict]
    return counts.T


def _together(counts: NDArray[np.int64], blocks: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each cell of one side the first cell of its stratum; those without photos are of none."""
    photos = counts.sum(axis=1)
    size = max(photos.sum() / _PARTS, 1)
    stratum = np.arange(len(photos))
    small = np.flatnonzero((photos > 0) & (photos < size))
    photos = photos[small]
    judged = photos - counts[small, UNJUDGED]
    before = np.cumsum(photos) - photos
    block = _firsts(blocks[small])
    first = _firsts(block, ((before - before[block]) / size).astype(np.intp))
    in_run = np.bincount(first, judged, len(small))[first]
    unseen = np.flatnonzero((judged == 0) & (in_run > 0))
    of_run = np.bincount(first, photos, len(small))[first[unseen]]
    alone = unseen[(1 - photos[unseen] / of_run) ** in_run[unseen] < _CHANCE]
    first[alone] = alone
    stratum[small] = small[first]
    return stratum


def _firsts(*numbers: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each place the first of those that follow each other with the same numbers."""
    begins = np.ones(len(numbers[0]), np.bool_)
    begins[1:] = np.logical_or.reduce([np.diff(number) != 0 for number in numbers])
    firsts: NDArray[np.intp] = np.flatnonzero(begins)[np.cumsum(begins) - 1]
    return firsts
