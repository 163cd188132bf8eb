"""Sampling: which photos to judge next, so that few verdicts tell the most.

First those that the thresholds keep, until the interval of their precision begins at what is wanted; then
those they drop, which tell how many right ones are missed. Photos are drawn at random within each stratum,
one verdict after the other, from where it takes the most from the width of the interval. For a stratum with a
part W of the photos, n verdicts, a share p of right ones, smoothed as (x + 1) / (n + 2), and an interval that
reaches d to each side, that is

    W                                       where nobody judged a photo: it may be all right or all wrong
    z^2 W^2 p (1 - p) / (2 d n (n + 1))     elsewhere: Neyman's allocation (JRSS 97, 1934)
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from exifds.curate.cube import ACCEPTED, UNJUDGED, Cube
from exifds.curate.estimate import Z, estimate
from exifds.curate.strata import Strata, strata
from exifds.store import criteria
from exifds.store.criteria import Thresholds

__all__ = ["CANDIDATES", "PRECISION", "Candidate", "candidates", "most_telling"]

PRECISION: Final = 0.95
"""The precision that is wanted unless another is asked for."""

CANDIDATES: Final = 500
"""Photos from which a page is drawn. Strata with less than about a 500th of all may not be among them."""

Candidate = tuple[str, Mapping[str, float | None]]
"""A photo that nobody has judged: its id, and its scores."""


def candidates(cube: Cube, thresholds: Thresholds, precision: float = PRECISION) -> dict[str, Any]:
    """The photos of which some should be judged next.

    Args:
        cube: The photos.
        thresholds: By concept.
        precision: The precision that is wanted.

    Returns:
        A MongoDB filter. Draw from it at random.
    """
    found = strata(cube, thresholds)
    left = found.counts[:, UNJUDGED]
    kept, dropped = left[found.kept].sum(), left[~found.kept].sum()
    reached = estimate(cube, thresholds).precision
    enough = reached is not None and reached.low >= precision
    if not kept and not dropped:
        return dict(criteria.NONE)
    side = criteria.kept if kept and not (enough and dropped) else criteria.dropped
    return {"verdict": {"$exists": False}, **side(thresholds)}


def most_telling(
    cube: Cube,
    thresholds: Thresholds,
    drawn: Sequence[Candidate],
    photos: int,
    precision: float = PRECISION,
) -> list[str]:
    """Choose photos to judge.

    Args:
        cube: The photos.
        thresholds: By concept.
        drawn: Some of `candidates`, in random order.
        photos: How many to choose.
        precision: The precision that is wanted.

    Returns:
        Their ids, the most telling first.
    """
    found = strata(cube, thresholds)
    waiting: dict[int, list[str]] = {}
    entries = cube.entries_of([scores for _, scores in drawn])
    for (photo, _), entry in zip(reversed(drawn), reversed(entries), strict=True):
        if entry is not None and found.of[entry] >= 0:
            waiting.setdefault(int(found.of[entry]), []).append(photo)
    judged, chosen = found.judged.copy(), list[str]()
    while waiting and len(chosen) < photos:
        left = list(waiting)
        best = left[int(_gains(found, judged, precision)[left].argmax())]
        judged[best] += 1
        chosen.append(waiting[best].pop())
        if not waiting[best]:
            del waiting[best]
    return chosen


def _gains(found: Strata, judged: NDArray[np.int64], precision: float) -> NDArray[np.float64]:
    """What one verdict more in each stratum takes from the width of the interval."""
    photos = found.photos
    sides = np.where(found.kept, photos[found.kept].sum(), photos[~found.kept].sum())
    weight = photos / np.maximum(sides, 1)
    right = (found.counts[:, ACCEPTED] + 1) / (found.judged + 2)
    reach = max(1 - precision, 0.01)
    variance = weight**2 * right * (1 - right) / np.maximum(judged * (judged + 1), 1)
    gains: NDArray[np.float64] = np.where(judged, Z**2 * variance / (2 * reach), weight)
    return gains
