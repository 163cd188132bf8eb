"""Scores: how far what a model says lies from the labels, photo by photo and class by class.

Labels are classes, shape (N,), and logits are read by softmax; or labels are 0 or 1 for each class, shape
(N, C), and logits are read by sigmoid, each label by itself ("several labels").
"""

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "accuracy",
    "briers",
    "confusion",
    "decisions",
    "f1",
    "log_losses",
    "log_odds",
    "log_probabilities",
    "macro_f1",
    "one_hot",
    "probabilities",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def one_hot(labels: Ints, classes: int) -> Ints:
    """Classes as 0 or 1 for each class.

    Args:
        labels: Shape (N,).
        classes: How many there are, C.

    Returns:
        Shape (N, C).

    Example:
        >>> one_hot(np.array([1, 0]), 2).tolist()
        [[0, 1], [1, 0]]
    """
    return np.asarray(labels[:, None] == np.arange(classes), np.int64)


def log_probabilities(logits: Floats, *, several: bool) -> Floats:
    """Logarithms of the probabilities, without overflow.

    Args:
        logits: Shape (N, C).
        several: Whether a photo can have several labels.

    Returns:
        Shape (N, C), in nats, at most 0.
    """
    logits = np.asarray(logits, np.float64)
    if several:
        return -np.logaddexp(0.0, -logits)
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def probabilities(logits: Floats, *, several: bool) -> Floats:
    """Probabilities: softmax, or sigmoid for several labels.

    Args:
        logits: Shape (N, C).
        several: Whether a photo can have several labels.

    Returns:
        Shape (N, C).

    Example:
        >>> probabilities(np.array([[0.0, 0.0]]), several=False).tolist()
        [[0.5, 0.5]]
    """
    return np.exp(log_probabilities(logits, several=several))


def log_odds(logits: Floats, *, several: bool) -> Floats:
    """Log-odds of each class against all others; they rank photos also where probabilities round to 1.

    Args:
        logits: Shape (N, C); C is at least 2 unless there are several labels.
        several: Whether a photo can have several labels.

    Returns:
        log p - log(1 - p), shape (N, C).

    Example:
        >>> log_odds(np.array([[900.0, 0.0]]), several=False).tolist()
        [[900.0, -900.0]]
    """
    logits = np.asarray(logits, np.float64)
    if several:
        return logits
    top = np.arange(len(logits)), logits.argmax(axis=1)
    shifted = logits - logits.max(axis=1, keepdims=True)
    shares = np.exp(shifted)
    others = shares.sum(axis=1, keepdims=True) - shares  # at least 1, but for the likeliest class itself
    others[top] = 1.0
    odds = shifted - np.log(others)
    rest = logits.copy()
    rest[top] = -np.inf
    odds[top] = logits[top] - np.logaddexp.reduce(rest, axis=1)
    return np.asarray(odds)


def decisions(logits: Floats, *, several: bool, thresholds: Floats | None = None) -> Ints:
    """Labels given: the likeliest class (the first of equals), or those at or above their threshold.

    Args:
        logits: Shape (N, C).
        several: Whether a photo can have several labels.
        thresholds: Probabilities, shape (C,); None is 0.5 for each.

    Returns:
        0 or 1 for each class, shape (N, C).

    Example:
        >>> decisions(np.array([[0.0, 3.0]]), several=True, thresholds=np.array([0.6, 0.6])).tolist()
        [[0, 1]]
    """
    if not several:
        return one_hot(np.asarray(logits).argmax(axis=1), logits.shape[1])
    least = np.full(logits.shape[1], 0.5) if thresholds is None else thresholds
    return np.asarray(probabilities(logits, several=True) >= least, np.int64)


def accuracy(truth: Ints, decided: Ints) -> float:
    """Share of photos of which all is right; for several labels that is the exact match.

    Args:
        truth: 0 or 1 for each class, shape (N, C).
        decided: Alike.

    Returns:
        From 0 to 1.
    """
    return float((truth == decided).all(axis=1).mean())


def f1(truth: Ints, decided: Ints) -> Floats:
    """F1 of each class: 2 TP / (2 TP + FP + FN).

    Args:
        truth: 0 or 1 for each class, shape (N, C).
        decided: Alike.

    Returns:
        From 0 to 1, shape (C,); NaN for a class that no photo has and none is given.

    Example:
        >>> f1(np.array([[1, 0, 0], [0, 1, 0]]), np.array([[1, 0, 0], [1, 0, 0]])).round(3).tolist()
        [0.667, 0.0, nan]
    """
    hits = (truth * decided).sum(axis=0)
    mentions = (truth + decided).sum(axis=0)
    return np.asarray(np.divide(2.0 * hits, mentions, out=np.full(len(hits), np.nan), where=mentions > 0))


def macro_f1(truth: Ints, decided: Ints) -> float:
    """Mean of the F1 of the classes that some photo has, the same for all models; 0 where there are none.

    Args:
        truth: 0 or 1 for each class, shape (N, C).
        decided: Alike.

    Returns:
        From 0 to 1.

    Example:
        >>> macro_f1(np.array([[1, 0, 0], [0, 1, 0]]), np.array([[1, 0, 0], [0, 0, 1]]))
        0.5
    """
    there = truth.any(axis=0)
    return float(f1(truth, decided)[there].mean()) if there.any() else 0.0


def log_losses(labels: Ints, logits: Floats) -> Floats:
    """Cross-entropy of each photo in nats; for several labels the mean over labels, as in Keras.

    Args:
        labels: Shape (N,) or (N, C).
        logits: Shape (N, C).

    Returns:
        Shape (N,).

    Example:
        >>> log_losses(np.array([0]), np.array([[0.0, 0.0]])).round(3).tolist()
        [0.693]
    """
    if labels.ndim > 1:
        return np.asarray(np.logaddexp(0.0, np.where(labels == 1, -logits, logits)).mean(axis=1))
    told = log_probabilities(logits, several=False)
    return -np.asarray(told[np.arange(len(labels)), labels], np.float64)


def briers(labels: Ints, logits: Floats) -> Floats:
    """Brier score of each photo, the squared distance of probabilities and labels (Brier 1950).

    Args:
        labels: Shape (N,) or (N, C).
        logits: Shape (N, C).

    Returns:
        Sum over the classes, from 0 to 2; for several labels the mean, from 0 to 1. Shape (N,).
    """
    several = labels.ndim > 1
    truth = labels if several else one_hot(labels, logits.shape[1])
    squares = (probabilities(logits, several=several) - truth) ** 2
    return np.asarray(squares.mean(axis=1) if several else squares.sum(axis=1))


def confusion(truth: Ints, decided: Ints, *, several: bool) -> Ints:
    """How often what is taken for what.

    Args:
        truth: 0 or 1 for each class, shape (N, C).
        decided: Alike.
        several: Whether a photo can have several labels.

    Returns:
        Photos by class (rows) and class given (columns), shape (C, C); for several labels one such table of
        absent and present for each label, shape (C, 2, 2).
    """
    if not several:
        classes = truth.shape[1]
        cells = np.bincount(truth.argmax(axis=1) * classes + decided.argmax(axis=1), minlength=classes**2)
        return cells.reshape(classes, classes)
    hits = (truth * decided).sum(axis=0)
    given, there = decided.sum(axis=0), truth.sum(axis=0)
    cells = np.stack([len(truth) - there - given + hits, given - hits, there - hits, hits], axis=1)
    return np.asarray(cells.reshape(-1, 2, 2))
