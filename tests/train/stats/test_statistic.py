"""Statistics: functions of sums that equal the scores of the photos that were summed."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.train.stats import scores, statistic
from tests.train.stats.worlds import multi_class, multi_label

SHARES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20)


@pytest.mark.parametrize("several", [False, True])
def test_estimates_are_the_scores_of_all_photos(several: bool) -> None:
    """Of all classes together and of each by itself."""
    labels, logits, _ = (multi_label if several else multi_class)(4)
    truth = labels if several else scores.one_hot(labels, 4)
    decided = scores.decisions(logits, several=several)
    assert statistic.macro_f1(truth, decided).estimate == pytest.approx(scores.macro_f1(truth, decided))
    each = [statistic.class_f1(truth[:, c], decided[:, c]).estimate for c in range(truth.shape[1])]
    assert each == pytest.approx(scores.f1(truth, decided))
    right = statistic.mean((truth == decided).all(axis=1))
    assert right.estimate == pytest.approx(scores.accuracy(truth, decided))


def test_macro_f1_of_draws_is_that_of_their_photos() -> None:
    """Over the classes that these have, whatever else a model says."""
    truth = scores.one_hot(np.array([0, 0, 1, 2]), 4)
    decided = scores.one_hot(np.array([0, 2, 3, 2]), 4)
    found = statistic.macro_f1(truth, decided)
    draws = np.array([[0, 1, 2, 3], [0, 0, 1, 1], [2, 2, 2, 2]])
    sums = np.array([found.parts[rows].sum(axis=0) for rows in draws])
    assert found.value(sums) == pytest.approx([scores.macro_f1(truth[r], decided[r]) for r in draws])


def test_each_knows_what_it_can_be() -> None:
    """Shares from 0 to 1, losses from 0 on, differences what is left."""
    truth = np.eye(2, dtype=np.int64)
    shares = [statistic.mean(np.ones(2, bool)), statistic.macro_f1(truth, truth)]
    shares.append(statistic.class_f1(truth[:, 0], truth[:, 0]))
    loss = statistic.mean(np.ones(2), within=statistic.LOSS)
    assert {one.within for one in shares} == {(0, 1)}
    assert statistic.difference(shares[0], shares[1]).within == (-1, 1)
    assert statistic.difference(loss, loss).within == statistic.mean(np.ones(2)).within == (-inf, inf)


def test_of_nothing_there_is_no_statistic() -> None:
    """A class that no photo has and none is given, and a ratio to 0, are NaN."""
    absent = np.zeros(3, np.int64)
    assert np.isnan(statistic.class_f1(absent, absent).estimate)
    assert np.isnan(statistic.ratio(np.ones(3), np.zeros(3)).estimate)


@given(SHARES)
def test_a_difference_is_that_of_the_estimates(photos: list[tuple[float, float]]) -> None:
    """Also for sums of several draws at once, each by itself."""
    first, second = (statistic.mean(np.array(side)) for side in zip(*photos, strict=True))
    found = statistic.difference(first, second)
    assert found.estimate == pytest.approx(first.estimate - second.estimate)
    assert found.value(found.parts) == pytest.approx(first.value(first.parts) - second.value(second.parts))
