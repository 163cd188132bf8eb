"""Pages end where Flickr ends, and where the user wanted them to."""

import pytest

from exifds.sources.flickr.paging import next_page, pages, wanted_pages
from exifds.sources.flickr.search_query import CAP


@pytest.mark.parametrize(
    ("total", "per_page", "cap", "expected"),
    [
        (-1, 500, CAP, 0),
        (0, 500, CAP, 0),
        (1, 500, CAP, 1),
        (500, 500, CAP, 1),
        (501, 500, CAP, 2),
        (10**9, 500, CAP, 8),
        (10**9, 250, CAP, 16),
        (10**9, 300, CAP, 14),
        (100_000, 500, None, 200),
    ],
)
def test_pages_end_at_the_cap(total: int, per_page: int, cap: int | None, expected: int) -> None:
    """Beyond the first 4,000 results Flickr repeats itself; a group has no such end."""
    assert pages(total, per_page, cap) == expected


@pytest.mark.parametrize(
    ("page", "rows", "total", "expected"),
    [(1, 500, 1000, None), (2, 500, 1000, 3), (2, 499, 1000, None), (3, 500, 1000, 4), (8, 500, 9000, None)],
)
def test_a_full_last_page_means_that_there_may_be_more(
    page: int, rows: int, total: int, expected: int | None
) -> None:
    """Totals may be short by hundreds, so pages are read until one is not full."""
    assert next_page(page, rows, total, 500) == expected


def test_a_group_goes_on_past_the_cap() -> None:
    """There is no cap where there is no search."""
    assert next_page(8, 500, 4000, 500, cap=None) == 9


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((1, None, 1600, 500), [1, 2, 3, 4]),
        ((2, None, 1600, 500), [2, 3, 4]),
        ((2, 2, 1600, 500), [2, 3]),
        ((1, 99, 10**6, 500), list(range(1, 9))),
        ((5, None, 1600, 500), []),
        ((1, None, 0, 500), []),
    ],
)
def test_no_more_pages_are_read_than_wanted(
    asked: tuple[int, int | None, int, int], expected: list[int]
) -> None:
    """`--start-page` and `--page-limit` count, and so does what there is."""
    assert list(wanted_pages(*asked)) == expected
