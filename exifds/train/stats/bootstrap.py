"""Bootstrap: intervals of statistics of photos that are not independent, for photos of one owner are alike.

Whole groups are drawn with replacement (the cluster bootstrap). Every statistic here is a function of sums
over photos, so a draw costs one row of a product of matrices: 2000 draws of 10,000 photos take 0.3 s.
Equal groups and an equal seed give equal draws, so statistics of two models are paired.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.errors import UsageError

__all__ = [
    "DRAWS",
    "Interval",
    "Statistic",
    "class_f1",
    "difference",
    "interval",
    "intervals",
    "macro_f1",
    "mean",
    "over_runs",
    "percentiles",
    "ratio",
    "replicates",
    "weights",
]

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


@dataclass(frozen=True, eq=False)
class Statistic:
    """A function of sums over photos.

    Args:
        parts: What is summed, shape (N, K).
        value: From sums, shape (..., K), to the statistic, shape (...); NaN where it is undefined.
    """

    parts: Floats
    value: Callable[[Floats], Floats]

    @property
    def estimate(self) -> float:
        """Its value over all photos."""
        return float(self.value(self.parts.sum(axis=0)))


def ratio(above: Floats, below: Floats) -> Statistic:
    """One sum over another.

    Args:
        above: Shape (N,).
        below: Shape (N,); a draw in which it adds up to 0 leaves the ratio undefined.

    Returns:
        The statistic.
    """

    def value(sums: Floats) -> Floats:
        over, under = sums[..., 0], sums[..., 1]
        return np.asarray(np.divide(over, under, out=np.full_like(over, np.nan), where=under != 0))

    return Statistic(np.stack([above, below], axis=1).astype(np.float64), value)


def mean(values: NDArray[np.float64] | NDArray[np.bool_]) -> Statistic:
    """The mean of a value of each photo: accuracy, log-loss, Brier score.

    Args:
        values: Shape (N,).

    Returns:
        The statistic.

    Example:
        >>> mean(np.array([True, False, True, True])).estimate
        0.75
    """
    return ratio(np.asarray(values, np.float64), np.ones(len(values)))


def class_f1(truth: Ints, decided: Ints) -> Statistic:
    """F1 of one class, undefined in a draw without it.

    Args:
        truth: 0 or 1, shape (N,).
        decided: Alike.

    Returns:
        The statistic.
    """
    return Statistic(_mentions(truth[:, None], decided[:, None]), lambda sums: _f1(sums)[..., 0])


def macro_f1(truth: Ints, decided: Ints) -> Statistic:
    """Macro-F1 as `scores.macro_f1`: the mean over classes that occur in a draw.

    Args:
        truth: 0 or 1 for each class, shape (N, C).
        decided: Alike.

    Returns:
        The statistic.
    """

    def value(sums: Floats) -> Floats:
        each = _f1(sums)
        there = np.isfinite(each)
        return np.asarray(np.where(there, each, 0).sum(axis=-1) / np.maximum(there.sum(axis=-1), 1))

    return Statistic(_mentions(truth, decided), value)


def _mentions(truth: Ints, decided: Ints) -> Floats:
    return np.concatenate([2 * truth * decided, truth + decided], axis=1).astype(np.float64)


def _f1(sums: Floats) -> Floats:
    hits, mentions = np.split(sums, 2, axis=-1)
    return np.divide(hits, mentions, out=np.full_like(hits, np.nan), where=mentions > 0)


def difference(first: Statistic, second: Statistic) -> Statistic:
    """The first less the second, of the same photos.

    Args:
        first: Of one model.
        second: Of another.

    Returns:
        The statistic.

    Example:
        >>> difference(mean(np.array([1.0, 1.0])), mean(np.array([0.0, 1.0]))).estimate
        0.5
    """
    width = first.parts.shape[1]
    return Statistic(
        np.concatenate([first.parts, second.parts], axis=1),
        lambda sums: first.value(sums[..., :width]) - second.value(sums[..., width:]),
    )


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
        >>> interval(mean(np.array([1.0, 1.0, 0.0, 0.0])), np.array([5, 5, 6, 6])).low
        0.0
    """
    (found,) = intervals([statistic], groups, draws=draws, level=level, seed=seed)
    if found is None:
        raise UsageError("expected a statistic that is defined for these photos")
    return found
