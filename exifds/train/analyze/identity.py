"""Identity: how much better a guess of the class becomes by who took a photo."""

import numpy as np
from numpy.typing import NDArray

from exifds.train.analyze.clusters import DRAWS, FOLDS, Clusters
from exifds.train.analyze.sample import Sample
from exifds.train.stats import bootstrap, statistic
from exifds.train.stats.bootstrap import Interval

__all__ = ["identity"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def identity(sample: Sample, who: Ints, *, seed: int = 0) -> tuple[float, Interval]:
    """How much better a guess becomes by who took a photo.

    The guess is the most frequent class among four fifths of the photos of the same owner or camera, against
    the most frequent one among all; of several labels each is guessed by itself.

    Args:
        sample: The photos.
        who: Number of the owner or camera, -1 where unknown, shape (N,).
        seed: Of the folds.

    Returns:
        Accuracy of the guess, and what it gains, drawn by owner or camera.
    """
    rows = np.flatnonzero(who >= 0)
    number = np.unique(who[rows], return_inverse=True)[1]
    told = sample.indicators[rows]
    folds = np.random.default_rng(seed).permutation(len(rows)) % FOLDS
    right, base = np.zeros(len(rows)), np.zeros(len(rows))
    for fold in np.unique(folds):
        here, other = folds == fold, folds != fold
        prior = told[other].mean(axis=0)
        photos = np.bincount(number[other], minlength=number.max() + 1)
        ours = np.zeros((len(photos), told.shape[1]))
        np.add.at(ours, number[other], told[other])
        share = (ours + prior) / (photos[:, None] + 1)
        right[here] = _hits(share[number[here]], told[here], several=sample.several)
        base[here] = _hits(np.broadcast_to(prior, told[here].shape), told[here], several=sample.several)
    return float(right.mean()), bootstrap.interval(
        statistic.mean(right - base, within=statistic.GAIN), Clusters.meet(number).of, draws=DRAWS
    )


def _hits(share: Floats, told: Floats, *, several: bool) -> Floats:
    """How right each guess is: 0 or 1, and of several labels the share that is."""
    if several:
        return np.asarray(((share >= 1 / 2) == (told > 0)).mean(axis=1))
    return np.asarray(told[np.arange(len(told)), share.argmax(axis=1)])
