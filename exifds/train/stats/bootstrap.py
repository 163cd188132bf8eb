"""Bootstrap: intervals of statistics of photos that are not independent, for photos of one owner are alike.

Whole groups are drawn with replacement (the cluster bootstrap). Every statistic is a function of sums over
photos, so a draw costs one row of a product of matrices: 2000 draws of 10,000 photos take 0.3 s.
Equal groups and an equal seed give equal draws, so statistics of two models are paired.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.errors import UsageError
from exifds.train.stats.statistic import Statistic

__all__ = ["DRAWS", "Interval", "interval", "intervals", "over_runs", "percentiles", "replicates", "weights"]

DRAWS: Final = 2000
_CELLS: Final = 2_000_000
"""Of a table of draws that are held at once: 16 MB."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Interval(BaseModel):
    """An estimate, and where the true value lies with some confidence.

    Args:
        estimate: From all photos.
        low: Lower end; None where a single group tells nothing of the scatter.
        high: Upper end.
        level: Confidence, such as 0.95.

    Example:
        >>> Interval(estimate=0.03, low=0.01, high=0.05).excludes(0)
        True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    estimate: float
    low: float | None
    high: float | None
    level: float = 0.95

    def excludes(self, value: float) -> bool:
        """Whether a value lies outside; never where the ends are unknown."""
        return self.low is not None and self.high is not None and not self.low <= value <= self.high


def weights(groups: Ints, *, draws: int = DRAWS, seed: int = 0) -> Iterator[Floats]:
    """How often each group is drawn, some draws at a time.

    Args:
        groups: How many there are is all that matters, shape (N,).
        draws: How often as many groups are drawn as there are.
        seed: Equal seeds and numbers of groups give equal draws.

    Yields:
        Counts by draw and by group in the order of `np.unique`, shape (some draws, G).
    """
    count = len(np.unique(groups))
    generator = np.random.default_rng(seed)
    step = max(1, _CELLS // max(count, 1))
    for start in range(0, draws, step):
        rows = min(step, draws - start)
        drawn = generator.integers(count, size=(rows, count)) + count * np.arange(rows)[:, None]
        yield np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count).astype(np.float64)


def replicates(statistics: Sequence[Statistic], groups: Ints, *, draws: int = DRAWS, seed: int = 0) -> Floats:
    """Statistics of redrawn photos.

    Args:
        statistics: S of them, of the same N photos.
        groups: What is drawn whole, shape (N,).
        draws: How often.
        seed: Of the draws.

    Returns:
        Shape (S, draws); NaN where a draw leaves a statistic undefined.

    Raises:
        UsageError: There is no photo.
    """
    if not len(groups):
        raise UsageError("expected photos to draw from, got none")
    _, number = np.unique(groups, return_inverse=True)
    parts = np.concatenate([statistic.parts for statistic in statistics], axis=1)
    sums = np.zeros((number.max() + 1, parts.shape[1]))
    np.add.at(sums, number, parts)
    drawn = np.concatenate([counts @ sums for counts in weights(groups, draws=draws, seed=seed)])
    ends = np.cumsum([statistic.parts.shape[1] for statistic in statistics])[:-1]
    pieces = np.split(drawn, ends, axis=1)
    return np.stack([statistic.value(piece) for statistic, piece in zip(statistics, pieces, strict=True)])


def percentiles(estimate: float, drawn: Floats, groups: int, *, level: float = 0.95) -> Interval:
    """The percentile interval, widened for few groups as Student's t is (Hesterberg 2015, "expanded").

    Args:
        estimate: From all photos.
        drawn: Replicates; NaN are left out.
        groups: How many there are.
        level: Confidence.

    Returns:
        The interval.
    """
    from scipy.stats import norm, t

    drawn = drawn[np.isfinite(drawn)]
    if groups < 2 or not len(drawn):  # noqa: PLR2004 - one has no scatter
        return Interval(estimate=estimate, low=None, high=None, level=level)
    tail = norm.cdf(t.ppf((1 - level) / 2, groups - 1) * np.sqrt(groups / (groups - 1)))
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Interval(estimate=estimate, low=float(low), high=float(high), level=level)


def intervals(
    statistics: Sequence[Statistic],
    groups: Ints,
    *,
    draws: int = DRAWS,
    level: float = 0.95,
    seed: int = 0,
) -> list[Interval | None]:
    """Intervals of several statistics from the same draws.

    Args:
        statistics: Of the same N photos.
        groups: What is drawn whole, shape (N,).
        draws: How often.
        level: Confidence.
        seed: Of the draws.

    Returns:
        One for each; None where the statistic is undefined, such as the F1 of a class that never occurs.

    Raises:
        UsageError: There is no photo.
    """
    count = len(np.unique(groups))
    return [
        percentiles(statistic.estimate, drawn, count, level=level)
        if np.isfinite(statistic.estimate)
        else None
        for statistic, drawn in zip(
            statistics, replicates(statistics, groups, draws=draws, seed=seed), strict=True
        )
    ]


def over_runs(
    runs: Sequence[Sequence[Statistic]], groups: Ints, *, draws: int = DRAWS, seed: int = 0
) -> list[Interval | None]:
    """Intervals of means over runs that differ in the seed, for the draw of groups and of seeds.

    Each draw is of the same groups for all runs. To it is added what the mean of S seeds scatters: its
    standard error times a draw of Student's t of S - 1 degrees of freedom, for S are few. Without a scatter
    between photos that is the t interval. One run says nothing of other seeds: its interval covers groups
    only.

    Args:
        runs: Statistics of each run, the same ones of the same N photos.
        groups: What is drawn whole, shape (N,).
        draws: How often.
        seed: Of the draws.

    Returns:
        One for each statistic; None where it is undefined for some run.

    Raises:
        UsageError: There is no photo.
    """
    drawn = np.mean([replicates(each, groups, draws=draws, seed=seed) for each in runs], axis=0)
    found = np.array([[statistic.estimate for statistic in each] for each in runs])
    if (count := len(runs)) > 1:
        errors = found.std(axis=0, ddof=1) / np.sqrt(count)
        drawn += errors[:, None] * np.random.default_rng([seed, count]).standard_t(count - 1, draws)
    number = len(np.unique(groups))
    return [
        percentiles(float(estimate), row, number) if np.isfinite(estimate) else None
        for estimate, row in zip(found.mean(axis=0), drawn, strict=True)
    ]


def interval(
    statistic: Statistic, groups: Ints, *, draws: int = DRAWS, level: float = 0.95, seed: int = 0
) -> Interval:
    """Interval of one statistic.

    Args:
        statistic: Of N photos.
        groups: What is drawn whole, shape (N,).
        draws: How often.
        level: Confidence.
        seed: Of the draws.

    Returns:
        The interval.

    Raises:
        UsageError: There is no photo, or the statistic is undefined for these.

    Example:
        >>> from exifds.train.stats.statistic import mean
        >>> interval(mean(np.array([1.0, 1.0, 0.0, 0.0])), np.array([5, 5, 6, 6])).low
        0.0
    """
    (found,) = intervals([statistic], groups, draws=draws, level=level, seed=seed)
    if found is None:
        raise UsageError("expected a statistic that is defined for these photos")
    return found
