"""Summary: all scores of one model."""

import numpy as np
import pytest
from sklearn import metrics

from exifds.train.stats.answers import Answers
from exifds.train.stats.summary import Scores, summary
from tests.train.stats.worlds import multi_class, multi_label


@pytest.mark.parametrize("several", [False, True])
def test_a_summary_holds_the_scores_with_intervals(several: bool) -> None:
    """For classes and for several labels; it goes through JSON."""
    answers = Answers(*(multi_label if several else multi_class)(0))
    found = summary(answers, draws=200)
    assert found.photos == 200
    assert found.groups == len(np.unique(answers.groups))
    assert found.accuracy.estimate == pytest.approx(answers.right.mean())
    assert found.log_loss.estimate == pytest.approx(answers.log_losses.mean())
    assert found.brier.estimate == pytest.approx(answers.briers.mean())
    assert found.macro_f1.estimate == pytest.approx(np.mean([one.estimate for one in found.f1 if one]))
    assert found.support == tuple(answers.truth.sum(axis=0))
    for number, area in enumerate(found.auc):
        assert area is not None
        if several:
            assert area == pytest.approx(
                metrics.roc_auc_score(answers.truth[:, number], answers.logits[:, number])
            )
    assert Scores.model_validate_json(found.model_dump_json()) == found


def test_a_class_absent_from_test_has_no_f1_and_no_auc() -> None:
    """The others are scored as if it were not there."""
    labels, logits, groups = multi_class(1, classes=3)
    logits[:, 2] = -50
    labels = np.where(labels == 2, 0, labels)
    found = summary(Answers(labels, logits, groups), draws=100)
    alone = summary(Answers(labels, logits[:, :2], groups), draws=100)
    assert found.f1[2] is None
    assert found.auc[2] is None
    assert found.support[2] == 0
    assert found.macro_f1 == alone.macro_f1


@pytest.mark.parametrize("size", [1.0, 1e6])
def test_a_model_that_is_always_wrong_is_summed_up(size: float) -> None:
    """However sure it is."""
    labels = np.array([0, 1] * 10)
    found = summary(Answers(labels, size * np.eye(2)[1 - labels], np.arange(20) // 2), draws=100)
    assert (found.accuracy.low, found.accuracy.high) == (0, 0)
    assert found.macro_f1.estimate == 0
    assert found.auc == (0, 0)
    assert found.log_loss.estimate == pytest.approx(np.log1p(np.exp(-size)) + size)


def test_one_photo_can_be_summed_up() -> None:
    """Without intervals, for it proves nothing."""
    found = summary(Answers(np.array([0]), np.array([[1.0, 0.0]]), np.array([3])))
    assert (found.accuracy.estimate, found.accuracy.low) == (1, None)
    assert found.auc == (None, None)
