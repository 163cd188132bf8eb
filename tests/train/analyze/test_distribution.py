"""Distribution: how often a tag is there, and how its values are spread."""

import numpy as np
import pytest

from exifds.sandbox.studio import Studio
from exifds.train.analyze.distribution import Tag, tags
from exifds.train.analyze.sample import Sample
from tests.train import staged


def found_in(sample: Sample) -> dict[str, Tag]:
    """By name."""
    return {tag.name: tag for tag in tags(sample)}


def test_coverage_by_class() -> None:
    """Of the tag whose gaps depend on the class, and of one without gaps."""
    found = found_in(staged.sample(4000, Studio(light_source_gaps=(0.3, 0.7))))
    assert found["light_source"].by_class == pytest.approx((0.7, 0.3), abs=0.04)
    assert found["light_source"].coverage == pytest.approx(0.5, abs=0.04)
    assert found["iso"].by_class == (1, 1)
    assert found["hour"].coverage == 0
    assert found["hour"].distribution is None


def test_numbers_are_spread_over_bars() -> None:
    """All photos are in one, and in the end bars those beyond; ratios go by thirds of stops."""
    sample = staged.sample(2000, Studio())
    found = found_in(sample)
    for name in ("exposure_time", "f_number", "iso", "ev100", "exposure_bias"):
        spread, tag = found[name].distribution, found[name]
        assert spread is not None
        assert sum(map(sum, spread.counts)) == round(tag.coverage * 2000)
        assert len(spread.edges) == len(spread.counts[0]) + 1
        assert list(spread.edges) == sorted(spread.edges)
    iso = found["iso"].distribution
    assert iso is not None
    steps = np.diff(np.log2(iso.edges)) * 3
    assert steps == pytest.approx(np.full(len(steps), round(steps[0])))
    assert len(steps) <= 20
    column = sample.values[sample.labels == 0, 2]
    assert iso.quantiles[0][2] == np.median(column)


def test_codes_have_a_bar_each() -> None:
    """With their meaning."""
    spread = found_in(staged.sample(2000, Studio()))["saturation"].distribution
    assert spread is not None
    assert (spread.codes, spread.names) == ((0, 1, 2), ("normal", "low", "high"))
    assert not spread.edges
    assert not spread.quantiles


def test_constants_and_absent_classes() -> None:
    """One value has bars around it; a class without photos has no share and no quantiles."""
    sample = staged.sample(100, Studio())
    values = sample.values.copy()
    values[:, :2] = [0.01, 4]
    values[:, 5] = 0
    labels = np.zeros(100, int)
    found = found_in(staged.sample(100, Studio(), values=values, labels=labels))
    assert found["iso"].by_class == (1, None)
    for name in ("exposure_time", "exposure_bias"):
        spread = found[name].distribution
        assert spread is not None
        assert sum(spread.counts[0]) == 100
        assert spread.quantiles[1] == ()
