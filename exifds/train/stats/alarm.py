"""Alarm: scores that are too good to be true."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from exifds.errors import UsageError
from exifds.train.stats import bootstrap, statistic
from exifds.train.stats.bootstrap import FEW_GROUPS, Interval
from exifds.train.stats.power import design_effect

__all__ = ["FOLDS", "Leak", "TooGood", "discriminant", "leak", "too_good"]

FOLDS: Final = 5
_ERRORS: Final = 3
_GROUPS: Final = 2
_CLEAR: Final = 0.02
"""From which gain of accuracy on a leak is worth an alarm."""
_NEARLY_ALL: Final = 0.9
_MOST: Final = 0.5
_RIDGE: Final = 1.0

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TooGood(_Part):
    """A log-loss against the least that any observer can reach.

    Args:
        log_loss: Mean, in nats.
        best: Log-loss of the best possible observer.
        standard_error: Of the mean, photos of a group taken together.
        alarm: Whether it is lower than the best by more than three standard errors: test photos leaked.
    """

    log_loss: float
    best: float
    standard_error: float
    alarm: bool


class Leak(_Part):
    """How much a quick model gains where photos of one group stand on both sides of a split.

    Args:
        random: Accuracy with photos parted at random.
        grouped: Accuracy with groups kept whole.
        difference: Random less grouped, with the interval of the bootstrap by group.
        photos: That were asked about.
        groups: Of how many groups they are.
        seeds: Partings of either kind.
        folds: Of each parting.
        lone: Share of the photos that are the only one of their group.
        unknown: Share of the photos whose group is unknown.
    """

    random: float
    grouped: float
    difference: Interval
    photos: int
    groups: int
    seeds: int
    folds: int
    lone: float = 0.0
    unknown: float = 0.0

    @property
    def told(self) -> bool:
        """Whether there are groups enough: of twelve it would alarm without cause."""
        return self.groups >= FEW_GROUPS and self.difference.low is not None

    @property
    def blind(self) -> bool:
        """Whether no leak could be seen: nearly all photos are alone, or of most the group is unknown."""
        return self.lone > _NEARLY_ALL or self.unknown > _MOST

    @property
    def ruled_out(self) -> bool:
        """Whether there is no gain that were worth an alarm: the interval ends below it."""
        high = self.difference.high
        return self.told and not self.blind and high is not None and high < _CLEAR

    @property
    def alarm(self) -> bool:
        """Whether photos betray their group and the group its label: by two points, the interval above 0."""
        gain = self.difference
        return self.told and gain.low is not None and gain.low > 0 and gain.estimate >= _CLEAR


def too_good(losses: Floats, groups: Ints, best: float) -> TooGood:
    """Compare log-losses with the least possible.

    Args:
        losses: Of each photo in nats, shape (N,).
        groups: Shape (N,).
        best: Log-loss of the best possible observer, in nats.

    Returns:
        The comparison.

    Example:
        >>> too_good(np.array([0.1, 0.11, 0.09]), np.arange(3), best=0.3).alarm
        True
    """
    error = float(losses.std(ddof=1) / np.sqrt(len(losses))) if len(losses) > 1 else 0.0
    error *= float(np.sqrt(design_effect(losses, groups)))
    mean = float(losses.mean())
    return TooGood(
        log_loss=mean,
        best=best,
        standard_error=error,
        alarm=len(losses) > 1 and mean < best - _ERRORS * error,
    )


def leak(features: Floats, labels: Ints, groups: Ints, *, seeds: Sequence[int] = range(5)) -> Leak:
    """Cross-validate a linear discriminant twice: photos parted at random, and groups kept whole.

    Args:
        features: Of each photo, NaN where missing, shape (N, F).
        labels: Class, shape (N,); for several labels 0 or 1, shape (N, C), each learned by itself.
        groups: Owner (camera, place) of each, shape (N,).
        seeds: Of the partings.

    Returns:
        The accuracies and their difference, over photos of classes that two groups or more have.

    Raises:
        UsageError: There are no two such classes.
    """
    inputs = _inputs(features)
    columns = list(labels.T) if labels.ndim > 1 else [labels]
    tasks = [(rows, column) for column in columns if (rows := _usable(column, groups)).any()]
    if not tasks:
        raise UsageError("expected two classes or more with photos of two groups each, to tell a leak")
    folds = min(FOLDS, *(_fewest(column[rows], groups[rows]) for rows, column in tasks))
    gained, grouped, asked = np.zeros((3, len(groups)))
    for rows, column in tasks:
        for seed in seeds:
            apart, whole = (
                _right(inputs[rows], column[rows], _folds(column[rows], kept, folds, seed))
                for kept in (None, groups[rows])
            )
            gained[rows] += apart - whole
            grouped[rows] += whole
            asked[rows] += 1
    difference = bootstrap.interval(statistic.ratio(gained, asked, within=statistic.GAIN), groups)
    share = float(grouped.sum() / asked.sum())
    sizes = np.unique(groups[asked > 0], return_counts=True)[1]
    return Leak(
        random=share + difference.estimate,
        grouped=share,
        difference=difference,
        photos=int((asked > 0).sum()),
        groups=len(sizes),
        seeds=len(seeds),
        folds=folds,
        lone=float((sizes == 1).sum() / sizes.sum()),
    )


def _usable(labels: Ints, groups: Ints) -> NDArray[np.bool_]:
    """Photos of classes that two groups or more have, if there are two such classes."""
    kept = [one for one in np.unique(labels) if len(np.unique(groups[labels == one])) >= _GROUPS]
    return np.isin(labels, kept) & (len(kept) > 1)


def _fewest(labels: Ints, groups: Ints) -> int:
    """Groups of the class that has the fewest."""
    return min(len(np.unique(groups[labels == one])) for one in np.unique(labels))


def _inputs(features: Floats) -> Floats:
    """Standardised, 0 where missing, and beside them what is missing. No label is looked at."""
    missing = ~np.isfinite(features)
    there = np.maximum((~missing).sum(axis=0), 1)
    known = np.where(missing, 0, features)
    apart = np.where(missing, 0, known - known.sum(axis=0) / there)
    scale = np.sqrt((apart**2).sum(axis=0) / there)
    return np.concatenate([apart / np.where(scale > 0, scale, 1), missing], axis=1)


def _folds(labels: Ints, groups: Ints | None, folds: int, seed: int) -> Ints:
    """Number of the fold of each photo; groups, where given, stay whole.

    The largest groups first, each goes where the share of its classes lacks most.
    """
    rng = np.random.default_rng(seed)
    if groups is None:
        return rng.permutation(len(labels)) % folds
    _, group = np.unique(groups, return_inverse=True)
    classes, told = np.unique(labels, return_inverse=True)
    counts = np.zeros((group.max() + 1, len(classes)))
    np.add.at(counts, (group, told), 1)
    shares = counts / counts.sum(axis=0)
    filled, fold = np.zeros((folds, len(classes))), np.zeros(len(counts), np.int64)
    shuffled = rng.permutation(len(counts))
    for number in shuffled[np.argsort(-shares[shuffled].max(axis=1), kind="stable")]:
        fold[number] = (filled @ shares[number]).argmin()
        filled[fold[number]] += shares[number]
    return fold[group]


def _right(inputs: Floats, labels: Ints, fold: Ints) -> Floats:
    """1 for each photo that a model trained on the other folds gets right."""
    classes, number = np.unique(labels, return_inverse=True)
    told = np.eye(len(classes))[number]
    right = np.zeros(len(labels))
    for one in np.unique(fold):
        here, other = fold == one, fold != one
        guess = discriminant(inputs[other], told[other], inputs[here]).argmax(axis=1)
        right[here] = guess == number[here]
    return right


def discriminant(known: Floats, told: Floats, asked: Floats) -> Floats:
    """What a linear discriminant says: classes regressed on columns by least squares (Fisher 1936).

    Args:
        known: Columns of the photos to learn from, shape (M, F). A ridge bears constant ones.
        told: 1 where such a photo is of a class, shape (M, C).
        asked: Columns of the others, shape (N, F).

    Returns:
        Larger for a class that is more likely, shape (N, C); the prior of the class where nothing is known.

    Example:
        >>> discriminant(np.array([[-1.0], [1.0]]), np.eye(2), np.array([[9.0]])).argmax(axis=1)
        array([1])
    """
    middle, prior = known.mean(axis=0), told.mean(axis=0)
    apart = known - middle
    square = apart.T @ apart + _RIDGE * np.eye(known.shape[1])
    weights = np.linalg.solve(square, apart.T @ (told - prior))
    return np.asarray((asked - middle) @ weights + prior)
