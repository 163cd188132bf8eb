"""Shares: positions by hash, and the search for a seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from exifds.export import shares
from exifds.export.shares import best_seed, cut, deviations, position


def test_positions_never_change() -> None:
    """Fixed values: with another hash the photos of all existing exports would move."""
    assert position(0, "group:a") == 0.7483823577386748
    assert position(2**63 - 1, "photo:flickr:1") == 0.7470398740558631


@given(st.integers(0, 2**63 - 1), st.text())
def test_positions_lie_on_the_line(seed: int, key: str) -> None:
    """From 0 up to, but without, 1."""
    assert 0 <= position(seed, key) < 1


@given(
    st.integers(0, 2**63 - 1), st.lists(st.text()), st.sampled_from([(1, 0, 0), (0.5, 0, 0.5), (0.5, 0.5, 0)])
)
def test_a_share_of_zero_stays_empty(seed: int, keys: list[str], asked: tuple[float, ...]) -> None:
    """No rounding puts a photo into a split that was not asked for."""
    assert all(asked[split] > 0 for split in cut(seed, keys, asked))


def test_many_keys_meet_the_shares() -> None:
    """Positions are spread evenly."""
    split = cut(0, [str(key) for key in range(20_000)], (0.7, 0.2, 0.1))
    assert np.abs(np.bincount(split) / 20_000 - (0.7, 0.2, 0.1)).max() < 0.01


def test_the_best_seed_is_at_least_as_good_as_the_first() -> None:
    """7 keys of one size cannot give 70, 20 and 10 %; the nearest is found: 5, 1, 1."""
    keys = [f"group:{key}" for key in range(7)]
    counts = np.full((7, 1), 100)
    seed = best_seed(keys, counts, (0.7, 0.2, 0.1))
    assert np.bincount(cut(seed, keys, (0.7, 0.2, 0.1)), minlength=3).tolist() == [5, 1, 1]


def test_classes_count_too() -> None:
    """Among seeds with good shares, one is found that shares out a class of few groups."""
    keys = [f"group:{key}" for key in range(200)]
    counts = np.column_stack((np.full(200, 10), np.where(np.arange(200) < 10, 10, 0)))
    split = cut(best_seed(keys, counts, (0.7, 0.2, 0.1)), keys, (0.7, 0.2, 0.1))
    assert np.bincount(split[:10], minlength=3).tolist() == [7, 2, 1]
    assert np.abs(np.bincount(split) / 200 - (0.7, 0.2, 0.1)).max() < 0.02


def test_with_very_many_keys_few_seeds_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is bounded by the positions it computes."""
    tried: list[int] = []
    monkeypatch.setattr(shares, "HASHES", 250)

    def noted(seed: int, keys: list[str], asked: tuple[float, ...]) -> NDArray[np.int8]:
        tried.append(seed)
        return cut(seed, keys, asked)

    monkeypatch.setattr(shares, "cut", noted)
    counts = np.zeros((100, 1), dtype=np.int64)
    counts[0] = 1000
    best_seed([str(key) for key in range(100)], counts, (0.4, 0.3, 0.3))
    assert tried == [0, 1, 2]


def test_no_photos_deviate_from_nothing() -> None:
    """Neither without photos nor without classes is there anything to divide by."""
    assert deviations(np.zeros((3, 1), dtype=np.int64), (0.7, 0.2, 0.1)) == (0.0, 0.0)
    assert deviations(np.zeros((3, 4), dtype=np.int64), (0.7, 0.2, 0.1)) == (0.0, 0.0)
    assert best_seed([], np.zeros((0, 1), dtype=np.int64), (0.7, 0.2, 0.1)) == 0
