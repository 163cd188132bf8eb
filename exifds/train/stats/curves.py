"""Curves: ROC of each class, and reliability: how often what is said with some confidence is true."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.train.stats import scores

__all__ = ["BINS", "Reliability", "Roc", "auc", "reliability", "roc"]

BINS: Final = 15
"""Of equal width, as in Guo et al. 2017; an ECE means nothing without their number."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Roc(_Part):
    """Receiver operating characteristic of one class.

    Args:
        false_positive: Share of photos of other classes at or above each threshold, rising from 0 to 1.
        true_positive: Share of photos of the class.
        auc: Area below: how likely a photo of the class ranks above one of the others.
    """

    false_positive: tuple[float, ...]
    true_positive: tuple[float, ...]
    auc: float


class Reliability(_Part):
    """Confidence against truth.

    Args:
        bins: How many of equal width.
        confidence: Mean probability said in each bin that is not empty.
        share: Of them that is true.
        count: How many.
        ece: Expected calibration error: the mean distance of the two, weighted by count (Guo et al. 2017).
    """

    bins: int
    confidence: tuple[float, ...]
    share: tuple[float, ...]
    count: tuple[int, ...]
    ece: float

    def by_chance(self, times: int = 1) -> float:
        """The expected calibration error of a model whose probabilities are true, of photos that are few.

        Args:
            times: How often each photo is counted here, such as by the runs of several seeds.

        Returns:
            The mean absolute deviation of the binomial distribution (de Moivre), over all bins.

        Example:
            >>> one = Reliability(bins=1, confidence=(0.5,), share=(0.5,), count=(4,), ece=0.0)
            >>> round(one.by_chance(), 4)
            0.1875
        """
        from scipy.stats import binom

        count = np.array(self.count) / times
        photos, said = np.maximum(np.round(count), 1), np.clip(self.confidence, 0, 1)
        above = np.minimum(np.floor(photos * said) + 1, photos)
        apart = 2 * above * (1 - said) * binom.pmf(above, photos, said) / photos
        return float(np.average(apart, weights=count)) if len(count) else 0.0


def roc(positive: Ints, ranks: Floats) -> Roc | None:
    """The curve of one class.

    Args:
        positive: 0 or 1, shape (N,).
        ranks: Anything that rises with the confidence, such as `scores.log_odds`, shape (N,).

    Returns:
        The curve, without points that lie on a line; None where all photos or none are of the class.

    Example:
        >>> roc(np.array([0, 1, 1]), np.array([0.1, 0.1, 0.9])).auc
        0.75
    """
    yes, no = _steps(positive, ranks)
    if not yes.sum() or not no.sum():
        return None
    up, right = (np.concatenate([[0], np.cumsum(side[::-1])]) for side in (yes, no))
    bend = np.ones(len(up), bool)
    bend[1:-1] = np.diff(up)[:-1] * np.diff(right)[1:] != np.diff(up)[1:] * np.diff(right)[:-1]
    return Roc(
        false_positive=tuple((right[bend] / right[-1]).tolist()),
        true_positive=tuple((up[bend] / up[-1]).tolist()),
        auc=float(np.trapezoid(up / up[-1], right / right[-1])),
    )


def auc(positive: Ints, ranks: Floats) -> float | None:
    """Area below the ROC curve: Mann-Whitney's U over the number of pairs, ties counted half.

    Args:
        positive: 0 or 1, shape (N,).
        ranks: Anything that rises with the confidence, shape (N,).

    Returns:
        From 0 to 1; None where all photos or none are of the class.

    Example:
        >>> auc(np.array([0, 1]), np.array([0.5, 0.5]))
        0.5
    """
    found = float(_area(*_steps(positive, ranks)))
    return found if np.isfinite(found) else None


def _steps(positive: Ints, ranks: Floats) -> tuple[Floats, Floats]:
    """Photos of the class and of the others at each distinct rank, from low to high."""
    distinct, step = np.unique(ranks, return_inverse=True)
    yes, no = (np.bincount(step, side, len(distinct)).astype(np.float64) for side in (positive, 1 - positive))
    return yes, no


def _area(yes: Floats, no: Floats) -> Floats:
    pairs = yes.sum(axis=-1) * no.sum(axis=-1)
    won = (yes * (np.cumsum(no, axis=-1) - no / 2)).sum(axis=-1)
    return np.asarray(np.divide(won, pairs, out=np.full_like(pairs, np.nan), where=pairs > 0))


def reliability(labels: Ints, logits: Floats, *, bins: int = BINS) -> Reliability:
    """How often what is said with some confidence is true.

    Args:
        labels: Shape (N,); for several labels (N, C).
        logits: Shape (N, C).
        bins: How many of equal width between 0 and 1.

    Returns:
        Of the likeliest class of each photo; for several labels, of every label of every photo.
    """
    several = labels.ndim > 1
    told = scores.probabilities(logits, several=several)
    confidence = told.ravel() if several else told.max(axis=1)
    true = (labels.ravel() if several else told.argmax(axis=1) == labels).astype(np.float64)
    number = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(number, minlength=bins)
    there = count > 0
    said = np.bincount(number, confidence, minlength=bins)[there] / count[there]
    share = np.bincount(number, true, minlength=bins)[there] / count[there]
    return Reliability(
        bins=bins,
        confidence=tuple(said.tolist()),
        share=tuple(share.tolist()),
        count=tuple(count[there].tolist()),
        ece=float(np.average(np.abs(said - share), weights=count[there])) if there.any() else 0.0,
    )
