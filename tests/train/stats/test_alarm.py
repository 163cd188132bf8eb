"""Alarm: it rings for what is too good, and for nothing else."""

import numpy as np
import pytest
from scipy.stats import sem

from exifds.errors import UsageError
from exifds.train.stats import scores
from exifds.train.stats.alarm import leak, too_good
from exifds.train.stats.bootstrap import Interval
from tests.train.stats.worlds import scene

BAYES_LOSS = 0.4227
"""Of the image alone at q = .85, in nats: the entropy of .85."""


def test_the_best_possible_observer_rings_no_alarm() -> None:
    """In no more than 1 % of test sets of 1000 photos."""
    rung = []
    for seed in range(300):
        world = scene(seed, 1000)
        losses = scores.log_losses(world.labels, world.image)
        rung.append(too_good(losses, np.arange(1000), BAYES_LOSS).alarm)
    assert np.mean(rung) <= 0.01


def test_an_observer_who_knows_more_rings_it() -> None:
    """The labels of one photo in five have leaked."""
    world = scene(0, 2000)
    known = world.image.copy()
    known[:400] = 20 * np.eye(2)[world.labels[:400]]
    losses = scores.log_losses(world.labels, known)
    found = too_good(losses, np.arange(2000), BAYES_LOSS)
    assert found.alarm
    assert found.standard_error == pytest.approx(sem(losses))


def test_groups_widen_the_error_of_a_log_loss() -> None:
    """Few owners can be lucky; one photo proves nothing."""
    losses = np.repeat([0.1, 0.3, 0.5, 0.7], 100)
    each = too_good(losses, np.arange(400), 0.5)
    owners = too_good(losses, np.repeat(np.arange(4), 100), 0.5)
    assert each.alarm
    assert not owners.alarm
    assert owners.standard_error > 5 * each.standard_error
    assert not too_good(np.array([0.0]), np.array([0]), 0.5).alarm


def owned(
    seed: int, *, leaks: bool, photos: int = 2400, owners: int = 24
) -> tuple[scores.Floats, scores.Ints, scores.Ints]:
    """What EXIF and image tell of photos, beside habits that betray the owner; q = .85."""
    generator = np.random.default_rng(seed)
    owner = generator.integers(owners, size=photos)
    share = np.tile([0.9, 0.1, 0.7, 0.3], owners // 4)[owner] if leaks else 0.5
    labels = (generator.random(photos) < share).astype(int)
    side = 2 * labels - 1
    image = np.where(generator.random(photos) < 0.85, side, -side)
    light = side * 1.837 / 2 + generator.normal(size=photos)
    never = generator.random((owners, 8)) < 0.5
    habits = np.where(never[owner], np.nan, generator.normal(size=(photos, 8)))
    model = np.eye(owners)[owner]
    return np.concatenate([image[:, None], light[:, None], habits, model], axis=1), labels, owner


def test_a_leak_by_owner_is_found() -> None:
    """Two points of accuracy or more at q = .85, and an interval above 0."""
    found = leak(*owned(0, leaks=True), seeds=range(2))
    assert found.difference.estimate >= 0.02
    assert found.random > found.grouped
    assert found.alarm
    assert (found.photos, found.groups, found.seeds, found.folds) == (2400, 24, 2, 5)


def test_of_few_owners_no_leak_can_be_told() -> None:
    """Below twenty chance alone would alarm; nor is a gain below two points worth an alarm."""
    found = leak(*owned(0, leaks=True, owners=12), seeds=range(2))
    assert found.difference.estimate >= 0.02
    assert not found.told
    assert not found.alarm
    small = Interval(estimate=0.019, low=0.01, high=0.03)
    enough = found.model_copy(update={"groups": 20})
    assert enough.alarm
    assert not enough.model_copy(update={"difference": small}).alarm


def test_no_leak_rings_no_alarm() -> None:
    """Owners can be told apart, but tell nothing of the label: the interval holds 0."""
    found = [leak(*owned(seed, leaks=False), seeds=range(2)) for seed in range(3)]
    assert not any(one.alarm for one in found)
    assert all(abs(one.difference.estimate) < 0.01 for one in found)


def test_that_there_is_no_leak_takes_a_narrow_interval_and_groups_to_see_it() -> None:
    """Below what were worth an alarm; photos that are alone in their group, or of unknown ones, show none."""
    features, labels, owner = owned(0, leaks=False)
    found = leak(features, labels, owner, seeds=range(2))
    narrow = found.model_copy(update={"difference": Interval(estimate=0.0, low=-0.01, high=0.019)})
    wide = found.model_copy(update={"difference": Interval(estimate=0.0, low=-0.01, high=0.021)})
    assert narrow.ruled_out
    assert not wide.ruled_out
    assert not narrow.model_copy(update={"groups": 19}).ruled_out
    assert not narrow.model_copy(update={"unknown": 0.6}).ruled_out
    alone = leak(features[:300], labels[:300], np.arange(300), seeds=[0])
    assert (found.lone, alone.lone, alone.blind) == (0, 1, True)


def test_without_its_model_the_camera_is_still_known() -> None:
    """The tags that an owner never writes tell who took a photo, and a random split believes it."""
    features, labels, groups = owned(0, leaks=True, owners=12)
    found = leak(features[:, :10], labels, groups, seeds=range(2))
    assert found.difference.estimate >= 0.02


def test_several_labels_leak_each_by_itself() -> None:
    """The mean over the labels that can be learned; a label that all photos have is left out."""
    features, labels, groups = owned(0, leaks=True, photos=1200)
    fair = np.random.default_rng(99).integers(2, size=1200)
    several = np.stack([labels, fair, np.ones(1200, int)], axis=1)
    both, alone = leak(features, several, groups, seeds=[0]), leak(features, labels, groups, seeds=[0])
    assert 0 < both.difference.estimate < alone.difference.estimate


def test_a_class_of_one_group_is_left_out() -> None:
    """The others are asked about; where no two classes are left, nothing can be told."""
    features, labels, groups = owned(0, leaks=False, photos=600)
    labels = np.where((labels == 1) & (groups == 3), 2, labels)
    found = leak(features, labels, groups, seeds=[0])
    assert found.photos == (labels < 2).sum()
    for wrong in (np.zeros(600, int), (groups == 3).astype(int), np.zeros((600, 2), int)):
        with pytest.raises(UsageError, match="two classes or more with photos of two groups each"):
            leak(features, wrong, groups)
    with pytest.raises(UsageError, match="two classes or more"):
        leak(features[:0], labels[:0], groups[:0])


def test_columns_that_say_nothing_do_no_harm() -> None:
    """All missing, constant, infinite or huge."""
    features, labels, groups = owned(0, leaks=False, photos=300)
    odd = np.stack([np.full(300, np.nan), np.ones(300), np.full(300, np.inf), 1e100 * labels], axis=1)
    found = leak(np.concatenate([features, odd], axis=1), labels, groups, seeds=[0])
    assert found.grouped > 0.95


def test_two_groups_are_enough() -> None:
    """Each class in both; a fold then knows one of them."""
    labels = np.array([0, 0, 1, 1] * 5)
    groups = np.array([0, 1] * 10)
    found = leak(labels[:, None].astype(float), labels, groups, seeds=[0])
    assert (found.folds, found.grouped) == (2, 1)


def test_a_fold_that_knows_one_class_says_it() -> None:
    """With so few photos a model may never see the other class; that is an answer too."""
    found = leak(np.zeros((4, 1)), np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), seeds=range(8))
    assert (found.photos, found.folds) == (4, 2)
    assert found.random < 0.5
