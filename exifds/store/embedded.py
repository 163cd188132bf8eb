"""The embedded MongoDB server: one mongod per data directory, shared by all who open it, gone with the last.

It listens on a unix socket in a folder that only its user may enter, and on no network port. Who uses it
holds a lease; `supervisor.py`, a small process of its own, watches the leases and mongod.
"""

import hashlib
import json
import logging
import os
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname
from time import monotonic, sleep
from typing import Any, Self
from urllib.parse import quote

from exifds.errors import MongodError, UsageError
from exifds.store import mongod

if sys.platform != "win32":
    from exifds.store import supervisor
    from exifds.store.supervisor import Plan, Run

__all__ = ["Lease", "Status", "attach", "socket_folder", "start", "status", "stop"]

IDLE_S = 5.0
START_S = 300.0
"""A killed server replays its journal before it listens; that can take minutes."""
PING_S = 30.0
SOCKET_BYTES = 107
"""sun_path holds 108 bytes with the final zero: unix(7)."""
PRIVATE = 0o700
KEPT_ENVIRONMENT = ("HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR")
"""What the server gets of its starter's environment: no key, and no locale that may not be installed."""

log = logging.getLogger(__name__)


class Lease:
    """The right to use the embedded server; while anybody holds one, the server runs.

    It ends with `release()`, with the `with` block, or with the process, however that ends. A forked child
    (multiprocessing with "fork") shares the lease of its parent: the server stays until both have released
    it or ended. A child that is a fresh program (subprocess, "spawn", "forkserver") takes a lease of its own.
    """

    def __init__(self, uri: str, fd: int) -> None:
        self._uri = uri
        self._fd: int | None = fd

    @property
    def uri(self) -> str:
        """Address for any MongoDB client on this machine, run by the same user."""
        return self._uri

    def release(self) -> None:
        """Give the lease back; twice does no harm."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)  # not unlocked: a forked child may still use the server

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def __repr__(self) -> str:
        return f"<Lease {self._uri}{'' if self._fd is not None else ', released'}>"


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
        >>> with attach(Path("/tmp/photos")) as lease:
        ...     pymongo.MongoClient(lease.uri).admin.command("ping")
        {'ok': 1.0}
    """
    return _attach(_Place(home), idle_s=idle_s, keep=False)


def start(home: Path) -> Status:
    """Start the embedded server and keep it until `stop`, used or not.

    Args:
        home: Data directory.

    Returns:
        How it runs.

    Raises:
        MongodError: It does not start.
    """
    _attach(_Place(home), idle_s=IDLE_S, keep=True).release()
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
    place = _Place(home)
    with _plain_errors(place.home):
        if supervisor.held(place.run.supervisor_lock):
            with place.changing():
                place.run.hurry.touch()
                place.run.keep.unlink(missing_ok=True)
        deadline = monotonic() + supervisor.STOP_S + 10
        while supervisor.held(place.run.supervisor_lock) and not supervisor.living(place.run.leases):
            if monotonic() > deadline:
                raise MongodError(f"The embedded server does not stop: see the end of {place.log}.")
            sleep(0.02)
    return status(home)


def status(home: Path) -> Status:
    """Look at the embedded server of a data directory, and change nothing.

    Args:
        home: Data directory.

    Returns:
        Whether it runs, where, for whom, and how much room it takes.
    """
    place = _Place(home)
    with _plain_errors(place.home):
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


class _Place:
    """Where the embedded server of a data directory has its files."""

    def __init__(self, home: Path) -> None:
        if sys.platform == "win32":
            raise UsageError("There is no embedded server on Windows: pass uri=... of a MongoDB server.")
        self.home = home.expanduser().absolute()
        self.db = self.home / "db"
        self.data = self.db / "data"
        self.log = self.db / "mongod.log"
        self.version = self.db / "version.json"
        self.run = Run(self.db / "run")

    def prepare(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        for folder in (self.db, self.data, self.run.folder, self.run.leases):
            _make_private(folder)

    @contextmanager
    def changing(self) -> Iterator[int]:
        fd = supervisor.lock(self.run.start_lock, START_S + supervisor.STOP_S)
        if fd is None:
            raise MongodError(f"Another process has been starting the server for minutes: see {self.log}.")
        try:
            yield fd
        finally:
            supervisor.unlock(fd)


def _attach(place: _Place, *, idle_s: float, keep: bool) -> Lease:
    with _plain_errors(place.home):
        place.prepare()
        for _ in range(3):
            lease = _lease(place, idle_s=idle_s, keep=keep)
            if _answers(place, lease.uri):
                return lease
            lease.release()
            if supervisor.held(place.run.supervisor_lock):
                break
            # its supervisor was killed, or gave up on a mongod that dies: a new start works, or tells why
        host = supervisor.read_json(place.run.server).get("host")
    raise MongodError(
        f"The embedded server of {place.home}, started on {host}, does not answer on {gethostname()}: "
        f"see the end of {place.log}."
    )


def _lease(place: _Place, *, idle_s: float, keep: bool) -> Lease:
    """Take a lease, and start the server if there is none."""
    with place.changing() as start_fd:
        # the lease comes first: a supervisor that sees none stops
        file = place.run.leases / f"{os.getpid()}-{secrets.token_hex(4)}"
        lease_fd = supervisor.lock(file, 1.0)
        assert lease_fd is not None, "the name is new"
        try:
            if not supervisor.held(place.run.supervisor_lock):
                _start(place, idle_s, start_fd)
            place.run.hurry.unlink(missing_ok=True)
            if keep:
                place.run.keep.touch()
            uri = _uri(place)
        except BaseException:
            file.unlink(missing_ok=True)
            os.close(lease_fd)
            raise
        return Lease(uri, lease_fd)


def _uri(place: _Place) -> str:
    uri = supervisor.read_json(place.run.server).get("uri")
    if not isinstance(uri, str):
        raise MongodError(f"{place.run.server} was lost while the server runs: end its users first.")
    return uri


def _start(place: _Place, idle_s: float, start_fd: int) -> None:
    """Start a supervisor, which starts mongod. The caller holds `start.lock`, open as `start_fd`."""
    _end_orphan(place)
    shutil.rmtree(place.run.links, ignore_errors=True)
    binary = mongod.load(mongod.find_mongod(), place.run.links)
    mongod.check_version(supervisor.read_json(place.version).get("version"), binary)
    if mongod.is_network(kind := mongod.filesystem_type(place.data)):
        log.warning("%s lies on a network file system (%s), where MongoDB may lose data.", place.home, kind)
    short = os.environ.get("XDG_RUNTIME_DIR", "")
    fallback = Path(short if os.access(short, os.W_OK) else tempfile.gettempdir())
    folder = socket_folder(place.home, fallback, os.geteuid())
    _make_private(folder)
    socket = folder / "m.sock"
    about = {
        "uri": f"mongodb://{quote(str(socket), safe='')}",
        "socket": str(socket),
        "version": binary.version,
        "host": gethostname(),
    }
    plan = Plan(
        run=str(place.run.folder),
        command=mongod.command(binary.path, place.data, socket, place.log),
        env=binary.env,
        data=str(place.data),
        socket=str(socket),
        log=str(place.log),
        about=about,
        idle_s=idle_s,
        start_s=START_S,
        start_fd=start_fd,
    )
    logged = place.log.stat().st_size if place.log.exists() else 0
    outcome = _supervise(plan)
    if "error" in outcome:
        raise MongodError(f"The embedded server did not start: {outcome['error']}; see {place.log}.")
    if outcome["exit"] is not None:
        raise MongodError(mongod.explain_exit(outcome["exit"], mongod.log_since(place.log, logged)))
    supervisor.write_json(place.version, {"version": binary.version})


def _supervise(plan: "Plan") -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603  our own script
        [sys.executable, "-I", "-S", supervisor.__file__, plan.run],
        input=json.dumps(plan._asdict()),
        env={name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ},
        pass_fds=(plan.start_fd,),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        return {"error": " ".join(done.stderr.split()[-20:])}
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome


def _end_orphan(place: _Place) -> None:
    """Ask a mongod that outlived its supervisor (not on Linux) to shut down, through its socket."""
    about = supervisor.read_json(place.run.server)
    deadline = monotonic() + PING_S
    while supervisor.listens(about.get("socket", "")) and monotonic() < deadline:
        import pymongo  # noqa: PLC0415  heavy
        from pymongo.errors import PyMongoError  # noqa: PLC0415

        client = pymongo.MongoClient[dict[str, Any]](about["uri"], serverSelectionTimeoutMS=500)
        with client, suppress(PyMongoError):  # it may be gone already, or close the connection for an answer
            client.admin.command("shutdown")


def _answers(place: _Place, uri: str) -> bool:
    """Wait for the answer of a server that may just be starting again; not once its supervisor is gone."""
    import pymongo  # noqa: PLC0415  heavy
    from pymongo.errors import PyMongoError  # noqa: PLC0415

    deadline = monotonic() + PING_S
    with pymongo.MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=200) as client:
        while monotonic() < deadline:
            with suppress(PyMongoError):
                client.admin.command("ping")
                return supervisor.held(place.run.supervisor_lock)
            if not supervisor.held(place.run.supervisor_lock):
                return False
            sleep(0.02)
    return False


def _make_private(folder: Path) -> None:
    """Make a folder that only its owner may enter, or make it so; refuse one of somebody else."""
    folder.mkdir(mode=0o700, exist_ok=True)
    # the link too, if it is one: in a shared folder anybody may make links to what is ours
    if {folder.stat().st_uid, folder.lstat().st_uid} != {os.geteuid()}:
        raise MongodError(f"{folder} belongs to another user: remove it, or choose another EXIFDS_HOME.")
    if stat.S_IMODE(folder.stat().st_mode) != PRIVATE:
        folder.chmod(PRIVATE)


@contextmanager
def _plain_errors(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MongodError(
            f"The data directory {home} cannot be used ({error.strerror}: {error.filename}): "
            "mend that, or choose another one with EXIFDS_HOME."
        ) from error


def _disk_bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # mongod replaces files at any time
            total += path.lstat().st_blocks * 512
    return total


def _user(lease: Path) -> tuple[int, str]:
    import psutil  # noqa: PLC0415  not needed to attach

    pid = int(lease.name.partition("-")[0])
    try:
        return pid, psutil.Process(pid).name()
    except psutil.Error:
        return pid, ""
