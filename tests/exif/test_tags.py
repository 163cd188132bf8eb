"""Names of tags."""

import pytest

from exifds.exif.tags import ALIASES, CAMERA_TAGS, NAMES, flat, given, name_of


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0x8827, "PhotographicSensitivity"),
        (0x9214, "SubjectArea"),
        (0x9291, "SubSecTimeOriginal"),
        (0xA000, "FlashpixVersion"),
        (0xA002, "PixelXDimension"),
        (0xA436, "ImageTitle"),
    ],
)
def test_names_are_those_of_the_standard(code: int, name: str) -> None:
    """Where Pillow's name is outdated, misspelt or missing, the standard's holds."""
    assert name_of("Exif", code) == name


def test_an_unknown_tag_is_named_by_its_code() -> None:
    """A tag the standard does not know keeps its number as four hex digits."""
    assert name_of("GPS", 0xBEEF) == "0xBEEF"


def test_aliases_and_camera_tags_are_known_names() -> None:
    """Every name in the tables of aliases and camera tags is a name of the standard."""
    known = set(NAMES["Exif"].values())
    assert ALIASES.keys() <= known
    assert {*known, *(name for names in ALIASES.values() for name in names)} >= CAMERA_TAGS


@pytest.mark.parametrize("part", ["GPS", "Serial", "Date", "Note", "Comment", "Artist", "Owner", "UniqueID"])
def test_strict_privacy_keeps_no_personal_tag(part: str) -> None:
    """The allow-list has no tag about a place, person, time or single device."""
    assert not [name for name in CAMERA_TAGS if part in name]


def test_a_tag_is_found_under_its_aliases() -> None:
    """The standard name comes first, then the names of other tools."""
    tags = {"ISOSpeedRatings": 3, "ISO": 2, "PhotographicSensitivity": 1}
    assert list(given(tags, "PhotographicSensitivity")) == [1, 2, 3]
    assert list(given(tags, "Flash")) == []


def test_flat_tags_prefer_exif_over_ifd0() -> None:
    """A name in two groups takes the value of the more special one; Interop is left out."""
    tags = {"GPS": {"c": 5}, "Exif": {"a": 2, "b": 3}, "IFD0": {"a": 1}, "Interop": {"d": 4}}
    assert flat(tags) == {"a": 2, "b": 3, "c": 5}
