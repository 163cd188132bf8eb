"""The cube: what it says of photos is what the filters find."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as thorough
from hypothesis import strategies as st

from exifds.curate.aggregations import pipeline
from exifds.curate.cells import Cells
from exifds.curate.cube import ACCEPTED, FAR, REJECTED, UNJUDGED, Cube, Histogram
from exifds.curate.estimate import estimate
from exifds.curate.thresholds import Split, outcome
from exifds.dataset import Dataset
from exifds.store import criteria
from exifds.store.criteria import Direction, Threshold, Thresholds
from tests.curate.photos import CONCEPTS, cube_of, distance, fate, photos, stored, thresholds

VERDICTS = {None: UNJUDGED, "accepted": ACCEPTED, "rejected": REJECTED}


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


def test_photos_of_a_verdict() -> None:
    """The others are left out; the concepts stay."""
    cube = cube_of([{"scores": {"monkey": 0.9}, "verdict": "accepted"}, {"scores": {"monkey": 0.2}}] * 2)
    assert [cube.of(verdict).total for verdict in (UNJUDGED, ACCEPTED, REJECTED)] == [2, 2, 0]
    assert cube.of(ACCEPTED).histogram("monkey").counts[90] == 2
    assert outcome(cube.of(REJECTED), {"monkey": Threshold(0.5)}).photos == Split()


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
