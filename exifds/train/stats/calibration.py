"""Calibration: make probabilities true and thresholds good, on val photos alone."""

import numpy as np
from numpy.typing import NDArray

from exifds.train.stats import scores

__all__ = ["most_frequent", "prior", "temperature", "thresholds"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def temperature(labels: Ints, logits: Floats) -> float:
    """By what logits are divided so that the log-loss on val is least (Guo et al. 2017).

    The logarithm of T has a standard normal prior. It weighs no more than a few photos, and keeps a model
    that errs on no val photo from T = 0, infinite confidence.

    Args:
        labels: Of val, shape (N,) or (N, C).
        logits: Shape (N, C).

    Returns:
        T; above 1 for a model that is too sure of itself, 1 without photos.

    Example:
        >>> temperature(np.array([0, 1, 0, 1]), 50 * np.eye(2)[[0, 1, 1, 0]]) > 10
        True
    """
    from scipy.optimize import minimize_scalar

    if not len(labels):
        return 1.0

    def cost(log_t: float) -> float:
        return float(scores.log_losses(labels, logits / np.exp(log_t)).sum() + log_t**2 / 2)

    steps = np.linspace(-5, 25, 61)
    best = steps[np.argmin([cost(step) for step in steps])]
    return float(np.exp(minimize_scalar(cost, bounds=(best - 0.5, best + 0.5), method="bounded").x))


def thresholds(labels: Ints, logits: Floats) -> Floats:
    """For each of several labels, the probability from which giving it has the largest F1 on val.

    Args:
        labels: Of val, 0 or 1, shape (N, C).
        logits: Shape (N, C).

    Returns:
        Shape (C,): midway between two photos; of equals the one next to 0.5, which stands where no photo has
        the label.

    Example:
        >>> thresholds(np.array([[0], [1]]), np.array([[-2.0], [-1.0]])).round(2).tolist()
        [0.19]
    """
    told = scores.probabilities(logits, several=True)
    return np.array([_threshold(labels[:, c], told[:, c]) for c in range(logits.shape[1])], np.float64)


def _threshold(truth: Ints, told: Floats) -> float:
    distinct, step = np.unique(told, return_inverse=True)
    hits = np.bincount(step, weights=truth, minlength=len(distinct))[::-1].cumsum()[::-1]
    if not len(distinct) or not hits[0]:
        return 0.5
    given = np.bincount(step, minlength=len(distinct))[::-1].cumsum()[::-1]
    reached = 2 * hits / (given + hits[0])
    below = np.concatenate([[0.0], distinct[:-1]])
    good = reached >= reached.max() - 1e-12
    low, high = below[good], distinct[good]
    inside = (low < 0.5) & (high >= 0.5)  # noqa: PLR2004 - the threshold that stands by default
    middle = np.where(inside, 0.5, (low + high) / 2)
    return float(middle[np.argmin(np.abs(middle - 0.5))])


def prior(labels: Ints, classes: int) -> Floats:
    """What one who saw no photo would say: logits of the shares of the classes, a photo added to each.

    Args:
        labels: Of photos seen before, shape (N,) or (N, C).
        classes: How many there are, C.

    Returns:
        Logits, shape (C,), the same for every photo.

    Example:
        >>> prior(np.array([0, 0, 1]), 2).round(2).tolist()
        [-0.51, -0.92]
    """
    if labels.ndim > 1:
        share = (labels.sum(axis=0) + 1) / (len(labels) + 2)
        return np.asarray(np.log(share / (1 - share)))
    count = np.bincount(labels, minlength=classes) + 1
    return np.asarray(np.log(count / count.sum()))


def most_frequent(labels: Ints) -> Ints:
    """The set of labels that most photos have.

    Args:
        labels: 0 or 1, shape (N, C).

    Returns:
        Shape (C,); of equally frequent sets the first, an empty one before all others.

    Example:
        >>> most_frequent(np.array([[0, 1], [1, 0], [0, 1]]))
        array([0, 1])
    """
    sets, counts = np.unique(labels, axis=0, return_counts=True)
    return np.asarray(sets[counts.argmax()])
