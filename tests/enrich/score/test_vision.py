"""What Vision's answers and errors mean."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import vision_v1
from google.rpc.error_details_pb2 import DebugInfo, RetryInfo
from hypothesis import given
from hypothesis import strategies as st

from exifds.enrich.score.answers import Labelled, Refused
from exifds.enrich.score.vision import (
    MOST_BYTES,
    MOST_IMAGES,
    Again,
    bounded,
    judged,
    plain,
    read,
    wait_asked_for,
)
from exifds.errors import UsageError


def answer(**fields: Any) -> Any:
    """An answer about one image."""
    return vision_v1.AnnotateImageResponse(fields)


@given(st.lists(st.integers(0, MOST_BYTES // 2), max_size=60))
def test_requests_keep_to_the_limits_and_the_order(sizes: list[int]) -> None:
    """At most 16 images and 10 MB of base64; an image that is too large goes alone."""
    images: list[Any] = [Sized(size) for size in sizes]
    requests = list(bounded(images))
    assert [image for request in requests for image in request] == images
    for request in requests:
        assert 1 <= len(request) <= MOST_IMAGES
        assert len(request) == 1 or sum(len(image) * 4 / 3 for image in request) <= MOST_BYTES
    for one, following in pairwise(requests):
        together = sum(len(image) * 4 / 3 + 1002 for image in (*one, following[0]))
        assert len(one) == MOST_IMAGES or together > MOST_BYTES


class Sized:
    """Bytes of which only the number counts."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __len__(self) -> int:
        return self.size


def test_labels_come_with_the_digits_that_are_theirs() -> None:
    """A score of 0.7 is 0.7, not the 0.699999988 of a 32-bit float; so a threshold of 0.7 keeps it."""
    given = answer(
        label_annotations=[{"description": "Monkey", "score": 0.7}, {"description": "Sky", "score": 1}]
    )
    labelled = read(given)
    assert isinstance(labelled, Labelled)
    assert [(item.label, item.score) for item in labelled.items] == [("Monkey", 0.7), ("Sky", 1.0)]


def test_an_image_without_labels_is_labelled() -> None:
    """Nothing above 0.5 was seen: that is an answer."""
    assert read(answer()) == Labelled(())


@pytest.mark.parametrize("code", [1, 2, 4, 8, 10, 13, 14, 15])
def test_an_error_that_passes_is_asked_about_again(code: int) -> None:
    """That image alone."""
    assert read(answer(error={"code": code})) == Again(f"Google Vision: error {code}", whole=False)


@pytest.mark.parametrize(
    "error",
    [
        exceptions.ServiceUnavailable,
        exceptions.InternalServerError,
        exceptions.BadGateway,
        exceptions.GatewayTimeout,
        exceptions.DeadlineExceeded,
        exceptions.Unknown,
        exceptions.Aborted,
        exceptions.Cancelled,
    ],
)
def test_what_passes_is_tried_again(error: type[exceptions.GoogleAPICallError]) -> None:
    """It may have been charged."""
    again = judged(error("canary"))
    assert (again.whole, again.over_quota) == (True, False)
    assert "canary" not in again.reason


@pytest.mark.parametrize("error", [exceptions.TooManyRequests, exceptions.ResourceExhausted])
def test_what_was_too_much_was_not_charged(error: type[exceptions.GoogleAPICallError]) -> None:
    """And says how long to wait."""
    refused = error("quota", details=[DebugInfo(), RetryInfo(retry_delay={"seconds": 7})])
    assert judged(refused).over_quota
    assert judged(refused).wait_s == 7


def test_the_header_of_an_answer_counts_too() -> None:
    """Retry-After, in seconds."""
    response = SimpleNamespace(headers={"Retry-After": "9"})
    refused = exceptions.TooManyRequests("quota", response=response)  # type: ignore[no-untyped-call]
    assert judged(refused).wait_s == 9


@pytest.mark.parametrize(
    "error",
    [
        exceptions.BadRequest,
        exceptions.InvalidArgument,
        exceptions.Unauthenticated,
        exceptions.PermissionDenied,
        exceptions.NotFound,
        exceptions.MethodNotImplemented,
        exceptions.FailedPrecondition,
    ],
)
def test_what_does_not_pass_ends_the_run(error: type[exceptions.GoogleAPICallError]) -> None:
    """In words of Google, without the key, on one line."""
    with pytest.raises(UsageError) as caught:
        judged(error("POST http://127.0.0.1:1/v1: no\n\x1b[31mway for canary."), "canary")
    text = str(caught.value)
    assert ": no [31mway for ***. Check EXIFDS_VISION_KEY" in text
    assert "POST" not in text


@given(st.lists(st.one_of(st.text(), st.dictionaries(st.text(), st.text()), st.none())), st.text())
def test_nonsense_about_waiting_is_no_wait(details: list[Any], header: str) -> None:
    """And nobody waits for longer than 10 minutes."""
    assert 0 <= wait_asked_for(details, {"Retry-After": header}) <= 600


@pytest.mark.parametrize("delay", ["nan", "-1s", "infs", "", "soons"])
def test_a_delay_that_is_none_is_no_wait(delay: str) -> None:
    """As JSON has it."""
    assert wait_asked_for([{"@type": "x/google.rpc.RetryInfo", "retryDelay": delay}], {}) == 0


def test_the_longest_wait_counts() -> None:
    """Of a message, a dictionary and a header."""
    details = [
        {"@type": "x/google.rpc.RetryInfo", "retryDelay": "3s"},
        RetryInfo(retry_delay={"nanos": 5 * 10**8}),
    ]
    assert wait_asked_for(details, {"Retry-After": "1"}) == 3
    assert wait_asked_for(details[1:], {}) == 0.5
    assert wait_asked_for([], {"Retry-After": "86400"}) == 600


@given(st.text(max_size=1000))
def test_foreign_text_is_one_printable_line(text: str) -> None:
    """It may be hostile."""
    assert plain(text).isprintable()
    assert len(plain(text)) <= 300


@pytest.mark.parametrize(
    ("code", "lasting"), [(3, True), (11, True), (5, False), (7, False), (9, False), (12, False), (16, False)]
)
def test_only_what_is_wrong_with_the_image_lasts(code: int, lasting: bool) -> None:
    """That billing is not on yet, or credentials have run out, says nothing of the image."""
    given = read(answer(error={"code": code, "message": "no"}))
    assert given == Refused("Google Vision: no", lasting=lasting)
