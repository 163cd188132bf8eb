"""The real client gets the same over REST and gRPC, and a plain HTTP request does too."""

import base64
import hashlib
import json
from typing import Any

import grpc
import httpx
import pytest
import requests
from google.api_core import exceptions
from google.rpc.error_details_pb2 import RetryInfo

from exifds.sandbox.vision import Faults, VisionServer, label
from tests.sandbox.vision.conftest import Connect

both_ways = pytest.mark.parametrize("way", ["rest", "grpc"])
FEATURES = [{"type": "LABEL_DETECTION"}]


def body(*images: bytes) -> dict[str, Any]:
    """The JSON of a request, as curl would send it."""
    return {
        "requests": [
            {"image": {"content": base64.b64encode(image).decode()}, "features": FEATURES} for image in images
        ]
    }


@both_ways
def test_the_real_client_is_answered(
    server: VisionServer, connect: Connect, images: tuple[bytes, ...], way: str
) -> None:
    """In order, with words, ids and scores, and the request is in the ledger."""
    answer = connect(server, way)(images[:16], 50)
    assert len(answer.responses) == 16
    for image, found in zip(images[:16], answer.responses, strict=True):
        assert not found.error.code
        assert [one.description for one in found.label_annotations] == [
            one.description for one in label(image)
        ]
        assert [one.score for one in found.label_annotations] == pytest.approx(
            [one.score for one in label(image)], abs=1e-6
        )
        assert all(one.mid.startswith("/m/") for one in found.label_annotations)
    assert server.ledger.requests[-1].way == way
    assert server.ledger.requests[-1].images[0] == hashlib.sha256(images[0]).hexdigest()


@both_ways
def test_a_bad_image_is_an_error_inside_a_good_answer(
    server: VisionServer, connect: Connect, images: tuple[bytes, ...], way: str
) -> None:
    """The other images are answered."""
    first, bad, last = connect(server, way)([images[0], b"no image", images[1]]).responses
    assert first.label_annotations
    assert last.label_annotations
    assert (bad.error.code, bad.error.message) == (3, "Bad image data.")


@both_ways
def test_seventeen_images_are_an_invalid_argument(server: VisionServer, connect: Connect, way: str) -> None:
    """Sixteen are the limit."""
    with pytest.raises(exceptions.BadRequest, match="Too many images per request"):
        connect(server, way)([b"image"] * 17)


@both_ways
def test_more_than_ten_megabytes_are_an_invalid_argument(
    server: VisionServer, connect: Connect, way: str
) -> None:
    """Over gRPC too, whose servers otherwise stop at four."""
    ask = connect(server, way)
    assert ask([bytes(7_000_000)]).responses[0].error.code == 3
    with pytest.raises(exceptions.BadRequest, match="payload size exceeds the limit: 10485760 bytes"):
        ask([bytes(11_000_000)])


@both_ways
def test_a_wrong_key_is_refused(
    server: VisionServer, connect: Connect, images: tuple[bytes, ...], way: str
) -> None:
    """Before anything is looked at."""
    before = server.ledger.images
    with pytest.raises(exceptions.BadRequest, match="API key not valid"):
        connect(server, way, "another")(images[:1])
    assert server.ledger.images == before


def test_without_a_key_permission_is_denied(server: VisionServer, images: tuple[bytes, ...]) -> None:
    """On both ways."""
    answer = httpx.post(f"{server.rest_endpoint}/v1/images:annotate", json=body(images[0]))
    assert answer.status_code == 403
    assert answer.json()["error"]["status"] == "PERMISSION_DENIED"
    with grpc.insecure_channel(server.grpc_endpoint.removeprefix("grpc://")) as channel:
        method = channel.unary_unary("/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages")
        with pytest.raises(grpc.RpcError) as refused:
            method(b"")
    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED


@pytest.mark.parametrize("project", ["", "projects/mine/", "projects/mine/locations/eu/"])
def test_a_plain_request_is_answered(server: VisionServer, images: tuple[bytes, ...], project: str) -> None:
    """With the key in the address, as curl sends it."""
    answer = httpx.post(
        f"{server.rest_endpoint}/v1/{project}images:annotate",
        params={"key": "sandbox-key"},
        json=body(images[0]),
    )
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/json")
    (found,) = answer.json()["responses"]
    assert set(found["labelAnnotations"][0]) == {"mid", "description", "score", "topicality"}


def test_what_is_no_json_is_refused(server: VisionServer) -> None:
    """In Google's form of an error."""
    answer = httpx.post(
        f"{server.rest_endpoint}/v1/images:annotate",
        headers={"x-goog-api-key": "sandbox-key"},
        content=b"{",
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"


@both_ways
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("unavailable", exceptions.ServiceUnavailable),
        ("exhausted", exceptions.TooManyRequests),
        ("deadline", exceptions.GatewayTimeout),
        ("internal", exceptions.InternalServerError),
    ],
)
def test_transient_errors_reach_the_client_as_what_they_are(
    connect: Connect, images: tuple[bytes, ...], way: str, fault: str, error: type[Exception]
) -> None:
    """And the next try is served."""
    with VisionServer(faults=Faults.model_validate({fault: 1, "tries": 1})) as server:
        ask = connect(server, way)
        with pytest.raises(error):
            ask(images[:2])
        assert ask(images[:2]).responses[0].label_annotations
        assert server.ledger.faults == {fault: 1}
        assert server.ledger.images == 2


def test_the_time_to_wait_reaches_the_client(connect: Connect, images: tuple[bytes, ...]) -> None:
    """As RetryInfo over gRPC, as JSON of the same over REST."""
    with VisionServer(faults=Faults(exhausted=1, tries=1, retry_after=2.5)) as server:
        with pytest.raises(exceptions.TooManyRequests) as refused:
            connect(server, "grpc")(images[:1])
        (wait,) = (detail for detail in refused.value.details if isinstance(detail, RetryInfo))
        assert wait.retry_delay.ToMilliseconds() == 2500
        with pytest.raises(exceptions.TooManyRequests) as refused:
            connect(server, "rest")(images[1:2])
    assert json.dumps(refused.value.details).count('"retryDelay": "2.500s"') == 1


@pytest.mark.parametrize("fault", ["reset", "lost"])
@pytest.mark.parametrize(
    ("way", "error"), [("rest", requests.ConnectionError), ("grpc", exceptions.ServiceUnavailable)]
)
def test_a_cut_connection(
    connect: Connect, images: tuple[bytes, ...], fault: str, way: str, error: type[Exception]
) -> None:
    """The client cannot know whether it was charged; the ledger does."""
    with VisionServer(faults=Faults.model_validate({fault: 1, "tries": 1})) as server:
        ask = connect(server, way)
        with pytest.raises(error):
            ask(images[:3])
        assert server.ledger.images == (3 if fault == "lost" else 0)
        assert len(ask(images[:3]).responses) == 3
        assert len(server.ledger.twice) == (3 if fault == "lost" else 0)
