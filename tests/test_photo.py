"""The photo: what it takes, and what is personal about it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from exifds.photo import Camera, Photo, Point, Privacy, personal_fields

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def photo(**fields: Any) -> Photo:
    """A photo with some fields."""
    return Photo.model_validate(
        {"id": "file:1", "source": "file", "source_id": "1", "created_at": NOW, **fields}
    )


def test_privacy_grows() -> None:
    """Strict encrypts all that standard does and more; open encrypts nothing."""
    standard, strict = set(personal_fields(Privacy.STANDARD)), set(personal_fields(Privacy.STRICT))
    assert personal_fields(Privacy.OPEN) == {}
    assert {"owner", "owner_name", "path_alias", "exif", "exif_raw", "comments"} <= standard < strict
    assert strict - standard == {"title", "description", "tags", "machine_tags", "location"}


def test_dates_are_what_bson_keeps() -> None:
    """Instants are UTC to the millisecond; a camera's clock keeps its digits and has no zone."""
    noon = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    taken = photo(taken_at=noon, uploaded_at=noon)
    assert taken.uploaded_at == datetime(2026, 1, 1, 10, 0, 0, 123000, tzinfo=UTC)
    assert taken.taken_at == datetime(2026, 1, 1, 12, 0, 0, 123000)  # noqa: DTZ001
    assert photo(uploaded_at=datetime(2026, 1, 1)).uploaded_at == NOW  # noqa: DTZ001


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "no-source"},
        {"id": "file:$a b"},
        {"scores": {"a.b": 1}},
        {"scores": {"$a": 1}},
        {"scores": {"a\0": 1}},
        {"scores": {"": 1}},
        {"scores": {"a": 1.5}},
        {"scores": {"a": float("nan")}},
        {"labels": {"a.b": {"model": "m", "at": NOW}}},
        {"camera": {"iso": 0}},
        {"camera": {"exposure_time": float("inf")}},
        {"camera": {"orientation": 9}},
        {"location": {"type": "Point", "coordinates": [181, 0]}},
        {"location": {"type": "Point", "coordinates": [0, float("nan")]}},
        {"place": {"country_code": "Germany", "country": "Germany", "city": "Bamberg", "distance_km": 1}},
        {"verdict": "maybe"},
        {"unknown": 1},
    ],
)
def test_what_is_no_photo_is_refused(fields: dict[str, Any]) -> None:
    """A value that would mislead a query is refused where it enters."""
    with pytest.raises(ValidationError):
        photo(**fields)


def test_a_photo_does_not_change() -> None:
    """Photos are values."""
    with pytest.raises(ValidationError, match="frozen"):
        photo().title = "new"  # type: ignore[misc]
    assert Camera(iso=200) == Camera(iso=200)
    assert Point(coordinates=(1, 2)).type == "Point"
