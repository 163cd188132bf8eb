"""Redundancy: tags that say the same."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from exifds.export.features import FEATURES
from exifds.sandbox.studio import Studio
from exifds.train.analyze.redundancy import Redundancy, cramers_v, groups, redundancies
from tests.train import staged


def test_tags_that_measure_the_same_light_go_together() -> None:
    """Brightness is a copy of the light; tags that tell nothing go with none."""
    sample = staged.sample(4000, Studio(owners=144))
    found = {pair.tags: pair for pair in redundancies(sample.features, sample.values, sample.present)}
    assert found["brightness", "ev100"].value > 0.95
    assert found["exposure_time", "brightness"].value < -0.6
    assert found["focal_length", "focal_length_35mm"].value > 0.4
    assert abs(found["orientation", "sharpness"].value) < 0.1
    both = sample.present[:, 0] & sample.present[:, 1]
    known = spearmanr(sample.values[both, 0], sample.values[both, 1]).statistic
    assert found["exposure_time", "f_number"].value == pytest.approx(known)
    assert found["exposure_time", "f_number"].photos == both.sum()


def test_the_closest_pair_comes_first() -> None:
    """Whatever the sign."""
    sample = staged.sample(1000, Studio())
    values = [abs(pair.value) for pair in redundancies(sample.features, sample.values, sample.present)]
    assert values == sorted(values, reverse=True)


def test_nothing_is_said_of_few_photos_or_a_constant() -> None:
    """Fewer than 50 with both tags, or one that never varies."""
    values, present = np.zeros((100, 18)), np.zeros((100, 18), bool)
    values[:, 0], values[:, 1] = np.arange(100), 4.0
    present[:, :2] = True
    present[:49, 2] = True
    assert redundancies(FEATURES, values, present) == ()


def test_cramers_v_of_independent_codes_is_about_0() -> None:
    """Also with many codes and few photos, where the plain one is large."""
    rng = np.random.default_rng(0)
    assert np.mean([cramers_v(rng.integers(8, size=80), rng.integers(8, size=80)) for _ in range(50)]) < 0.1
    assert cramers_v(np.zeros(5, int), np.arange(5)) == 0


def test_groups_hang_together_over_others() -> None:
    """A chain is one group; a loose pair is none."""

    def pair(one: str, other: str, value: float) -> Redundancy:
        return Redundancy(tags=(one, other), measure="spearman", value=value, photos=99)

    found = (pair("a", "b", 0.9), pair("c", "d", -0.8), pair("b", "c", 0.7), pair("e", "f", 0.69))
    assert groups(found) == (("a", "b", "c", "d"),)
    assert groups(()) == ()
