"""Statistic: what is said of photos together, as a function of sums over them: means, ratios, F1."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["GAIN", "LOSS", "Statistic", "class_f1", "difference", "macro_f1", "mean", "ratio"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOSS: Final = (0.0, inf)
"""What the log-loss and the Brier score of a photo can be."""
GAIN: Final = (-1.0, 1.0)
"""What one share less another can be."""
_SHARE: Final = (0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Statistic:
    """A function of sums over photos.

    Args:
        parts: What is summed, shape (N, K).
        value: From sums, shape (..., K), to the statistic, shape (...); NaN where it is undefined.
        within: The least and the most that it can be.
    """

    parts: Floats
    value: Callable[[Floats], Floats]
    within: tuple[float, float] = (-inf, inf)

    @property
    def estimate(self) -> float:
        """Its value over all photos."""
        return float(self.value(self.parts.sum(axis=0)))


def ratio(above: Floats, below: Floats, *, within: tuple[float, float] = (-inf, inf)) -> Statistic:
    """One sum over another.

    Args:
        above: Shape (N,).
        below: Shape (N,); a draw in which it adds up to 0 leaves the ratio undefined.
        within: The least and the most that it can be.

    Returns:
        The statistic.
    """

    def value(sums: Floats) -> Floats:
        over, under = sums[..., 0], sums[..., 1]
        return np.asarray(np.divide(over, under, out=np.full_like(over, np.nan), where=under != 0))

    return Statistic(np.stack([above, below], axis=1).astype(np.float64), value, within)


def mean(
    values: NDArray[np.float64] | NDArray[np.bool_], *, within: tuple[float, float] | None = None
) -> Statistic:
    """The mean of a value of each photo: accuracy, log-loss, Brier score.

    Args:
        values: Shape (N,).
        within: The least and the most that a value can be; None: 0 and 1 for truth values, else anything.

    Returns:
        The statistic.

    Example:
        >>> mean(np.array([True, False, True, True])).estimate
        0.75
    """
    if within is None:
        within = _SHARE if values.dtype == bool else (-inf, inf)
    return ratio(np.asarray(values, np.float64), np.ones(len(values)), within=within)


def class_f1(truth: Ints, decided: Ints) -> Statistic:
    """F1 of one class, undefined in a draw without it.

    Args:
        truth: 0 or 1, shape (N,).
        decided: Alike.

    Returns:
        The statistic.
    """
    parts = _mentions(truth[:, None], decided[:, None])
    return Statistic(parts, lambda sums: _f1(sums)[..., 0], _SHARE)


def macro_f1(truth: Ints, decided: Ints) -> Statistic:
    """Macro-F1 as `scores.macro_f1`: the mean over the classes that photos of a draw have.

    Args:
        truth: 0 or 1 for each class, shape (N, C).
        decided: Alike.

    Returns:
        The statistic.
    """

    def value(sums: Floats) -> Floats:
        *counts, photos = np.split(sums, 3, axis=-1)
        there = photos > 0
        each = np.where(there, _f1(np.concatenate(counts, axis=-1)), 0)
        return np.asarray(each.sum(axis=-1) / np.maximum(there.sum(axis=-1), 1))

    return Statistic(np.concatenate([_mentions(truth, decided), truth], axis=1), value, _SHARE)


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
        (first.within[0] - second.within[1], first.within[1] - second.within[0]),
    )
