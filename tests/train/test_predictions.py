"""Predictions: what a model said, to the last digit, after it was stored."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from exifds.train.predictions import Predictions

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def predictions(logits: np.ndarray, labels: np.ndarray, ids: list[str]) -> Predictions:
    """Of N photos, all alike but for these."""
    count = len(ids)
    return Predictions(
        ids=tuple(ids),
        split=np.full(count, 2, np.int8),
        group=np.arange(count, dtype=np.int64),
        labels=labels,
        logits=logits,
        tags=np.full(count, 7, np.int64),
        complete=np.arange(count) % 2 == 0,
        seen=np.zeros(count, bool),
        flash=np.full(count, -1, np.int8),
    )


@given(st.data(), st.integers(1, 4), st.booleans(), st.lists(st.text(), min_size=1, max_size=4))
def test_predictions_come_back_as_they_were(
    data: st.DataObject, classes: int, several: bool, ids: list[str]
) -> None:
    """Every digit of every float, and whatever an id may be."""
    ids = [name.encode("utf-8", "replace").decode() for name in ids]
    logits = data.draw(arrays.arrays(np.float64, (len(ids), classes), elements=FLOATS))
    labels = np.ones((len(ids), classes) if several else len(ids), np.int64)
    found = predictions(logits, labels, ids)
    again = Predictions.from_csv(found.to_csv())
    assert again.ids == found.ids
    for name in ("split", "group", "labels", "logits", "tags", "complete", "seen", "flash"):
        np.testing.assert_array_equal(getattr(again, name), getattr(found, name))
        assert getattr(again, name).dtype == getattr(found, name).dtype


def test_those_of_one_split() -> None:
    """Val and test stand in one file."""
    found = predictions(np.eye(3), np.arange(3), ["a", "b", "c"])
    assert found.of(1).ids == ()
    assert found.of(2).ids == ("a", "b", "c")
