"""Thresholds: what they keep and drop, which one to choose, and which photos to judge next. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exifds.curate.cube import ACCEPTED, REJECTED, UNJUDGED, Cube
from exifds.curate.estimate import Band, Estimate, Interval, bands, estimate
from exifds.store import criteria
from exifds.store.criteria import Direction, Threshold, Thresholds

__all__ = [
    "Direction",
    "Estimate",
    "Interval",
    "Outcome",
    "Proposal",
    "Split",
    "Threshold",
    "Thresholds",
    "ToJudge",
    "estimate",
    "next_to_judge",
    "outcome",
    "proposal",
]

_DROPPED, _KEPT, _UNSCORED = 0, 1, 2


@dataclass(frozen=True)
class Split:
    """Numbers of photos by what becomes of them."""

    kept: int = 0
    dropped: int = 0
    unscored: int = 0


@dataclass(frozen=True)
class Outcome:
    """What thresholds and verdicts do to photos.

    Args:
        photos: All together: kept, dropped, or neither as a score is missing.
        borderline: Photos without a verdict that a move of the thresholds by 0.05 would keep or drop.
        accepted: Photos that a person accepted: they are among the kept ones.
        rejected: Photos that a person rejected: they are among the dropped ones.
        concepts: What each threshold would do alone and without verdicts.
        classes: The same as `photos` by class of the photo; None stands for photos without one. A photo of
            several classes counts for each.
    """

    photos: Split
    borderline: int
    accepted: int
    rejected: int
    concepts: Mapping[str, Split]
    classes: Mapping[str | None, Split]


@dataclass(frozen=True)
class Proposal:
    """A threshold that reaches a wanted precision, with as many photos as possible.

    Args:
        threshold: The threshold.
        precision: What it is estimated to reach.
        certain: Whether the lower end of the interval reaches it; if not, only the estimate does.
    """

    threshold: Threshold
    precision: Interval
    certain: bool


@dataclass(frozen=True)
class ToJudge:
    """Photos whose verdicts would narrow the intervals.

    Args:
        band: Where they are: how far from being dropped.
        query: MongoDB filter of those that nobody has judged. Show them in random order.
        photos: How many there are.
        gain: Which part of the variance of precision and recall one verdict takes away.
    """

    band: Band
    query: Mapping[str, Any]
    photos: int
    gain: float


def outcome(cube: Cube, thresholds: Thresholds, borderline: int = 5) -> Outcome:
    """What thresholds and verdicts do to photos.

    Args:
        cube: The photos.
        thresholds: By concept.
        borderline: How near to a threshold photos are borderline, in hundredths.

    Returns:
        The numbers of photos.
    """
    margins, missing = cube.margins(thresholds)
    unjudged = cube.verdicts == UNJUDGED
    fate = np.where(margins < 0, _DROPPED, np.where(missing, _UNSCORED, _KEPT))
    fate = np.where(unjudged, fate, np.where(cube.verdicts == ACCEPTED, _KEPT, _DROPPED))
    near = unjudged & ~missing & (margins >= -borderline) & (margins < borderline)
    groups = np.bincount(cube.groups * 3 + fate, cube.photos, 3 * len(cube.classes)).reshape(-1, 3)
    return Outcome(
        _split(groups.sum(axis=0)),
        int(cube.photos[near].sum()),
        int(cube.photos[cube.verdicts == ACCEPTED].sum()),
        int(cube.photos[cube.verdicts == REJECTED].sum()),
        {concept: Split(*cube.passing(concept, at)) for concept, at in thresholds.items()},
        _by_class(cube.classes, groups),
    )


def proposal(
    cube: Cube,
    concept: str,
    precision: float = 0.95,
    thresholds: Thresholds | None = None,
    direction: Direction = Direction.KEEP_ABOVE,
) -> Proposal | None:
    """The threshold of a concept that keeps the most photos at a wanted precision.

    Args:
        cube: The photos.
        concept: The concept.
        precision: The precision that is wanted.
        thresholds: Those of other concepts, which stay.
        direction: Which side of the threshold stays.

    Returns:
        The loosest threshold whose interval begins at the wanted precision or above; if there is none, the
        loosest whose estimate reaches it and rests on verdicts in every cell of what is kept; None if none
        does. It is the best of many, so judge some more of what it keeps before you rely on the last percent.
    """
    others = {name: at for name, at in (thresholds or {}).items() if name != concept}
    best: Proposal | None = None
    for cut in _cuts(cube, concept, direction):
        threshold = Threshold(cut / criteria.STEPS, direction)
        found = estimate(cube, {**others, concept: threshold})
        reached = found.precision
        if reached is None or reached.value < precision:
            continue
        if reached.low >= precision:
            return Proposal(threshold, reached, certain=True)
        if best is None and not found.unjudged:
            best = Proposal(threshold, reached, certain=False)
    return best


def _cuts(cube: Cube, concept: str, direction: Direction) -> list[int]:
    """The cuts that keep different photos, the loosest first."""
    cuts = [cut for cut, photos in enumerate(cube.histogram(concept).counts) if photos]
    if direction is Direction.KEEP_ABOVE or not cuts:
        return cuts
    return [cuts[-1] + 1, *reversed(cuts)]


def next_to_judge(cube: Cube, thresholds: Thresholds) -> list[ToJudge]:
    """Where verdicts narrow the intervals of precision and recall the most.

    Neyman's allocation (Journal of the Royal Statistical Society 97, 1934), one verdict
    after the other: a band with N photos, n verdicts and a share p of right ones, smoothed as
    (x + 1) / (n + 2), gains c^2 N^2 p (1 - p) (1 / (n + 2) - 1 / (n + 3)), where c is what a photo weighs in
    precision and in recall.

    Args:
        cube: The photos.
        thresholds: By concept.

    Returns:
        The bands that have photos without a verdict, the most rewarding first.
    """
    every = bands(cube, thresholds)
    shares = [(one.accepted + 1) / (one.judged + 2) for one in every]
    kept = sum(one.photos for one in every if one.low >= 0)
    right = sum(one.photos * share for one, share in zip(every, shares, strict=True))
    found = sum(one.photos * share for one, share in zip(every, shares, strict=True) if one.low >= 0)
    recall = found / right if right else 0.0
    variances, gains = [], []
    for one, share in zip(every, shares, strict=True):
        weight = kept**-2 + ((1 - recall) / right) ** 2 if one.low >= 0 else (recall / right) ** 2
        variance = weight * one.photos**2 * share * (1 - share)
        variances.append(variance / (one.judged + 2))
        gains.append(variance / ((one.judged + 2) * (one.judged + 3)))
    total = sum(variances)
    open_bands = [
        ToJudge(one, _unjudged(thresholds, one), one.photos - one.judged, gain / total if total else 0.0)
        for one, gain in zip(every, gains, strict=True)
        if one.photos > one.judged
    ]
    return sorted(open_bands, key=lambda one: -one.gain)


def _unjudged(thresholds: Thresholds, band: Band) -> dict[str, Any]:
    unjudged = {"verdict": {"$exists": False}}
    return unjudged | (criteria.band(thresholds, band.low, band.high) if thresholds else {})


def _by_class(classes: Sequence[tuple[str, ...]], groups: NDArray[Any]) -> dict[str | None, Split]:
    """Sums by class, from sums by set of classes."""
    sums: dict[str | None, Any] = {}
    for names, row in zip(classes, groups, strict=True):
        for name in names or (None,):
            sums[name] = sums.get(name, 0) + row
    ordered = sorted(sums.items(), key=lambda item: (item[0] is None, item[0] or ""))
    return {name: _split(row) for name, row in ordered}


def _split(counts: NDArray[Any]) -> Split:
    dropped, kept, unscored = (int(count) for count in counts)
    return Split(kept, dropped, unscored)
