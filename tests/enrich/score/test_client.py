"""Where Vision is, and how the key gets there."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from google.cloud import vision_v1

from exifds.enrich.score.client import connected
from exifds.errors import UsageError
from exifds.sandbox.vision import VisionServer


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """Closes what was opened."""
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize(
    "endpoint",
    [
        *("", "127.0.0.1:80", "ftp://127.0.0.1", "grpc://127.0.0.1", "grpc://127.0.0.1:0", "http://"),
        *("http://canary@127.0.0.1:80", "http://127.0.0.1:80/v1", "grpc://127.0.0.1:canary", "http://[::1"),
    ],
)
def test_what_is_no_address_is_refused(endpoint: str) -> None:
    """In words, which do not quote it: it may hold a key."""
    with pytest.raises(
        UsageError, match=r"EXIFDS_VISION_ENDPOINT is no address: expected https://"
    ) as caught:
        connected(endpoint, "key", 1)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("endpoint", ["http://vision.example:80", "grpc://10.0.0.1:80"])
def test_the_key_does_not_leave_this_computer_in_the_clear(endpoint: str) -> None:
    """Without TLS only this computer is talked to."""
    with pytest.raises(UsageError, match="in the clear"):
        connected(endpoint, "key", 1)


def test_another_host_is_reached_over_tls(opened: ExitStack) -> None:
    """Such as Vision in the European Union."""
    client, _ = connected("https://eu-vision.googleapis.com", "key", 1)
    opened.callback(client.transport.close)
    assert client.transport.host == "https://eu-vision.googleapis.com"


def test_without_an_endpoint_it_is_google(opened: ExitStack) -> None:
    """Over gRPC with TLS; the key goes with it as credentials."""
    client, headers = connected(None, "key", 1)
    opened.callback(client.transport.close)
    assert client.transport.host == "vision.googleapis.com:443"
    assert headers == ()


@pytest.mark.parametrize("endpoint", [None, "https://eu-vision.googleapis.com", "http://127.0.0.1:1"])
def test_without_key_and_credentials_both_ways_are_told(
    endpoint: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An API key, or application credentials."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    with pytest.raises(UsageError, match=r"EXIFDS_VISION_KEY.*gcloud auth application-default login"):
        connected(endpoint, None, 1)


def test_a_plain_channel_needs_a_key() -> None:
    """Without TLS, gRPC takes no credentials."""
    with pytest.raises(UsageError, match="EXIFDS_VISION_KEY"):
        connected("grpc://127.0.0.1:80", None, 1)


@pytest.mark.parametrize("way", ["grpc", "rest"])
def test_the_key_is_in_no_log_and_no_proxy_is_asked(
    opened: ExitStack, way: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even at level DEBUG; and what is on this computer is reached directly."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    caplog.set_level(logging.DEBUG)
    with VisionServer() as server:
        settings = server.settings(way)
        client, headers = connected(settings["vision_endpoint"], settings["vision_key"], 1)
        opened.callback(client.transport.close)
        asked = vision_v1.AnnotateImageRequest(image={"content": b"x"}, features=[{"type_": 4}])
        client.batch_annotate_images(requests=[asked], metadata=headers, retry=None)
    told = "".join(str(vars(record)) for record in caplog.records)
    assert settings["vision_key"] not in told
