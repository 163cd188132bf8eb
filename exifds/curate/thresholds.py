"""Thresholds: what they keep and drop, and which one to choose. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exifds.curate.cube import ACCEPTED, REJECTED, UNJUDGED, Cube
from exifds.curate.estimate import Estimate, Interval, estimate
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
    "estimate",
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
        loosest whose estimate reaches it and rests on verdicts in every stratum of what is kept; None if none
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
