"""Levels: scores in hundredths, rounded down just as thresholds compare them: 0.799 is at 79."""

from collections.abc import Mapping
from typing import Any, Final

from exifds.store.criteria import STEPS

__all__ = ["ABSENT", "BELOW", "level_expression", "level_of"]

BELOW: Final = -1
"""Level of a score of `null`: below the floor of the scorer."""

ABSENT: Final = -2
"""Level of no score."""


def level_expression(score: str) -> dict[str, Any]:
    """The level of a score, computed by the database. By `$gte` 0.29 is at 29, but its product is not.

    Args:
        score: The score, as an expression.

    Returns:
        An expression.
    """
    nearest = {"$round": {"$multiply": [score, STEPS]}}
    too_far = {"$cond": [{"$lt": [score, {"$divide": ["$$nearest", STEPS]}]}, 1, 0]}
    number = {
        "$let": {
            "vars": {"nearest": nearest},
            "in": {"$toInt": {"$subtract": ["$$nearest", too_far]}},
        }
    }
    without = {"$cond": [{"$eq": [{"$type": score}, "missing"]}, ABSENT, BELOW]}
    return {"$cond": [{"$isNumber": score}, number, without]}


def level_of(scores: Mapping[str, float | None], concept: str) -> int:
    """The same of the scores of one photo.

    Args:
        scores: Of the photo, by concept.
        concept: The concept.

    Returns:
        Its level.

    Example:
        >>> level_of({"monkey": 0.29, "cage": None}, "monkey")
        29
    """
    if concept not in scores:
        return ABSENT
    score = scores[concept]
    if score is None:
        return BELOW
    nearest = round(score * STEPS)
    return nearest - (score < nearest / STEPS)
