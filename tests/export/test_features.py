"""Features: the vector of a photo, and what is fitted on many."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.export.features import FEATURES, finite, fit, values_of
from exifds.photo import Camera
from exifds.reading import photo_in, read_file
from exifds.sources.folder import walk

NAMES = [feature.name for feature in FEATURES]


def there(document: dict[str, Any]) -> dict[str, float]:
    """The features that a document has."""
    values, present = values_of(document)
    return {name: value for name, value, has in zip(NAMES, values, present, strict=True) if has}


def test_every_number_of_the_camera_is_a_feature() -> None:
    """The vector leaves out the names of make and model only, and no name stands in it twice."""
    assert set(NAMES) == {*Camera.model_fields, "hour", "day_of_year"} - {"make", "model"}
    assert len(NAMES) == len(set(NAMES)) == 18


def test_numbers_have_units_and_codes_have_words() -> None:
    """Who reads the manifest needs no other document."""
    for feature in FEATURES:
        assert bool(feature.unit) == (feature.kind == "numeric")
        assert bool(feature.categories) == (feature.kind != "numeric")
        assert all(feature.categories.values())
    assert FEATURES[NAMES.index("orientation")].categories[6] == "rotate 90 cw"
    assert FEATURES[NAMES.index("flash")].categories == {0: "not fired", 1: "fired"}


def test_values_are_raw() -> None:
    """A value is what the document holds, a flag is 0 or 1, and 0 can be a value."""
    camera = {"exposure_time": 0.004, "iso": 200, "exposure_bias": 0.0, "flash": False, "orientation": 6}
    assert there({"camera": {**camera, "make": "Abelia"}}) == camera


@pytest.mark.parametrize("document", [{}, {"camera": {}}, {"camera": None}, {"taken_at": None}])
def test_what_is_absent_is_zero_and_not_present(document: dict[str, Any]) -> None:
    """A photo without EXIF has a vector, too."""
    assert values_of(document) == ((0.0,) * 18, (False,) * 18)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iso", float("nan")),
        ("iso", float("inf")),
        ("iso", 1e39),
        ("iso", 10**400),
        ("iso", "200"),
        ("iso", True),
        ("flash", 1),
        ("orientation", 9),
        ("orientation", 1.5),
        ("orientation", [1]),
        ("light_source", float("nan")),
    ],
)
def test_what_is_no_value_is_absent(name: str, value: object) -> None:
    """What a 32-bit float cannot hold, or the standard does not have, is not handed to a model."""
    assert there({"camera": {name: value}}) == {}


@given(
    st.dictionaries(
        st.sampled_from(NAMES),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
    )
)
def test_no_document_makes_a_vector_that_is_not_finite(camera: dict[str, Any]) -> None:
    """Whatever a document holds, values are finite 32-bit numbers, and categories have a meaning."""
    values, present = values_of({"camera": camera})
    assert np.isfinite(np.array(values, dtype=np.float32)).all()
    for feature, value, has in zip(FEATURES, values, present, strict=True):
        assert has or value == 0
        assert not has or feature.kind == "numeric" or value in feature.categories


@pytest.mark.parametrize("granularity", [None, "second"])
def test_the_clock_of_the_camera_gives_hour_and_day(granularity: str | None) -> None:
    """Time of day in hours with fractions, day of the year from 1, 366 at the end of a leap year."""
    document = {"taken_at": datetime(2020, 12, 31, 18, 30, 36, tzinfo=UTC), "taken_granularity": granularity}
    assert there(document) == {"hour": 18.51, "day_of_year": 366}
    assert there({"taken_at": datetime(2021, 1, 1, tzinfo=UTC)}) == {"hour": 0, "day_of_year": 1}


@pytest.mark.parametrize("granularity", ["month", "year", "circa"])
def test_a_vague_date_has_no_hour_and_no_day(granularity: str) -> None:
    """Flickr fills a vague date with zeros, which are no observation."""
    assert there({"taken_at": datetime(2020, 1, 1, tzinfo=UTC), "taken_granularity": granularity}) == {}


def test_real_photos_have_the_features_of_their_cameras(shared_photos: Path) -> None:
    """The vector of a real photo holds every number that was read from it."""
    for file in walk([shared_photos]):
        photo, _ = photo_in(read_file(file), None)
        camera = photo.camera.model_dump(exclude_none=True, exclude={"make", "model"})
        clock = {"hour", "day_of_year"} if photo.taken_at else set()
        found = there({"camera": camera, "taken_at": photo.taken_at})
        assert set(found) == {*camera, *clock}
        assert camera.items() <= found.items()


def test_statistics_are_those_of_the_values_that_are_there() -> None:
    """Rows without a value do not count, and the moments are those of the population."""
    rows = [values_of({"camera": {"iso": iso, "flash": iso > 150}}) for iso in (100, 200, 300, 400)]
    rows += [values_of({})] * 5
    fitted = fit(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]))
    assert [one.name for one in fitted] == NAMES
    iso, flash = fitted[NAMES.index("iso")], fitted[NAMES.index("flash")]
    assert (iso.count, iso.mean, iso.min, iso.max) == (4, 250, 100, 400)
    assert (iso.q25, iso.median, iso.q75) == (175, 250, 325)
    assert iso.std == pytest.approx(np.std([100, 200, 300, 400]))
    assert iso.log2 is not None
    assert iso.log2.mean == pytest.approx(np.mean(np.log2([100, 200, 300, 400])))
    assert (flash.count, flash.codes, flash.mean) == (4, {0: 1, 1: 3}, None)


@pytest.mark.parametrize("photos", [0, 3])
def test_a_feature_that_no_photo_has_gives_no_nan(photos: int) -> None:
    """A tag that is absent from all training photos has a count of 0 and no numbers."""
    for one in fit(np.zeros((photos, 18)), np.zeros((photos, 18), dtype=bool)):
        assert one.model_dump(exclude_defaults=True) == {"name": one.name, "count": 0}


def test_only_stops_that_are_factors_have_logarithms() -> None:
    """EV and the clock have none, however positive; nor has a number that is 0 somewhere."""
    document = {"camera": dict.fromkeys(NAMES[:8], 1.0), "taken_at": datetime(2020, 1, 1, 12, tzinfo=UTC)}
    row = values_of(document)
    fitted = fit(np.array([row[0]]), np.array([row[1]]))
    with_logarithms = [one.name for one in fitted if one.log2]
    assert with_logarithms == [name for name in NAMES[:8] if name not in ("exposure_bias", "brightness")]
    zeros = fit(np.zeros((2, 18)), np.ones((2, 18), dtype=bool))
    assert not any(one.log2 for one in zeros)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_numbers_of_32_bits_stay_as_they_are(number: float) -> None:
    """A number that fits is not changed."""
    assert finite(number) == number
