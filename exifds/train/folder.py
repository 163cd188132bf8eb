"""Folder: where results go. It is refused before any work, and a full disk is told in one sentence."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from exifds.errors import DiskFullError, UsageError

__all__ = ["kept_if_used", "require_room", "roomy", "writable"]

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_BLOCK: Final = 2**20
"""Bytes that are written at a time."""


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
def kept_if_used(out: str | Path) -> Iterator[Path]:
    """A folder that can be written. What was made of it goes again if the block fails and leaves it empty.

    Args:
        out: Its path, which may start with `~`.

    Yields:
        The folder.

    Raises:
        UsageError: It cannot be made or written, or a file has its name.

    Example:
        >>> with kept_if_used("analysis") as folder:  # doctest: +SKIP
        ...     (folder / "analysis.md").write_text("all is well")
    """
    path = Path(out).expanduser()
    made = [each for each in (path, *path.parents) if not each.exists()]
    folder = writable(out)
    try:
        yield folder
    except BaseException:
        with suppress(OSError):  # something is in it
            for each in made:
                each.rmdir()
        raise


def require_room(folder: Path, size: int) -> None:
    """Make sure that there is room for a file, by making one of this size and removing it.

    The free bytes of a disk alone do not tell: a quota may leave a user fewer.

    Args:
        folder: Where it is to be.
        size: In bytes.

    Raises:
        OSError: The disk is full.
    """
    with TemporaryFile(dir=folder) as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:  # macOS
            block = os.urandom(_BLOCK)  # zeros would be compressed to nothing
            for start in range(0, size, _BLOCK):
                file.write(block[: size - start])
        file.flush()
        os.fsync(file.fileno())


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
