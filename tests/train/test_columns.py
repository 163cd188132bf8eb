"""Columns: each tag of the thesis by hand, and the stops and derived numbers of the modern ones."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from exifds.exif import codes
from exifds.export import features
from exifds.export.features import FEATURES
from exifds.train.columns import Plan, plan, sheet
from tests.train.samples import CAMERA

NAMES = [feature.name for feature in FEATURES]
THESIS = plan("lederer2023", "raw", "exif")
MODERN = plan("modern", "log2", "exif")


def columns(chosen: Plan, camera: Mapping[str, Any]) -> dict[str, float]:
    """The columns of one photo that are known."""
    values, present = features.values_of({"camera": camera})
    found = sheet(chosen.tags, NAMES, np.array([values], np.float32), np.array([present]))
    rows = {column.name: float(column.of(found)[0]) for column in chosen.columns}
    return {name: value for name, value in rows.items() if not np.isnan(value)}


def given(tag: str, value: float) -> dict[str, float]:
    """What the modern columns make of one raw value of one tag, however strange."""
    found = sheet(
        MODERN.tags, NAMES, np.full((1, len(NAMES)), value), np.array([[name == tag for name in NAMES]])
    )
    rows = {column.name: float(column.of(found)[0]) for column in MODERN.columns}
    return {name: number for name, number in rows.items() if not np.isnan(number)}


def test_the_thesis_has_45_columns_of_14_tags() -> None:
    """Eight numbers and six tags with fixed numbers of categories: 2 + 9 + 17 + 3 + 3 + 3."""
    assert len(THESIS.tags) == 14
    assert len(THESIS.columns) == 45
    assert not THESIS.codes
    numbers = [column.name for column in THESIS.columns if not column.category]
    assert sorted(numbers) == sorted(
        [
            *("focal_length", "focal_length_35mm", "iso", "f_number", "exposure_time"),
            *("brightness", "max_aperture", "exposure_bias"),
        ]
    )
    hot = [column.tags[0] for column in THESIS.columns if column.category]
    assert {tag: hot.count(tag) for tag in hot} == {
        "flash": 2,
        "orientation": 9,
        "light_source": 17,
        "saturation": 3,
        "contrast": 3,
        "sharpness": 3,
    }


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("focal_length", 35.0),
        ("focal_length_35mm", 52.0),
        ("iso", 400.0),
        ("f_number", 2.8),
        ("exposure_time", 1 / 60),
        ("brightness", -1.5),
        ("max_aperture", 1.8),
        ("exposure_bias", -2 / 3),
        ("iso", 0.0),
    ],
)
def test_the_thesis_takes_numbers_as_they_are(tag: str, value: float) -> None:
    """In the units of the document; also a 0, which cameras write for unknown."""
    assert columns(THESIS, {tag: value}) == {tag: pytest.approx(value)}


@pytest.mark.parametrize(
    ("tag", "code", "category"),
    [
        ("flash", False, "not fired"),
        ("flash", True, "fired"),
        *((tag, 0, "normal") for tag in ("saturation", "contrast", "sharpness")),
        *((tag, 1, "low") for tag in ("saturation", "contrast", "sharpness")),
        *((tag, 2, "high") for tag in ("saturation", "contrast", "sharpness")),
        *(("orientation", code, str(code)) for code in range(1, 9)),
        ("light_source", 0, "unknown"),
        *(("light_source", code, "fluorescent") for code in (2, 12, 13, 14, 15, 16)),
        ("light_source", 1, "daylight"),
        ("light_source", 3, "tungsten"),
        ("light_source", 4, "flash"),
        ("light_source", 9, "fine weather"),
        ("light_source", 10, "cloudy"),
        ("light_source", 11, "shade"),
        ("light_source", 17, "standard A"),
        ("light_source", 18, "standard B"),
        ("light_source", 19, "standard C"),
        ("light_source", 20, "D55"),
        ("light_source", 21, "D65"),
        ("light_source", 22, "D75"),
        ("light_source", 23, "D50"),
        ("light_source", 24, "ISO studio tungsten"),
        ("light_source", 255, "other"),
    ],
)
def test_the_thesis_counts_codes_in_its_own_way(tag: str, code: int, category: str) -> None:
    """One column of the tag is 1, all others of it are 0, and no other tag is known."""
    found = columns(THESIS, {tag: code})
    assert {name.partition("=")[0] for name in found} == {tag}
    assert [name for name, value in found.items() if value == 1] == [f"{tag}={category}"]
    assert set(found.values()) == {0, 1}


def test_the_categories_stand_in_the_order_of_the_thesis() -> None:
    """Fluorescent is 1 and daylight 2 there, D50 comes after D75, and normal between low and high."""
    names = [column.name for column in THESIS.columns if column.category]
    light = [name.partition("=")[2] for name in names if name.startswith("light_source")]
    assert light[:4] == ["unknown", "fluorescent", "daylight", "tungsten"]
    assert light[11:] == ["D55", "D65", "D75", "D50", "ISO studio tungsten", "other"]
    assert [name for name in names if name.startswith("contrast")] == [
        "contrast=low",
        "contrast=normal",
        "contrast=high",
    ]


@pytest.mark.parametrize(
    ("tag", "table"),
    [
        ("orientation", codes.ORIENTATION),
        ("light_source", codes.LIGHT_SOURCE),
        ("saturation", codes.SATURATION),
        ("contrast", codes.CONTRAST),
        ("sharpness", codes.SHARPNESS),
    ],
)
def test_every_code_of_the_standard_has_a_category(tag: str, table: codes.Table) -> None:
    """No code that a document can hold is lost."""
    assert all(1 in columns(THESIS, {tag: code}).values() for code in table)


def test_modern_numbers_are_stops() -> None:
    """Binary logarithms of what multiplies, twice those of f-numbers (APEX); EV as they are."""
    found = columns(MODERN, CAMERA)
    assert found == {
        "log2 exposure_time": pytest.approx(-5.9069, abs=1e-4),
        "2 log2 f_number": pytest.approx(4),
        "log2 iso": pytest.approx(2),
        "log2 focal_length": pytest.approx(5.1293, abs=1e-4),
        "log2 focal_length_35mm": pytest.approx(5.7004, abs=1e-4),
        "exposure_bias": pytest.approx(1 / 3),
        "brightness": pytest.approx(3),
        "2 log2 max_aperture": pytest.approx(2.9709, abs=1e-4),
        "ev100": pytest.approx(4 + 5.9069 - 2 + 1 / 3, abs=1e-4),
        "log2 crop": pytest.approx(0.5712, abs=1e-4),
    }


@pytest.mark.parametrize(
    ("camera", "light"),
    [
        ({"exposure_time": 1.0, "f_number": 1.0, "iso": 100}, 0.0),  # the definition of EV 0
        ({"exposure_time": 1 / 128, "f_number": 16.0, "iso": 100}, 15.0),  # sunny 16
        ({"exposure_time": 1 / 128, "f_number": 16.0, "iso": 200}, 14.0),
        ({"exposure_time": 1 / 128, "f_number": 16.0, "iso": 100, "exposure_bias": 2.0}, 17.0),
        ({"exposure_time": 1 / 128, "f_number": 16.0, "iso": 100, "flash": False}, 15.0),
    ],
)
def test_the_light_of_the_scene(camera: dict[str, Any], light: float) -> None:
    """EV at ISO 100; a photo exposed 2 EV longer than metered shows a brighter scene than it seems."""
    assert columns(MODERN, camera)["ev100"] == pytest.approx(light)


@pytest.mark.parametrize("change", [{"flash": True}, {"iso": None}, {"exposure_time": 0}, {"f_number": 0}])
def test_where_the_light_is_unknown(change: dict[str, Any]) -> None:
    """With a flash the camera meters the flash; and all three of the exposure are needed."""
    assert "ev100" not in columns(MODERN, {**CAMERA, **change})


@pytest.mark.parametrize(
    ("hour", "sine", "cosine"), [(0, 0, 1), (6, 1, 0), (12, 0, -1), (18, -1, 0), (24, 0, 1)]
)
def test_the_clock_is_a_circle(hour: float, sine: float, cosine: float) -> None:
    """Midnight is next to midnight."""
    assert given("hour", hour) == {
        "sin hour": pytest.approx(sine, abs=1e-9),
        "cos hour": pytest.approx(cosine, abs=1e-9),
    }


@pytest.mark.parametrize("value", [0.0, -1.0, -np.inf, np.inf, np.nan])
@pytest.mark.parametrize("tag", ["exposure_time", "f_number", "iso", "focal_length", "max_aperture"])
def test_what_is_no_positive_number_is_missing(tag: str, value: float) -> None:
    """A logarithm needs one."""
    assert given(tag, value) == {}


def test_raw_scale_gives_the_units_of_the_document() -> None:
    """Seconds, not stops; what is derived is derived all the same."""
    found = columns(plan("modern", "raw", "exif"), CAMERA)
    assert found["exposure_time"] == pytest.approx(1 / 60)
    assert found["crop"] == pytest.approx(52 / 35)
    assert "ev100" in found
    stops = columns(plan("lederer2023", "log2", "exif"), {"iso": 200, "f_number": 2.0})
    assert stops == {"log2 iso": 1, "2 log2 f_number": 2}


def test_controls_read_less() -> None:
    """`mask` reads no column at all, `camera` only make and model."""
    mask, camera = plan("modern", "log2", "mask"), plan("modern", "log2", "camera")
    assert mask == Plan(MODERN.tags)
    assert [tag.name for tag in camera.tags] == list(camera.codes) == ["make", "model"]
    assert plan("modern", "log2", "permuted") == plan("modern", "log2", "fusion") == MODERN


def test_modern_reads_all_features_of_an_export() -> None:
    """And nothing that tells the camera or its owner."""
    assert sorted(tag.name for tag in MODERN.tags) == sorted(NAMES)


def test_a_tag_that_the_export_does_not_have_is_missing() -> None:
    """An export of an earlier or later exifds may have other features."""
    found = sheet(MODERN.tags, ["iso"], np.array([[100.0]]), np.array([[True]]))
    assert found["iso"].tolist() == [100]
    assert np.isnan(found["hour"]).all()
