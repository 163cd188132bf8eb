"""Outcomes: each combination of tags once, with all that is likely."""

import numpy as np
import pytest

from exifds.sandbox.outcomes import outcomes
from exifds.sandbox.owners import meet
from exifds.sandbox.seen import LIGHT_TAGS
from exifds.sandbox.studio import Studio


@pytest.mark.parametrize("flash", [False, True])
@pytest.mark.parametrize("spread", [1e-6, 0.3, 2.45, 20])
def test_outcomes_differ_and_their_chances_sum_to_one(spread: float, flash: bool) -> None:
    """However wide or narrow the light; the flash fires where there is one."""
    studio = Studio(light_spread=spread, flash=flash)
    for owner in range(3):
        values, chance = outcomes(studio, meet(studio), owner)
        assert values.shape == (chance.shape[1], len(LIGHT_TAGS))
        assert len(np.unique(values, axis=0)) == len(values)
        assert chance.sum(axis=1) == pytest.approx([1, 1], abs=1e-9)
        assert values[:, LIGHT_TAGS.index("flash")].any() == flash
