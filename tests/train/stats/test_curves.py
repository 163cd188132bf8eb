"""Curves: ROC and reliability."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from exifds.train.stats import curves, scores
from tests.train.stats.worlds import multi_label

RANKED = st.lists(st.tuples(st.integers(0, 1), st.integers(-3, 3)), min_size=2, max_size=30)


@given(RANKED)
def test_the_curve_is_that_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    """With ties, and without points on a line; None where one side has no photo."""
    positive, ranks = (np.array(side) for side in zip(*pairs, strict=True))
    found = curves.roc(positive, ranks.astype(float))
    if len(np.unique(positive)) == 1:
        assert found is None
        assert curves.auc(positive, ranks.astype(float)) is None
        return
    assert found is not None
    right, up, _ = metrics.roc_curve(positive, ranks, drop_intermediate=False)
    points = {(round(x, 9), round(y, 9)) for x, y in zip(right, up, strict=True)}
    ours = list(zip(found.false_positive, found.true_positive, strict=True))
    assert {(round(x, 9), round(y, 9)) for x, y in ours} <= points
    assert (found.false_positive[0], found.true_positive[0]) == (0, 0)
    assert (found.false_positive[-1], found.true_positive[-1]) == (1, 1)
    assert found.auc == pytest.approx(metrics.roc_auc_score(positive, ranks))
    assert curves.auc(positive, ranks.astype(float)) == pytest.approx(found.auc)
    assert np.trapezoid(found.true_positive, found.false_positive) == pytest.approx(found.auc)


def test_points_on_a_line_are_left_out() -> None:
    """A model that ranks all photos rightly has three points, however many photos."""
    found = curves.roc(np.repeat([0, 1], 500), np.arange(1000.0))
    assert found is not None
    assert (found.false_positive, found.true_positive) == ((0, 0, 1), (0, 1, 1))


def test_reliability_by_hand() -> None:
    """Four photos in two of ten bins: sure at .9 and right in one of two, at .6 and right in both."""
    told = np.array([[0.9, 0.1], [0.1, 0.9], [0.6, 0.4], [0.4, 0.6]]) * 1.0
    found = curves.reliability(np.array([0, 0, 0, 1]), np.log(told) + 1e-12, bins=4)
    assert found.bins == 4
    assert found.count == (2, 2)
    assert found.confidence == pytest.approx((0.6, 0.9))
    assert found.share == (1.0, 0.5)
    assert found.ece == pytest.approx((0.4 + 0.4) / 2)


def test_a_model_that_says_what_is_true_is_reliable() -> None:
    """Labels drawn with the probabilities said: an ECE near 0, for classes and for several labels."""
    generator = np.random.default_rng(1)
    logits = generator.normal(size=(20_000, 2))
    told = 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))
    labels = (generator.random(20_000) < told).astype(int)
    assert curves.reliability(labels, logits).ece < 0.015
    several = (generator.random((20_000, 2)) < 1 / (1 + np.exp(-logits))).astype(int)
    found = curves.reliability(several, logits)
    assert found.ece < 0.015
    assert sum(found.count) == 40_000


def test_certainty_falls_into_the_last_bin() -> None:
    """Probabilities of 0 and 1 have bins."""
    labels, logits, _ = multi_label(0)
    found = curves.reliability(labels, logits * 1e9)
    assert len(found.count) == 2
    assert found.confidence == (0, 1)


def test_a_true_model_has_the_error_of_chance() -> None:
    """Of few photos it is far from 0; photos of several runs are the same ones."""
    draw = np.random.default_rng(0)
    found = []
    for _ in range(300):
        logits = draw.normal(0, 1.5, (120, 1)) * np.array([[1.0, -1.0]])
        labels = (draw.random(120) > scores.probabilities(logits, several=False)[:, 0]).astype(int)
        one = curves.reliability(labels, logits)
        found.append((one.ece, one.by_chance()))
    actual, told = np.mean(found, axis=0)
    assert told == pytest.approx(actual, rel=0.05)
    twice = curves.reliability(np.concatenate([labels] * 2), np.concatenate([logits] * 2))
    assert twice.by_chance(2) == pytest.approx(one.by_chance())
