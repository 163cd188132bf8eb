"""Home: where the embedded server of a data directory has its files, and who may touch them."""

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from exifds.errors import MongodError, UsageError

if sys.platform != "win32":
    from exifds.store.embedded import supervisor

__all__ = ["START_S", "Home", "make_private", "plain_errors", "socket_folder"]

START_S = 300.0
"""A killed server replays its journal before it listens; that can take minutes."""
SOCKET_BYTES = 107
"""sun_path holds 108 bytes with the final zero: unix(7)."""
PRIVATE = 0o700


class Home:
    """Where the embedded server of a data directory has its files.

    Args:
        home: The data directory.
    """

    def __init__(self, home: Path) -> None:
        if sys.platform == "win32":
            raise UsageError("there is no embedded server on Windows: pass uri=... of a MongoDB server")
        self.home = home.expanduser().absolute()
        self.db = self.home / "db"
        self.data = self.db / "data"
        self.log = self.db / "mongod.log"
        self.version = self.db / "version.json"
        self.run = supervisor.Run(self.db / "run")

    def prepare(self) -> None:
        """Make the folders, private."""
        self.home.mkdir(parents=True, exist_ok=True)
        for folder in (self.db, self.data, self.run.folder, self.run.leases):
            make_private(folder)

    @contextmanager
    def changing(self) -> Iterator[int]:
        """Hold `start.lock`, under which everything changes; gives its descriptor."""
        fd = supervisor.lock(self.run.start_lock, START_S + supervisor.STOP_S)
        if fd is None:
            raise MongodError(f"another process has been starting the server for minutes: see {self.log}")
        try:
            yield fd
        finally:
            supervisor.unlock(fd)


def socket_folder(home: Path, fallback: Path, user: int) -> Path:
    """Choose the folder of the socket: among the run files, unless mongod could not listen there.

    Args:
        home: Data directory.
        fallback: Where short names are found: XDG_RUNTIME_DIR, or the folder of temporary files.
        user: Id of the user; keeps users apart in a shared `fallback`.

    Returns:
        A folder in which `m.sock` has at most 107 bytes and no comma, which mongod takes for a separator.

    Example:
        >>> socket_folder(Path("/data"), Path("/run/user/1000"), 1000)
        PosixPath('/data/db/run')
    """
    near = home / "db" / "run"
    if len(os.fsencode(near / "m.sock")) <= SOCKET_BYTES and "," not in str(near):
        return near
    return fallback / f"exifds-{user}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"


def make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter, or make it so; refuse one of somebody else."""
    folder.mkdir(mode=0o700, exist_ok=True)
    # the link too, if it is one: in a shared folder anybody may make links to what is ours
    if {folder.stat().st_uid, folder.lstat().st_uid} != {os.geteuid()}:
        raise MongodError(f"{folder} belongs to another user: remove it, or choose another EXIFDS_HOME")
    if stat.S_IMODE(folder.stat().st_mode) != PRIVATE:
        folder.chmod(PRIVATE)


@contextmanager
def plain_errors(home: Path) -> Iterator[None]:
    """Turn errors of the file system into ours."""
    try:
        yield
    except OSError as error:
        raise MongodError(
            f"the data directory {home} cannot be used ({error.strerror}: {error.filename}): "
            "mend that, or choose another one with EXIFDS_HOME"
        ) from error
