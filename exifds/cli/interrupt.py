"""Ctrl-C: it ends a command that has not begun at once, and comes too late for one that is done."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

__all__ = ["INTERRUPTED", "at_the_start", "during_the_work", "leave_what_hangs"]

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C stopped."""

_ENDS_WITHIN_S = 0.5
"""So long is waited for threads after an error; those that hang take longer."""


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


def leave_what_hangs(code: object) -> None:
    """End at once after an error if a thread still waits for a server: Python would wait for the thread.

    Args:
        code: The exit code.
    """
    if not isinstance(code, int) or not code:
        return
    latest = monotonic() + _ENDS_WITHIN_S
    threads = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    threads = [thread for thread in threads if not thread.daemon]
    for thread in threads:
        thread.join(max(0.0, latest - monotonic()))
    if any(thread.is_alive() for thread in threads):
        with suppress(OSError):
            sys.stdout.flush()
        os._exit(code)


def _leave(*_signal: Any) -> None:
    with suppress(OSError):
        os.write(2, b"exifds: stopped\n")
    os._exit(INTERRUPTED)
