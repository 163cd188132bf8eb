"""Ctrl-C: it ends a command that has not begun at once, and comes too late for one that is done."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

__all__ = ["INTERRUPTED", "at_the_start", "during_the_work"]

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C stopped."""


def at_the_start() -> None:
    """Let Ctrl-C end the program at once: nothing was begun. Where it is ignored, it stays so."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


@contextmanager
def during_the_work() -> Iterator[None]:
    """Let Ctrl-C raise KeyboardInterrupt in the block, and disturb nothing that Python does after it.

    A program that calls commands without `at_the_start`, as tests do, keeps its own way.
    """
    if signal.getsignal(signal.SIGINT) is not _leave:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _leave(*_signal: Any) -> None:
    with suppress(OSError):
        os.write(2, b"exifds: stopped\n")
    os._exit(INTERRUPTED)
