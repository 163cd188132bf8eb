"""Outcomes: what became of the photos that a crawl met, as plain dictionaries. No I/O: `work` does it.

`_exifds_found` has one for each photo of each crawl.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from exifds.store.crawls import Change

__all__ = ["FINAL", "FOUND", "INDEX", "Outcome", "OutcomeKind", "found_id", "recording"]

FOUND = "_exifds_found"

INDEX = ("crawl", "kind")

OutcomeKind = Literal["kept", "rejected", "gone", "failed"]

FINAL = ("kept", "rejected", "gone")
"""Outcomes that stay. A photo that failed is tried again when it is met again."""


@dataclass(frozen=True)
class Outcome:
    """What became of a photo.

    Args:
        kind: `kept` in the dataset, `rejected` as not wanted, `gone` at the source, `failed` for now.
        reason: Why, without any personal value.
        place: The slice and page it was found on.
    """

    kind: OutcomeKind
    reason: str | None = None
    place: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read an outcome as MongoDB returned it."""
        return cls(row["kind"], row.get("reason"), row.get("place"))


def found_id(crawl: str, photo: str) -> str:
    """The `_id` of what became of a photo in a crawl."""
    return f"{crawl}/{photo}"


def recording(crawl: str, photo: str, outcome: Outcome) -> Change:
    """What writes down what became of a photo. Only a failure gives way to what is found later.

    Args:
        crawl: The crawl.
        photo: `_id` of the photo.
        outcome: What became of it.

    Returns:
        An upsert.
    """
    known = {"kind": outcome.kind, "reason": outcome.reason, "place": outcome.place}
    row = {"_id": found_id(crawl, photo), "crawl": crawl}
    row |= {name: value for name, value in known.items() if value is not None}
    final = {"$in": ["$kind", list(FINAL)]}
    return {"_id": row["_id"]}, [{"$replaceWith": {"$cond": [final, "$$ROOT", {"$literal": row}]}}]
