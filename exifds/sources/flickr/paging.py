"""Paging: the pages of a slice or a group, as far as Flickr gives them. No I/O."""

from exifds.sources.flickr.search_query import CAP

__all__ = ["next_page", "pages", "wanted_pages"]


def pages(total: int, per_page: int, cap: int | None = CAP) -> int:
    """How many pages hold `total` photos, as far as Flickr gives them.

    Args:
        total: Photos reported.
        per_page: Photos a page.
        cap: Photos that are given at most; None for a group, which has no such limit.

    Returns:
        The number of the last page, 0 if there is none.

    Example:
        >>> pages(1001, 500), pages(20_000, 500), pages(20_000, 500, cap=None)
        (3, 8, 40)
    """
    given = total if cap is None else min(total, cap)
    return max(0, -(-given // per_page))


def next_page(page: int, rows: int, total: int, per_page: int, cap: int | None = CAP) -> int | None:
    """The page to ask for beyond those that the total promised: a full last page means it was too low.

    Args:
        page: The page that came.
        rows: Photos on it.
        total: Photos reported.
        per_page: Photos a page.
        cap: Photos that are given at most; None for a group.

    Returns:
        Its number, or None when nothing more is to be expected.

    Example:
        >>> next_page(2, 500, 1000, 500), next_page(2, 480, 980, 500)
        (3, None)
    """
    last = page >= pages(total, per_page, cap)
    within = cap is None or page * per_page < cap
    return page + 1 if last and within and rows >= per_page else None


def wanted_pages(
    start_page: int,
    page_limit: int | None,
    total: int,
    per_page: int,
    *,
    cap: int | None = CAP,
) -> range:
    """The pages that the user asked for, of those there are.

    Args:
        start_page: First page, counted from 1.
        page_limit: Pages at most; None for all.
        total: Photos reported.
        per_page: Photos a page.
        cap: Photos that are given at most; None for a group.

    Returns:
        Page numbers; empty when there is none.

    Example:
        >>> wanted_pages(2, 3, 5000, 500), wanted_pages(1, None, 700, 500)
        (range(2, 5), range(1, 3))
    """
    last = pages(total, per_page, cap)
    if page_limit is not None:
        last = min(last, start_page + page_limit - 1)
    return range(start_page, max(start_page, last + 1))
