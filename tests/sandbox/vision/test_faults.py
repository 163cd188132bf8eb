"""Faults are drawn by name and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from exifds.sandbox.vision import Faults


@given(st.text(max_size=20), st.integers(0, 10**6), st.integers(0, 9), st.integers(1, 50))
def test_whoever_asks_once_more_is_served(identity: str, number: int, seed: int, burst: int) -> None:
    """No request and no image fails more than `tries` times in a row."""
    faults = Faults.all(seed, burst=burst)
    assert faults.request(identity, number=number, tried=faults.tries) is None
    assert not faults.busy(identity, faults.tries)


@given(st.text(max_size=20), st.integers(0, 4))
def test_a_request_meets_the_same_fault_whenever_it_comes(identity: str, tried: int) -> None:
    """Its images decide, not its turn."""
    faults = Faults.all(3)
    assert faults.request(identity, number=0, tried=tried) == faults.request(identity, number=99, tried=tried)


def test_without_shares_nothing_goes_wrong() -> None:
    """None by default."""
    faults = Faults()
    assert all(faults.request(str(n), number=n, tried=0) is None for n in range(100))
    assert not any(faults.busy(str(n), 0) or faults.refuses(str(n)) for n in range(100))


def test_shares_are_met() -> None:
    """Over many requests and images."""
    faults = Faults.all(5)
    kinds = [faults.request(str(n), number=n, tried=0) for n in range(5000)]
    assert 0.18 < sum(kind is not None for kind in kinds) / 5000 < 0.24
    assert 0.04 < kinds.count("exhausted") / 5000 < 0.06
    assert 0.012 < sum(faults.busy(str(n), 0) for n in range(5000)) / 5000 < 0.028
    assert 0.002 < sum(faults.refuses(str(n)) for n in range(5000)) / 5000 < 0.009


def test_a_burst_hits_the_requests_in_a_row() -> None:
    """Whatever is in them."""
    faults = Faults(unavailable=0.2, burst=10)
    kinds = [faults.request(str(n), number=n, tried=0) for n in range(1000)]
    blocks = [set(kinds[first : first + 10]) for first in range(0, 1000, 10)]
    assert all(len(block) == 1 for block in blocks)
    assert 5 < blocks.count({"unavailable"}) < 40


@pytest.mark.parametrize("wrong", [{"lost": 1.1}, {"tries": 0}, {"burst": 0}, {"pause": -1}, {"nothing": 1}])
def test_a_wrong_share_is_refused(wrong: dict[str, float]) -> None:
    """Shares go from 0 to 1."""
    with pytest.raises(ValidationError):
        Faults.model_validate(wrong)
