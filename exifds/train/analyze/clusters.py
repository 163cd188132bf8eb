"""Clusters: the bootstrap by group of what follows from a table of counts, whatever the number of photos.

Thousands of groups are merged at random into a few hundred, which are independent of each other as groups
are. Then a table needs a row for each of those only, and `stats.bootstrap` draws rows.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["DRAWS", "FOLDS", "Clusters"]

DRAWS: Final = 1000
FOLDS: Final = 5
_MOST: Final = 500

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Clusters:
    """Which photos are drawn together.

    Args:
        of: Number of the cluster of each photo, shape (N,).
    """

    of: Ints

    @classmethod
    def meet(cls, group: Ints, *, seed: int = 0) -> "Clusters":
        """Merge groups.

        Args:
            group: Number of the group of each photo, from 0 without gaps, shape (N,).
            seed: Says which are merged.

        Returns:
            The clusters; one for each group if there are at most 500.

        Example:
            >>> sorted(Clusters.meet(np.array([0, 0, 1, 2])).of.tolist())[-1]
            2
        """
        groups = int(group.max(initial=0)) + 1
        return cls((np.random.default_rng(seed).permutation(groups) % min(groups, _MOST))[group])

    @property
    def folds(self) -> Ints:
        """One of up to five folds for each photo, (N,): none parts a cluster, unless there is only one."""
        return (self.of if self.of.any() else np.arange(len(self.of))) % FOLDS

    def counts(self, cell: Ints, cells: int, rows: Ints | slice = slice(None)) -> Floats:
        """How many photos there are of each kind, by cluster.

        Args:
            cell: Number of the kind of each photo, shape (n,).
            cells: How many kinds there are.
            rows: Which photos these are; all.

        Returns:
            A row for each cluster that has such photos, shape (M, cells).

        Example:
            >>> Clusters(np.array([0, 1, 1])).counts(np.array([0, 1, 0]), 2).tolist()
            [[1.0, 0.0], [1.0, 1.0]]
        """
        there, row = np.unique(self.of[rows], return_inverse=True)
        counts = np.bincount(row * cells + cell, minlength=len(there) * cells)
        return counts.reshape(-1, cells).astype(np.float64)
