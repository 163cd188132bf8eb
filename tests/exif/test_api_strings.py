"""What `flickr.photos.getExif` prints gives the same typed numbers as the file itself.

Flickr prints tags with ExifTool, so ExifTool is the oracle: `printed.json` is what ExifTool 12.57 prints of
the real photos, cut down to camera, time and place: `exiftool -j -G1 -a -all` in their folder. The tables are
ExifTool's `PrintConv` of `Image::ExifTool::Exif`.

Two tags differ by ExifTool's doing, and nothing in the text shows it: it prints a `MaxApertureValue` or
`ApertureValue` of 0/0 as "1.0", and an `ExposureBiasValue` of 0/0 as "0". None of the photos has one.
"""

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.exif import camera, codes, flat, location, read, taken_at
from exifds.photo import Camera
from exifds.sources.flickr import parse

PRINTED = Path(__file__).with_name("printed.json")

ROUNDED = {
    "brightness": ("BrightnessValue",),
    "exposure_bias": ("ExposureCompensation",),
    "exposure_time": ("ExposureTime", "ShutterSpeedValue"),
    "f_number": ("FNumber", "ApertureValue"),
    "focal_length": ("FocalLength",),
    "max_aperture": ("MaxApertureValue",),
}
"""Field of `Camera` to the tags that give it and that ExifTool rounds."""

FLASH = {
    0: "No Flash",
    1: "Fired",
    5: "Fired, Return not detected",
    7: "Fired, Return detected",
    8: "On, Did not fire",
    9: "On, Fired",
    13: "On, Return not detected",
    15: "On, Return detected",
    16: "Off, Did not fire",
    17: "Unknown (0x11)",
    20: "Off, Did not fire, Return not detected",
    24: "Auto, Did not fire",
    25: "Auto, Fired",
    29: "Auto, Fired, Return not detected",
    31: "Auto, Fired, Return detected",
    32: "No flash function",
    48: "Off, No flash function",
    50: "Unknown (0x32)",
    65: "Fired, Red-eye reduction",
    69: "Fired, Red-eye reduction, Return not detected",
    71: "Fired, Red-eye reduction, Return detected",
    73: "On, Red-eye reduction",
    77: "On, Red-eye reduction, Return not detected",
    79: "On, Red-eye reduction, Return detected",
    80: "Off, Red-eye reduction",
    88: "Auto, Did not fire, Red-eye reduction",
    89: "Auto, Fired, Red-eye reduction",
    93: "Auto, Fired, Red-eye reduction, Return not detected",
    95: "Auto, Fired, Red-eye reduction, Return detected",
    65535: "Unknown (0xffff)",
}
NAMED = {
    "Orientation": """
        Horizontal (normal)/Mirror horizontal/Rotate 180/Mirror vertical/Mirror horizontal and rotate 270 CW/
        Rotate 90 CW/Mirror horizontal and rotate 90 CW/Rotate 270 CW
    """,
    "MeteringMode": """
        Unknown/Average/Center-weighted average/Spot/Multi-spot/Multi-segment/Partial/Other
    """,
    "LightSource": """
        Unknown/Daylight/Fluorescent/Tungsten (Incandescent)/Flash/Fine Weather/Cloudy/Shade/
        Daylight Fluorescent/Day White Fluorescent/Cool White Fluorescent/White Fluorescent/
        Warm White Fluorescent/Standard Light A/Standard Light B/Standard Light C/D55/D65/D75/D50/
        ISO Studio Tungsten/Other
    """,
    "WhiteBalance": "Auto/Manual",
    "Contrast": "Normal/Low/High",
    "Saturation": "Normal/Low/High",
    "Sharpness": "Normal/Soft/Hard",
    "SensitivityType": """
        Unknown/Standard Output Sensitivity/Recommended Exposure Index/ISO Speed/
        Standard Output Sensitivity and Recommended Exposure Index/
        Standard Output Sensitivity and ISO Speed/Recommended Exposure Index and ISO Speed/
        Standard Output Sensitivity, Recommended Exposure Index and ISO Speed
    """,
}
"""Tag to the names ExifTool has for its codes, in their order."""


def answer(printed: list[list[str]]) -> dict[str, Any]:
    """An answer of getExif with these tags."""
    rows = [
        {"tagspace": space, "tagspaceid": "0", "tag": tag, "label": tag, "raw": {"_content": value}}
        for space, tag, value in printed
    ]
    return {"photo": {"id": "1", "camera": "", "exif": rows}, "stat": "ok"}


def half_a_place(text: str) -> float:
    """By how much a printed number may differ from the one it was printed of."""
    found = re.match(r"[+-]?[0-9]+(?:\.([0-9]+))?(?:/([0-9]+))?", text)
    assert found, text
    if found[2]:
        below = int(found[2])
        return 0.002 if below <= 3 else 0.5 / below / (below - 0.5)
    return 0.5 * 10.0 ** -len(found[1] or "") if found[1] else 1e-9


def differences(ours: Camera, api: Camera, text: Mapping[str, str]) -> list[str]:
    """The fields in which two cameras differ by more than ExifTool rounds."""
    fields = Camera.model_fields
    rounding = {
        field: max((half_a_place(text[tag]) for tag in ROUNDED.get(field, ()) if tag in text), default=0)
        for field in fields
    }
    return [field for field in fields if not same(getattr(ours, field), getattr(api, field), rounding[field])]


def same(ours: object, api: object, rounding: float) -> bool:
    """Whether two values of a field are the same, to rounding."""
    if isinstance(ours, float) and isinstance(api, float):
        return math.isclose(ours, api, rel_tol=1e-6, abs_tol=1.001 * rounding)
    return ours == api


def test_real_photos_give_the_same_camera_by_api_and_by_file(photos: list[Path]) -> None:
    """Of the 87 photos every typed number, date and place agrees, to the last digit that is printed."""
    printed = json.loads(PRINTED.read_text())
    assert printed.keys() == {photo.name for photo in photos}
    values = 0
    for photo in photos:
        tags, api = flat(read(photo).tags), parse.exif(answer(printed[photo.name]))
        ours = camera(tags)
        assert differences(ours, camera(api.flat), api.flat) == [], photo.name
        assert taken_at(tags) == taken_at(api.flat), photo.name
        here, there = location(tags), location(api.flat)
        assert (here is None) == (there is None), photo.name
        assert there is None or here is None or there.coordinates == pytest.approx(here.coordinates, abs=2e-6)
        assert api.has_camera_tags or ours == Camera(), photo.name
        values += sum(value is not None for _, value in ours)
    assert values > 800


@pytest.mark.parametrize(("bits", "text"), FLASH.items())
def test_a_printed_flash_says_what_its_bits_say(bits: int, text: str) -> None:
    """Every combination that ExifTool has a name for, and those it has none for."""
    assert codes.flash(text) == codes.flash(bits) == (bool(bits & 1) if bits < 128 else None)


@pytest.mark.parametrize("tag", NAMED)
def test_a_printed_name_gives_its_code(tag: str) -> None:
    """Every name that ExifTool has for a code of the standard."""
    table = getattr(codes, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", tag).upper())
    assert [codes.code(name, table) for name in NAMED[tag].split("/")] == list(table)


@pytest.mark.parametrize(
    ("tags", "field", "expected"),
    [
        ({"ExposureTime": "1/250"}, "exposure_time", 0.004),
        ({"ExposureTime": "0.004 sec (1/250)"}, "exposure_time", 0.004),
        ({"ExposureTime": "0.3 sec (3/10)"}, "exposure_time", 0.3),
        ({"ExposureTime": "2 sec"}, "exposure_time", 2),
        ({"ExposureTime": "undef"}, "exposure_time", None),
        ({"ShutterSpeedValue": "1/250"}, "exposure_time", 0.004),
        ({"ShutterSpeedValue": "2.4"}, "exposure_time", 2.4),
        ({"ShutterSpeedValue": "1/2"}, "exposure_time", 2**-0.5),
        ({"FNumber": "4.0"}, "f_number", 4),
        ({"FNumber": "f/4.2"}, "f_number", 4.2),
        ({"ApertureValue": "2.8"}, "f_number", 2.8),
        ({"MaxApertureValue": "3.5"}, "max_aperture", 3.5),
        ({"MaxApertureValue": "4"}, "max_aperture", 4),
        ({"ISO": "200"}, "iso", 200),
        ({"ISO": "ISO 200"}, "iso", 200),
        ({"ISO": "0, 200"}, "iso", 200),
        ({"ISO": "0"}, "iso", None),
        ({"ISO": "65535", "RecommendedExposureIndex": "102400"}, "iso", 102400),
        (
            {
                "ISO": "65535",
                "SensitivityType": "ISO Speed",
                "ISOSpeed": "80000",
                "RecommendedExposureIndex": "1",
            },
            "iso",
            80000,
        ),
        ({"ExposureCompensation": "+1/3 EV"}, "exposure_bias", 1 / 3),
        ({"ExposureCompensation": "-2/3"}, "exposure_bias", -2 / 3),
        ({"ExposureCompensation": "-1.01 EV"}, "exposure_bias", -1.01),
        ({"ExposureCompensation": "0 EV"}, "exposure_bias", 0),
        ({"FocalLength": "35.0 mm"}, "focal_length", 35),
        ({"FocalLength": "55 mm (35 mm equivalent: 82 mm)"}, "focal_length", 55),
        ({"FocalLength": "0.0 mm"}, "focal_length", None),
        ({"FocalLengthIn35mmFormat": "82 mm"}, "focal_length_35mm", 82),
        ({"BrightnessValue": "1.704856527"}, "brightness", 1.704856527),
        ({"Orientation": "Rotate 90 CW"}, "orientation", 6),
        ({"MeteringMode": "Multi-segment"}, "metering_mode", 5),
        ({"WhiteBalance": "Auto"}, "white_balance", 0),
        ({"Contrast": "Normal"}, "contrast", 0),
        ({"Sharpness": "Unknown (3)"}, "sharpness", None),
        ({"Flash": "Off, Did not fire"}, "flash", False),
    ],
)
def test_a_printed_value_gives_its_number(tags: dict[str, str], field: str, expected: object) -> None:
    """The shapes that were seen in Flickr's answers, raw and clean, and those ExifTool prints rarely."""
    found = getattr(camera(tags), field)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_every_exposure_time_survives_printing(top: int, bottom: int) -> None:
    """Any fraction a camera writes comes back within what ExifTool rounds."""
    seconds = top / bottom
    short = seconds < 0.25001
    text = f"1/{int(0.5 + 1 / seconds)}" if short else f"{seconds:.1f}".removesuffix(".0")
    ours = camera({"ExposureTime": f"{top}/{bottom}"}).exposure_time
    found = camera({"ExposureTime": text}).exposure_time
    assert same(ours, found, half_a_place(text) if short else 0.05) or seconds > 99_999
