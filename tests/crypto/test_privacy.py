"""Tests of exifds.crypto.privacy."""

import pytest

from exifds.crypto.privacy import apply
from exifds.errors import UsageError
from exifds.photo import Block, Comment, Photo, Point, Privacy

from .samples import FIXED, NOW

PHOTO = Photo(
    id="flickr:1",
    source="flickr",
    source_id="1",
    title="Monkey",
    tags=("sea",),
    owner="ann",
    owner_name="Ann",
    path_alias="ann",
    exif={"IFD0": {"Make": "NIKON", "Artist": "Ann"}, "GPS": {"GPSLatitude": 1.5}, "odd": "Make"},
    exif_raw=b"Exif",
    blocks=(Block(offset=2, kind="exif", data=b"Exif"),),
    comments=(Comment(id="1", author="bob", text="nice"),),
    location=Point(coordinates=(120.0, 15.0)),
    created_at=NOW,
)


def test_open_changes_nothing() -> None:
    """Open privacy keeps a photo as it is, with or without a keyring."""
    assert apply(PHOTO, Privacy.OPEN, None) is PHOTO
    assert apply(PHOTO, Privacy.OPEN, FIXED) is PHOTO


@pytest.mark.parametrize("privacy", [Privacy.STANDARD, Privacy.STRICT])
def test_keyring_is_needed_where_something_is_personal(privacy: Privacy) -> None:
    """Without a keyring nothing personal is let through."""
    with pytest.raises(UsageError, match=f"{privacy} privacy needs a keyring"):
        apply(PHOTO, privacy, None)


def test_standard_adds_the_index_of_the_owner() -> None:
    """Standard privacy keeps all fields and adds owner_bx."""
    expected = PHOTO.model_copy(update={"owner_bx": FIXED.blind_index("ann")})
    assert apply(PHOTO, Privacy.STANDARD, FIXED) == expected


def test_strict_keeps_the_index_of_the_owner_and_drops_the_owner() -> None:
    """Strict privacy drops what is marked so and every EXIF tag that is not allowed."""
    kept = apply(PHOTO, Privacy.STRICT, FIXED, frozenset({"Make"}))
    dropped = {"owner", "owner_name", "path_alias", "exif_raw", "blocks", "comments"}
    expected = PHOTO.model_dump(exclude=dropped | {"exif", "owner_bx"})
    assert kept.model_dump(exclude=dropped | {"exif", "owner_bx"}) == expected
    assert not any(getattr(kept, name) for name in dropped)
    assert kept.owner_bx == FIXED.blind_index("ann")
    assert kept.exif == {"IFD0": {"Make": "NIKON"}}


def test_strict_without_allowed_tags_keeps_no_exif() -> None:
    """EXIF of which nothing is allowed is absent, not empty."""
    assert apply(PHOTO, Privacy.STRICT, FIXED).exif is None
    assert apply(PHOTO.model_copy(update={"exif": None}), Privacy.STRICT, FIXED).exif is None


def test_index_survives_where_the_owner_is_gone() -> None:
    """A photo read back from a strict dataset keeps its owner_bx when it is written again."""
    once = apply(PHOTO, Privacy.STRICT, FIXED)
    assert apply(once, Privacy.STRICT, FIXED) == once
