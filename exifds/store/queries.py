"""Queries: pipelines and updates as plain dictionaries. Nothing here talks to a server."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from exifds.photo import Camera, FoundBy, Photo

__all__ = [
    "NO_TOTALS",
    "STATISTICS",
    "Update",
    "add_provenance",
    "completion",
    "scored",
    "setback",
    "statistics",
    "without_place",
]

Update = tuple[dict[str, Any], dict[str, Any]]
"""A filter and the change to what it finds."""

_ROWS = 1000
"""Rows of a statistic at most."""

_MOST_FIRST: Mapping[str, int] = MappingProxyType({"photos": -1, "value": 1})
_CAMERA_TAGS = tuple(Camera.model_fields)


def add_provenance(photo_id: str, found_by: FoundBy, concepts: Iterable[str]) -> list[Update]:
    """Updates that add one more way in which a photo was found. Applied twice, they change nothing more.

    Args:
        photo_id: `_id` of the photo.
        found_by: How it was found. The same kind, query and language count as the same way.
        concepts: Labels it got on this way.

    Returns:
        Pairs of filter and update.
    """
    way = {"kind": found_by.kind, "query": found_by.query, "language": found_by.language}
    new_way = (
        {"_id": photo_id, "found_by": {"$not": {"$elemMatch": way}}},
        {"$push": {"found_by": found_by.model_dump(exclude_none=True)}},
    )
    added = {"$addToSet": {"concepts": {"$each": list(concepts)}}}
    return [new_way, ({"_id": photo_id}, added)] if concepts else [new_way]


_FIELDS = frozenset(field.alias or name for name, field in Photo.model_fields.items())
_KEPT = frozenset({"_id", "found_by", "concepts", "created_at", "place", "labels", "scores", "verdict"})
"""Fields that others write: completing a photo leaves them as they are."""


def completion(document: Mapping[str, Any], revision: int) -> Update:
    """The update that completes a stored photo. Applied twice, it changes nothing more.

    Args:
        document: The whole document, encoded anew.
        revision: The revision that it builds on; if somebody else was faster, nothing is changed.

    Returns:
        Filter and update.
    """
    sealed = {"_sec.n": revision} if "_sec" in document else {"state": {"$in": ["meta", "done"]}}
    changed = {name: value for name, value in document.items() if name not in _KEPT}
    absent = sorted(_FIELDS - _KEPT - document.keys())  # a token left behind would not fit the new seal
    return {"_id": document["_id"], **sealed}, {"$set": changed, "$unset": dict.fromkeys(absent, "")}


def setback(photo_id: str, kind: str, reason: str) -> Update:
    """The update that notes why a photo without an image could not be completed.

    Args:
        photo_id: `_id` of the photo.
        kind: `gone` when its source has it no longer; else it stays as it is and is tried again.
        reason: Why.

    Returns:
        Filter and update.
    """
    state = {"state": "gone"} if kind == "gone" else {}
    return {"_id": photo_id, "state": "meta"}, {"$set": {"reason": reason, **state}}


def without_place() -> dict[str, Any]:
    """Filter of the photos that have a location and no place yet."""
    return {"location": {"$exists": True}, "place": {"$exists": False}}


STATISTICS = tuple("totals states camera_status cameras countries concepts scored years formats".split())
"""The names of the statistics, in the order they are shown."""


def statistics() -> dict[str, list[dict[str, Any]]]:
    """The aggregation pipelines behind `exifds stats`, by name.

    Each runs by itself and returns few rows, so a result stays small however large the dataset.

    Returns:
        Name to pipeline. `totals` gives one row with `summary` and `coverage` (photos that have each camera
        tag); the others rows of `value` and `photos`. `scored` counts by concept, also a score of `null`.

    Example:
        >>> list(statistics()) == list(STATISTICS)
        True
    """
    camera = {"$concat": [{"$ifNull": ["$camera.make", ""]}, " ", "$camera.model"]}
    year = {"$dateToString": {"date": "$taken_at", "format": "%Y"}}
    pipelines = (
        _totals(),
        _counted("state"),
        _counted("camera_status"),
        _counted("camera.model", camera),
        _counted("place.country"),
        _counted("concepts"),
        scored(),
        _counted("taken_at", year, order={"value": 1}),
        _counted("image.format"),
    )
    return dict(zip(STATISTICS, pipelines, strict=True))


def _totals() -> list[dict[str, Any]]:
    sums = {
        "photos": {"$sum": 1},
        "bytes": {"$sum": "$image.bytes"},
        "with_location": _present("location"),
        "with_place": _present("place"),
        "with_verdict": _present("verdict"),
    }
    tags = {tag: _present(f"camera.{tag}") for tag in _CAMERA_TAGS}
    shape = {
        "_id": 0,
        "summary": {name: f"${name}" for name in sums},
        "coverage": {tag: f"${tag}" for tag in tags},
    }
    return [{"$group": {"_id": None, **sums, **tags}}, {"$project": shape}]


def _present(path: str) -> dict[str, Any]:
    return {"$sum": {"$cond": [{"$eq": [{"$type": f"${path}"}, "missing"]}, 0, 1]}}


def _counted(path: str, value: Any = None, order: Mapping[str, int] = _MOST_FIRST) -> list[dict[str, Any]]:
    """Photos by value of a field, the most frequent values first."""
    return [
        {"$match": {path: {"$exists": True}}},
        {"$unwind": f"${path}"},
        *_grouped(value or f"${path}", order),
    ]


def scored() -> list[dict[str, Any]]:
    """The aggregation that counts photos by the concepts they are scored for, also with a score of `null`.

    Returns:
        A pipeline; its rows have `value` and `photos`, the most frequent first.
    """
    scores = {"$objectToArray": {"$ifNull": ["$scores", {}]}}
    names = {"$map": {"input": scores, "in": "$$this.k"}}
    return [  # no $match: through an index it takes four times as long
        {"$group": {"_id": names, "photos": {"$sum": 1}}},
        {"$unwind": "$_id"},
        *_grouped("$_id", photos="$photos"),
    ]


def _grouped(
    value: Any, order: Mapping[str, int] = _MOST_FIRST, photos: int | str = 1
) -> list[dict[str, Any]]:
    return [
        {"$group": {"_id": value, "photos": {"$sum": photos}}},
        {"$project": {"_id": 0, "value": "$_id", "photos": 1}},
        {"$sort": dict(order)},
        {"$limit": _ROWS},
    ]


NO_TOTALS: Mapping[str, Any] = {
    name: dict.fromkeys(counts, 0) for name, counts in _totals()[1]["$project"].items() if name != "_id"
}
"""The `totals` of a dataset without photos."""
