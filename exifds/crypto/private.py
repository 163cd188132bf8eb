"""Private files: read and written so that only their owner can, and whole or not at all."""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from exifds.errors import KeyringError

__all__ = ["locked", "make_folder", "read", "write"]

LARGEST = 2**20
"""No keyring comes near 1 MiB."""


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, or check that others cannot write to the one there is.

    Args:
        folder: The folder; missing parents are made too.

    Raises:
        KeyringError: The folder cannot be made, is somebody else's, or others can write to it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError as error:
        raise _unusable(folder, error) from None
    if found.st_uid not in {os.geteuid(), 0}:
        raise KeyringError(f"{folder} belongs to user {found.st_uid}: use a folder of your own")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise KeyringError(f"{folder} can be written to by others: chmod 700 {folder}")


def read(path: Path) -> str | None:
    """The text of a private file.

    Args:
        path: The file.

    Returns:
        Its text; None when there is no such file.

    Raises:
        KeyringError: It is a link, no file, somebody else's, open to others, too large or no text.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise KeyringError(f"{path} is a symbolic link; expected the file itself") from None
        raise _unusable(path, error) from None
    try:
        _require_private(path, os.fstat(descriptor))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(LARGEST + 1)
    finally:
        os.close(descriptor)
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = ""
    if len(raw) > LARGEST or not text:
        raise KeyringError(f"{path} is damaged: expected text of at most 1 MiB; restore it from your backup")
    return text


def write(path: Path, text: str) -> None:
    """Replace a private file: after a crash at any point it is the old one or the new one, whole.

    The temporary file has a fixed name, so a crash leaves at most one, and the next write removes it.
    Only one process may write at a time: see `locked`.

    Args:
        path: The file.
        text: Its new text.

    Raises:
        KeyringError: The folder cannot be written to.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        temporary.unlink(missing_ok=True)
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise _unusable(path, error) from None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to a folder of private files. A killed process holds no lock.

    Args:
        folder: The folder.

    Yields:
        Nothing, while the lock is held.

    Raises:
        KeyringError: The lock cannot be taken.
    """
    path = folder / ".keyring.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(path, error) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _require_private(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise KeyringError(f"{path} is no regular file")
    if found.st_uid != os.geteuid():
        raise KeyringError(
            f"{path} belongs to user {found.st_uid}, not to you ({os.geteuid()}): "
            f"if you trust it, chown {os.geteuid()} {path}"
        )
    if found.st_mode & 0o077:
        mode = stat.S_IMODE(found.st_mode)
        raise KeyringError(f"{path} is open to others (mode {mode:04o}): chmod 600 {path}")


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unusable(path: Path, error: OSError) -> KeyringError:
    return KeyringError(f"{path} cannot be used: {error.strerror}; is EXIFDS_CONFIG the right folder?")
