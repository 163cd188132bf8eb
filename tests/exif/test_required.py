"""Which required tags a photo lacks."""

import pytest

from exifds.errors import UsageError
from exifds.exif.required import FIELDS, lacking, tag_name
from exifds.photo import Camera


def test_every_field_of_a_camera_has_its_tag() -> None:
    assert set(FIELDS.values()) == set(Camera.model_fields)


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("FocalLength", "FocalLength"),
        (" focallength ", "FocalLength"),
        ("ISO", "PhotographicSensitivity"),
        ("ISOSpeedRatings", "PhotographicSensitivity"),
        ("camera.iso", "PhotographicSensitivity"),
        ("LensModel", "LensModel"),
    ],
)
def test_a_tag_goes_by_several_names(name: str, tag: str) -> None:
    assert tag_name(name) == tag


def test_a_slip_is_told_with_what_may_be_meant() -> None:
    with pytest.raises(UsageError, match=r"got 'FokalLength' \(did you mean FocalLength"):
        tag_name("FokalLength")


def test_a_tag_counts_with_a_usable_value() -> None:
    """`undef` is no ISO speed; a tag without a number in `Camera` counts when it is there."""
    required = ("PhotographicSensitivity", "LensModel")
    assert lacking(required, Camera(), {"ISO": "undef", "LensModel": "50mm"}) == ("PhotographicSensitivity",)
    assert lacking(required, Camera(iso=200), {}) == ("LensModel",)
    assert lacking(("Flash",), Camera(flash=False), {}) == ()
