"""Photos that verdicts speak for together: cells, and how small ones are put together."""

from collections import Counter
from typing import Any

import numpy as np
from hypothesis import given

from exifds.curate.strata import strata
from exifds.store.criteria import Threshold, Thresholds
from tests.curate.photos import CONCEPTS, cube_of, distance, photos, thresholds
from tests.curate.test_estimate import AT_80, judged


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
        set(zip(cube.cells[~missing].tolist(), (margins[~missing] >= 0).tolist(), strict=True))
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
