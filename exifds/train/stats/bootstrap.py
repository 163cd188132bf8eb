"""Bootstrap: intervals of statistics of photos that are not independent, for photos of one owner are alike.

Whole groups are drawn with replacement (the cluster bootstrap); `replicates` does that. Equal groups and an
equal seed give equal draws, so statistics of two models are paired.
"""

from collections.abc import Sequence
from math import inf, isfinite
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.errors import UsageError
from exifds.train.stats.replicates import replicates
from exifds.train.stats.statistic import Statistic

__all__ = [
    "DRAWS",
    "FEW_GROUPS",
    "Interval",
    "interval",
    "intervals",
    "over_runs",
    "percentiles",
]

DRAWS: Final = 2000
FEW_GROUPS: Final = 20
"""Below so many groups a bootstrap by group is rough (Cameron, Gelbach & Miller 2008)."""
_NOTHING: Final = 1e-9
"""A scatter that is one of rounding."""

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


def percentiles(
    estimate: float,
    drawn: Floats,
    groups: int,
    *,
    level: float = 0.95,
    within: tuple[float, float] = (-inf, inf),
) -> Interval:
    """The percentile interval, of replicates that are spread for few groups as Student's t is.

    Args:
        estimate: From all photos.
        drawn: Replicates; NaN are left out.
        groups: How many there are.
        level: Confidence.
        within: The least and the most that the ends can be.

    Returns:
        The interval.
    """
    return _between(estimate, _spread(drawn, groups, level), groups, level, within)


def _spread(drawn: Floats, groups: int, level: float) -> Floats:
    """Farther from their mean, by as much as Student's t of few groups is wider (after Hesterberg 2015)."""
    from scipy.stats import norm, t

    drawn = np.where(np.isfinite(drawn), drawn, np.nan)
    if groups < 2 or np.isnan(drawn).all():  # noqa: PLR2004 - one has no scatter
        return np.full_like(drawn, np.nan)
    tail = (1 - level) / 2
    wider = t.ppf(tail, groups - 1) / norm.ppf(tail) * np.sqrt(groups / (groups - 1))
    middle = np.nanmean(drawn)
    return np.asarray(middle + wider * (drawn - middle))


def _between(
    estimate: float, drawn: Floats, groups: int, level: float, within: tuple[float, float]
) -> Interval:
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn):
        return Interval(estimate=estimate, low=None, high=None, level=level)
    if np.ptp(drawn) <= _NOTHING * max(1.0, abs(estimate)):
        return _unscattered(estimate, groups, level, within)
    low, high = np.clip(np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]), *within)
    return Interval(estimate=estimate, low=float(low), high=float(high), level=level)


def _unscattered(estimate: float, groups: int, level: float, within: tuple[float, float]) -> Interval:
    """Where all groups agree: others may not, as the rule of three has it.

    For a share of 1 it is the interval of Clopper and Pearson. A statistic without bounds has no ends.
    """
    if not (isfinite(within[0]) and isfinite(within[1])):
        return Interval(estimate=estimate, low=None, high=None, level=level)
    other = 1 - ((1 - level) / 2) ** (1 / groups)
    low, high = (float(estimate + other * (end - estimate)) for end in within)
    return Interval(estimate=estimate, low=low, high=high, level=level)


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
    return over_runs([statistics], groups, draws=draws, level=level, seed=seed)


def over_runs(
    runs: Sequence[Sequence[Statistic]],
    groups: Ints,
    *,
    draws: int = DRAWS,
    level: float = 0.95,
    seed: int = 0,
) -> list[Interval | None]:
    """Intervals of means over runs that differ in the seed, for the draw of groups and of seeds.

    Each draw is of the same groups for all runs. Draws are shifted so that their mean is the estimate, for
    the macro-F1 of a draw is too low where classes are rare, and spread for few groups. Then what the mean
    of S seeds scatters is added: its standard error times a draw of Student's t of S - 1 degrees of freedom,
    for S are few. Without a scatter between photos that is the t interval. One run says nothing of other
    seeds: its interval covers groups only.

    Args:
        runs: Statistics of each run, the same ones of the same N photos.
        groups: What is drawn whole, shape (N,).
        draws: How often.
        level: Confidence.
        seed: Of the draws.

    Returns:
        One for each statistic; None where it is undefined for some run.

    Raises:
        UsageError: There is no photo.
    """
    drawn = np.mean([replicates(each, groups, draws=draws, seed=seed) for each in runs], axis=0)
    found = np.array([[statistic.estimate for statistic in each] for each in runs])
    luck = _luck(found, draws, seed)
    intervals: list[Interval | None] = []
    for number, estimate in enumerate(found.mean(axis=0)):
        if not np.isfinite(estimate):
            intervals.append(None)
            continue
        statistic = runs[0][number]
        there = len(np.unique(groups[statistic.parts.any(axis=1)]))
        spread = _spread(drawn[number], there, level)
        spread += estimate - (np.nanmean(spread) if np.isfinite(spread).any() else 0) + luck[number]
        intervals.append(_between(float(estimate), spread, there, level, statistic.within))
    return intervals


def _luck(found: Floats, draws: int, seed: int) -> Floats:
    """By what the mean of runs may be off, for each statistic (columns) and draw: that of equal quantiles."""
    from scipy.stats import t

    count = len(found)
    if count < 2:  # noqa: PLR2004 - one has no scatter
        return np.zeros((found.shape[1], draws))
    errors = found.std(axis=0, ddof=1) / np.sqrt(count)
    shares = np.random.default_rng([seed, count]).permutation((np.arange(draws) + 0.5) / draws)
    return np.asarray(errors[:, None] * t.ppf(shares, count - 1))


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
        >>> interval(mean(np.array([True, True, False, False])), np.array([5, 5, 6, 6])).low
        0.0
    """
    (found,) = intervals([statistic], groups, draws=draws, level=level, seed=seed)
    if found is None:
        raise UsageError("expected a statistic that is defined for these photos")
    return found
