"""The histogram as SVG paths."""

from hypothesis import given
from hypothesis import strategies as st

from exifds.curate.chart import bars

COUNTS = st.lists(st.integers(0, 10**7), max_size=60)


@given(COUNTS, st.integers(0, 60))
def test_two_parts_make_the_whole(counts: list[int], at: int) -> None:
    """What is kept and what is dropped are drawn to the same scale."""
    assert bars(counts, 0, at) + bars(counts, at) == bars(counts)


@given(COUNTS)
def test_each_bin_with_photos_has_a_bar(counts: list[int]) -> None:
    """And the others have none."""
    assert bars(counts).count("M") == sum(count > 0 for count in counts)


def test_the_highest_bar_is_as_high_as_the_drawing() -> None:
    """A quarter of the photos give half of the height."""
    assert bars([100, 25]) == "M0.00 40V0.00h42.50V40zM50.00 40V20.00h42.50V40z"
