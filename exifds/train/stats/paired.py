"""Paired: whether one model is better than another on the same photos, and over several seeds."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.errors import UsageError
from exifds.train.stats import bootstrap, statistic
from exifds.train.stats.answers import Answers
from exifds.train.stats.bootstrap import Interval
from exifds.train.stats.statistic import Statistic

__all__ = ["Seeds", "by_group", "holm", "mcnemar", "over_seeds", "superiority"]


class Seeds(BaseModel):
    """Model A against model B over S seeds. Differences are A less B.

    Args:
        seeds: How many.
        mean_a: Mean score of A.
        sd_a: Standard deviation of it; None for one seed.
        mean_b: Mean score of B.
        sd_b: Standard deviation.
        difference: Mean of the differences, with an interval for the draw of photos and, of two seeds or
            more, of seeds.
        sd_difference: Standard deviation over seeds.
        superiority: P(A > B): how likely a run of A beats one of B with the same seed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seeds: int
    mean_a: float
    sd_a: float | None
    mean_b: float
    sd_b: float | None
    difference: Interval
    sd_difference: float | None
    superiority: Interval


def mcnemar(only_a: int, only_b: int) -> float:
    """The exact McNemar test: whether photos that one model alone gets right are shared out by chance.

    Args:
        only_a: Photos that only the first got right.
        only_b: That only the second got right.

    Returns:
        Two-sided p; 1 where the models are never of two minds.

    Example:
        >>> mcnemar(0, 5)
        0.0625
    """
    from scipy.stats import binomtest

    return float(binomtest(only_a, only_a + only_b).pvalue) if only_a + only_b else 1.0


def by_group(gained: NDArray[np.float64], groups: NDArray[np.int64]) -> float:
    """McNemar's test for photos that come in groups (Durkalski et al. 2003): groups scatter, not photos.

    Args:
        gained: 1 for each photo that only the first model got right, -1 for one that only the second did,
            else 0, shape (N,).
        groups: Shape (N,).

    Returns:
        Two-sided p; 1 where the models are never of two minds.

    Example:
        >>> round(by_group(np.ones(9), np.arange(9)), 4), round(by_group(np.ones(9), np.zeros(9, int)), 4)
        (0.0027, 0.3173)
    """
    from scipy.stats import norm

    sums = np.bincount(np.unique(groups, return_inverse=True)[1], gained)
    return float(2 * norm.sf(abs(sums.sum()) / np.linalg.norm(sums))) if sums.any() else 1.0


def holm(p: Sequence[float]) -> tuple[float, ...]:
    """Adjust p for the number of tests, so that a false claim among all of them stays rare (Holm 1979).

    Args:
        p: Of all tests of one question.

    Returns:
        Adjusted, in the same order, at most 1.

    Example:
        >>> holm([0.01, 0.04, 0.03])
        (0.03, 0.06, 0.06)
    """
    given = np.asarray(p, np.float64)
    order = np.argsort(given, kind="stable")
    stepped = np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1))
    adjusted = np.empty(len(given))
    adjusted[order] = np.minimum(stepped, 1)
    return tuple(adjusted.tolist())


def superiority(a: Sequence[float], b: Sequence[float], *, level: float = 0.95) -> Interval:
    """P(A > B) over pairs of runs (Bouthillier et al. 2021), with the exact interval of Clopper and Pearson.

    A few runs that all agree prove little; the bootstrap of that paper would claim certainty.

    Args:
        a: Scores of the first model, higher is better.
        b: Of the second, with the same seeds.
        level: Confidence.

    Returns:
        The share of wins; a tie counts half, and in the interval as either.

    Example:
        >>> superiority([0.9, 0.8, 0.9], [0.8, 0.7, 0.7]).estimate
        1.0
    """
    from scipy.stats import binomtest

    better, worse = np.greater(a, b).sum(), np.less(a, b).sum()
    count = len(a)
    ends = [
        binomtest(int(wins), count).proportion_ci(level, method="exact") for wins in (better, count - worse)
    ]
    return Interval(
        estimate=float((count + better - worse) / (2 * count)),
        low=float(ends[0].low),
        high=float(ends[1].high),
        level=level,
    )


def over_seeds(
    a: Sequence[Answers],
    b: Sequence[Answers],
    *,
    score: Literal["accuracy", "macro_f1", "log_loss"] = "macro_f1",
    draws: int = bootstrap.DRAWS,
    seed: int = 0,
) -> Seeds:
    """Compare two models that were each trained with several seeds, on the same photos.

    Args:
        a: What the runs of the first say.
        b: What those of the second say, with the same seeds in the same order.
        score: `macro_f1`, `accuracy` or `log_loss`.
        draws: Of the bootstrap by group.
        seed: Of the draws.

    Returns:
        The comparison, with 95 % intervals.

    Raises:
        UsageError: The runs do not pair, or are not of the same photos.
    """
    if not a or len(a) != len(b):
        raise UsageError(f"expected runs in pairs, one of each model for a seed; got {len(a)} and {len(b)}")
    for one in (*a, *b):
        _same(a[0], one)
    which = _SCORES.index(score)
    first, second = ([_all(one)[which] for one in runs] for runs in (a, b))
    better, worse = (np.array([one.estimate for one in side]) for side in (first, second))
    sign = -1 if score == "log_loss" else 1
    gains = [statistic.difference(one, other) for one, other in zip(first, second, strict=True)]
    (difference,) = bootstrap.over_runs([[gain] for gain in gains], a[0].groups, draws=draws, seed=seed)
    assert difference is not None  # defined wherever there are photos
    return Seeds(
        seeds=len(a),
        mean_a=float(better.mean()),
        sd_a=_sd(better),
        mean_b=float(worse.mean()),
        sd_b=_sd(worse),
        difference=difference,
        sd_difference=_sd(better - worse),
        superiority=superiority((sign * better).tolist(), (sign * worse).tolist()),
    )


_SCORES: Final = ("accuracy", "macro_f1", "log_loss")


def _all(answers: Answers) -> tuple[Statistic, Statistic, Statistic]:
    return (
        statistic.mean(answers.right),
        statistic.macro_f1(answers.truth, answers.decided),
        statistic.mean(answers.log_losses, within=statistic.LOSS),
    )


def _sd(values: NDArray[np.float64]) -> float | None:
    return float(values.std(ddof=1)) if len(values) > 1 else None


def _same(a: Answers, b: Answers) -> None:
    if not np.array_equal(a.labels, b.labels) or not np.array_equal(a.groups, b.groups):
        raise UsageError("expected what two models say of the same photos in the same order; they differ")
