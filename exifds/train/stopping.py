"""Stopping: Ctrl-C is heard where Python drops it, too.

An exception in the callback of a weak reference, or in a destructor, is printed and forgotten. TensorFlow has
many of both, and a KeyboardInterrupt is raised wherever Python happens to be.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["stoppable"]


@contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """Remember Ctrl-C in the block. It stays as it is in other threads, and under a handler of somebody else.

    Yields:
        A function that raises KeyboardInterrupt if Ctrl-C was pressed.

    Example:
        >>> with stoppable() as stop:
        ...     stop()
    """
    pressed = threading.Event()

    def press(number: int, frame: FrameType | None) -> None:
        pressed.set()
        signal.default_int_handler(number, frame)

    def stop() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if ours:
        signal.signal(signal.SIGINT, press)
    try:
        yield stop
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
