"""Photos that verdicts speak for together: cells, and how small ones are put together."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from exifds.curate.cube import ACCEPTED, REJECTED
from exifds.curate.estimate import estimate
from exifds.curate.strata import strata
from exifds.store.criteria import Threshold, Thresholds
from tests.curate.photos import CONCEPTS, cube_of, distance, photos, thresholds
from tests.curate.test_estimate import AT_80, judged
from tests.curate.test_estimate import cube_of as cube_of_levels


@given(photos, thresholds)
def test_every_scored_photo_is_in_a_stratum_of_its_side(
    rows: list[dict[str, Any]], chosen: Thresholds
) -> None:
    """None stands across a threshold; with few photos each stratum is one cell."""
    cube = cube_of(rows)
    found = strata(cube, chosen)
    expected: Counter[bool] = Counter()
    for row in rows:
        distances = [distance(row, concept, at) for concept, at in chosen.items()]
        if None not in distances:
            expected[all(each is not None and each >= 0 for each in distances)] += 1
    assert [found.photos[found.kept == side].sum() for side in (False, True)] == [
        expected[False],
        expected[True],
    ]
    margins, missing = cube.margins(chosen)
    assert (found.of[missing] == -1).all()
    assert (found.kept[found.of[~missing]] == (margins[~missing] >= 0)).all()
    assert len(set(found.of[~missing])) == len(
        set(zip(cube.cells(chosen).of[~missing].tolist(), (margins[~missing] >= 0).tolist(), strict=True))
    )


def test_small_cells_are_put_together() -> None:
    """Up to a fiftieth of their side; large ones stay alone, and no photo is lost."""
    cube = cube_of(
        [{"scores": {"monkey": 0.95, "wild boar": 0.55}}] * 900
        + [{"scores": {"monkey": tenth / 10, "wild boar": 0.95}} for tenth in range(10)]
    )
    photos_of = strata(cube, {}).photos
    assert sorted(photos_of[photos_of > 0].tolist()) == [10, 900]


def test_a_cell_that_chance_would_not_have_missed_stands_alone() -> None:
    """Who judged only one of two small cells knows nothing of the other."""
    side = [{"scores": {"monkey": 0.05}}] * 1000
    beside = [{"scores": {"monkey": 0.95}}] * 8
    seen = [{"scores": {"monkey": 0.85}, "verdict": "accepted"}]
    unseen = {"scores": {"monkey": 0.85}}
    some = strata(cube_of([*side, *beside, *seen, *[unseen] * 7]), {})
    assert 16 in some.photos
    many = strata(cube_of([*side, *beside, *seen * 8]), {})
    assert 16 not in many.photos
    assert sorted(many.photos[many.photos > 0].tolist()) == [8, 8, 1000]


def test_sides_are_never_put_together() -> None:
    """However small: a threshold divides every stratum."""
    found = strata(judged((78, 1, 0, 0), (82, 1, 0, 0), (10, 500, 0, 0), (95, 500, 0, 0)), AT_80)
    assert found.photos[found.kept].sum() == 501
    assert found.photos[~found.kept].sum() == 501


def test_no_photos_have_no_strata() -> None:
    """Nor is that an error, with or without thresholds."""
    for chosen in ({}, {concept: Threshold(0.5) for concept in CONCEPTS}):
        found = strata(cube_of([]), chosen)
        assert (found.photos.sum(), found.judged.sum(), np.size(found.of)) == (0, 0, 0)


def test_a_stratum_never_crosses_a_band_of_a_threshold() -> None:
    """With the threshold on the last of four concepts and small cells: verdicts on 0.8 say nothing of 0.9."""
    random = np.random.default_rng(5)
    levels = random.integers(50, 100, (4, 600))
    cube = cube_of_levels(levels, np.zeros(600, int))
    for chosen in ({"boat": Threshold(0.8)}, {"boat": Threshold(0.65), "monkey": Threshold(0.7)}):
        of = strata(cube, chosen).of
        bands = [cube.levels[cube.concepts.index(name)] // 10 for name in chosen]
        assert len(set(of.tolist())) < len(np.unique(cube.cells(chosen).of))
        for stratum in set(of.tolist()):
            assert all(len(set(band[of == stratum].tolist())) == 1 for band in bands)


@pytest.mark.parametrize("size", [600, 5000])
def test_verdicts_of_one_band_say_nothing_of_another(size: int) -> None:
    """Only what scored 0.80 to 0.84 was judged, half of it right: above 0.9 nearly all is, or nothing."""
    for seed in range(10):
        random = np.random.default_rng(seed)
        levels = random.integers(50, 100, (4, size))
        last = levels[-1]
        truth = random.random(size) < np.where(last >= 90, 0.99, np.where(last >= 80, 0.5, 0.05))
        verdicts = np.zeros(size, int)
        some = np.flatnonzero((last >= 80) & (last < 85))[:120]
        verdicts[some] = np.where(truth[some], ACCEPTED, REJECTED)
        found = estimate(cube_of_levels(levels, verdicts), {"boat": Threshold(0.8)})
        assert found.precision is not None
        assert found.precision.low <= truth[last >= 80].mean() <= found.precision.high
        assert found.unjudged > 0.4
