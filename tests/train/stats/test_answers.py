"""Answers: what is asked of a model's output before it is scored."""

import re
from typing import Any

import numpy as np
import pytest

from exifds.errors import UsageError
from exifds.train.predictions import Predictions
from exifds.train.stats.answers import Answers
from tests.train.stats.worlds import multi_class, multi_label


def test_answers_come_from_the_predictions_of_a_run() -> None:
    """Labels, logits and groups are those of the split."""
    labels, logits, groups = multi_label(0, photos=4)
    zero = np.zeros(4, np.int64)
    found = Predictions(
        ids=tuple("abcd"),
        split=np.array([1, 1, 2, 2], np.int8),
        group=groups,
        labels=labels,
        logits=logits,
        tags=zero,
        complete=zero.astype(bool),
        seen=zero.astype(bool),
        flash=zero.astype(np.int8),
    )
    answers = Answers.of(found.of(2), np.full(3, 0.9))
    assert answers.several
    assert answers.classes == 3
    assert np.array_equal(answers.truth, labels[2:])
    assert np.array_equal(answers.decided, logits[2:] >= np.log(9))


def test_a_photo_is_right_if_all_that_is_said_of_it_is() -> None:
    """One wrong label of several makes it wrong."""
    truth = np.array([[1, 0], [1, 0]])
    answers = Answers(truth, np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([0, 0]))
    assert answers.right.tolist() == [True, False]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": np.zeros(3, int)}, "shapes (3,), (200, 4) and (200,)"),
        ({"labels": np.zeros((200, 3), int)}, "shapes (200, 3), (200, 4) and (200,)"),
        ({"groups": np.zeros(3, int)}, "(200, 4) and (3,)"),
        ({"logits": np.zeros(200)}, "shapes (200,), (200,) and (200,)"),
        ({"labels": np.full(200, 4)}, "expected labels from 0 to 3, got 4..4"),
        ({"labels": np.full(200, -1)}, "expected labels from 0 to 3, got -1..-1"),
        ({"labels": np.full((200, 4), 2)}, "expected labels from 0 to 1, got 2..2"),
        ({"logits": np.full((200, 4), np.nan)}, "not finite: the training diverged"),
        ({"logits": np.full((200, 4), np.inf)}, "not finite: the training diverged"),
        (
            {"labels": np.zeros(0, int), "logits": np.zeros((0, 4)), "groups": np.zeros(0, int)},
            "expected photos to score, got none",
        ),
    ],
)
def test_what_cannot_be_scored_is_refused(change: dict[str, Any], message: str) -> None:
    """The message says what was expected and what came."""
    labels, logits, groups = multi_class(0)
    with pytest.raises(UsageError, match=re.escape(message)):
        Answers(**({"labels": labels, "logits": logits, "groups": groups} | change))
