"""Feed: every photo once an epoch, in an order that follows from seed and epoch alone."""

from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from exifds.train.feed import Feed, exchanged

ROWS = np.array([3, 5, 8, 9, 11, 20, 21])


def feed(**more: Any) -> Feed:
    """30 photos that tell their number."""
    return Feed({"values": np.arange(30, dtype=np.float32)[:, None]}, np.arange(30) % 2, **more)


def orders(epochs: range, seed: int = 0, *, shuffle: bool = True) -> list[list[int]]:
    """Numbers of the photos of each epoch, in their order."""
    batches = feed().training(ROWS, 3, ("logits",), epochs=epochs, seed=seed, shuffle=shuffle)
    drawn = [inputs["values"].numpy()[:, 0].astype(int).tolist() for inputs, _ in batches]
    return [list(chain(*drawn[start : start + 3])) for start in range(0, len(drawn), 3)]


def test_each_epoch_has_every_photo_once() -> None:
    """In another order each time; the last batch has what is left."""
    found = orders(range(4))
    assert [sorted(order) for order in found] == [ROWS.tolist()] * 4
    assert len({tuple(order) for order in found}) == 4


def test_an_epoch_does_not_depend_on_those_before() -> None:
    """A training that goes on at epoch 2 sees what it would have seen."""
    assert orders(range(2, 4)) == orders(range(4))[2:]


def test_another_seed_is_another_order() -> None:
    """For the same photos."""
    assert orders(range(2), seed=1) != orders(range(2), seed=0)
    assert orders(range(2), seed=2**32 - 1) == orders(range(2), seed=2**32 - 1)


def test_without_shuffling_the_order_is_that_of_the_export() -> None:
    """Each epoch is the same."""
    assert orders(range(2), shuffle=False) == [ROWS.tolist()] * 2


def test_all_outputs_learn_the_same_labels() -> None:
    """Each photo brings its own label, for one class and for several labels."""
    (inputs, labels), *_ = feed().training(ROWS, 9, ("logits", "a"), epochs=range(1), seed=0, shuffle=True)
    assert set(labels) == {"logits", "a"}
    assert (labels["a"].numpy() == inputs["values"].numpy()[:, 0] % 2).all()
    several = Feed({"values": np.zeros((4, 1), np.float32)}, np.eye(4, 3, dtype=np.int64))
    (_, labels), *_ = several.training(np.array([1]), 9, ("logits",), epochs=range(1), seed=0, shuffle=False)
    assert labels["logits"].numpy().tolist() == [[0.0, 1.0, 0.0]]
    assert labels["logits"].dtype == "float32"


def test_photos_that_are_only_asked_about_come_in_order() -> None:
    """In batches, the last one with what is left; a sample is one of them."""
    found = [batch["values"].numpy()[:, 0].tolist() for batch in feed().plain(ROWS, 4)]
    assert found == [[3, 5, 8, 9], [11, 20, 21]]
    assert feed().sample(20)["values"].tolist() == [[20.0]]


@given(st.lists(st.integers(-1, 2), max_size=40), st.integers(0, 2**32 - 1))
def test_exif_is_exchanged_within_its_split(splits: list[int], seed: int) -> None:
    """Each photo gives its EXIF to another one of the same split, unless it is alone there."""
    split: NDArray[np.int8] = np.array(splits, np.int8)
    found = exchanged(split, seed)
    assert sorted(found) == list(range(len(split)))
    assert (split[found] == split).all()
    alone = [np.count_nonzero(split == part) == 1 for part in split]
    assert (found == np.arange(len(split))).tolist() == alone
    assert (exchanged(split, seed) == found).all()


@pytest.mark.parametrize("rows", [1, 2])
def test_small_splits_are_fed(rows: int) -> None:
    """One photo is a batch."""
    batches = feed().training(ROWS[:rows], 1, ("logits",), epochs=range(2), seed=0, shuffle=True)
    assert len(list(batches)) == 2 * rows
