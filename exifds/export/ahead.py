"""Ahead: work on several threads, a few items ahead of whoever takes the results."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

__all__ = ["ahead"]

Item = TypeVar("Item")
Result = TypeVar("Result")

PER_THREAD: Final = 4
"""Items a thread that are under way or done: no thread waits, and a slow taker costs no memory."""


def ahead(work: Callable[[Item], Result], items: Iterable[Item], threads: int) -> Iterator[Result]:
    """`map` on threads, for work that leaves the interpreter, as decoding images does.

    Args:
        work: What is done with each item.
        items: The items, taken in this thread.
        threads: How many.

    Yields:
        The results, in the order of the items. When the taker stops, what was not begun is not done.

    Example:
        >>> list(ahead(str, range(3), 2))
        ['0', '1', '2']
    """
    pool = ThreadPoolExecutor(threads)
    try:
        waiting: deque[Future[Result]] = deque()
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) == PER_THREAD * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
