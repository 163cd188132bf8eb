"""Calibration: temperature and thresholds, from val photos alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from exifds.train.stats import calibration, scores
from exifds.train.stats.curves import reliability
from tests.train.stats.worlds import scene


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("times", [0.25, 4.0, 1e5])
def test_temperature_undoes_a_wrong_confidence(several: bool, times: float) -> None:
    """Photos whose true log-odds are known; the ECE after scaling is at most .03 on other photos."""
    generator = np.random.default_rng(0)

    def drawn(photos: int) -> tuple[scores.Ints, scores.Floats]:
        logits = generator.normal(scale=1.5, size=(photos, 3))
        told = scores.probabilities(logits, several=several)
        if several:
            return (generator.random(told.shape) < told).astype(int), logits
        return (generator.random((photos, 1)) > told.cumsum(axis=1)[:, :2]).sum(axis=1), logits

    labels, logits = drawn(600)
    found = calibration.temperature(labels, logits * times)
    assert found == pytest.approx(times, rel=0.15)
    labels, logits = drawn(5000)
    assert reliability(labels, logits * times).ece > 0.05
    assert reliability(labels, logits * times / found).ece <= 0.03


def test_temperature_has_the_least_log_loss() -> None:
    """No other is better by more than the prior weighs."""
    world = scene(0, 500)
    found = calibration.temperature(world.labels, 3 * world.exif)
    losses = [scores.log_losses(world.labels, 3 * world.exif / t).mean() for t in np.geomspace(0.5, 20, 200)]
    assert scores.log_losses(world.labels, 3 * world.exif / found).mean() <= min(losses) + 1e-3


def test_temperature_stays_finite() -> None:
    """Without photos, all right, all wrong, and logits that say nothing."""
    labels = np.array([0, 1] * 50)
    assert calibration.temperature(labels[:0], np.zeros((0, 2))) == 1
    assert calibration.temperature(labels, np.zeros((100, 2))) == pytest.approx(1, abs=1e-3)
    sure = calibration.temperature(labels, 5 * np.eye(2)[labels])
    assert 0.1 < sure < 1
    assert 10 < calibration.temperature(labels, 5 * np.eye(2)[1 - labels]) < 1e6


def reached(truth: np.ndarray, given_label: np.ndarray) -> float:
    """F1 of one label, and 0 where there is none."""
    mentions = truth.sum() + given_label.sum()
    return float(2 * (truth * given_label).sum() / mentions) if mentions else 0.0


def brute(truth: np.ndarray, told: np.ndarray) -> float:
    """The largest F1 of any threshold."""
    return max(reached(truth, told >= one) for one in [0.5, *told])


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-4, 4)), min_size=1, max_size=25))
def test_a_threshold_has_the_largest_f1(pairs: list[tuple[int, int]]) -> None:
    """Against trying every one, with ties."""
    truth, logits = (np.array(side) for side in zip(*pairs, strict=True))
    (found,) = calibration.thresholds(truth[:, None], logits[:, None].astype(float))
    told = expit(logits)
    assert 0 <= found <= 1
    assert reached(truth, told >= found) == pytest.approx(brute(truth, told))


def test_a_threshold_of_half_stands_unless_another_is_better() -> None:
    """Where photos are parted by it, where no photo has the label, and where there is no photo."""
    labels = np.array([[0, 0], [1, 0]])
    logits = np.array([[-1.0, 2.0], [1.0, -2.0]])
    assert calibration.thresholds(labels, logits).tolist() == [0.5, 0.5]
    assert calibration.thresholds(labels[:0], logits[:0]).tolist() == [0.5, 0.5]


def test_thresholds_help_a_rare_label() -> None:
    """Tuned on val, the macro-F1 on other photos rises."""
    generator = np.random.default_rng(0)
    labels = (generator.random((4000, 2)) < [0.1, 0.5]).astype(int)
    logits = generator.normal(size=(4000, 2)) + 1.5 * labels - [3.0, 0.75]
    tuned = calibration.thresholds(labels[:2000], logits[:2000])
    plain, better = (
        scores.macro_f1(labels[2000:], scores.decisions(logits[2000:], several=True, thresholds=one))
        for one in (None, tuned)
    )
    assert better > plain + 0.05


def test_the_most_frequent_set_of_labels() -> None:
    """Which no label alone would tell; of equally frequent ones the emptier."""
    labels = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 0], [0, 0, 0]])
    assert calibration.most_frequent(labels).tolist() == [1, 1, 0]
    assert calibration.most_frequent(labels[1:]).tolist() == [0, 0, 0]


def test_the_prior_says_the_shares() -> None:
    """One photo more of each class, so that none is impossible; for several labels each by itself."""
    told = calibration.prior(np.array([0, 0, 0, 1]), 3)
    assert np.allclose(np.exp(told), [4 / 7, 2 / 7, 1 / 7])
    several = calibration.prior(np.array([[1, 0], [1, 0]]), 2)
    assert np.allclose(expit(several), [3 / 4, 1 / 4])
    assert np.allclose(np.exp(calibration.prior(np.zeros(0, int), 2)), 0.5)
