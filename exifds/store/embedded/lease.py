"""Lease: the right to use the embedded server, and how it is taken."""

import os
import secrets
import sys
from contextlib import suppress
from socket import gethostname
from time import monotonic, sleep
from typing import Any, Self

from exifds.errors import MongodError
from exifds.store.embedded.home import Home, plain_errors

if sys.platform != "win32":
    from exifds.store.embedded import starting, supervisor

__all__ = ["Lease", "take"]


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


def take(place: Home, *, idle_s: float, keep: bool) -> Lease:
    """Take a lease of a server that answers, and start the server if there is none.

    Args:
        place: Where the server has its files.
        idle_s: Seconds that a server started by this call stays after its last user is gone.
        keep: Whether the server stays although nobody uses it.

    Returns:
        The lease.

    Raises:
        MongodError: The server does not start, or does not answer.
        MissingExtraError: There is no mongod on this machine.
    """
    with plain_errors(place.home):
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
        f"the embedded server of {place.home}, started on {host}, does not answer on {gethostname()}: "
        f"see the end of {place.log}"
    )


def _lease(place: Home, *, idle_s: float, keep: bool) -> Lease:
    """Take a lease, and start the server if there is none."""
    with place.changing() as start_fd:
        # the lease comes first: a supervisor that sees none stops
        file = place.run.leases / f"{os.getpid()}-{secrets.token_hex(4)}"
        lease_fd = supervisor.lock(file, 1.0)
        assert lease_fd is not None, "the name is new"
        try:
            if not supervisor.held(place.run.supervisor_lock):
                starting.start(place, idle_s, start_fd)
            place.run.hurry.unlink(missing_ok=True)
            if keep:
                place.run.keep.touch()
            uri = _uri(place)
        except BaseException:
            file.unlink(missing_ok=True)
            os.close(lease_fd)
            raise
        return Lease(uri, lease_fd)


def _uri(place: Home) -> str:
    uri = supervisor.read_json(place.run.server).get("uri")
    if not isinstance(uri, str):
        raise MongodError(f"{place.run.server} was lost while the server runs: end its users first")
    return uri


def _answers(place: Home, uri: str) -> bool:
    """Wait for the answer of a server that may just be starting again; not once its supervisor is gone."""
    import pymongo
    from pymongo.errors import PyMongoError

    deadline = monotonic() + starting.PING_S
    with pymongo.MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=200) as client:
        while monotonic() < deadline:
            with suppress(PyMongoError):
                client.admin.command("ping")
                return supervisor.held(place.run.supervisor_lock)
            if not supervisor.held(place.run.supervisor_lock):
                return False
            sleep(0.02)
    return False
