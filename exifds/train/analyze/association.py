"""Association: how much one tag alone tells about the classes, where it is there."""

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.export.record import Feature
from exifds.train.analyze.area import interval, ranked
from exifds.train.analyze.clusters import DRAWS, Clusters
from exifds.train.analyze.sample import Sample
from exifds.train.stats import bootstrap
from exifds.train.stats.bootstrap import Interval
from exifds.train.stats.replicates import replicates
from exifds.train.stats.statistic import Statistic

__all__ = ["Association", "associations", "bins", "exchanged", "information"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_BINS = 8
_TWO = 2
_LEAST = 20
"""Photos with a tag below which nothing is said about it."""
_EXCHANGES: Final = 20
"""How often labels are exchanged; what chance gives is then known to a quarter of its own scatter."""
_ALIKE: Final = 10
"""Clusters of about equal size that exchange their labels, at least."""


class Association(BaseModel):
    """What one tag tells about the classes.

    Args:
        tag: Its name.
        measure: `auc`: chance that of two photos, one of each class, the tag puts the right one first; 0.5
            is none. `bits`: mutual information with the class; 0 is none.
        photos: Photos of the sample that have the tag.
        value: Of the measure; None with fewer than 20 photos, or where all are of one class.
        more: For `auc` of numbers, the class whose photos have larger values.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tag: str
    measure: Literal["auc", "bits"]
    photos: int
    value: Interval | None = None
    more: str | None = None

    @property
    def nothing(self) -> float:
        """What the measure is of a tag that tells nothing."""
        return 0.5 if self.measure == "auc" else 0.0

    @property
    def strength(self) -> float:
        """How far the tag is from telling nothing. A category whose codes tell less than nothing has none."""
        return 0.0 if self.value is None else max(0.0, self.value.estimate - self.nothing)

    @property
    def contrary(self) -> bool:
        """Whether a category tells less than nothing: what its codes tell of others is wrong for an owner."""
        return self.value is not None and self.value.estimate < self.nothing

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out that the tag tells nothing."""
        return self.value is not None and self.value.low is not None and self.value.low > self.nothing


def associations(sample: Sample, clusters: Clusters) -> tuple[Association, ...]:
    """What each tag alone tells about the classes; the most telling one first.

    Two classes: area under the ROC curve of the value; of a category, of the class share of its code among
    the photos of other groups, which by chance can be worse than nothing. Otherwise: mutual information in
    bits, numbers in 8 bins of equal counts; with several labels the mean over them. What chance alone would
    give is taken off, so of few photos a strong relation comes out weaker than it is.

    Args:
        sample: The photos.
        clusters: Which of them are drawn together.

    Returns:
        One for each tag.
    """
    measure = _auc if len(sample.classes) == _TWO and not sample.several else _bits
    found = [measure(sample, clusters, number) for number in range(len(sample.features))]
    return tuple(sorted(found, key=lambda one: (one.value is None, -one.strength, one.tag)))


def _auc(sample: Sample, clusters: Clusters, number: int) -> Association:
    feature = sample.features[number]
    rows = np.flatnonzero(sample.present[:, number])
    labels = sample.labels[rows]
    empty = Association(tag=feature.name, measure="auc", photos=len(rows))
    if len(rows) < _LEAST or len(np.unique(labels)) < _TWO:
        return empty
    values = sample.values[rows, number]
    if feature.kind == "category":
        folds = clusters.folds[rows]
        drawn = interval(clusters, ranked(_shares(values, labels, folds)), labels, rows, strata=folds)
        return empty.model_copy(update={"value": drawn})
    drawn = interval(clusters, ranked(values), labels, rows)
    less = drawn is not None and drawn.estimate < 1 / 2
    more = sample.classes[0 if less else 1]
    return empty.model_copy(update={"value": _turned(drawn) if less else drawn, "more": more})


def _turned(one: Interval | None) -> Interval | None:
    """The area for the other class."""
    if one is None:
        return None
    low, high = (None if end is None else 1 - end for end in (one.high, one.low))
    return Interval(estimate=1 - one.estimate, low=low, high=high, level=one.level)


def _bits(sample: Sample, clusters: Clusters, number: int) -> Association:
    """Less what chance alone would give: counts have a bias, and in nearly empty cells all of it is bias."""
    feature = sample.features[number]
    rows = np.flatnonzero(sample.present[:, number])
    empty = Association(tag=feature.name, measure="bits", photos=len(rows))
    if len(rows) < _LEAST:
        return empty
    level = bins(feature, sample.values[rows, number])
    labels = sample.labels[rows]
    shape = (int(level.max()) + 1, 2 if sample.several else len(sample.classes))
    columns = labels.T if sample.several else labels[None]
    counts = [clusters.counts(level * shape[1] + column, shape[0] * shape[1], rows) for column in columns]
    whole = Statistic(
        np.concatenate(counts, axis=1),
        lambda sums: information(sums.reshape(*sums.shape[:-1], len(counts), *shape)).mean(axis=-1),
    )
    groups = np.arange(len(whole.parts))
    if len(groups) < _TWO:  # nobody to exchange with
        return empty.model_copy(update={"value": Interval(estimate=whole.estimate, low=None, high=None)})
    (draws,) = replicates([whole], groups, draws=DRAWS)
    found = whole.estimate - _chance(level, columns, shape, clusters.of[rows])
    drawn = bootstrap.percentiles(found, found + draws.mean() - draws, len(groups))
    return empty.model_copy(update={"value": _from_zero(drawn)})


def _from_zero(found: Interval) -> Interval:
    low, high = (None if end is None else max(0.0, end) for end in (found.low, found.high))
    return Interval(estimate=max(0.0, found.estimate), low=low, high=high, level=found.level)


def _chance(level: Ints, columns: Ints, shape: tuple[int, int], of: Ints) -> float:
    """Mean information of a tag and labels that have nothing to do with each other."""
    cells = shape[0] * shape[1]
    tables = [
        np.bincount(level * shape[1] + column[others], minlength=cells).reshape(shape)
        for others in exchanged(of)
        for column in columns
    ]
    return float(np.mean([information(table.astype(np.float64)) for table in tables]))


def exchanged(of: Ints, *, seed: int = 0) -> Iterator[Ints]:
    """Exchange labels between clusters of about equal size.

    Photos of one owner share their tags and their labels, so that a few owners make two things that have
    nothing to do with each other look related. Labels are therefore exchanged by cluster, not by photo; of
    about equal size, so that a few photos seldom stand for many.

    Args:
        of: Number of the cluster of each photo, shape (N,).
        seed: Of the exchange.

    Yields:
        For each photo the number of the one whose label it gets, shape (N,).

    Example:
        >>> sorted(next(exchanged(np.array([5, 5, 7, 7]))).tolist())
        [0, 1, 2, 3]
    """
    of = np.unique(of, return_inverse=True)[1]
    size = np.bincount(of)
    start = np.cumsum(size) - size
    order = np.argsort(of, kind="stable")
    place = np.empty_like(of)
    place[order] = np.arange(len(of)) - start[of[order]]
    by_size = np.argsort(-size, kind="stable")
    alike = np.arange(len(size)) * max(1, len(size) // _ALIKE) // len(size)
    generator = np.random.default_rng(seed)
    for _ in range(_EXCHANGES):
        partner = np.empty_like(by_size)
        partner[by_size] = by_size[np.lexsort([generator.random(len(size)), alike])]
        yield order[start[partner[of]] + place % size[partner[of]]]


def _shares(codes: Floats, labels: Ints, folds: Ints) -> Floats:
    """Log-odds of class 1 for the code of a photo, among the photos of other folds and against their mean."""
    code = np.unique(codes, return_inverse=True)[1]
    scores = np.zeros(len(codes))
    for fold in np.unique(folds):
        other = folds != fold
        ones = np.bincount(code[other], labels[other], minlength=code.max() + 1)
        all_of_it = np.bincount(code[other], minlength=code.max() + 1)
        prior = (labels[other].sum() + 1) / (other.sum() + 2)
        share = (ones + 2 * prior) / (all_of_it + 2)
        scores[~other] = (np.log(share / (1 - share)) - np.log(prior / (1 - prior)))[code[~other]]
    return scores


def bins(feature: Feature, values: Floats) -> Ints:
    """Values as one of few bins: codes as they are, numbers in 8 bins of about equal counts.

    Args:
        feature: What they are.
        values: Shape (N,).

    Returns:
        Numbers of bins from 0, shape (N,).
    """
    if feature.kind == "numeric" and len(np.unique(values)) > _BINS:
        edges = np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1])
        values = np.searchsorted(np.unique(edges), values, side="right").astype(float)
    return np.unique(values, return_inverse=True)[1]


def information(counts: Floats) -> Floats:
    """Mutual information in bits, from counts (Shannon): what one of two things tells about the other.

    Args:
        counts: Shape (..., rows, columns).

    Returns:
        Shape (...).

    Example:
        >>> information(np.array([[[5, 0], [0, 5]], [[5, 5], [5, 5]]])).tolist()
        [1.0, 0.0]
    """
    share = counts / np.maximum(counts.sum(axis=(-2, -1), keepdims=True), 1)
    apart = share.sum(axis=-2, keepdims=True) * share.sum(axis=-1, keepdims=True)
    ratio = np.divide(share, apart, out=np.ones_like(share), where=share > 0)
    return np.asarray((share * np.log2(ratio)).sum(axis=(-2, -1)))
