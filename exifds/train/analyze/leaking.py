"""Leaking: what a quick model of the tags gains where photos of one owner stand on both sides of a split."""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from exifds.errors import UsageError
from exifds.export.record import Feature
from exifds.train.analyze.area import ranked
from exifds.train.analyze.clusters import Clusters
from exifds.train.stats.alarm import Leak, leak

__all__ = ["MOST", "Tagged", "leaking"]

MOST: Final = 10_000
"""Photos that are asked about, so that it takes a second or two; of several labels as many in all."""
_LEAST: Final = 1000

_MOST_CODES: Final = 8
"""Of a category, that have a column."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Tagged(Protocol):
    """N photos with F tags and labels."""

    @property
    def features(self) -> Sequence[Feature]:
        """The tags, F of them."""

    @property
    def values(self) -> Floats:
        """Shape (N, F)."""

    @property
    def present(self) -> NDArray[np.bool_]:
        """Which are there, shape (N, F)."""

    @property
    def labels(self) -> Ints:
        """Class, shape (N,); for several labels 0 or 1, shape (N, C)."""


def leaking(photos: Tagged, who: Ints, *, seed: int = 0) -> Leak | None:
    """Part photos at random, and by who took them, and compare how well their tags tell the class.

    Args:
        photos: With their tags.
        who: Number of the owner or camera, -1 where unknown, shape (N,).
        seed: Says which photos are asked about, if there are more than `MOST`.

    Returns:
        The comparison; None where no two classes have photos of two owners or cameras.
    """
    rows = np.flatnonzero(who >= 0)
    labels = 1 if photos.labels.ndim == 1 else photos.labels.shape[1]
    rows = np.sort(np.random.default_rng(seed).permutation(rows)[: max(_LEAST, MOST // labels)])
    if not len(rows):
        return None
    _, group, sizes = np.unique(who[rows], return_inverse=True, return_counts=True)
    groups = Clusters.meet(group, seed=seed).of  # merged where there are many, so none of them is alone
    columns = np.column_stack(list(_columns(photos, rows)))
    try:
        found = leak(columns, photos.labels[rows], groups, seeds=range(2))
    except UsageError:
        return None
    return found.model_copy(update={"lone": float((sizes == 1).sum() / len(rows))})


def _columns(photos: Tagged, rows: Ints) -> Iterator[Floats]:
    """Numbers as ranks, which no outlier moves; a column for each frequent code. NaN where missing."""
    for number, feature in enumerate(photos.features):
        there = photos.present[rows, number]
        values = photos.values[rows, number].astype(np.float64)
        if feature.kind == "category":
            codes, counts = np.unique(values[there], return_counts=True)
            for code in codes[np.argsort(-counts, kind="stable")][:_MOST_CODES]:
                yield np.where(there, values == code, np.nan)
        else:
            column = np.full(len(rows), np.nan)
            column[there] = ranked(values[there])
            yield column
