import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exifds.errors import FlickrError
from exifds.sandbox.flickr.faults import Faults
from exifds.sandbox.flickr.pages import Page, page_of


def page(count: int, number: int, size: int, faults: Faults | None = None, visit: int = 0) -> Page:
    """One page of a search that finds 0, 1, 2 ..."""
    parameters = {"page": str(number), "per_page": str(size)}
    return page_of(np.arange(count), parameters, faults or Faults(), visit, largest=500, cap=4000)


@settings(deadline=None)
@given(count=st.integers(0, 4000), size=st.integers(20, 700))
def test_pages_hold_all_rows_in_order(count: int, size: int) -> None:
    """Up to the cap, and no page more than is allowed."""
    first = page(count, 1, size)
    rows = [row for number in range(1, first.pages + 1) for row in page(count, number, size).rows.tolist()]
    assert first.size == min(size, 500)
    assert first.total == count
    assert rows == list(range(count))


def test_beyond_the_cap_the_last_page_repeats() -> None:
    """The total still tells of all."""
    last = page(9000, 8, 500)
    assert (last.total, last.pages) == (9000, 18)
    assert last.rows.tolist() == list(range(3500, 4000))
    assert page(9000, 9, 500).rows.tolist() == page(9000, 18, 500).rows.tolist() == last.rows.tolist()


def test_the_cap_may_fall_within_a_page() -> None:
    assert page(9000, 14, 300).rows.tolist() == list(range(3900, 4000))


def test_a_page_after_the_last_is_empty() -> None:
    assert page(10, 3, 5).rows.tolist() == []


def test_a_page_too_far_out_is_refused() -> None:
    with pytest.raises(FlickrError, match="Excessive photo offset"):
        page(10, 201, 500)


@pytest.mark.parametrize("nonsense", ["0", "-1", "x", "", "1.5", "٣"])
def test_nonsense_counts_as_not_given(nonsense: str) -> None:
    found = page_of(
        np.arange(300), {"page": nonsense, "per_page": nonsense}, Faults(), 0, largest=500, cap=None
    )
    assert (found.number, found.size) == (1, 100)


def test_totals_are_off_but_the_same_each_time() -> None:
    totals = {page(1000, 1, size, Faults(totals=0.1)).total for size in range(1, 60)}
    assert 900 <= min(totals) < 960
    assert 1040 < max(totals) <= 1100
    assert page(1000, 1, 7, Faults(totals=0.1)).total == page(1000, 5, 7, Faults(totals=0.1)).total


@settings(deadline=None)
@given(count=st.integers(0, 3000), size=st.integers(20, 500), seed=st.integers(0, 5))
def test_repeated_rows_hide_no_other(count: int, size: int, seed: int) -> None:
    """They count in the total and come a little later than the first."""
    faults = Faults(duplicates=0.08, seed=seed)
    first = page(count, 1, size, faults)
    rows = [
        r for number in range(1, first.pages + 1) for r in page(count, number, size, faults).rows.tolist()
    ]
    assert len(rows) == first.total == count + int(count * 0.08)
    assert set(rows) == set(range(count))


@settings(deadline=None)
@given(
    count=st.integers(1, 3000), size=st.integers(1, 500), visit=st.integers(0, 9), number=st.integers(1, 60)
)
@example(count=145, size=36, visit=4, number=5)
def test_shifted_pages_stay_near_and_keep_the_ends(count: int, size: int, visit: int, number: int) -> None:
    faults = Faults(shifting=0.1, shuffled=0.5)
    found = page(count, number, size, faults, visit)
    rows, right = found.rows.tolist(), range((number - 1) * size, min(number * size, count))
    assert len(rows) <= size
    assert len(set(rows)) == len(rows)
    assert len(set(right) - set(rows)) <= 0.1 * size + 1
    if number == 1 and right:
        assert 0 in rows
    if number == found.pages:
        assert count - 1 in rows


def test_what_is_lost_between_shifted_pages_turns_up_on_another_visit() -> None:
    faults = Faults(shifting=0.05)

    def sweep(visit: int) -> set[int]:
        return {row for number in range(1, 9) for row in page(3900, number, 500, faults, visit).rows.tolist()}

    assert len(sweep(0)) < 3900
    assert sweep(0) != sweep(1)
    assert set().union(*map(sweep, range(12))) == set(range(3900))
