"""Hazards: each warning comes where its cause is, and only there."""

from dataclasses import replace

import numpy as np
import pytest

from exifds.sandbox.studio import Studio
from exifds.train.analyze.clusters import Clusters
from exifds.train.analyze.hazards import Hazard, hazards
from exifds.train.analyze.identity import identity
from exifds.train.analyze.leaking import leaking
from exifds.train.analyze.sample import Sample
from tests.train import staged

MNAR = (0.3, 0.7)
LEAK = (0.9, 0.1, 0.7, 0.3)


def found_in(sample: Sample) -> dict[str, Hazard]:
    """By kind."""
    return {one.kind: one for one in hazards(sample, Clusters.meet(sample.group))}


def with_owners(sample: Sample) -> Sample:
    """The same photos, whose owners are known and whose cameras are not."""
    return replace(sample, owner=sample.camera, camera=sample.owner)


@pytest.mark.parametrize("seed", range(5))
def test_missing_tags_that_tell_the_label_are_pointed_out(seed: int) -> None:
    """P(LightSource missing) of .3 and .7 make an area of .7, with owners that were not seen."""
    sample = staged.sample(3000, Studio(seed=seed, light_source_gaps=MNAR))
    found = found_in(sample)["missingness"]
    assert found.value == pytest.approx(0.7, abs=0.03)
    assert found.interval is not None
    assert found.interval.excludes(0.5)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("owners", [12, 144])
def test_tags_that_are_missing_for_other_reasons_are_not(seed: int, owners: int) -> None:
    """Neither what cameras never write, nor what is lost at random, nor whole EXIF."""
    sample = staged.sample(2000, Studio(seed=seed, owners=owners, missing_at_random=0.2, stripped=0.2))
    assert "missingness" not in found_in(sample)


@pytest.mark.parametrize("seed", range(5))
def test_owners_that_tell_the_label_are_pointed_out(seed: int) -> None:
    """Whose most frequent class is right for 80 % of the photos, exactly."""
    sample = with_owners(staged.sample(3000, Studio(seed=seed, class_prior=LEAK)))
    found = found_in(sample)
    assert "camera" not in found
    assert identity(sample, sample.owner)[0] == pytest.approx(0.8, abs=0.03)
    assert found["owner"].value == pytest.approx(0.3, abs=0.06)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("owners", [12, 144])
def test_owners_that_tell_nothing_are_not(seed: int, owners: int) -> None:
    """Also if each has few photos."""
    found = found_in(with_owners(staged.sample(2000, Studio(seed=seed, owners=owners))))
    assert "owner" not in found
    assert "camera" not in found


def test_cameras_stand_in_for_owners_that_are_unknown() -> None:
    """They tell the label as their owners do."""
    found = found_in(staged.sample(3000, Studio(class_prior=LEAK)))
    assert "owner" not in found
    assert "the camera predicts the label" in found["camera"].text


def test_a_leak_is_pointed_out_where_there_is_one() -> None:
    """Tags betray the owner, and the owner the label; the gain of a random split stands with its interval."""
    found = found_in(with_owners(staged.sample(3000, Studio(owners=24, class_prior=LEAK))))["leak"]
    assert found.value >= 0.02
    assert found.interval
    assert found.interval.excludes(0)
    assert "split by owner" in found.text


def test_a_leak_of_few_owners_cannot_be_told() -> None:
    """Below twenty, chance alone alarms too often."""
    assert "leak" not in found_in(with_owners(staged.sample(3000, Studio(class_prior=LEAK))))


@pytest.mark.parametrize("seed", range(3))
def test_without_a_leak_none_is_pointed_out(seed: int) -> None:
    """Nor for photos of one camera, of which none can be told."""
    sample = staged.sample(2000, Studio(seed=seed, owners=144))
    assert "leak" not in found_in(sample)
    assert leaking(sample, np.zeros(2000, int)) is None
    assert leaking(sample, np.full(2000, -1)) is None
    alone = leaking(sample, np.arange(2000))
    assert alone is not None
    assert alone.blind


def test_few_and_large_groups() -> None:
    """Twelve owners are few; one with most photos is too large."""
    found = found_in(staged.sample(1000, Studio()))
    assert found["few_groups"].value == 12
    assert "large_group" not in found
    camera = np.where(np.arange(1000) < 600, 0, np.arange(1000))
    found = found_in(staged.sample(1000, Studio(), camera=camera))
    assert "few_groups" not in found
    assert found["large_group"].value == pytest.approx(0.6)


def test_uneven_classes() -> None:
    """From 10 to 1 on; of several labels against those that do not have it."""
    even = staged.sample(1000, Studio())
    assert "uneven" not in found_in(even)
    assert found_in(replace(even, by_class=(50, 950)))["uneven"].value == 19
    several = replace(even, labels=np.ones((1000, 2), int), by_class=(950, 500))
    assert found_in(several)["uneven"].value == 19


@pytest.mark.parametrize(("photos", "small"), [(87, True), (3000, True), (4500, False)])
def test_small_sets(photos: int, small: bool) -> None:
    """A tenth must be about 390 test photos to show what EXIF adds in the benchmark."""
    sample = replace(staged.sample(80, Studio()), photos=photos, by_class=(photos // 2, photos // 2))
    found = found_in(sample)
    assert ("small" in found) == small
    assert not small or "the set is small" in found["small"].text
