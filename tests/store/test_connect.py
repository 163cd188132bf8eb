"""Connections to a server at an address, and how what goes wrong is told."""

import gc
import socket
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.resolver
import pytest
from pymongo.errors import AutoReconnect, DocumentTooLarge, ExecutionTimeout, OperationFailure

from exifds.errors import DatabaseError, ExifdsError, FilterError, UnreachableError, UsageError
from exifds.settings import Settings
from exifds.store.connect import connect, patiently, pauses, plain_errors

SECRET = "s3cret-pa55"


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[[str], Settings]:
    def make(uri: str) -> Settings:
        return Settings(uri=uri, home=tmp_path / "home", config=tmp_path / "config")

    return make


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A TCP port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def deaf_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Name resolution by a server that never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = server.getsockname()[1]
        monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
        yield


def refusal(settings: Settings, kind: type[ExifdsError]) -> str:
    """How an address is refused: within 5 s, in one line, without the password."""
    start = time.monotonic()
    with pytest.raises(kind) as caught:
        connect(settings)
    assert time.monotonic() - start < 5
    text = str(caught.value)
    assert SECRET not in text
    assert "\n" not in text
    return text


def test_the_database_is_that_of_the_address(settings: Settings, server_uri: str) -> None:
    """The name in the address counts; without one it is `exifds`."""
    for uri, name in ((settings.uri, str(settings.uri).rpartition("/")[2]), (server_uri, "exifds")):
        connection = connect(settings.model_copy(update={"uri": uri}))
        assert connection.database.name == name
        assert connection.lease is None
        connection.close()


def test_without_an_address_the_embedded_server_is_used(tmp_path_factory: pytest.TempPathFactory) -> None:
    """With no address the server of the data directory starts, and is let go on close."""
    home = tmp_path_factory.mktemp("c")
    connection = connect(Settings(home=home, config=tmp_path_factory.mktemp("config")))
    assert connection.lease is not None
    assert connection.database.name == "exifds"
    connection.close()
    assert "released" in repr(connection.lease)


def test_a_closed_port_is_told_within_five_seconds(settings_for: Callable[[str], Settings]) -> None:
    """An address without a server is one sentence that names it and says what to do; nothing stays open."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        text = refusal(settings_for(f"mongodb://zoe:{SECRET}@127.0.0.1:1/x"), UnreachableError)
        gc.collect()
    assert text.startswith("no MongoDB server answers at 127.0.0.1:1 ")
    assert "EXIFDS_URI" in text
    assert caught == []


def test_a_certificate_that_is_not_there_is_wrong_usage(settings_for: Callable[[str], Settings]) -> None:
    """A file named in the address that cannot be read is a `UsageError`."""
    uri = f"mongodb://zoe:{SECRET}@host/?tls=true&tlsCAFile=/no/such/file"
    assert "/no/such/file" in refusal(settings_for(uri), UsageError)


def test_a_silent_port_is_told_within_five_seconds(
    settings_for: Callable[[str], Settings], silent_port: int
) -> None:
    """A server that takes the connection and says nothing counts as none."""
    text = refusal(settings_for(f"mongodb://127.0.0.1:{silent_port}"), UnreachableError)
    assert f"127.0.0.1:{silent_port}" in text


@pytest.mark.usefixtures("deaf_resolver")
def test_an_srv_address_without_dns_is_told_within_five_seconds(
    settings_for: Callable[[str], Settings],
) -> None:
    """A `mongodb+srv` address whose name nobody resolves is a sentence."""
    assert "EXIFDS_URI" in refusal(settings_for(f"mongodb+srv://zoe:{SECRET}@c.example.com/x"), UsageError)


@pytest.mark.parametrize(
    "uri",
    [
        "nonsense",
        f"http://zoe:{SECRET}@host",
        f"mongodb://zoe:{SECRET}/@host",
        f"mongodb://zoe:{SECRET}@@host",
        f"mongodb://zoe:{SECRET}%@host",
        f"mongodb://zoe:{SECRET}@host:port",
        f"mongodb://zoe:{SECRET}@[::1",
        f"mongodb://zoe:{SECRET}@host/a b",
        f"mongodb+srv://zoe:{SECRET}@host:27017/x",
        "mongodb://",
    ],
)
def test_a_bad_address_is_wrong_usage(settings_for: Callable[[str], Settings], uri: str) -> None:
    """An address that is no MongoDB URI is a `UsageError` that does not show the password."""
    assert refusal(settings_for(uri), UsageError).startswith("EXIFDS_URI is no usable MongoDB address: ")


def test_a_wrong_password_is_told(settings_for: Callable[[str], Settings], server_uri: str) -> None:
    """A server that does not know the user gives a sentence; neither name nor password is in it."""
    host = server_uri.removeprefix("mongodb://")
    text = refusal(settings_for(f"mongodb://zoe:{SECRET}@{host}/?authSource=admin"), DatabaseError)
    assert "does not let this user in: check name, password and rights in EXIFDS_URI" in text
    assert "zoe" not in text


@pytest.mark.parametrize(
    ("raised", "expected", "message"),
    [
        (
            OperationFailure("no", 2, {"errmsg": "unknown operator: $x"}),
            FilterError,
            r"filter: unknown operator",
        ),
        (
            OperationFailure("no", 13, {"errmsg": "not authorized"}),
            DatabaseError,
            "does not let this user in",
        ),
        (OperationFailure("no", 8000, {"errmsg": "quota"}), DatabaseError, "^the database refused: quota$"),
        (OperationFailure("why, full error: {'key': 1}", 1), DatabaseError, "refused: why$"),
        (AutoReconnect("host:1"), UnreachableError, r"^no MongoDB server answers .*\(AutoReconnect\)"),
        (DocumentTooLarge("17 MB"), DatabaseError, "larger than the 16 MiB"),
        (ExecutionTimeout("slow", 50, {"errmsg": "time limit"}), DatabaseError, "refused: time limit"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_driver_errors_become_sentences(raised: Exception, expected: type[Exception], message: str) -> None:
    """What the driver raises becomes the error of exifds that fits, without a chain that shows the rest."""
    with pytest.raises(expected, match=message) as caught, plain_errors():
        raise raised
    assert caught.value.__suppress_context__


def test_patience_outlasts_a_transient_loss() -> None:
    """An operation that fails twice because the server is gone succeeds in the end."""
    failures = iter([AutoReconnect(), AutoReconnect()])

    def operation() -> str:
        for failure in failures:
            raise failure
        return "done"

    assert patiently(operation) == "done"


def test_patience_ends() -> None:
    """A server that does not come back is given up in the time that was set, after several tries."""
    tries = iter(range(1000))

    def operation() -> None:
        next(tries)
        raise AutoReconnect

    start = time.monotonic()
    with pytest.raises(AutoReconnect):
        patiently(operation, 0.5)
    assert time.monotonic() - start < 5
    assert 2 <= next(tries) <= 6


def test_only_a_lost_server_is_waited_for() -> None:
    """Any other failure is told at once."""
    tries = iter(range(1000))

    def operation() -> None:
        next(tries)
        raise OperationFailure("no")

    with pytest.raises(OperationFailure):
        patiently(operation)
    assert next(tries) == 1


def test_pauses_grow_to_some_seconds() -> None:
    """The first tries come soon, later ones spare the server, and no pause is longer than 7 s."""
    waits = [wait for wait, _ in zip(pauses(1e9), range(3000), strict=False)]
    assert 0.05 <= waits[0] <= 0.1
    assert min(waits[6:]) >= 3
    assert max(waits) <= 7
