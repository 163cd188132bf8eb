"""Estimate: how many of the photos that thresholds keep are right, judged by the verdicts given so far.

People judge what they look at, mostly what is near a threshold, so their verdicts are no fair sample of all
photos. They are taken as one within strata (see `strata`): photos of one side of the thresholds, with like
scores of every concept. Each stratum counts for as many photos as it holds: poststratification (Cochran,
Sampling Techniques, 1977, chapter 5A). With N photos and n verdicts of which x say accepted in a stratum,
W = N / sum(N), p = x / n and f = 1 - n / N, over the strata that have verdicts:

    share = sum(W p)
    n_eff = min(1 / sum(W^2 f / n), share (1 - share) / sum(W^2 f p (1 - p) / n))

The first effective size is that of Kish (Survey Sampling, 1965) for unequal weights; the second follows from
the variance of stratified samples, and is left out where that is 0; a third one is the second of smoothed
shares (x + 1) / (n + 2), as a few verdicts of a stratum that agree have no variance. The interval is Wilson's
(JASA 22, 1927) with the effective size, as Korn and Graubard (Survey Methodology 24, 1998) use it in other
intervals. Nothing is known of a stratum in which nobody judged a photo: the interval reaches from none of its
photos being right to all (Manski, American Economic Review 80, 1990). Recall is made of two such shares; its
interval follows from theirs by MOVER (Zou and Donner, Statistics in Medicine 27, 2008). What remains is the
assumption that within a stratum the photos that were judged are like the others: judge them at random, not
the most striking.
"""

from dataclasses import dataclass
from math import inf, isinf, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from exifds.curate.cube import ACCEPTED, REJECTED, UNJUDGED, Cube
from exifds.curate.strata import strata
from exifds.store.criteria import Thresholds

__all__ = ["CONFIDENCE", "Estimate", "Interval", "Z", "estimate", "wilson"]

CONFIDENCE = 0.95
"""Probability with which an interval covers the truth."""

Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
"""Standard deviations that such an interval reaches to each side."""


@dataclass(frozen=True)
class Interval:
    """A share that was estimated.

    Args:
        value: The estimate, which takes what nobody judged to be like what was judged.
        low: Lower end of its confidence interval.
        high: Upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """How good thresholds are, before verdicts correct them. The photos that lack a score are left aside.

    Args:
        precision: Share of right ones among the photos that the thresholds keep; None if none was judged.
        recall: Share of those they keep among the right ones; None if no kept or no dropped one was judged.
        judged: Verdicts that it rests on.
        unjudged: Share of the kept photos that it says nothing of: nobody judged one with such scores.
    """

    precision: Interval | None
    recall: Interval | None
    judged: int
    unjudged: float


def wilson(share: float, size: float, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's interval of a share.

    Args:
        share: The share in the sample, 0 to 1.
        size: Size of the sample, or its effective size; infinite where all is known.
        confidence: Probability with which the interval covers the truth.

    Returns:
        The share with its interval.

    Example:
        >>> interval = wilson(0.9, 20)
        >>> round(interval.low, 3), round(interval.high, 3)
        (0.699, 0.972)
    """
    if isinf(size):
        return Interval(share, share, share)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * sqrt(share * (1 - share) / size + (z / (2 * size)) ** 2)
    return Interval(share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half)))


def estimate(cube: Cube, thresholds: Thresholds, confidence: float = CONFIDENCE) -> Estimate:
    """Precision and recall of thresholds, from the verdicts given so far.

    Args:
        cube: The photos.
        thresholds: By concept.
        confidence: Probability with which an interval covers the truth.

    Returns:
        The estimate. It is of what the thresholds do by themselves: what is kept in the end is better, as
        rejected photos are out and accepted ones in.
    """
    found = strata(cube, thresholds)
    dropped, kept = found.counts[~found.kept], found.counts[found.kept]
    precision, miss = _share(kept, confidence), _share(dropped, confidence)
    recall = None
    if precision is not None and (miss is not None or not dropped.any()):
        missed = miss or Interval(0.0, 0.0, 0.0)
        recall = _part(precision, missed, int(kept.sum()), int(dropped.sum()))
    judged = kept.sum() + dropped.sum() - kept[:, UNJUDGED].sum() - dropped[:, UNJUDGED].sum()
    return Estimate(precision, recall, int(judged), _unjudged(kept))


def _unjudged(counts: NDArray[np.int64]) -> float:
    """Share of the photos that are in strata without a verdict; 0 if there are no photos."""
    photos = counts.sum(axis=1)
    unknown = int(photos[counts[:, UNJUDGED] == photos].sum())
    return unknown / int(photos.sum()) if unknown else 0.0


def _share(counts: NDArray[np.int64], confidence: float) -> Interval | None:
    """Share of right photos in strata, with its interval; None if none was judged."""
    judged = counts[:, ACCEPTED] + counts[:, REJECTED]
    seen = judged > 0
    if not seen.any():
        return None
    size, photos, accepted = judged[seen], counts[seen].sum(axis=1), counts[seen, ACCEPTED]
    weight = photos / photos.sum()
    part = weight**2 * (1 - size / photos) / size
    kish = float(part.sum())
    sizes = [1 / kish if kish else inf]
    for right in (accepted / size, (accepted + 1) / (size + 2)):
        mean, variance = min(float((weight * right).sum()), 1.0), float((part * right * (1 - right)).sum())
        sizes.append(mean * (1 - mean) / variance if variance else inf)
    share = min(float((weight * accepted / size).sum()), 1.0)
    found, known = wilson(share, min(sizes), confidence), 1 - _unjudged(counts)
    return Interval(found.value, found.low * known, 1 - (1 - found.high) * known)


def _part(kept: Interval, dropped: Interval, photos_kept: int, photos_dropped: int) -> Interval | None:
    """The share of the right photos that is kept, from the shares of right ones on both sides."""
    right, missed = kept.value * photos_kept, dropped.value * photos_dropped
    if right + missed == 0:
        return None
    low = _odds(
        right,
        (kept.value - kept.low) * photos_kept,
        missed,
        (dropped.high - dropped.value) * photos_dropped,
    )
    high = _odds(
        missed,
        (dropped.value - dropped.low) * photos_dropped,
        right,
        (kept.high - kept.value) * photos_kept,
    )
    return Interval(right / (right + missed), low / (1 + low) if low < inf else 1.0, 1 / (1 + high))


def _odds(one: float, below: float, other: float, above: float) -> float:
    """Lower limit of one / other, of which `one` may be lower by `below` and `other` higher by `above`.

    The x at which one - x other is just 0 within its MOVER limit: (one - x other)^2 = below^2 + x^2 above^2.
    """
    if one <= below:
        return 0.0
    root = sqrt(above**2 * (one**2 - below**2) + (other * below) ** 2)
    return (one**2 - below**2) / (one * other + root) if one * other + root else inf
