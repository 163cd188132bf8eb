"""Missingness: how well the tags that are missing tell the classes of photos of unseen groups."""

import numpy as np
from numpy.typing import NDArray

from exifds.train.analyze.area import area, ranked
from exifds.train.analyze.clusters import DRAWS, Clusters
from exifds.train.analyze.sample import EV100, Sample
from exifds.train.stats import bootstrap
from exifds.train.stats.alarm import discriminant
from exifds.train.stats.bootstrap import Interval
from exifds.train.stats.statistic import Statistic

__all__ = ["missingness"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def missingness(sample: Sample, clusters: Clusters) -> Interval | None:
    """How well the tags that are missing tell the classes apart, in photos of groups that were not seen.

    A linear discriminant (least squares; Fisher 1936) of the presence bits is fitted on four fifths of the
    groups and asked about the others.

    Args:
        sample: The photos.
        clusters: Which of them are drawn together.

    Returns:
        Area under the ROC curve, the mean over the classes; None if all photos are of one.
    """
    mask = sample.present[:, [feature != EV100 for feature in sample.features]].astype(np.float64)
    told = sample.indicators
    scores = _scores(mask, told, clusters.folds)
    there = [number for number, share in enumerate(told.mean(axis=0)) if 0 < share < 1]
    if not there:
        return None
    areas = [
        area(clusters, ranked(scores[:, number]), told[:, number].astype(np.int64), strata=clusters.folds)
        for number in there
    ]
    ends = np.cumsum([one.parts.shape[1] for one in areas])[:-1]

    def mean(counts: Floats) -> Floats:
        parts = np.split(counts, ends, axis=-1)
        return np.asarray(np.mean([one.value(part) for one, part in zip(areas, parts, strict=True)], axis=0))

    whole = Statistic(np.concatenate([one.parts for one in areas], axis=1), mean, within=areas[0].within)
    return bootstrap.intervals([whole], np.arange(len(whole.parts)), draws=DRAWS)[0]


def _scores(columns: Floats, told: Floats, folds: Ints) -> Floats:
    """Scores of each class (N, C), of each photo from the other folds."""
    scores = np.zeros_like(told)
    for fold in np.unique(folds):
        here, other = folds == fold, folds != fold
        scores[here] = discriminant(columns[other], told[other], columns[here])
    return scores.round(9)
