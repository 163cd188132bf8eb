"""What the database counts, and of which photos."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as thorough

from exifds.curate.aggregations import pipeline, scored, values
from exifds.curate.cube import Cube
from exifds.curate.thresholds import Split, outcome
from exifds.dataset import Dataset
from exifds.errors import UsageError
from exifds.store.selection_filters import Filters
from tests.curate.photos import CONCEPTS, cube_of, photos, stored


@thorough(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(photos)
def test_the_database_groups_as_python_does(dataset: Dataset, rows: list[dict[str, Any]]) -> None:
    """Levels are scores rounded down to hundredths, exactly; histograms follow."""
    ours, theirs = cube_of(rows), stored(dataset, rows)
    assert theirs.total == len(rows)
    for concept in CONCEPTS:
        assert theirs.histogram(concept) == ours.histogram(concept)


def test_only_photos_of_the_filter_are_counted(dataset: Dataset) -> None:
    """The filters of the page narrow what the sliders work on."""
    common = {"state": "done", "image": {"path": "a"}, "scores": {"monkey": 0.9}}
    dataset.collection.insert_many(
        [{**common, "place": {"country_code": code}} for code in ("PH", "PH", "DE")]
        + [{**common, "state": "failed", "place": {"country_code": "PH"}}]
    )
    rows = list(dataset.collection.aggregate(pipeline(CONCEPTS, Filters(country="PH").query())))
    assert Cube.from_rows(CONCEPTS, rows).total == 2


def test_a_row_is_a_combination(dataset: Dataset) -> None:
    """The answer is small, however many photos there are."""
    rows: list[dict[str, Any]] = [{"scores": {"monkey": 0.9}} for _ in range(50)]
    cube = stored(dataset, [*rows, {"scores": {"monkey": 0.1}, "verdict": "rejected"}])
    assert sorted(cube.photos.tolist()) == [1, 50]
    assert cube.levels.dtype == np.int16


def test_a_concept_that_is_no_key_is_refused() -> None:
    """A name cannot become an expression."""
    with pytest.raises(UsageError, match="expected a concept without"):
        pipeline(["$$ROOT"], {})


def test_any_plain_field_can_be_the_class(dataset: Dataset) -> None:
    """A single value is a class of its own."""
    dataset.collection.insert_many([{"place": {"country": name}} for name in ("Peru", "Peru", "Chad")])
    rows = list(dataset.collection.aggregate(pipeline([], {}, by="place.country")))
    assert outcome(Cube.from_rows([], rows), {}).classes == {"Chad": Split(1), "Peru": Split(2)}
    rows = list(dataset.collection.aggregate(pipeline([], {}, by=None)))
    assert outcome(Cube.from_rows([], rows), {}).classes == {None: Split(3)}


def test_concepts_and_values_there_are(dataset: Dataset) -> None:
    """What sliders and filters are offered for."""
    rows: list[dict[str, Any]] = [
        {"scores": {"monkey": 0.9, "cage": None}, "camera": {"model": "EOS"}, "concepts": ["a", "b"]},
        {"scores": {"monkey": 0.9}, "camera": {"model": "EOS"}, "concepts": ["b"]},
        {"camera": {"model": "D3"}},
    ]
    dataset.collection.insert_many(rows)

    def run(stages: list[dict[str, Any]]) -> list[tuple[str, int]]:
        return [(row["value"], row["photos"]) for row in dataset.collection.aggregate(stages)]

    assert run(scored()) == [("monkey", 2), ("cage", 1)]
    assert run(values("camera.model")) == [("EOS", 2), ("D3", 1)]
    assert run(values("concepts", limit=1)) == [("b", 2)]
