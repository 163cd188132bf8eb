"""Photo: one photograph and what is known about it.

`Photo` mirrors the MongoDB document field by field, so that what is learned here holds in `mongosh` too.
A field that is personal is marked `Personal` HERE and nowhere else: the encryption, the validator of the
collection and the checks of filters all read the marks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

__all__ = [
    "Block",
    "Camera",
    "Comment",
    "FoundBy",
    "Image",
    "LabelItem",
    "Labels",
    "License",
    "Personal",
    "Photo",
    "Place",
    "Point",
    "Privacy",
    "Size",
    "personal_fields",
]

SCHEMA_VERSION = 1


class Privacy(StrEnum):
    """How much of a photo is encrypted.

    `open`: nothing. `standard`: owner, EXIF and comments. `strict`: title, description, tags and location
    too; owner fields and the EXIF outside an allow-list are not kept at all.
    """

    OPEN = "open"
    STANDARD = "standard"
    STRICT = "strict"


@dataclass(frozen=True)
class Personal:
    """Marks a field of `Photo` as personal.

    Args:
        since: The mildest privacy under which the field is encrypted.
        kept_in_strict: False for fields that `strict` does not store, not even encrypted.
    """

    since: Literal[Privacy.STANDARD, Privacy.STRICT] = Privacy.STANDARD
    kept_in_strict: bool = True


def _utc_milliseconds(value: datetime) -> datetime:
    """BSON dates are UTC milliseconds; a date without a zone is UTC."""
    value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return value.replace(microsecond=value.microsecond // 1000 * 1000)


def _wall_clock(value: datetime) -> datetime:
    """A camera's clock has no time zone: any zone is dropped, the digits stay."""
    return value.replace(tzinfo=None, microsecond=value.microsecond // 1000 * 1000)


def _plain_key(value: str) -> str:
    """A map key that MongoDB can index and query: no dots, dollars or NUL."""
    if not value or "." in value or "\0" in value or value.startswith("$"):
        msg = f"expected a name without '.', NUL and leading '$', got {value!r}"
        raise ValueError(msg)
    return value


Instant = Annotated[datetime, AfterValidator(_utc_milliseconds)]
WallClock = Annotated[datetime, AfterValidator(_wall_clock)]
Key = Annotated[str, AfterValidator(_plain_key)]
Score = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class License(_Part):
    """The licence of a photo, as its source gave it at `checked_at`."""

    id: int
    name: str | None = None
    url: str | None = None
    checked_at: Instant | None = None


class FoundBy(_Part):
    """One way in which a photo was found: a search, a group, a list or a folder."""

    kind: Literal["search", "group", "list", "folder"]
    query: str
    language: str | None = None
    page: int | None = None
    rank: int | None = None
    at: Instant


class Camera(_Part):
    """What the camera recorded, as typed numbers. Only what is known is present.

    Units: `exposure_time` s; `f_number` and `max_aperture` f-number; `iso` ISO 12232 speed; focal lengths
    mm; `exposure_bias` and `brightness` EV. The other numbers are the codes of the EXIF standard
    (CIPA DC-008): `flash` is true when the flash fired, `orientation` 1-8, `light_source`,
    `metering_mode`, `white_balance`, `saturation`, `sharpness` and `contrast` as in its tables.
    """

    make: str | None = None
    model: str | None = None
    exposure_time: Positive | None = None
    f_number: Positive | None = None
    iso: Positive | None = None
    focal_length: Positive | None = None
    focal_length_35mm: Positive | None = None
    flash: bool | None = None
    exposure_bias: Finite | None = None
    brightness: Finite | None = None
    max_aperture: Positive | None = None
    saturation: Annotated[int, Field(ge=0, le=2)] | None = None
    sharpness: Annotated[int, Field(ge=0, le=2)] | None = None
    contrast: Annotated[int, Field(ge=0, le=2)] | None = None
    orientation: Annotated[int, Field(ge=1, le=8)] | None = None
    light_source: Annotated[int, Field(ge=0, le=255)] | None = None
    white_balance: Annotated[int, Field(ge=0, le=1)] | None = None
    metering_mode: Annotated[int, Field(ge=0, le=255)] | None = None


class Point(_Part):
    """A GeoJSON point: longitude and latitude in degrees (WGS 84), in this order."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[
        Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)],
        Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)],
    ]


class Place(_Part):
    """Where a photo was taken. `distance_km` is the way to the centre of `city`.

    `certain` is false where the country could not be told reliably: at sea, or in disputed areas.
    """

    country_code: CountryCode
    country: str
    state: str | None = None
    city: str
    distance_km: Annotated[float, Field(ge=0)]
    certain: bool = True


class Image(_Part):
    """The image file. `path` is relative to the image store, or absolute for a photo left in place.

    `orientation` is the EXIF code (2-8) by which a viewer must turn the pixels of the file; absent when they
    stand upright. `camera.orientation` is what the camera recorded, also if the source turned the file since.
    """

    path: str
    sha256: Sha256
    original_sha256: Sha256
    bytes: Annotated[int, Field(gt=0)]
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    format: str
    orientation: Annotated[int, Field(ge=2, le=8)] | None = None
    url: str | None = None


class Size(_Part):
    """A size in which the source offers a photo; pixels."""

    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    url: str


class Block(_Part):
    """A stretch of metadata cut out of an image file, enough to put it back byte for byte.

    `offset` counts from the start of the original. `data` stood there; `replaced` bytes of the stripped
    file stand in its place (0 for a plain cut). Where the block holds the value of another field of the
    photo, `holds` names the field and `data` lacks its bytes, which stood at `holds_at` of `data`.
    """

    offset: Annotated[int, Field(ge=0)]
    kind: str
    data: bytes
    replaced: Annotated[int, Field(ge=0)] = 0
    holds: Literal["exif_raw", "xmp", "iptc"] | None = None
    holds_at: Annotated[int, Field(ge=0)] = 0


class LabelItem(_Part):
    """A label a scorer gave, with its score."""

    label: str
    score: Score


class Labels(_Part):
    """Everything one scorer said about a photo."""

    model: str
    at: Instant
    items: tuple[LabelItem, ...] = ()


class Comment(_Part):
    """A comment somebody left under a photo."""

    id: str
    author: str
    author_name: str | None = None
    text: str
    at: Instant | None = None


class Photo(_Part):
    """One photograph: what `Dataset.find()` gives and what a MongoDB document holds.

    Example:
        >>> from datetime import datetime
        >>> from exifds import Photo
        >>> photo = Photo(id="file:0f3c", source="file", source_id="0f3c", created_at=datetime(2026, 1, 1))
        >>> photo.camera.iso is None
        True
    """

    id: Annotated[str, Field(alias="_id", pattern=r"^[a-z]+:[0-9A-Za-z_@.-]+$")]
    schema_version: Annotated[int, Field(alias="schema")] = SCHEMA_VERSION
    source: str
    source_id: str

    title: Annotated[str | None, Personal(since=Privacy.STRICT)] = None
    description: Annotated[str | None, Personal(since=Privacy.STRICT)] = None
    tags: Annotated[tuple[str, ...], Personal(since=Privacy.STRICT)] = ()
    machine_tags: Annotated[tuple[str, ...], Personal(since=Privacy.STRICT)] = ()
    views: int | None = None
    media: Literal["photo", "video"] = "photo"
    taken_at: WallClock | None = None
    taken_granularity: Literal["second", "month", "year", "circa"] | None = None
    uploaded_at: Instant | None = None
    license: License | None = None
    found_by: tuple[FoundBy, ...] = ()
    concepts: tuple[str, ...] = ()

    owner: Annotated[str | None, Personal(kept_in_strict=False)] = None
    owner_name: Annotated[str | None, Personal(kept_in_strict=False)] = None
    path_alias: Annotated[str | None, Personal(kept_in_strict=False)] = None
    exif: Annotated[Mapping[str, Any] | None, Personal()] = None
    exif_raw: Annotated[bytes | None, Personal(kept_in_strict=False)] = None
    xmp: Annotated[bytes | None, Personal(kept_in_strict=False)] = None
    iptc: Annotated[bytes | None, Personal(kept_in_strict=False)] = None
    blocks: Annotated[tuple[Block, ...], Personal(kept_in_strict=False)] = ()
    comments: Annotated[tuple[Comment, ...], Personal(kept_in_strict=False)] = ()
    owner_bx: str | None = None

    camera: Camera = Camera()
    camera_status: Literal["ok", "none", "hidden", "error"] | None = None
    camera_source: Mapping[Key, Literal["file", "api"]] = Field(default_factory=dict)
    exif_sources: tuple[Literal["file", "api"], ...] = ()
    location: Annotated[Point | None, Personal(since=Privacy.STRICT)] = None
    location_accuracy: int | None = None
    place: Place | None = None
    sizes: Mapping[Key, Size] = Field(default_factory=dict)
    image: Image | None = None
    labels: Mapping[Key, Labels] = Field(default_factory=dict)
    scores: Mapping[Key, Score | None] = Field(default_factory=dict)
    verdict: Literal["accepted", "rejected"] | None = None
    state: Literal["meta", "done", "gone", "failed"] = "meta"
    reason: str | None = None
    created_at: Instant
    updated_at: Instant | None = None


@cache
def personal_fields(privacy: Privacy = Privacy.STANDARD) -> Mapping[str, Personal]:
    """The fields of `Photo` that are encrypted under `privacy`, with their marks.

    Args:
        privacy: The privacy of the dataset.

    Returns:
        Field name to mark, in the order of the document.

    Example:
        >>> sorted(personal_fields())[:3]
        ['blocks', 'comments', 'exif']
    """
    marks = {
        name: mark
        for name, field in Photo.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, Personal)
    }
    kept = () if privacy is Privacy.OPEN else (privacy, Privacy.STANDARD)
    return MappingProxyType({name: mark for name, mark in marks.items() if mark.since in kept})
