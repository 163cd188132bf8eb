"""Scores: the same as scikit-learn's, and finite whatever a model says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit, softmax
from sklearn import metrics

from exifds.train.stats import scores
from tests.train.stats.worlds import multi_class, multi_label

WILD = st.floats(-1e300, 1e300)


@pytest.mark.parametrize("seed", range(3))
def test_classes_are_scored_as_scikit_learn_does(seed: int) -> None:
    """Accuracy, F1, log-loss, Brier score and confusion of classes."""
    labels, logits, _ = multi_class(seed)
    told = softmax(logits, axis=1)
    truth, decided = scores.one_hot(labels, 4), scores.decisions(logits, several=False)
    given_class = decided.argmax(axis=1)
    assert np.allclose(scores.probabilities(logits, several=False), told)
    assert scores.accuracy(truth, decided) == pytest.approx(metrics.accuracy_score(labels, given_class))
    assert np.allclose(scores.f1(truth, decided), metrics.f1_score(labels, given_class, average=None))
    assert scores.macro_f1(truth, decided) == pytest.approx(
        metrics.f1_score(labels, given_class, average="macro")
    )
    assert scores.log_losses(labels, logits).mean() == pytest.approx(metrics.log_loss(labels, told))
    assert scores.briers(labels, logits).mean() == pytest.approx(
        metrics.brier_score_loss(labels, told, scale_by_half=False)
    )
    assert np.array_equal(
        scores.confusion(truth, decided, several=False), metrics.confusion_matrix(labels, given_class)
    )


@pytest.mark.parametrize("seed", range(3))
def test_several_labels_are_scored_as_scikit_learn_does(seed: int) -> None:
    """Exact match, F1, cross-entropy and confusion of several labels."""
    labels, logits, _ = multi_label(seed)
    told = expit(logits)
    decided = scores.decisions(logits, several=True)
    assert np.allclose(scores.probabilities(logits, several=True), told)
    assert scores.accuracy(labels, decided) == pytest.approx(metrics.accuracy_score(labels, decided))
    assert np.allclose(scores.f1(labels, decided), metrics.f1_score(labels, decided, average=None))
    assert scores.log_losses(labels, logits).mean() == pytest.approx(
        np.mean([metrics.log_loss(labels[:, c], told[:, c]) for c in range(3)])
    )
    assert scores.briers(labels, logits).mean() == pytest.approx(
        np.mean([metrics.brier_score_loss(labels[:, c], told[:, c]) for c in range(3)])
    )
    assert np.array_equal(
        scores.confusion(labels, decided, several=True), metrics.multilabel_confusion_matrix(labels, decided)
    )


def test_a_threshold_of_its_own_decides_each_label() -> None:
    """At the threshold a label is given."""
    decided = scores.decisions(np.zeros((1, 3)), several=True, thresholds=np.array([0.4, 0.5, 0.6]))
    assert decided.tolist() == [[1, 1, 0]]


def test_a_class_without_photos_is_left_out_of_macro_f1() -> None:
    """Also where it is wrongly given: else models would be averaged over different classes."""
    truth = scores.one_hot(np.array([0, 0, 1]), 4)
    decided = scores.one_hot(np.array([0, 2, 1]), 4)
    assert np.allclose(scores.f1(truth, decided), [2 / 3, 1, 0, np.nan], equal_nan=True)
    assert scores.macro_f1(truth, decided) == pytest.approx(
        metrics.f1_score([0, 0, 1], [0, 2, 1], labels=[0, 1], average="macro")
    )
    assert scores.macro_f1(np.zeros((2, 2), int), np.zeros((2, 2), int)) == 0


def test_of_equals_the_first_class_is_given() -> None:
    """A tie is decided the same way each time."""
    assert scores.decisions(np.zeros((2, 3)), several=False).tolist() == [[1, 0, 0], [1, 0, 0]]


def test_the_worst_is_scored() -> None:
    """All wrong: F1 0, Brier 2, a log-loss as large as the logits."""
    labels, logits = np.array([0, 1]), np.array([[0.0, 1e6], [1e6, 0.0]])
    decided = scores.decisions(logits, several=False)
    assert scores.macro_f1(scores.one_hot(labels, 2), decided) == 0
    assert scores.log_losses(labels, logits).tolist() == [1e6, 1e6]
    assert scores.briers(labels, logits).tolist() == [2, 2]


def test_log_odds_tell_apart_what_probabilities_round_to_1() -> None:
    """Ranks of very sure answers are kept."""
    logits = np.array([[900.0, 0.0, 0.0], [800.0, 0.0, 0.0]])
    assert np.unique(scores.probabilities(logits, several=False)[:, 0]).tolist() == [1]
    assert np.allclose(scores.log_odds(logits, several=False)[:, 0], logits[:, 0] - np.log(2))
    assert scores.log_odds(logits, several=True) is logits


@given(arrays(np.float64, (3, 5), elements=st.floats(-800, 800)))
def test_log_odds_are_those_against_all_other_classes(logits: scores.Floats) -> None:
    """As they are defined, also where logits are equal."""
    found = scores.log_odds(logits, several=False)
    for number in range(5):
        others = np.logaddexp.reduce(np.delete(logits, number, 1), axis=1)
        assert found[:, number] == pytest.approx(logits[:, number] - others, rel=1e-11, abs=1e-11)


@given(arrays(np.float64, (3, 4), elements=WILD), st.booleans())
def test_any_finite_logits_give_finite_scores(logits: scores.Floats, several: bool) -> None:
    """Nothing overflows but what no number can hold."""
    logits = logits / 4
    labels = np.array([[0, 1, 0, 1]] * 3) if several else np.array([0, 1, 3])
    told = scores.probabilities(logits, several=several)
    assert ((told >= 0) & (told <= 1)).all()
    assert several or np.allclose(told.sum(axis=1), 1)
    assert np.isfinite(scores.log_losses(labels, logits)).all()
    assert np.isfinite(scores.briers(labels, logits)).all()
    assert np.isfinite(scores.log_odds(logits, several=several)).all()


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=20),
)
def test_macro_f1_is_that_of_scikit_learn_for_any_classes(pairs: list[tuple[int, int]]) -> None:
    """Those that photos have; others may be absent from the answers, or not."""
    labels, told = (np.array(side) for side in zip(*pairs, strict=True))
    found = scores.macro_f1(scores.one_hot(labels, 3), scores.one_hot(told, 3))
    assert found == pytest.approx(
        metrics.f1_score(labels, told, labels=np.unique(labels), average="macro", zero_division=0)
    )
