"""Workshop: the folder in which an export is made, held by one process at a time."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from exifds.errors import ExifdsError, UsageError
from exifds.fetch.images import require_space

__all__ = ["WORK", "abandon", "clear", "opened", "tidy"]

WORK: Final = ".work"
"""The folder within an export that is not finished."""


@contextmanager
def opened(out: Path) -> Iterator[Path]:
    """Hold the working folder of an export.

    Args:
        out: The export: a new or empty folder, or one of an export that was interrupted.

    Yields:
        The working folder.

    Raises:
        UsageError: Another process holds it, the folder holds something else, or it cannot be written.
        DiskFullError: Too little room is left.
    """
    if "://" in str(out) or ":/" in str(out):
        raise UsageError(f"an export goes into a folder of this machine, got {out}; copy it from there")
    work = out / WORK
    try:
        if out.exists() and not work.is_dir() and any(out.iterdir()):
            raise UsageError(f"expected a new or empty folder, but {out} holds something else")
        out.mkdir(parents=True, exist_ok=True)
        work.mkdir(mode=0o700, exist_ok=True)
        lock = (work / "lock").open("w")
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror or error}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(f"another process is writing an export to {out}") from None
        require_space(work)
        yield work


def clear(out: Path) -> None:
    """Remove the working folder, while it is held.

    Args:
        out: The export.
    """
    shutil.rmtree(out / WORK, ignore_errors=True)


def tidy(out: Path) -> None:
    """Remove the working folder of a finished export, if it was stopped before it could, and nobody holds it.

    Args:
        out: The export.
    """
    if (out / WORK).is_dir():
        with suppress(ExifdsError), opened(out):
            clear(out)


def abandon(out: Path) -> None:
    """Remove what was begun, while it is held; whatever else is in the folder stays.

    Args:
        out: The export.
    """
    clear(out)
    with suppress(OSError):
        out.rmdir()
