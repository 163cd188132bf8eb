"""Precision and recall from verdicts: known values, honest intervals, and their coverage by simulation."""

from math import inf, isclose

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from exifds.curate.cube import ACCEPTED, REJECTED, UNJUDGED, Cube
from exifds.curate.estimate import Estimate, Interval, estimate, wilson
from exifds.store.criteria import Direction, Threshold, Thresholds

AT_80 = {"monkey": Threshold(0.8)}


def cube_of(levels: NDArray[np.integer], verdicts: NDArray[np.integer]) -> Cube:
    """A cube of photos with one score each, or with a row of scores for each of two concepts."""
    columns, photos = np.unique(np.vstack([levels, verdicts]), axis=1, return_counts=True)
    return Cube(
        ("monkey", "cage", "water", "boat")[: len(columns) - 1],
        columns[:-1].astype(np.int16),
        columns[-1].astype(np.int8),
        photos.astype(np.int64),
        np.zeros(len(photos), np.intp),
        ((),),
    )


def judged(*groups: tuple[int, int, int, int]) -> Cube:
    """A cube of (level, photos, accepted, rejected)."""
    entries = [
        (level, verdict, count)
        for level, photos, accepted, rejected in groups
        for verdict, count in (
            (ACCEPTED, accepted),
            (REJECTED, rejected),
            (UNJUDGED, photos - accepted - rejected),
        )
    ]
    rows = [
        {"_id": {"levels": [level], "verdict": verdict}, "photos": n} for level, verdict, n in entries if n
    ]
    return Cube.from_rows(["monkey"], rows)


@pytest.mark.parametrize(
    ("share", "size", "low", "high"),
    [(0.5, 10, 0.2366, 0.7634), (0.0, 20, 0.0, 0.1611), (1.0, 20, 0.8389, 1.0), (0.9, 100, 0.8256, 0.9448)],
)
def test_wilson_gives_the_published_values(share: float, size: float, low: float, high: float) -> None:
    """To four digits, as in tables of the interval."""
    interval = wilson(share, size)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(st.floats(0, 1), st.floats(1e-3, 1e9), st.floats(0.5, 0.999))
def test_wilson_holds_the_share(share: float, size: float, confidence: float) -> None:
    """Within 0 and 1, and a point where all is known."""
    interval = wilson(share, size, confidence)
    assert 0 <= interval.low <= share <= interval.high <= 1
    assert wilson(share, inf) == Interval(share, share, share)


def test_one_stratum_is_a_plain_wilson_interval() -> None:
    """With a small part of a large number judged, nothing but Wilson's formula is left."""
    found = estimate(judged((85, 10**6, 45, 5)), AT_80)
    expected = wilson(0.9, 50)
    assert found.precision is not None
    assert isclose(found.precision.low, expected.low, abs_tol=1e-4)
    assert isclose(found.precision.high, expected.high, abs_tol=1e-4)
    assert found.judged == 50


def test_strata_count_by_their_photos() -> None:
    """Where people judged mostly borderline photos, their plain share would be misleading."""
    found = estimate(judged((81, 100, 20, 20), (95, 900, 10, 0)), AT_80)
    assert found.precision is not None
    assert isclose(found.precision.value, 0.1 * 0.5 + 0.9 * 1.0)


def test_what_is_judged_completely_is_known() -> None:
    """No interval is left when there is nothing more to judge."""
    found = estimate(judged((85, 10, 8, 2), (40, 5, 2, 3)), AT_80)
    assert found.precision == Interval(0.8, 0.8, 0.8)
    assert found.recall is not None
    assert isclose(found.recall.low, 0.8)
    assert isclose(found.recall.high, 0.8)


def test_nothing_is_known_of_a_stratum_that_nobody_judged() -> None:
    """The interval reaches from none of its photos being right to all, and how many there are is told."""
    found = estimate(judged((85, 50, 50, 0), (95, 50, 0, 0)), AT_80)
    assert found.precision is not None
    assert isclose(found.precision.low, 0.5)
    assert found.precision.high == 1.0
    assert found.unjudged == 0.5


def test_verdicts_count_for_the_scores_they_were_given_to() -> None:
    """Also where no threshold is on that concept: the scores of all concepts tell photos apart."""
    levels = np.array([[95] * 40 + [55] * 60, [70] * 100])
    verdicts = np.array([ACCEPTED] * 40 + [UNJUDGED] * 60)
    for thresholds in ({}, {"cage": Threshold(0.5)}):
        found = estimate(cube_of(levels, verdicts), thresholds)
        assert found.precision is not None
        assert isclose(found.precision.low, 0.4)
        assert found.unjudged == 0.6


def test_below_the_floor_and_unscored_are_strata_of_their_own() -> None:
    """What is known of photos with low scores says nothing of those without one."""
    found = estimate(judged((5, 20, 20, 0), (-1, 30, 0, 0), (-2, 50, 0, 0)), {})
    assert found.unjudged == 0.8


def test_verdicts_on_dropped_photos_say_nothing_of_kept_ones() -> None:
    """Even where their scores are in the same band."""
    found = estimate(judged((81, 10, 10, 0), (85, 30, 1, 0), (95, 10, 0, 0)), {"monkey": Threshold(0.85)})
    assert found.unjudged == 0.25
    assert estimate(judged((40, 10, 1, 0)), AT_80).unjudged == 0


def test_without_verdicts_there_is_no_estimate() -> None:
    """Neither of precision nor of recall; recall needs verdicts on both sides."""
    assert estimate(judged((85, 10, 0, 0), (40, 5, 0, 0)), AT_80) == Estimate(None, None, 0, 1.0)
    one_side = estimate(judged((85, 10, 3, 0), (40, 5, 0, 0)), AT_80)
    assert one_side.precision is not None
    assert one_side.recall is None
    assert estimate(judged((85, 10, 0, 3), (40, 5, 0, 2)), AT_80).recall is None


def test_where_nothing_is_dropped_all_is_found() -> None:
    """Recall is 1 when every photo is kept."""
    assert estimate(judged((85, 10, 3, 1)), AT_80).recall == Interval(1.0, 1.0, 1.0)


@given(
    st.lists(
        st.tuples(st.integers(-2, 100), st.integers(1, 50), st.integers(0, 50), st.integers(0, 50)),
        min_size=1,
        max_size=8,
    ),
    st.integers(0, 100),
    st.sampled_from(Direction),
)
def test_intervals_hold_the_estimate(
    groups: list[tuple[int, int, int, int]], cut: int, direction: Direction
) -> None:
    """Whatever was judged: 0 <= low <= value <= high <= 1."""
    fitting = [group for group in groups if group[2] + group[3] <= group[1]]
    assume(fitting)
    found = estimate(judged(*fitting), {"monkey": Threshold(cut / 100, direction)})
    for interval in (found.precision, found.recall):
        if interval is not None:
            assert -1e-9 <= interval.low <= interval.value + 1e-9
            assert interval.value - 1e-9 <= interval.high <= 1 + 1e-9


@pytest.mark.parametrize("looked_at", ["anywhere", "near the threshold", "at the top"])
@pytest.mark.parametrize("size", [30, 120])
def test_intervals_cover_the_truth(looked_at: str, size: int) -> None:
    """In about 19 of 20 datasets, wherever people looked: simulated with a truth that is known."""
    random = np.random.default_rng(6)
    covered, trials = np.zeros(2), 200
    for _ in range(trials):
        levels = np.where(random.random(1000) < 0.3, -1, 50 + 50 * random.beta(2, 1.3, 1000)).astype(int)
        truth = random.random(1000) < 1 / (1 + np.exp(-12 * (np.where(levels < 0, 20, levels) / 100 - 0.65)))
        weights = {
            "anywhere": np.ones(1000),
            "near the threshold": np.exp(-abs(levels - 80) / 8) + 0.02,
            "at the top": np.where(levels >= 70, 1, 0.05),
        }[looked_at]
        verdicts = np.zeros(1000, int)
        seen = random.choice(1000, size, replace=False, p=weights / weights.sum())
        verdicts[seen] = np.where(truth[seen], ACCEPTED, REJECTED)
        found = estimate(cube_of(levels, verdicts), AT_80)
        kept = levels >= 80
        for index, (interval, real) in enumerate(
            [(found.precision, truth[kept].mean()), (found.recall, truth[kept].sum() / truth.sum())]
        ):
            assert interval is not None
            covered[index] += interval.low - 1e-9 <= real <= interval.high + 1e-9
    assert (covered / trials > 0.91).all(), covered / trials


@pytest.mark.parametrize(
    "afterwards",
    [{}, {"cage": Threshold(0.5)}, {"monkey": Threshold(0.6), "cage": Threshold(0.7, Direction.DROP_ABOVE)}],
    ids=["none", "of another concept", "of both concepts"],
)
def test_intervals_cover_the_truth_under_other_thresholds(afterwards: Thresholds) -> None:
    """Than the verdicts were given under: among photos of `monkey` from 0.9 on, most of them right."""
    random = np.random.default_rng(6)
    covered, trials = 0, 100
    for _ in range(trials):
        monkey = np.where(random.random(1000) < 0.3, -1, random.integers(50, 100, 1000))
        levels = np.array([monkey, random.integers(50, 100, 1000)])
        truth = random.random(1000) < np.where(monkey < 0, 0.03, np.clip((monkey - 45) / 50, 0, 0.99))
        verdicts = np.zeros(1000, int)
        seen = random.choice(np.flatnonzero(monkey >= 90), 60, replace=False)
        verdicts[seen] = np.where(truth[seen], ACCEPTED, REJECTED)
        cube = cube_of(levels, verdicts)
        kept = stays(levels, afterwards)
        found = estimate(cube, afterwards).precision
        assert found is not None
        covered += found.low <= truth[kept].mean() <= found.high
    assert covered / trials > 0.91, covered / trials


def stays(levels: NDArray[np.integer], thresholds: Thresholds) -> NDArray[np.bool_]:
    """Whether thresholds keep each photo."""
    kept = np.ones(levels.shape[1], bool)
    for row, concept in zip(levels, ("monkey", "cage"), strict=False):
        if at := thresholds.get(concept):
            kept &= (row >= at.cut) == (at.direction is Direction.KEEP_ABOVE)
    return kept


@pytest.mark.parametrize("verdicts", [1, 2, 3])
def test_a_few_verdicts_that_agree_are_no_sign_that_all_would(verdicts: int) -> None:
    """With none rejected they have no variance; smoothed, they leave room for wrong ones."""
    few = estimate(judged((92, 900, 300, 0), (82, 100, verdicts, 0)), AT_80).precision
    many = estimate(judged((92, 900, 300, 0), (82, 100, 40, 0)), AT_80).precision
    assert few is not None
    assert many is not None
    assert few.value == many.value == 1.0
    assert few.low < 0.94
    assert many.low > 0.98


@pytest.mark.parametrize("verdicts", [1, 2, 3, 5, 8])
def test_the_lower_end_holds_where_a_tenth_is_hardly_judged(verdicts: int) -> None:
    """By simulation: nine tenths are right, and of the last one a share."""
    random = np.random.default_rng(1)
    too_high = []
    for right in np.repeat([0.3, 0.5, 0.7], 100):
        accepted = int(random.binomial(verdicts, right))
        cube = judged((92, 900, 300, 0), (82, 100, accepted, verdicts - accepted))
        found = estimate(cube, AT_80).precision
        assert found is not None
        too_high.append(found.low > 0.9 + 0.1 * right)
    assert np.mean(too_high) <= 0.025
