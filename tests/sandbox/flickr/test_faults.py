from collections import Counter

import pytest
from pydantic import ValidationError

from exifds.sandbox.flickr import Faults

NAMES = [f"call {number}" for number in range(5000)]


def test_nothing_goes_wrong_by_default() -> None:
    assert not any(Faults().api_fault(name, 0) or Faults().photo_fault(name, 0) for name in NAMES)


def test_each_fault_can_be_set_alone() -> None:
    kinds = Counter(Faults(photo_html=0.2).photo_fault(name, 0) for name in NAMES)
    assert set(kinds) == {None, "html"}
    assert 900 < kinds["html"] < 1100


def test_shares_are_kept_side_by_side() -> None:
    kinds = Counter(Faults.all().api_fault(name, 0) for name in NAMES)
    assert set(kinds) == {
        None, "429", "5xx", "html", "truncated", "drip", "reset", "fail", "other_format",
    }  # fmt: skip
    assert 0.2 < 1 - kinds[None] / len(NAMES) < 0.3


def test_no_request_fails_more_often_than_said() -> None:
    """And each fails with one kind, the same whenever it is made anew."""
    faults = Faults.all(seed=3)
    for name in NAMES[:500]:
        met = [faults.photo_fault(name, tried) for tried in range(5)]
        assert met[3:] == [None, None]
        assert len(set(met) - {None}) <= 1
        assert met == sorted(met, key=lambda kind: kind is None)


def test_another_seed_fails_elsewhere() -> None:
    first, second = ([Faults.all(seed).api_fault(name, 0) for name in NAMES] for seed in (1, 2))
    assert first != second


def test_a_misspelt_fault_is_refused() -> None:
    with pytest.raises(ValidationError):
        Faults(api_430=0.1)  # type: ignore[call-arg]
