"""Connections: to the server at a URI, or to the embedded one; and driver errors in plain words."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any, TypeVar

from pymongo import MongoClient
from pymongo.errors import (
    AutoReconnect,
    ConnectionFailure,
    DocumentTooLarge,
    InvalidOperation,
    InvalidURI,
    OperationFailure,
    PyMongoError,
)
from pymongo.synchronous.database import Database

from exifds.errors import DatabaseError, FilterError, UnreachableError, UsageError
from exifds.settings import Settings
from exifds.store.codec import BSON_OPTIONS
from exifds.store.embedded import Lease, attach

__all__ = ["PATIENCE_S", "Connection", "connect", "patiently", "pauses", "plain_errors"]

TIMEOUT_MS = 3000
"""An address without a server is known within 5 s."""

PATIENCE_S = 60.0
"""How long a lost server is waited for: the embedded one is back within seconds."""

DEFAULT_DATABASE = "exifds"
_BAD_FILTER = frozenset({2, 9, 51091, 51108})
_CURSOR_NOT_FOUND = 43
_AUTHENTICATION = frozenset({13, 18})

Result = TypeVar("Result")


@dataclass(frozen=True)
class Connection:
    """An open database, and the lease that keeps the embedded server running meanwhile."""

    client: MongoClient[dict[str, Any]]
    database: Database[dict[str, Any]]
    lease: Lease | None

    def close(self) -> None:
        """Close the connection and let the embedded server go."""
        self.client.close()
        if self.lease is not None:
            self.lease.release()


def connect(settings: Settings) -> Connection:
    """Connect to `settings.uri`, or to the embedded server of `settings.home`.

    Args:
        settings: Where.

    Returns:
        The connection, once the server has answered.

    Raises:
        UsageError: The address is no MongoDB URI.
        UnreachableError: No server answers within 5 s.
        MongodError: The embedded server does not start.
    """
    with ExitStack() as on_failure:
        lease = attach(settings.home) if settings.uri is None else None
        if lease is not None:
            on_failure.callback(lease.release)
        uri = lease.uri if lease is not None else str(settings.uri)
        with _usable(uri):
            if not uri.startswith(("mongodb://", "mongodb+srv://")):
                raise InvalidURI("it must begin with mongodb:// or mongodb+srv://")
            client: MongoClient[dict[str, Any]] = MongoClient(
                uri,
                serverSelectionTimeoutMS=TIMEOUT_MS,
                connectTimeoutMS=TIMEOUT_MS,
                appname="exifds",
                tz_aware=True,
            )
            on_failure.callback(client.close)
        with plain_errors(_hosts(client)):
            client.admin.command("ping")
        on_failure.pop_all()
    database = client.get_default_database(DEFAULT_DATABASE, codec_options=BSON_OPTIONS)
    return Connection(client, database, lease)


@contextmanager
def _usable(uri: str) -> Iterator[None]:
    """Faults of an address, told without the password in it."""
    try:
        yield
    except (PyMongoError, ValueError, OSError) as error:
        secret = uri.partition("://")[2].rpartition("@")[0]
        text = str(error).replace(uri, "the URI")
        text = text.replace(secret, "***") if secret else text
        raise UsageError(f"EXIFDS_URI is no usable MongoDB address: {text}") from None


@contextmanager
def plain_errors(server: str = "the database") -> Iterator[None]:
    """Turn driver errors into exifds' own, in one sentence and without credentials.

    Args:
        server: The server in words, for the message.

    Raises:
        UnreachableError: The server does not answer.
        FilterError: The server found a filter malformed.
        UsageError: The connection was closed before.
        DatabaseError: The server refused.
    """
    try:
        yield
    except ConnectionFailure as error:
        raise UnreachableError(
            f"no MongoDB server answers at {server} ({type(error).__name__}): start it, check EXIFDS_URI, "
            "or unset EXIFDS_URI to use the embedded server"
        ) from None
    except OperationFailure as error:
        raise _refusal(error, server) from None
    except DocumentTooLarge:
        raise DatabaseError("a document is larger than the 16 MiB that MongoDB takes") from None
    except PyMongoError as error:
        if isinstance(error, InvalidOperation) and "after close" in str(error):
            raise UsageError("the dataset is closed: open it again with exifds.open()") from None
        raise DatabaseError(f"{server} failed: {type(error).__name__}") from None


def _refusal(error: OperationFailure, server: str) -> DatabaseError | FilterError:
    text = str((error.details or {}).get("errmsg", error)).partition(", full error")[0]
    text = text.partition("{")[0].rstrip(" :")  # what follows may quote a whole document
    if error.code == _CURSOR_NOT_FOUND:
        return DatabaseError(f"{server} was restarted meanwhile: run the same command again to go on")
    if error.code in _AUTHENTICATION:
        return DatabaseError(
            f"{server} does not let this user in: check name, password and rights in EXIFDS_URI"
        )
    if error.code in _BAD_FILTER:
        return FilterError(f"MongoDB does not understand the filter: {text}")
    return DatabaseError(f"{server} refused: {text}")


def patiently(operation: Callable[[], Result], patience_s: float = PATIENCE_S) -> Result:
    """Repeat an operation while the server is gone, with growing random pauses.

    Args:
        operation: Must change nothing more when it is done twice.
        patience_s: Give up after so many seconds.

    Returns:
        What the operation returns.

    Raises:
        AutoReconnect: The server did not come back.
    """
    waits = pauses(patience_s)
    while True:
        try:
            return operation()
        except AutoReconnect:
            if (pause := next(waits, None)) is None:
                raise
        time.sleep(pause)


def pauses(patience_s: float) -> Iterator[float]:
    """Pauses between tries, in seconds: growing to some 5 s, and random so that clients spread.

    Args:
        patience_s: They end where the next one would pass so many seconds from now.

    Returns:
        The pauses; ask for one after each try that failed.
    """
    deadline = time.monotonic() + patience_s
    growing = (random.uniform(0.05, 0.1) * 2 ** min(tries, 6) for tries in count())  # noqa: S311  # guards nothing
    return takewhile(lambda pause: time.monotonic() + pause <= deadline, growing)


def _hosts(client: MongoClient[dict[str, Any]]) -> str:
    hosts = client.topology_description.server_descriptions()
    return ", ".join(sorted(host if port is None else f"{host}:{port}" for host, port in hosts))
