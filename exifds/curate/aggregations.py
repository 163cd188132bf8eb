"""Aggregations: what counts photos in the database.

The one behind a cube groups the photos by the scores of each concept, in hundredths, by verdict and by class.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from exifds.curate.levels import level_expression
from exifds.store.criteria import score_path
from exifds.store.queries import scored

__all__ = ["pipeline", "scored", "values"]


def pipeline(
    concepts: Sequence[str], query: Mapping[str, Any], by: str | None = "concepts"
) -> list[dict[str, Any]]:
    """The aggregation behind a cube.

    Args:
        concepts: Concepts whose scores are looked at.
        query: Filter of the photos that are counted.
        by: The field that holds the classes of a photo; None for no classes.

    Returns:
        A pipeline. Its rows are for `Cube.from_rows`.

    Raises:
        UsageError: The name of a concept is no single key.
    """
    verdict = {"$indexOfArray": [[None, "accepted", "rejected"], {"$ifNull": ["$verdict", None]}]}
    levels = [level_expression(f"${score_path(concept)}") for concept in concepts]
    classes = {} if by is None else {"classes": f"${by}"}
    return [
        {"$match": dict(query)},
        {"$group": {"_id": {"levels": levels, "verdict": verdict, **classes}, "photos": {"$sum": 1}}},
    ]


def values(path: str, limit: int = 200) -> list[dict[str, Any]]:
    """The aggregation that gives what a filter can be set to, the most frequent first.

    Args:
        path: A field: `camera.model`, `place.country_code` or `concepts`.
        limit: Values at most.

    Returns:
        A pipeline; its rows have `value` and `photos`.
    """
    return [  # no $match, as in `scored`: $unwind passes over photos without a value
        {"$unwind": f"${path}"},
        {"$group": {"_id": f"${path}", "photos": {"$sum": 1}}},
        {"$project": {"_id": 0, "value": "$_id", "photos": 1}},
        {"$sort": {"photos": -1, "value": 1}},
        {"$limit": limit},
    ]
