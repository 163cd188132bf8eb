"""Strata: photos that verdicts speak for together. What is estimated and what is judged next both use them.

Photos are in one cell if the thresholds all keep or all drop them and their scores are in the same bands (0.1
wide) of every concept, also of those without a threshold: verdicts given under one threshold say nothing of
what others keep. A large cell is a stratum. Cells with less than a fiftieth of their side are too small to be
judged one by one, so neighbours among them are put together up to that size. That is fair if the verdicts in
such a stratum are spread over its cells as a random draw spreads them. So a cell in which nobody judged a
photo stands alone, as unknown, where that many random verdicts would have missed it less than 1 time in 20.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from exifds.curate.cube import UNJUDGED, Cube
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
        counts: Shape `(strata, 3)`. Photos by verdict; some rows are empty.
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
    cells = int(cube.cells.max(initial=-1)) + 1
    cell = (margins >= 0) * cells + cube.cells
    index = (cell * 3 + cube.verdicts)[~missing]
    counts = np.bincount(index, cube.photos[~missing], 6 * cells).astype(np.int64).reshape(-1, 3)
    stratum = np.arange(2 * cells)
    for side in (slice(0, cells), slice(cells, 2 * cells)):
        stratum[side] = _together(counts[side]) + side.start
    sums = np.zeros_like(counts)
    np.add.at(sums, stratum, counts)
    return Strata(np.where(missing, -1, stratum[cell]), sums, np.arange(2 * cells) >= cells)


def _together(counts: NDArray[np.int64]) -> NDArray[np.intp]:
    """For each cell of one side the first cell of its stratum."""
    photos = counts.sum(axis=1)
    judged = photos - counts[:, UNJUDGED]
    size = photos.sum() / _PARTS
    small = np.flatnonzero((photos > 0) & (photos < size))
    run = (np.cumsum(photos[small]) - photos[small]) // max(size, 1)
    first = small[np.searchsorted(run, run)]
    of_run, in_run = (np.bincount(first, some[small], len(photos))[first] for some in (photos, judged))
    missed = (1 - photos[small] / of_run) ** in_run
    stratum = np.arange(len(photos))
    stratum[small] = np.where((judged[small] == 0) & (missed < _CHANCE), small, first)
    return stratum
