"""Area: how well a number orders photos of two classes, as the area under its ROC curve, drawn by group."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from exifds.train.analyze.clusters import DRAWS, Clusters
from exifds.train.stats import bootstrap
from exifds.train.stats.bootstrap import Interval
from exifds.train.stats.statistic import Statistic

__all__ = ["area", "auc", "interval", "ranked"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LEVELS: Final = 256


def ranked(values: Floats) -> Ints:
    """Values as ranks from 0, equal ones with equal ranks, at most 256 of them.

    Args:
        values: Shape (N,).

    Returns:
        Shape (N,).

    Example:
        >>> ranked(np.array([400.0, 100.0, 400.0, 200.0]))
        array([2, 0, 2, 1])
    """
    different, level = np.unique(values, return_inverse=True)
    if len(different) <= _LEVELS:
        return level
    edges = np.unique(np.quantile(values, np.linspace(0, 1, _LEVELS + 1)[1:-1]))
    return np.asarray(np.searchsorted(edges, values, side="right"))


def interval(
    clusters: Clusters,
    rank: Ints,
    labels: Ints,
    rows: Ints | slice = slice(None),
    *,
    strata: Ints | None = None,
) -> Interval | None:
    """Area under the ROC curve with its 95 % interval, drawn by group.

    Args:
        clusters: Which photos are drawn together.
        rank: Of each photo, as `ranked` gives them, shape (n,).
        labels: 0 or 1, shape (n,).
        rows: Which photos these are; all.
        strata: Only photos with the same number are compared, shape (n,). None compares all. Ranks that were
            learned from other folds are to be compared within a fold: what is frequent in one is rare in the
            others, so that areas across folds come out too small.

    Returns:
        The interval; None if there are no two photos to compare.
    """
    found = area(clusters, rank, labels, rows, strata=strata)
    return bootstrap.intervals([found], np.arange(len(found.parts)), draws=DRAWS)[0]


def area(
    clusters: Clusters,
    rank: Ints,
    labels: Ints,
    rows: Ints | slice = slice(None),
    *,
    strata: Ints | None = None,
) -> Statistic:
    """Area under the ROC curve, to be drawn by cluster; arguments as of `interval`."""
    stratum = np.zeros_like(rank) if strata is None else strata
    shape = (int(stratum.max()) + 1, int(rank.max()) + 1, 2)
    cells = np.ravel_multi_index((stratum, rank, labels), shape)
    return Statistic(
        clusters.counts(cells, int(np.prod(shape)), rows),
        lambda counts: auc(counts.reshape(*counts.shape[:-1], *shape)),
        within=(0.0, 1.0),
    )


def auc(counts: Floats) -> Floats:
    """Area under the ROC curve, from counts: equal ranks count half (Mann & Whitney, 1947).

    Args:
        counts: By stratum, rank and class, shape (..., S, L, 2).

    Returns:
        Shape (...); NaN where no two photos of a stratum are of different classes.

    Example:
        >>> float(auc(np.array([[[2.0, 0], [0, 2]], [[1, 1], [1, 1]]])))
        0.75
    """
    zeros, ones = counts[..., 0], counts[..., 1]
    below = np.cumsum(zeros, axis=-1) - zeros / 2
    pairs = (zeros.sum(axis=-1) * ones.sum(axis=-1)).sum(axis=-1)
    won = (below * ones).sum(axis=(-2, -1))
    return np.asarray(np.divide(won, pairs, out=np.full_like(won, np.nan), where=pairs > 0))
