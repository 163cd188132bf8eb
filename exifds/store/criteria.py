"""Criteria: which photos thresholds keep, and the MongoDB filters that find them.

A threshold is one cut through the scores of a concept: `keep_above` keeps the scores from the cut on,
`drop_above` drops just these and keeps the others. A score of `null` (below the floor of its scorer) counts
as 0. A photo without a score is neither kept nor dropped by a threshold: it is unscored, and counted as such,
unless another threshold drops it. What a person said counts more: an accepted photo is kept and a rejected
one dropped whatever their scores. No I/O.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from exifds.errors import UsageError

__all__ = [
    "NONE",
    "STEPS",
    "Direction",
    "Threshold",
    "Thresholds",
    "band",
    "borderline",
    "dropped",
    "kept",
    "score_path",
    "unscored",
]

STEPS = 100
"""Thresholds stand at hundredths."""

NONE: Mapping[str, Any] = {"_id": {"$in": []}}
"""The filter that no photo matches."""


class Direction(StrEnum):
    """Which side of a threshold stays: `keep_above` the scores from its value on, `drop_above` the others."""

    KEEP_ABOVE = "keep_above"
    DROP_ABOVE = "drop_above"

    @property
    def opposite(self) -> "Direction":
        """The other one: it keeps what this one drops."""
        return Direction.DROP_ABOVE if self is Direction.KEEP_ABOVE else Direction.KEEP_ABOVE


@dataclass(frozen=True)
class Threshold:
    """A cut through the scores of a concept.

    Args:
        value: Where it is, 0 to 1 in steps of 0.01.
        direction: Which side stays.

    Example:
        >>> Threshold(0.8).direction
        <Direction.KEEP_ABOVE: 'keep_above'>
        >>> Threshold(0.5, "drop_above").cut
        50
    """

    value: float
    direction: Direction = Direction.KEEP_ABOVE

    def __post_init__(self) -> None:
        if not 0 <= self.value <= 1 or self.cut / STEPS != self.value:
            raise UsageError(f"expected a threshold from 0 to 1 in steps of 0.01, got {self.value}")
        if self.direction not in tuple(Direction):
            raise UsageError(f"expected the direction {' or '.join(Direction)}, got {self.direction!r}")
        object.__setattr__(self, "direction", Direction(self.direction))

    @property
    def cut(self) -> int:
        """Its value in hundredths."""
        return round(self.value * STEPS)


Thresholds = Mapping[str, Threshold]
"""Concept to threshold. A concept that is not named is not looked at."""


def score_path(concept: str) -> str:
    """The path of a concept's score in a document.

    Args:
        concept: Name of the concept.

    Returns:
        The path.

    Raises:
        UsageError: The name is no single key.

    Example:
        >>> score_path("wild boar")
        'scores.wild boar'
    """
    if not concept or "." in concept or "\0" in concept or concept.startswith("$"):
        raise UsageError(f"expected a concept without '.', NUL and leading '$', got {concept!r}")
    return f"scores.{concept}"


def kept(thresholds: Thresholds) -> dict[str, Any]:
    """Filter of the photos that are kept.

    Args:
        thresholds: By concept.

    Returns:
        The filter: accepted, or not rejected and on the side of each threshold that stays.

    Example:
        >>> kept({"monkey": Threshold(0.8)})["$or"][1]
        {'$and': [{'verdict': {'$ne': 'rejected'}}, {'scores.monkey': {'$gte': 0.8}}]}
    """
    passing = {"$and": [{"verdict": {"$ne": "rejected"}}, *_passing(thresholds)]}
    return {"$or": [{"verdict": "accepted"}, passing]}


def dropped(thresholds: Thresholds) -> dict[str, Any]:
    """Filter of the photos that are dropped.

    Args:
        thresholds: By concept.

    Returns:
        The filter: rejected, or not accepted and on the other side of any threshold.
    """
    failing = {"verdict": {"$ne": "accepted"}, "$or": _failing(thresholds) or [dict(NONE)]}
    return {"$or": [{"verdict": "rejected"}, failing]}


def unscored(thresholds: Thresholds) -> dict[str, Any]:
    """Filter of the photos that are neither kept nor dropped, because a score is missing.

    Args:
        thresholds: By concept.

    Returns:
        The filter.
    """
    if not thresholds:
        return dict(NONE)
    missing = [{score_path(concept): {"$exists": False}} for concept in thresholds]
    return {"verdict": {"$exists": False}, "$or": missing, "$nor": _failing(thresholds)}


def band(thresholds: Thresholds, low: int, high: int) -> dict[str, Any]:
    """Filter of the photos at a distance from being dropped: that of the threshold they meet the least.

    Args:
        thresholds: By concept; one at least.
        low: The least distance in hundredths. Photos from 0 on are kept, the others dropped.
        high: The distance up to which, itself not included.

    Returns:
        The filter. Verdicts are not looked at; photos without one of the scores do not match.
    """
    return {"$and": _passing(thresholds, low), "$nor": [{"$and": _passing(thresholds, high)}]}


def borderline(thresholds: Thresholds, width: int = 5) -> dict[str, Any]:
    """Filter of the photos that a small move of the thresholds would keep or drop, and nobody has judged.

    Args:
        thresholds: By concept.
        width: How small, in hundredths.

    Returns:
        The filter.
    """
    if not thresholds:
        return dict(NONE)
    return {"verdict": {"$exists": False}, **band(thresholds, -width, width)}


def _passing(thresholds: Thresholds, tighter: int = 0) -> list[dict[str, Any]]:
    """What a photo must meet when each threshold is tighter by some hundredths."""
    sign = {Direction.KEEP_ABOVE: 1, Direction.DROP_ABOVE: -1}
    return [
        _side(concept, at.direction, at.cut + sign[at.direction] * tighter)
        for concept, at in thresholds.items()
    ]


def _failing(thresholds: Thresholds) -> list[dict[str, Any]]:
    return [_side(concept, at.direction.opposite, at.cut) for concept, at in thresholds.items()]


def _side(concept: str, direction: Direction, cut: int) -> dict[str, Any]:
    """Filter of the scored photos on one side of a cut."""
    path = score_path(concept)
    above = {"$gte": cut / STEPS}
    if direction is Direction.KEEP_ABOVE:
        return {path: above if cut > 0 else {"$exists": True}}
    return {path: {"$exists": True, "$not": above}} if cut > 0 else dict(NONE)
