"""The embedded MongoDB server: one mongod per data directory, shared by all who open it, gone with the last.

It listens on a unix socket in a folder that only its user may enter, and on no network port. Who uses it
holds a lease; `supervisor.py`, a small process of its own, watches the leases and mongod.
"""

import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from exifds.errors import MongodError
from exifds.store.embedded.home import Home, plain_errors
from exifds.store.embedded.lease import Lease, take

if sys.platform != "win32":
    from exifds.store.embedded import supervisor

__all__ = ["Lease", "Status", "attach", "start", "status", "stop"]

IDLE_S = 5.0


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of an embedded server.

    Attributes:
        running: Whether it runs.
        uri: Its address while it runs.
        version: Its MongoDB version while it runs; else the one that used the data last, if any.
        pid: Process id of mongod while it runs.
        dbpath: Its data directory.
        bytes: What the data takes up on disk.
        users: Process id and name of each user. The name is empty when only children of it are left.
        kept: Whether it stays until `stop`, although nobody may be using it.
    """

    running: bool
    uri: str | None
    version: str | None
    pid: int | None
    dbpath: Path
    bytes: int
    users: tuple[tuple[int, str], ...]
    kept: bool


def attach(home: Path, *, idle_s: float = IDLE_S) -> Lease:
    """Use the embedded server of a data directory; the first who does starts it.

    Any number of processes may do this at once: one server starts, and all get it.

    Args:
        home: Data directory; made if needed. The database lies in `<home>/db`.
        idle_s: Seconds that a server started by this call stays after its last user is gone.

    Returns:
        A lease, once the server has answered.

    Raises:
        MongodError: The server does not start; the message says why and what to do.
        MissingExtraError: There is no mongod on this machine.
        UsageError: On Windows.

    Example:
        >>> import pymongo
        >>> with attach(Path("/tmp/photos")) as lease:  # doctest: +SKIP
        ...     pymongo.MongoClient(lease.uri).admin.command("ping")
        {'ok': 1.0}
    """
    return take(Home(home), idle_s=idle_s, keep=False)


def start(home: Path) -> Status:
    """Start the embedded server and keep it until `stop`, used or not.

    Args:
        home: Data directory.

    Returns:
        How it runs.

    Raises:
        MongodError: It does not start.
    """
    take(Home(home), idle_s=IDLE_S, keep=True).release()
    return status(home)


def stop(home: Path) -> Status:
    """Stop the embedded server: at once if nobody uses it, else when the last user is gone.

    Args:
        home: Data directory.

    Returns:
        How things are now: not running, or running and used by `users`.

    Raises:
        MongodError: Nobody uses it, and yet it does not stop.
    """
    place = Home(home)
    with plain_errors(place.home):
        if supervisor.held(place.run.supervisor_lock):
            with place.changing():
                place.run.hurry.touch()
                place.run.keep.unlink(missing_ok=True)
        deadline = monotonic() + supervisor.STOP_S + 10
        while supervisor.held(place.run.supervisor_lock) and not supervisor.living(place.run.leases):
            if monotonic() > deadline:
                raise MongodError(f"the embedded server does not stop: see the end of {place.log}")
            sleep(0.02)
    return status(home)


def status(home: Path) -> Status:
    """Look at the embedded server of a data directory, and change nothing.

    Args:
        home: Data directory.

    Returns:
        Whether it runs, where, for whom, and how much room it takes.
    """
    place = Home(home)
    with plain_errors(place.home):
        running = supervisor.held(place.run.supervisor_lock)
        about = supervisor.read_json(place.run.server) if running else {}
        return Status(
            running=running,
            uri=about.get("uri"),
            version=about.get("version") or supervisor.read_json(place.version).get("version"),
            pid=about.get("pid"),
            dbpath=place.data,
            bytes=_disk_bytes(place.data),
            users=tuple(_user(path) for path in supervisor.living(place.run.leases)),
            kept=running and place.run.keep.exists(),
        )


def _disk_bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # mongod replaces files at any time
            total += path.lstat().st_blocks * 512
    return total


def _user(lease: Path) -> tuple[int, str]:
    import psutil

    pid = int(lease.name.partition("-")[0])
    try:
        return pid, psutil.Process(pid).name()
    except psutil.Error:
        return pid, ""
