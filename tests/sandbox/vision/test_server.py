"""The server stands on this machine only, starts clean and leaves nothing behind."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
from google.api_core import exceptions

from exifds.errors import UsageError
from exifds.sandbox.vision import BadImageError, Faults, Label, VisionServer
from exifds.settings import Settings
from tests.sandbox.vision.conftest import Connect


def port(endpoint: str) -> int:
    """The port of an address."""
    found = urlsplit(endpoint).port
    assert found is not None
    return found


def test_settings_point_exifds_to_the_server(server: VisionServer) -> None:
    """Over either way, beside others."""
    by_default, rest = (
        Settings(**server.settings()),
        Settings(**server.settings("rest", uri="mongodb://here")),
    )
    assert by_default.vision_key is not None
    assert by_default.vision_key.get_secret_value() == "sandbox-key"
    assert by_default.vision_endpoint == server.grpc_endpoint
    assert rest.vision_endpoint == server.rest_endpoint
    assert rest.uri == "mongodb://here"


def test_it_listens_on_this_machine_only_and_leaves_nothing_behind(
    connect: Connect, images: tuple[bytes, ...]
) -> None:
    """No thread and no port."""
    before = set(threading.enumerate())
    with VisionServer() as server:
        endpoints = server.rest_endpoint, server.grpc_endpoint
        connect(server, "rest")(images[:1])
    left = {thread for thread in set(threading.enumerate()) - before if "vision" in thread.name}
    assert not left
    for endpoint in endpoints:
        assert urlsplit(endpoint).hostname == "127.0.0.1"
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port(endpoint)))


@pytest.mark.parametrize("way", ["rest", "grpc"])
def test_a_taken_port_is_said_plainly(way: str) -> None:
    """Whichever of the two it is, and the other is let go."""
    before = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        at = taken.getsockname()[1]
        server = VisionServer(port=at) if way == "rest" else VisionServer(grpc_port=at)
        with pytest.raises(UsageError, match=f"expected a free port on 127.0.0.1, got {at}"), server:
            pass
    started = set(threading.enumerate()) - before
    assert not [thread for thread in started if thread.name.startswith("vision")]


def test_two_servers_do_not_share_a_port(server: VisionServer) -> None:
    """Else gRPC would, and each would get half of the requests."""
    with (
        pytest.raises(UsageError, match="it is taken"),
        VisionServer(grpc_port=port(server.grpc_endpoint)),
    ):
        pass


def test_labels_may_be_anybodys(connect: Connect) -> None:
    """A function of the bytes."""

    def spell(data: bytes) -> list[Label]:
        if not data.isalpha():
            raise BadImageError
        return [Label(data.decode(), 0.75, 0.5)]

    with VisionServer(spell) as server:
        good, bad = connect(server, "grpc")([b"Zoo", b"1"]).responses
    assert good.label_annotations[0].description == "Zoo"
    assert bad.error.code == 3


@pytest.mark.parametrize("way", ["rest", "grpc"])
def test_a_slow_answer_does_not_hold_up_the_end(
    connect: Connect, images: tuple[bytes, ...], way: str
) -> None:
    """The client is told, or cut off, when the server stops."""
    with ThreadPoolExecutor(1) as pool:
        with VisionServer(faults=Faults(slow=1, pause=600)) as server:
            asked = pool.submit(connect(server, way), images[:1])
            while not server.ledger.requests:
                threading.Event().wait(0.005)
        met = asked.exception()
    assert met is None or isinstance(met, (exceptions.GoogleAPICallError, OSError))


def test_many_requests_in_flight(connect: Connect, images: tuple[bytes, ...], server: VisionServer) -> None:
    """Each gets its own answer."""
    ask = connect(server, "grpc")
    with ThreadPoolExecutor(8) as pool:
        alone = list(pool.map(lambda image: ask([image]).responses[0], images[:60]))
    assert alone == list(connect(server, "rest")(images[:16]).responses) + alone[16:]


def test_another_path_is_not_found(server: VisionServer) -> None:
    """Only images:annotate is there."""
    assert httpx.post(f"{server.rest_endpoint}/v1/files:annotate").status_code == 404
