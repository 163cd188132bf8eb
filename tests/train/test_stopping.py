"""Stopping: Ctrl-C is remembered."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from exifds.train.stopping import stoppable


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """The handler of Python, before and after."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_what_is_dropped_is_raised_later() -> None:
    """As often as it is asked for."""
    with stoppable() as stop:
        stop()
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                stop()


def test_it_is_raised_at_once_too() -> None:
    """As ever."""
    with pytest.raises(KeyboardInterrupt), stoppable():
        signal.raise_signal(signal.SIGINT)


def test_the_handler_of_somebody_else_stays() -> None:
    """It may mean something else by Ctrl-C."""
    heard: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: heard.append(number))
    with stoppable() as stop:
        signal.raise_signal(signal.SIGINT)
        stop()
    assert heard == [signal.SIGINT]
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_other_threads_have_no_handlers() -> None:
    """Python allows none there."""

    def use() -> bool:
        with stoppable() as stop:
            stop()
            return signal.getsignal(signal.SIGINT) is signal.default_int_handler

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(use).result()
