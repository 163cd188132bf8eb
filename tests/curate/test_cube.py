"""The cube: what the database counts, and that it is what its filters find."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as thorough
from hypothesis import strategies as st

from exifds.curate.cells import Cells
from exifds.curate.cube import (
    ACCEPTED,
    FAR,
    REJECTED,
    UNJUDGED,
    Cube,
    Histogram,
    pipeline,
    scored,
    values,
)
from exifds.curate.estimate import estimate
from exifds.curate.thresholds import Split, outcome
from exifds.dataset import Dataset
from exifds.errors import UsageError
from exifds.store import criteria
from exifds.store.criteria import Direction, Filters, Threshold, Thresholds
from tests.curate.photos import CONCEPTS, cube_of, distance, fate, photos, thresholds

VERDICTS = {None: UNJUDGED, "accepted": ACCEPTED, "rejected": REJECTED}


def stored(dataset: Dataset, rows: list[dict[str, Any]]) -> Cube:
    """The cube of photos, by way of the database."""
    dataset.collection.delete_many({})
    if rows:
        dataset.collection.insert_many([{"_id": f"file:{n}", **row} for n, row in enumerate(rows)])
    return Cube.from_rows(CONCEPTS, list(dataset.collection.aggregate(pipeline(CONCEPTS, {}))))


@thorough(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(photos, thresholds)
def test_counts_are_what_the_filters_find(
    dataset: Dataset, rows: list[dict[str, Any]], chosen: Thresholds
) -> None:
    """Photo for photo, also for scores just below and just above a threshold: slider and grid agree."""
    found = outcome(stored(dataset, rows), chosen)
    count = dataset.collection.count_documents
    assert found.photos == Split(
        count(criteria.kept(chosen)), count(criteria.dropped(chosen)), count(criteria.unscored(chosen))
    )
    assert found.borderline == count(criteria.borderline(chosen))
    expected = Counter(fate(row, chosen) for row in rows)
    assert found.photos == Split(expected["kept"], expected["dropped"], expected["unscored"])


@thorough(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(photos)
def test_the_database_groups_as_python_does(dataset: Dataset, rows: list[dict[str, Any]]) -> None:
    """Levels are scores rounded down to hundredths, exactly; histograms follow."""
    ours, theirs = cube_of(rows), stored(dataset, rows)
    assert theirs.total == len(rows)
    for concept in CONCEPTS:
        assert theirs.histogram(concept) == ours.histogram(concept)


def test_every_hundredth_is_at_its_own_level(dataset: Dataset) -> None:
    """0.29 x 100 is less than 29: a product alone would put it below its threshold."""
    rows = [{"scores": {"monkey": cut / 100}} for cut in range(101)]
    levels = stored(dataset, rows).levels[0]
    assert sorted(levels.tolist()) == list(range(101))


def test_a_histogram_has_bins_of_a_hundredth() -> None:
    """The last bin holds the scores of 1, too; what is below the floor or not scored is apart."""
    rows = [{"scores": {"monkey": score}} for score in (0.5, 0.509, 0.99, 1.0, None, None)]
    found = cube_of([*rows, {"scores": {}}]).histogram("monkey")
    counts = [0] * 100
    counts[50] = counts[99] = 2
    assert found == Histogram(tuple(counts), below=2, unscored=1)


@given(photos, thresholds)
def test_margins_are_the_distance_to_being_dropped(rows: list[dict[str, Any]], chosen: Thresholds) -> None:
    """That of the threshold that is met the least; `FAR` where none says anything."""
    for row in rows:
        margins, missing = cube_of([row]).margins(chosen)
        distances = [distance(row, concept, at) for concept, at in chosen.items()]
        assert margins[0] == min((each for each in distances if each is not None), default=FAR)
        assert missing[0] == (None in distances)


def test_nothing_is_known_of_a_concept_that_is_not_there() -> None:
    """Its photos are unscored, not dropped."""
    cube = cube_of([{"scores": {"monkey": 0.9}}])
    assert outcome(cube, {"zebra": Threshold(0.5)}).photos == Split(unscored=1)
    assert cube.passing("zebra", Threshold(0.5)) == (0, 0, 1)


def test_an_empty_dataset_has_an_empty_cube(dataset: Dataset) -> None:
    """Also without concepts."""
    for concepts in ((), CONCEPTS):
        rows = list(dataset.collection.aggregate(pipeline(concepts, {})))
        cube = Cube.from_rows(concepts, rows)
        assert cube.total == 0
        assert outcome(cube, {}).photos == Split()
        assert estimate(cube, {}).precision is None


def test_only_photos_of_the_filter_are_counted(dataset: Dataset) -> None:
    """The filters of the page narrow what the sliders work on."""
    common = {"state": "done", "image": {"path": "a"}, "scores": {"monkey": 0.9}}
    dataset.collection.insert_many(
        [{**common, "place": {"country_code": code}} for code in ("PH", "PH", "DE")]
        + [{**common, "state": "failed", "place": {"country_code": "PH"}}]
    )
    rows = list(dataset.collection.aggregate(pipeline(CONCEPTS, Filters(country="PH").query())))
    assert Cube.from_rows(CONCEPTS, rows).total == 2


def test_photos_of_a_verdict() -> None:
    """The others are left out; the concepts stay."""
    cube = cube_of([{"scores": {"monkey": 0.9}, "verdict": "accepted"}, {"scores": {"monkey": 0.2}}] * 2)
    assert [cube.of(verdict).total for verdict in (UNJUDGED, ACCEPTED, REJECTED)] == [2, 2, 0]
    assert cube.of(ACCEPTED).histogram("monkey").counts[90] == 2
    assert outcome(cube.of(REJECTED), {"monkey": Threshold(0.5)}).photos == Split()


@given(photos)
def test_cells_are_bands_of_all_scores(rows: list[dict[str, Any]]) -> None:
    """Photos are in one if the scores of each concept are in the same tenth, or below, or missing."""
    cube = cube_of(rows)
    bands_of = [
        tuple(one if one < 0 else min(one, 99) // 10 for one in row) for row in cube.levels.T.tolist()
    ]
    cells = cube.cells(()).of.tolist()
    assert len(set(zip(bands_of, cells, strict=True))) == len(set(bands_of)) == len(set(cells))


@given(photos)
def test_the_cells_of_a_block_follow_each_other(rows: list[dict[str, Any]]) -> None:
    """They are in the same band of the concepts that were asked for, wherever these stand in the cube."""
    cube = cube_of(rows)
    for row, concept in enumerate(cube.concepts):
        found = cube.cells([concept])
        bands = [one if one < 0 else min(one, 99) // 10 for one in cube.levels[row].tolist()]
        assert found.blocks.tolist() == sorted(found.blocks.tolist())
        blocks = found.blocks[found.of].tolist()
        assert len(set(zip(bands, blocks, strict=True))) == len(set(bands)) == len(set(blocks))
        assert cube.cells([concept, "zebra"]) is found


@pytest.mark.parametrize("concepts", [17, 40])
def test_many_concepts_do_not_overflow(concepts: int) -> None:
    """A number for all bands at once would be larger than 64 bits."""
    random = np.random.default_rng(1)
    levels = random.integers(-2, 101, (concepts, 500)).astype(np.int16)
    levels = np.concatenate([levels, levels[:, :100]], axis=1)
    found = Cells.numbered(levels, [concepts - 1])
    bands = np.where(levels < 0, levels, np.minimum(levels, 99) // 10)
    assert len(found.blocks) == len(np.unique(bands, axis=1).T)
    assert (found.of[500:] == found.of[:100]).all()


@given(photos, st.sampled_from([UNJUDGED, ACCEPTED, REJECTED]))
def test_after_a_verdict_the_cells_are_known(rows: list[dict[str, Any]], after: int) -> None:
    """They are those of a new count; a cell has the same photos, whatever people say of them."""
    cube = cube_of(rows)
    for row in rows:
        cube.cells(["wild boar"])
        classes = tuple(row.get("concepts", ()))
        judged = cube.judged(row["scores"], classes, VERDICTS[row.get("verdict")], after)
        assert judged is not None
        anew = Cells.numbered(judged.levels, [CONCEPTS.index("wild boar")])
        assert (judged.cells(["wild boar"]).of == anew.of).all()
        unjudged = judged.of(UNJUDGED)
        assert len(unjudged.cells(["wild boar"]).of) == len(unjudged.photos)


@given(photos)
def test_photos_are_found_by_their_scores(rows: list[dict[str, Any]]) -> None:
    """Each in an entry of its levels; one with other scores in none."""
    cube = cube_of(rows)
    found = cube.entries_of([*(row["scores"] for row in rows), {"monkey": 0.123, "wild boar": 0.987}])
    for row, entry in zip(rows, found, strict=False):
        assert entry is not None
        assert tuple(cube.levels[:, entry].tolist()) == cube.levels_of(row["scores"])
    known = (12, 98) in set(map(tuple, cube.levels.T.tolist()))
    assert (found[-1] is not None) is known


@given(photos)
def test_the_levels_of_a_photo_are_those_of_its_entry(rows: list[dict[str, Any]]) -> None:
    """So that a photo is found in the cube by its scores."""
    for row in rows:
        cube = cube_of([row])
        assert cube.levels_of(row["scores"]) == tuple(cube.levels[:, 0].tolist())


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

    assert run(scored()) == [("cage", 1), ("monkey", 2)]
    assert run(values("camera.model")) == [("EOS", 2), ("D3", 1)]
    assert run(values("concepts", limit=1)) == [("b", 2)]


@given(photos, thresholds)
def test_a_threshold_alone_is_the_same_as_the_only_one(
    rows: list[dict[str, Any]], chosen: Thresholds
) -> None:
    """Counts by concept, which come from histograms, agree with the margins; directions are opposites."""
    cube = cube_of([{name: row[name] for name in row if name != "verdict"} for row in rows])
    for concept, at in chosen.items():
        alone = outcome(cube, {concept: at})
        assert alone.concepts[concept] == alone.photos
        kept, dropped, unscored = cube.passing(concept, at)
        turned = Threshold(at.value, Direction(at.direction).opposite)
        assert cube.passing(concept, turned) == (dropped, kept, unscored)


@given(photos.filter(bool), st.data())
def test_a_verdict_moves_one_photo(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    """Also a photo at the edge of a hundredth, and one whose like has no such verdict yet."""
    index, verdict = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.sampled_from(list(VERDICTS)))
    before = rows[index]
    after = {name: value for name, value in before.items() if name != "verdict"}
    after |= {"verdict": verdict} if verdict else {}
    counted = cube_of(rows)
    moved = counted.judged(
        before["scores"],
        before.get("concepts", ()),
        VERDICTS[before.get("verdict")],
        VERDICTS[verdict],
    )
    assert moved is not None
    anew = cube_of([*rows[:index], after, *rows[index + 1 :]])
    chosen = {concept: Threshold(0.5) for concept in CONCEPTS}
    assert outcome(moved, chosen) == outcome(anew, chosen)
    assert estimate(moved, chosen) == estimate(anew, chosen)
    assert [moved.histogram(concept) for concept in CONCEPTS] == [
        anew.histogram(concept) for concept in CONCEPTS
    ]


def test_a_photo_that_was_not_counted_is_not_moved() -> None:
    """Then all is counted anew."""
    counted = cube_of([{"scores": {"monkey": 0.7}, "concepts": ["zoo"]}])
    assert counted.judged({"monkey": 0.7}, ["zoo"], UNJUDGED, ACCEPTED) is not None
    assert counted.judged({"monkey": 0.7}, [], UNJUDGED, ACCEPTED) is None
    assert counted.judged({"monkey": 0.71}, ["zoo"], UNJUDGED, ACCEPTED) is None
    assert counted.judged({"monkey": 0.7}, ["zoo"], REJECTED, ACCEPTED) is None
