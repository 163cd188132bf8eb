"""What thresholds keep and drop, and the one that is proposed."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from exifds.curate.cube import ACCEPTED, REJECTED
from exifds.curate.estimate import estimate
from exifds.curate.thresholds import Direction, Split, Threshold, Thresholds, outcome, proposal
from tests.curate.photos import cube_of, fate, photos, thresholds
from tests.curate.test_estimate import AT_80, judged
from tests.curate.test_estimate import cube_of as cube_of_levels


@given(photos, thresholds)
def test_every_photo_is_counted_once(rows: list[dict[str, Any]], chosen: Thresholds) -> None:
    """Kept, dropped and unscored are all photos: none is dropped silently, and verdicts come first."""
    found = outcome(cube_of(rows), chosen)
    expected = Counter(fate(row, chosen) for row in rows)
    assert found.photos == Split(expected["kept"], expected["dropped"], expected["unscored"])
    verdicts = Counter(row.get("verdict") for row in rows)
    assert (found.accepted, found.rejected) == (verdicts["accepted"], verdicts["rejected"])
    assert set(found.concepts) == set(chosen)


@given(photos, thresholds)
def test_classes_are_counted_by_photo(rows: list[dict[str, Any]], chosen: Thresholds) -> None:
    """A photo of two classes counts for both; one without any is counted, too."""
    expected: Counter[tuple[str | None, str]] = Counter()
    for row in rows:
        expected.update((name, fate(row, chosen)) for name in row.get("concepts") or [None])
    found = outcome(cube_of(rows), chosen).classes
    assert found == {
        name: Split(expected[name, "kept"], expected[name, "dropped"], expected[name, "unscored"])
        for name in {name for name, _ in expected}
    }
    assert list(found) == sorted(found, key=lambda name: (name is None, name or ""))


def test_a_photo_that_one_threshold_drops_is_dropped() -> None:
    """Whatever score is missing: it would be dropped with any. Else it is unscored until it is scored."""
    chosen = {"monkey": Threshold(0.8), "wild boar": Threshold(0.5, Direction.DROP_ABOVE)}
    rows: list[dict[str, Any]] = [{"scores": scores} for scores in ({"monkey": 0.7}, {"monkey": 0.9}, {})]
    found = outcome(cube_of(rows), chosen)
    assert found.photos == Split(kept=0, dropped=1, unscored=2)
    assert found.concepts == {"monkey": Split(1, 1, 1), "wild boar": Split(0, 0, 3)}


def test_borderline_photos_are_near_and_unjudged() -> None:
    """Up to 0.05 on both sides of the threshold that they meet the least."""
    found = outcome(judged((74, 1, 0, 0), (75, 1, 0, 0), (80, 5, 1, 1), (84, 1, 0, 0), (85, 1, 0, 0)), AT_80)
    assert found.borderline == 5


def test_the_loosest_threshold_that_is_certain_is_proposed() -> None:
    """From it on the lower end of the interval reaches the wanted precision."""
    cube = judged((60, 500, 50, 50), (70, 500, 199, 1), (80, 500, 200, 0))
    found = proposal(cube, "monkey", 0.95)
    assert found is not None
    assert (found.threshold, found.certain) == (Threshold(0.7), True)
    assert found.precision.low >= 0.95
    assert found.precision == estimate(cube, {"monkey": Threshold(0.7)}).precision


def test_with_few_verdicts_the_estimate_decides_and_says_so() -> None:
    """No interval begins high enough, so that the proposal is not certain."""
    found = proposal(judged((60, 500, 5, 5), (70, 500, 8, 0), (80, 500, 9, 0)), "monkey", 0.95)
    assert found is not None
    assert (found.threshold, found.certain) == (Threshold(0.7), False)


def test_no_threshold_is_proposed_for_photos_that_nobody_judged() -> None:
    """One verdict on a photo of the highest scores says nothing of the others: the cut stays above them."""
    found = proposal(judged((60, 500, 0, 0), (75, 500, 0, 0), (97, 50, 1, 0)), "monkey", 0.95)
    assert found is not None
    assert (found.threshold, found.certain) == (Threshold(0.97), False)
    assert proposal(judged((60, 500, 8, 0), (97, 50, 0, 0)), "monkey", 0.95) is None


def test_a_large_share_of_verdicts_leaves_room_for_some_photos_that_nobody_judged() -> None:
    """If all of these were wrong, a certain threshold would still reach the wanted precision."""
    found = proposal(judged((60, 5, 0, 0), (70, 500, 500, 0)), "monkey", 0.95)
    assert found is not None
    assert (found.threshold, found.certain) == (Threshold(0.6), True)


def test_what_no_threshold_reaches_is_not_proposed() -> None:
    """Neither without verdicts nor when they are bad."""
    assert proposal(judged((60, 50, 0, 0)), "monkey") is None
    assert proposal(judged((60, 50, 5, 5), (90, 50, 5, 5)), "monkey") is None


def test_a_proposal_may_drop_what_is_above() -> None:
    """For a concept that is not wanted, the highest threshold that still drops enough."""
    cube = judged((-1, 500, 300, 0), (50, 500, 200, 0), (60, 500, 10, 190))
    found = proposal(cube, "monkey", 0.95, direction=Direction.DROP_ABOVE)
    assert found is not None
    assert (found.threshold, found.certain) == (Threshold(0.6, Direction.DROP_ABOVE), True)


def test_where_all_is_right_nothing_is_dropped() -> None:
    """The loosest cut that drops what is above it is above the highest score; a score of 1 is above any."""
    found = proposal(judged((60, 50, 50, 0), (90, 50, 50, 0)), "monkey", direction=Direction.DROP_ABOVE)
    assert found is not None
    assert (found.threshold, found.certain) == (Threshold(0.91, Direction.DROP_ABOVE), True)
    found = proposal(judged((99, 50, 50, 0), (100, 50, 50, 0)), "monkey", direction=Direction.DROP_ABOVE)
    assert found is not None
    assert found.threshold == Threshold(1.0, Direction.DROP_ABOVE)
    assert proposal(judged((-1, 50, 50, 0)), "monkey", direction=Direction.DROP_ABOVE) is None


def test_a_proposal_leaves_other_thresholds() -> None:
    """They are part of what it is estimated for; the one that stands for the concept is not."""
    rows = [
        {"scores": {"monkey": 0.6, "wild boar": score}, "verdict": verdict}
        for score, verdict in [(0.9, "rejected")] * 20 + [(0.1, "accepted")] * 20
    ]
    cube = cube_of(rows)
    assert proposal(cube, "monkey") is None
    others = {"wild boar": Threshold(0.5, Direction.DROP_ABOVE), "monkey": Threshold(0.9)}
    found = proposal(cube, "monkey", thresholds=others)
    assert found is not None
    assert (found.threshold, found.certain) == (Threshold(0.6), True)


@pytest.mark.parametrize("size", [600, 5000])
def test_a_proposal_does_not_reach_into_bands_that_nobody_judged(size: int) -> None:
    """With 150 verdicts above 0.9, nearly all right, nothing below is certain: half of it is wrong."""
    for seed in range(10):
        random = np.random.default_rng(seed)
        levels = random.integers(50, 100, (4, size))
        last = levels[-1]
        truth = random.random(size) < np.where(last >= 90, 0.995, np.where(last >= 80, 0.5, 0.05))
        verdicts = np.zeros(size, int)
        some = random.permutation(np.flatnonzero((last >= 90) & (levels[0] < 90)))[:150]
        verdicts[some] = np.where(truth[some], ACCEPTED, REJECTED)
        others = {"monkey": Threshold(0.9, Direction.DROP_ABOVE)}
        found = proposal(cube_of_levels(levels, verdicts), "boat", 0.95, others)
        assert found is None or not found.certain or found.threshold.value >= 0.89
