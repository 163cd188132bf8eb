"""Vocabulary: 0 missing, 1 other, then the codes of the training photos in order."""

import numpy as np

from exifds.train.recipe import LEDERER2023, MODERN
from exifds.train.vocabulary import Vocabulary


def test_codes_seen_in_training_have_numbers() -> None:
    """Others are `other`."""
    given = np.array([5, np.nan, 2, 5, 3, 2])
    found = Vocabulary.fit(given, MODERN)
    assert found(given).tolist() == [4, 0, 2, 4, 3, 2]
    assert found(np.array([4.0, 6.0])).tolist() == [1, 1]
    assert found.size == 5


def test_what_is_no_code_has_no_number() -> None:
    """Negative, broken, or of more than 16 bits."""
    given = np.array([-1, 0.5, 65535, 65536])
    found = Vocabulary.fit(given, MODERN)
    assert found.codes == (65535,)
    assert found(given).tolist() == [1, 1, 2, 1]


def test_the_thesis_imputes_the_most_frequent_code() -> None:
    """Of two that are as frequent the first."""
    assert Vocabulary.fit(np.array([7.0, 4, 7, 4, np.nan]), LEDERER2023)(np.array([np.nan])).tolist() == [2]
