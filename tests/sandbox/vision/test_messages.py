"""Messages mean the same on both ways."""

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.sandbox.vision.messages import STATUSES, Refusal, from_json, from_wire, reply, to_json


@given(st.lists(st.binary(max_size=50), max_size=4))
def test_json_and_bytes_are_the_same_request(images: list[bytes]) -> None:
    """The server reads one as well as the other."""
    asked = [
        {"image": {"content": base64.b64encode(image).decode()}, "features": [{"type": "LABEL_DETECTION"}]}
        for image in images
    ]
    request = from_json(json.dumps({"requests": asked}).encode())
    assert [one.image.content for one in request.requests] == images
    assert from_wire(request.SerializeToString()) == request


def test_the_type_of_a_feature_may_be_a_number() -> None:
    """The client sends numbers for the names of enums."""
    named, numbered = (
        from_json(json.dumps({"requests": [{"features": [{"type": kind}]}]}).encode())
        for kind in ("LABEL_DETECTION", 4)
    )
    assert named == numbered


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"wrong": 1}',
        b'{"requests": [{"image": 1}]}',
        b'{"requests": 1}',
        b"1",
        b"[" * 99999,
    ],
)
def test_json_that_is_no_request_is_refused(body: bytes) -> None:
    """As an invalid argument."""
    with pytest.raises(Refusal, match="Invalid JSON payload") as refused:
        from_json(body)
    assert refused.value.status.http == 400


@given(st.binary(max_size=60))
def test_any_json_is_read_or_refused(body: bytes) -> None:
    """Nothing else is raised."""
    with suppress(Refusal):
        from_json(body)


def test_bytes_that_are_no_request_are_refused() -> None:
    """As a gRPC server does whose deserializer fails."""
    with pytest.raises(Refusal) as refused:
        from_wire(b"\xff\xff\xff")
    assert refused.value.name == "INTERNAL"


def test_an_answer_as_json() -> None:
    """Names are those of Google's reference."""
    answer = reply()
    answer.responses.add().label_annotations.add(mid="/m/0", description="Zoo", score=0.75, topicality=0.5)
    assert json.loads(to_json(answer)) == {
        "responses": [
            {"labelAnnotations": [{"mid": "/m/0", "description": "Zoo", "score": 0.75, "topicality": 0.5}]}
        ]
    }


def test_an_error_says_how_long_to_wait_and_why() -> None:
    """In the details, on both ways."""
    refusal = Refusal("RESOURCE_EXHAUSTED", "Quota exceeded.", retry_after=1.5, reason="RATE_LIMIT_EXCEEDED")
    error = refusal.body()["error"]
    assert (error["code"], error["status"], error["message"]) == (
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded.",
    )
    wait, info = error["details"]
    assert wait == {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1.500s"}
    assert info["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
    assert info["reason"] == "RATE_LIMIT_EXCEEDED"
    assert refusal.detail().code == 8


@pytest.mark.parametrize("status", STATUSES)
def test_an_error_without_details_has_none(status: str) -> None:
    """And its numbers belong together."""
    refusal = Refusal(status, "Sorry.")
    assert refusal.body() == {"error": {"code": STATUSES[status].http, "message": "Sorry.", "status": status}}
    assert STATUSES[status].grpc.value[0] == refusal.detail().code
