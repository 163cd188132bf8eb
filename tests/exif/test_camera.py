"""Tags to typed numbers."""

import struct
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.exif import camera
from exifds.exif.tags import ALIASES, CAMERA_TAGS
from exifds.photo import Camera

NAMES = sorted(CAMERA_TAGS | ALIASES.keys() | {alias for names in ALIASES.values() for alias in names})


@pytest.mark.parametrize(
    ("tags", "field", "expected"),
    [
        ({"ExposureTime": "1/250"}, "exposure_time", 0.004),
        ({"Exposure": "0.004 sec (1/250)"}, "exposure_time", 0.004),
        ({"ExposureTime": "0/0", "ShutterSpeedValue": "8/1"}, "exposure_time", 1 / 256),
        ({"ShutterSpeedValue": "-5/1"}, "exposure_time", 32),
        ({"ShutterSpeedValue": "1/60"}, "exposure_time", 1 / 60),
        ({"ShutterSpeedValue": "0/0"}, "exposure_time", None),
        ({"ShutterSpeedValue": 29}, "exposure_time", None),
        ({"FNumber": "28/10"}, "f_number", 2.8),
        ({"Aperture": "f/4.2"}, "f_number", 4.2),
        ({"FNumber": "0/10", "ApertureValue": "4/1"}, "f_number", 4),
        ({"ApertureValue": "4.0"}, "f_number", 4),
        ({"MaxApertureValue": "297/100"}, "max_aperture", 2**1.485),
        ({"MaxApertureValue": Fraction(3)}, "max_aperture", 2**1.5),
        ({"MaximumLensAperture": "f/2.8"}, "max_aperture", 2.8),
        ({"MaxApertureValue": "0/0"}, "max_aperture", None),
        ({"PhotographicSensitivity": 400}, "iso", 400),
        ({"ISO": [0, 200]}, "iso", 200),
        ({"ISO": "102400"}, "iso", 102400),
        ({"ISO": 0}, "iso", None),
        ({"ISO": "inf"}, "iso", None),
        ({"ISO": 65535, "RecommendedExposureIndex": 102400}, "iso", 102400),
        (
            {
                "ISO": 65535,
                "SensitivityType": 1,
                "StandardOutputSensitivity": 1,
                "RecommendedExposureIndex": 2,
            },
            "iso",
            1,
        ),
        ({"SensitivityType": 3, "ISOSpeed": 50, "RecommendedExposureIndex": 64}, "iso", 50),
        ({"ISOSpeed": "ISO 80"}, "iso", 80),
        ({"FocalLength": "5.8 mm"}, "focal_length", 5.8),
        ({"FocalLength": "0/1"}, "focal_length", None),
        ({"FocalLengthIn35mmFormat": "28 mm"}, "focal_length_35mm", 28),
        ({"FocalLengthIn35mmFilm": 0}, "focal_length_35mm", None),
        ({"Flash": 16}, "flash", False),
        ({"Flash": 24}, "flash", False),
        ({"Flash": 32}, "flash", False),
        ({"Flash": 25}, "flash", True),
        ({"Flash": "9"}, "flash", True),
        ({"Flash": 65535}, "flash", None),
        ({"Flash": True}, "flash", True),
        ({"Flash": "Off, Did not fire"}, "flash", False),
        ({"Flash": None}, "flash", None),
        ({"ExposureCompensation": "+0.33 EV"}, "exposure_bias", 0.33),
        ({"ExposureBiasValue": "0/10"}, "exposure_bias", 0),
        ({"Brightness": "-1/2"}, "brightness", -0.5),
        ({"BrightnessValue": f"{0xFFFFFFFF}/1"}, "brightness", None),
        ({"BrightnessValue": "9999/100"}, "brightness", None),
        ({"Saturation": "High"}, "saturation", 2),
        ({"Sharpness": 65535}, "sharpness", None),
        ({"Sharpness": [0, 0]}, "sharpness", 0),
        ({"Contrast": "1"}, "contrast", 1),
        ({"Orientation": "Rotate 180"}, "orientation", 3),
        ({"Orientation": 9}, "orientation", None),
        ({"LightSource": "Shade"}, "light_source", 11),
        ({"WhiteBalance": 0}, "white_balance", 0),
        ({"MeteringMode": 255}, "metering_mode", 255),
        ({"Make": "Canon\0junk"}, "make", "Canon"),
        ({"Make": "   "}, "make", None),
        ({"Make": b"Canon"}, "make", None),
        ({"Model": "E-P3            "}, "model", "E-P3"),
        ({"Model": "\ud800"}, "model", None),
        ({"Model": "x" * 201}, "model", None),
    ],
)
def test_a_tag_gives_its_field(tags: dict[str, object], field: str, expected: object) -> None:
    """Each field takes every shape of its tags, and is None when they are unknown or implausible."""
    found = getattr(camera(tags), field)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)
    assert found is None or found == 0 or found.__class__ is not bool or field == "flash"


def test_no_tags_give_no_camera() -> None:
    """Nothing known means nothing present, never a default."""
    assert camera({}) == Camera()


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.fractions(),
    st.text(max_size=20),
    st.binary(max_size=8),
    st.from_regex(r"[fF+-]?/?[0-9]{1,6}(\.[0-9]{1,3})?(/[0-9]{1,4})?( mm| EV| sec)?", fullmatch=True),
    st.builds(lambda raw: "{}/{}".format(*struct.unpack("<2l", raw)), st.binary(min_size=8, max_size=8)),
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), st.one_of(VALUES, st.lists(VALUES, max_size=3))))
def test_no_tags_raise_or_give_implausible_numbers(tags: dict[str, object]) -> None:
    """Whatever the tags say, the numbers are ones a camera may have, or None."""
    found = camera(tags)
    for name, low, high in (
        ("exposure_time", 1e-7, 1e5),
        ("f_number", 0.7, 1024),
        ("max_aperture", 0.7, 1024),
        ("iso", 1, 1e7),
        ("focal_length", 0.1, 2e4),
        ("focal_length_35mm", 0.1, 2e4),
        ("exposure_bias", -20, 20),
        ("brightness", -20, 20),
    ):
        value = getattr(found, name)
        assert value is None or low <= value <= high
    for text in (found.make, found.model):
        assert text is None or text.encode()
