"""Folder: where results go. It is refused before any work, and a full disk is told in one sentence."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from exifds.errors import DiskFullError, UsageError

__all__ = ["roomy", "writable"]

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


def writable(out: str | Path) -> Path:
    """A folder that can be written; made if absent.

    Args:
        out: Its path, which may start with `~`.

    Returns:
        The folder.

    Raises:
        UsageError: It cannot be made or written, or a file has its name.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as out:
        ...     writable(f"{out}/runs").is_dir()
        True
    """
    folder = Path(out).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from None
    return folder


@contextmanager
def roomy(folder: str | Path) -> Iterator[None]:
    """Tell of a full disk by the folder that was written to.

    Args:
        folder: Where to.

    Yields:
        Nothing.

    Raises:
        DiskFullError: The disk is full.

    Example:
        >>> with roomy("runs"):
        ...     raise OSError(errno.ENOSPC, "No space left on device")
        Traceback (most recent call last):
        exifds.errors.DiskFullError: the disk of runs is full: make room and run the same command again
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise DiskFullError(
            f"the disk of {folder} is full: make room and run the same command again"
        ) from None
