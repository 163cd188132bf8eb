"""Rows: what an export keeps of a document while it works: nothing personal that was not asked for."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from exifds.export.features import values_of
from exifds.export.record import Label
from exifds.export.selection import EXPORTED, PERSONAL

__all__ = ["GROUPS", "Row", "row"]

UNIT_OF_BURSTS = frozenset({None, "second"})
"""What `taken_granularity` may be for photos of which seconds are known."""


@dataclass(frozen=True, slots=True)
class Row:
    """One photo in the ledger.

    Args:
        id: `_id` of the photo.
        created_at: When it came into the dataset.
        path: Of its image file in the image store.
        orientation: How its pixels must be turned, an EXIF code.
        sha256: Of the original file.
        group: Digest of the group it belongs to; None if that is unknown.
        owner: Digest of the owner; None if unknown.
        camera: Digest of make and model, for telling bursts of photos without a known owner.
        taken_at: When it was taken, if that is known to the second.
        label: What is to be learned.
        exif: Values by feature.
        present: Which of them are there.
        queries: How it was found, in words; of folders only that it was one.
        document: The fields that are exported.
    """

    id: str
    created_at: datetime
    path: str
    orientation: int | None
    sha256: str
    group: str | None
    owner: str | None
    camera: str | None
    taken_at: datetime | None
    label: Label
    exif: tuple[float, ...]
    present: tuple[bool, ...]
    queries: tuple[str, ...]
    document: Mapping[str, Any]


def row(document: Mapping[str, Any], group: str, label: Label, *, decrypt: bool) -> Row:
    """What is kept of a document.

    Args:
        document: An opened document.
        group: What photos are grouped by, one of `GROUPS`.
        label: Its label.
        decrypt: Whether personal fields are exported.

    Returns:
        The row. Owner and group are digests only: with them nobody finds an owner or a blind index.
    """
    image = document["image"]
    values, present = values_of(document)
    wanted = (*EXPORTED, *PERSONAL) if decrypt else EXPORTED
    exact = document.get("taken_granularity") in UNIT_OF_BURSTS
    return Row(
        id=document["_id"],
        created_at=document["created_at"],
        path=image["path"],
        orientation=image.get("orientation"),
        sha256=image["original_sha256"],
        group=_digest(GROUPS[group](document)),
        owner=_digest(_owner(document)),
        camera=_digest(_camera(document)),
        taken_at=document.get("taken_at") if exact else None,
        label=label,
        exif=values,
        present=present,
        queries=tuple(dict.fromkeys(_query(way) for way in document.get("found_by", ()))),
        document={"_id": document["_id"]} | {name: document[name] for name in wanted if name in document},
    )


def _digest(value: str | None) -> str | None:
    """A stable stand-in for a value that must not be written down."""
    return value and hashlib.blake2b(value.encode(), digest_size=16, person=b"exifds export").hexdigest()


def _query(way: Mapping[str, Any]) -> str:
    """A way in which a photo was found; the path of a file may name somebody."""
    if way["kind"] == "folder":
        return "folder"
    language = f" ({way['language']})" if way.get("language") else ""
    return f"{way['kind']}: {way['query']}{language}"


def _owner(document: Mapping[str, Any]) -> str | None:
    found = document.get("owner_bx") or document.get("owner")
    return str(found) if found else None


def _camera(document: Mapping[str, Any]) -> str | None:
    camera = document.get("camera", {})
    return f"{camera.get('make', '')}\0{camera['model']}" if camera.get("model") else None


def _place(document: Mapping[str, Any]) -> str | None:
    place = document.get("place")
    return "\0".join((place["country_code"], place.get("state", ""), place["city"])) if place else None


def _unknown(_document: Mapping[str, Any]) -> None:
    return None


GROUPS: Mapping[str, Callable[[Mapping[str, Any]], str | None]] = {
    "owner": _owner,
    "camera": _camera,
    "place": _place,
    "time": _unknown,
    "none": _unknown,
}
"""What photos are grouped by, to what the photos of a group share."""
