"""Bootstrap: intervals that hold what they promise, for photos that come in groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.train.stats import bootstrap, scores, statistic
from tests.train.stats.worlds import multi_class, multi_label


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


@pytest.mark.parametrize("several", [False, True])
def test_sums_give_what_drawing_photos_again_gives(several: bool) -> None:
    """Each replicate equals the scores of the drawn photos, class by class."""
    labels, logits, groups = (multi_label if several else multi_class)(2, photos=60)
    truth = labels if several else scores.one_hot(labels, 4)
    decided = scores.decisions(logits, several=several)
    statistics = [
        statistic.mean((truth == decided).all(axis=1)),
        statistic.macro_f1(truth, decided),
        statistic.class_f1(truth[:, 0], decided[:, 0]),
    ]
    found = bootstrap.replicates(statistics, groups, draws=20, seed=3)
    kept, number = np.unique(groups, return_inverse=True)
    (counts,) = bootstrap.weights(groups, draws=20, seed=3)
    assert counts.shape == (20, len(kept))
    assert (counts.sum(axis=1) == len(kept)).all()
    for draw, count in enumerate(counts):
        rows = np.repeat(np.arange(60), count[number].astype(int))
        expected = [
            scores.accuracy(truth[rows], decided[rows]),
            scores.macro_f1(truth[rows], decided[rows]),
            scores.f1(truth[rows], decided[rows])[0],
        ]
        assert found[:, draw] == pytest.approx(expected)


def test_an_interval_holds_its_estimate() -> None:
    """Between its ends."""
    labels, logits, groups = multi_class(4)
    macro_f1 = statistic.macro_f1(scores.one_hot(labels, 4), scores.decisions(logits, several=False))
    found = bootstrap.interval(macro_f1, groups)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.estimate < found.high


def test_equal_seeds_give_equal_draws_in_pieces_or_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many draws are held at once."""
    groups = np.arange(50)
    whole = np.concatenate(list(bootstrap.weights(groups, draws=30, seed=1)))
    assert not np.array_equal(whole, np.concatenate(list(bootstrap.weights(groups, draws=30, seed=2))))
    monkeypatch.setattr(bootstrap, "_CELLS", 400)
    pieces = list(bootstrap.weights(groups, draws=30, seed=1))
    assert [len(piece) for piece in pieces] == [8, 8, 8, 6]
    assert np.array_equal(np.concatenate(pieces), whole)


def test_a_difference_of_a_model_and_itself_is_nothing() -> None:
    """Draws are paired, so it has no scatter."""
    labels, logits, groups = multi_class(5)
    one = statistic.macro_f1(scores.one_hot(labels, 4), scores.decisions(logits, several=False))
    found = bootstrap.interval(statistic.difference(one, one), groups, draws=100)
    assert (found.estimate, found.low, found.high) == (0, 0, 0)
    assert not found.excludes(0)


def test_an_undefined_statistic_has_no_interval() -> None:
    """A class that no photo has and none is given; a single group; no photo at all."""
    truth = scores.one_hot(np.array([0, 0, 1]), 3)
    statistics = [statistic.class_f1(truth[:, c], truth[:, c]) for c in range(3)]
    sure, rare, absent = bootstrap.intervals(statistics, np.array([0, 1, 2]))
    assert absent is None
    assert sure is not None
    assert rare is not None
    assert (rare.low, rare.high) == (1, 1)
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
