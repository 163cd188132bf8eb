"""The filters of a selection: which photos are looked at, before any threshold. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from types import NoneType
from typing import Any, Literal, Self, get_args

from exifds.errors import UsageError

__all__ = ["Filters", "Verdict"]

Verdict = Literal["accepted", "rejected", "none"]


@dataclass(frozen=True)
class Filters:
    """Which photos are looked at: of those with an image file, the ones that meet each filter that is given.

    Args:
        concept: A label that the user gave.
        country: ISO 3166 code of the country.
        camera: Model of the camera.
        since: Taken on this day or later, by the clock of the camera.
        until: Taken on this day or earlier.
        verdict: `accepted`, `rejected`, or `none` for those that nobody has judged.

    Example:
        >>> Filters(country="PH").query()["place.country_code"]
        {'$eq': 'PH'}
    """

    concept: str | None = None
    country: str | None = None
    camera: str | None = None
    since: date | None = None
    until: date | None = None
    verdict: Verdict | None = None

    def __post_init__(self) -> None:
        for name in ("concept", "country", "camera"):
            if not isinstance(getattr(self, name), str | None):
                raise UsageError(f"expected text for {name}, got a {type(getattr(self, name)).__name__}")
        for name in ("since", "until"):
            if type(getattr(self, name)) not in (date, NoneType):
                raise UsageError(f"expected a day for {name}, got {getattr(self, name)!r}")
        if self.verdict is not None and self.verdict not in get_args(Verdict):
            raise UsageError(f"expected the verdict {', '.join(get_args(Verdict))}, got {self.verdict!r}")
        if self.since and self.until and self.since > self.until:
            raise UsageError(f"expected a first day before the last, got {self.since} to {self.until}")

    def query(self) -> dict[str, Any]:
        """The MongoDB filter."""
        texts = {"concepts": self.concept, "place.country_code": self.country, "camera.model": self.camera}
        query: dict[str, Any] = {"state": "done", "image": {"$exists": True}}
        query |= {path: {"$eq": text} for path, text in texts.items() if text is not None}
        days = {"$gte": _moment(self.since, time.min), "$lte": _moment(self.until, time.max)}
        if taken := {operator: moment for operator, moment in days.items() if moment is not None}:
            query["taken_at"] = taken
        if self.verdict is not None:
            query["verdict"] = {"$exists": False} if self.verdict == "none" else {"$eq": self.verdict}
        return query

    def document(self) -> dict[str, str]:
        """The filters that are given, as MongoDB and JSON hold them."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) for name, value in given.items() if value is not None}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read filters.

        Args:
            document: From `document()`.

        Returns:
            The filters.
        """
        days = {name: date.fromisoformat(document[name]) for name in ("since", "until") if name in document}
        return cls(**{**document, **days})


def _moment(day: date | None, at: time) -> datetime | None:
    return None if day is None else datetime.combine(day, at, UTC)
