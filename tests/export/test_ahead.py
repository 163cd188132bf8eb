"""Work on threads stays ahead, in order, and ends when nobody takes its results."""

from collections.abc import Iterator
from threading import Event

from exifds.export.ahead import PER_THREAD, ahead


def test_threads_stay_only_a_few_photos_ahead() -> None:
    """However slow the reader, memory holds a handful of photos, and their order stays."""
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = ahead(lambda number: -number, items(), 2)
    assert next(results) == 0
    assert len(taken) == 2 * PER_THREAD
    assert list(results) == [-number for number in range(1, 100)]


def test_threads_work_at_the_same_time() -> None:
    """The first photo may need longer than the second, and still comes first."""
    second_done = Event()

    def work(number: int) -> int:
        if number == 0:
            assert second_done.wait(10)
        second_done.set()
        return number

    assert list(ahead(work, range(5), 2)) == list(range(5))


def test_what_was_not_begun_is_not_done() -> None:
    """Who stops taking does not wait for the rest."""
    done: list[int] = []
    results = ahead(done.append, range(1000), 1)
    next(results)
    results.close()  # type: ignore[attr-defined]  # a generator
    assert len(done) <= PER_THREAD
