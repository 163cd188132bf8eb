"""Bootstrap: intervals that hold what they promise, for photos that come in groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from exifds.errors import UsageError
from exifds.train.stats import bootstrap, scores, statistic
from tests.train.stats.worlds import multi_class


def covered(generator: np.random.Generator, groups: int, *, by_group: bool) -> bool:
    """Whether an interval of the share of right answers holds the true .8; owners differ widely."""
    owner = np.repeat(np.arange(groups), 15)
    ability = generator.beta(4, 1, size=groups)
    right = generator.random(len(owner)) < ability[owner]
    found = bootstrap.interval(
        statistic.mean(right), owner if by_group else np.arange(len(owner)), draws=300, seed=1
    )
    return not found.excludes(0.8)


@pytest.mark.parametrize("groups", [8, 40])
def test_intervals_by_group_hold_the_truth_as_often_as_they_say(groups: int) -> None:
    """95 % of simulated test sets, few groups or many; taking photos as independent does not."""
    generator = np.random.default_rng(groups)
    assert 0.91 <= np.mean([covered(generator, groups, by_group=True) for _ in range(200)]) <= 0.99
    assert np.mean([covered(generator, groups, by_group=False) for _ in range(60)]) <= 0.85


def test_an_interval_holds_its_estimate() -> None:
    """Between its ends."""
    labels, logits, groups = multi_class(4)
    macro_f1 = statistic.macro_f1(scores.one_hot(labels, 4), scores.decisions(logits, several=False))
    found = bootstrap.interval(macro_f1, groups)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.estimate < found.high


def test_a_difference_of_a_model_and_itself_is_nothing() -> None:
    """Draws are paired, so it has no scatter; what other groups would show stays open."""
    labels, logits, groups = multi_class(5)
    one = statistic.macro_f1(scores.one_hot(labels, 4), scores.decisions(logits, several=False))
    found = bootstrap.interval(statistic.difference(one, one), groups, draws=100)
    open_yet = 1 - 0.025 ** (1 / len(np.unique(groups)))
    assert (found.estimate, found.low, found.high) == pytest.approx((0, -open_yet, open_yet))
    assert not found.excludes(0)


def test_where_all_photos_agree_others_may_not() -> None:
    """All right of 12 photos is the interval of Clopper and Pearson; of one owner, and of a loss, none."""
    right = statistic.mean(np.ones(12, bool))
    exact = binomtest(12, 12).proportion_ci(method="exact")
    found = bootstrap.interval(right, np.arange(12))
    assert (found.low, found.high) == pytest.approx((exact.low, 1))
    owners = bootstrap.interval(right, np.arange(12) // 4)
    assert owners.low == pytest.approx(binomtest(3, 3).proportion_ci(method="exact").low)
    loss = statistic.mean(np.full(12, 0.693), within=statistic.LOSS)
    assert bootstrap.interval(loss, np.arange(12)).low is None


def test_few_groups_do_not_widen_what_seeds_scatter() -> None:
    """Where photos do not scatter it is the t interval of the seeds, of 5 groups as of 400."""
    runs = [[statistic.mean(np.full(400, gain))] for gain in (0.01, 0.03, 0.08)]
    few, many = (bootstrap.over_runs(runs, np.arange(400) % groups)[0] for groups in (5, 400))
    assert few is not None
    assert many is not None
    assert (few.low, few.high) == pytest.approx((many.low, many.high))


@pytest.mark.parametrize("several", [False, True])
def test_macro_f1_of_many_classes_lies_in_the_middle_of_its_interval(several: bool) -> None:
    """Draws leave rare classes out, so they lie below it; also where one of its runs is less another."""
    generator = np.random.default_rng(0)
    labels = generator.integers(100, size=1500)
    told = [np.where(generator.random(1500) < 0.7, labels, generator.integers(100, size=1500)) for _ in "ab"]
    truth, first, second = (np.eye(100, dtype=np.int64)[one] for one in (labels, *told))
    found = statistic.macro_f1(truth, first)
    if several:
        found = statistic.difference(found, statistic.macro_f1(truth, second))
    drawn = bootstrap.interval(found, np.arange(1500), draws=1000)
    assert drawn.low is not None
    assert drawn.high is not None
    assert (drawn.estimate - drawn.low) / (drawn.high - drawn.low) == pytest.approx(0.5, abs=0.06)


def test_ends_lie_within_what_a_statistic_can_be() -> None:
    """A loss of few photos, some large, is never below 0."""
    losses = np.array([0.01] * 8 + [3.0])
    free, bound = (
        bootstrap.interval(statistic.mean(losses, within=within), np.arange(9))
        for within in (None, statistic.LOSS)
    )
    assert free.low is not None
    assert free.low < 0
    assert bound.low == 0


def test_an_undefined_statistic_has_no_interval() -> None:
    """A class that no photo has and none is given; a class or photos of a single group; no photo at all."""
    truth = scores.one_hot(np.array([0, 0, 1]), 3)
    statistics = [statistic.class_f1(truth[:, c], truth[:, c]) for c in range(3)]
    sure, rare, absent = bootstrap.intervals(statistics, np.array([0, 1, 2]))
    assert absent is None
    assert sure is not None
    assert rare is not None
    assert sure.low == pytest.approx(0.025**0.5)
    assert (rare.estimate, rare.low, rare.high) == (1, None, None)
    with pytest.raises(UsageError, match="a statistic that is defined"):
        bootstrap.interval(statistics[2], np.array([0, 1, 2]))
    lone = bootstrap.interval(statistic.mean(np.array([True, False])), np.array([7, 7]))
    assert (lone.estimate, lone.low, lone.high) == (0.5, None, None)
    assert not lone.excludes(0)
    with pytest.raises(UsageError, match="expected photos to draw from, got none"):
        bootstrap.interval(statistic.mean(np.zeros(0)), np.zeros(0, int))


def test_an_interval_goes_through_json() -> None:
    """Also one without ends."""
    for found in (
        bootstrap.Interval(estimate=0.5, low=None, high=None),
        bootstrap.Interval(estimate=0.5, low=0.25, high=0.75, level=0.9),
    ):
        assert bootstrap.Interval.model_validate_json(found.model_dump_json()) == found


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=20))
def test_ends_lie_within_what_a_share_can_be(photos: list[tuple[bool, int]]) -> None:
    """Whatever the photos and groups."""
    right, groups = (np.array(side) for side in zip(*photos, strict=True))
    found = bootstrap.interval(statistic.mean(right), groups, draws=50)
    if len(np.unique(groups)) == 1:
        assert found.low is None
    else:
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low <= found.high <= 1
