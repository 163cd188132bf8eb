"""Rules of `exifds.sandbox.evidence`: chances that sum to one, and no more of them than can be told apart."""

import numpy as np
import pytest

from exifds.sandbox.evidence import focal, join, light, log_ratio
from exifds.sandbox.owners import meet
from exifds.sandbox.studio import Studio


@pytest.mark.parametrize("spread", [1e-6, 0.01, 0.3, 0.6, 2.45, 20])
@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_chances_sum_to_one(spread: float, rate: float) -> None:
    """Something is always seen, however wide or narrow the light and whatever is missing."""
    studio = Studio(light_spread=spread, missing_at_random=rate, stripped=0.1, light_source_gaps=(0.2, 0.9))
    for owner in range(3):
        chance = light(studio, meet(studio), owner)
        assert chance.sum(axis=1) == pytest.approx([1, 1], abs=1e-9)
        assert (chance >= 0).all()
        assert focal(studio, meet(studio), owner).sum(axis=1) == pytest.approx([1, 1], abs=1e-9)


def test_habits_matter_only_where_tags_are_missing() -> None:
    """With complete EXIF all owners' photos tell about the same; a missing time hides more of some."""

    def divergence(studio: Studio, owner: int) -> float:
        indoor, outdoor = light(studio, meet(studio), owner)
        return float(np.minimum(indoor, outdoor).sum())

    complete = [divergence(Studio(flash=False), owner) for owner in range(6)]
    gaps = [divergence(Studio(flash=False, missing_at_random=0.5), owner) for owner in range(6)]
    assert np.ptp(complete) < 0.001 < np.ptp(gaps)


def test_what_nobody_writes_is_not_seen() -> None:
    """With all tags missing there is one outcome, and it says nothing."""
    studio = Studio(missing_at_random=1.0)
    told = light(studio, meet(studio), 0)
    assert told[0] == pytest.approx(told[1], abs=1e-9)
    assert told.max() == pytest.approx(1, abs=1e-9)
    assert not (focal(studio, meet(studio), 0)[:, :-1]).any()


def test_joined_chances_add_their_log_odds() -> None:
    """Independent given the class: log-odds of both are the sum."""
    first, second = np.array([[0.2, 0.8], [0.5, 0.5]]), np.array([[0.1, 0.6, 0.3], [0.3, 0.3, 0.4]])
    both = log_ratio(join(first, second)).reshape(2, 3)
    assert both == pytest.approx(log_ratio(first)[:, None] + log_ratio(second))
