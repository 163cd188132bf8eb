"""Vision: what may be asked of Google Vision at a time, and what its answers mean. No I/O."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from google.api_core import exceptions
from google.rpc.error_details_pb2 import RetryInfo

from exifds.enrich.score.answers import Labelled, Refused
from exifds.errors import UsageError
from exifds.photo import LabelItem

__all__ = [
    "LABELS",
    "MOST_BYTES",
    "MOST_IMAGES",
    "Again",
    "bounded",
    "judged",
    "plain",
    "read",
    "wait_asked_for",
]

MOST_IMAGES: Final = 16
"""In one request (https://cloud.google.com/vision/quotas)."""

MOST_BYTES: Final = 10_000_000
"""Of one request, as JSON."""

LABELS: Final = 50
"""Asked for of each image: more than it ever gets, since none comes with a score below 0.5."""

_UNCONNECTED: Final = "failed to connect to all addresses"  # gRPC's own words, of no server

_FRAME: Final = 1000  # bytes of a request beside an image, generously
_LONGEST_WAIT_S: Final = 600.0
_LONGEST_MESSAGE: Final = 300

_PASSING: Final = frozenset({1, 2, 4, 8, 10, 13, 14, 15})
"""Codes of google.rpc.Code after which the same image may do: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED,
RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS."""

_LASTING: Final = frozenset({3, 11})
"""Codes about the image itself: INVALID_ARGUMENT, OUT_OF_RANGE. Others are about who asks, or when."""


@dataclass(frozen=True)
class Again:
    """There is no answer this time; the same may be asked once more.

    Args:
        reason: Why.
        wait_s: Seconds that Vision wants to be left alone.
        over_quota: It was refused unread, since too much was asked: it is not charged.
        unsent: There was no connection: nothing was sent, so it is not charged either.
        whole: There was no answer to the request, not only none about one image in it.
    """

    reason: str
    wait_s: float = 0.0
    over_quota: bool = False
    unsent: bool = False
    whole: bool = True

    @property
    def free(self) -> bool:
        """Whether it certainly is not charged."""
        return self.over_quota or self.unsent


def bounded(images: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Images as they may be sent: at most 16 and 10 MB at a time. Order is kept.

    Args:
        images: Encoded images.

    Yields:
        The images of one request.

    Example:
        >>> [len(images) for images in bounded([b"jpeg"] * 40)]
        [16, 16, 8]
    """
    begin = size = 0
    for at, image in enumerate(images):
        more = _FRAME + -(-len(image) // 3) * 4  # base64
        if at > begin and (at - begin == MOST_IMAGES or size + more > MOST_BYTES):
            yield images[begin:at]
            begin, size = at, 0
        size += more
    if images:
        yield images[begin:]


def read(answer: Any) -> Labelled | Refused | Again:
    """What an answer says about one image.

    Args:
        answer: An `AnnotateImageResponse`.

    Returns:
        Its labels, or what was wrong.
    """
    if not answer.error.code:
        return Labelled(tuple(_item(given) for given in answer.label_annotations))
    reason = f"Google Vision: {plain(answer.error.message) or f'error {answer.error.code}'}"
    if answer.error.code in _PASSING:
        return Again(reason, whole=False)
    return Refused(reason, lasting=answer.error.code in _LASTING)


def judged(error: exceptions.GoogleAPICallError, secret: str | None = None) -> Again:
    """What it means that a request failed.

    Args:
        error: What the client raised.
        secret: Is kept out of the message.

    Returns:
        Why, if it may do later.

    Raises:
        UsageError: It will not: the key is wrong, the API is not enabled, the account does not pay.

    Example:
        >>> judged(exceptions.ServiceUnavailable("busy")).reason
        '503 ServiceUnavailable'
        >>> judged(exceptions.Forbidden("no billing account"))  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        exifds.errors.UsageError: Google Vision refused the request (403 Forbidden): no billing account. ...
    """
    name = f"{int(error.code)} {type(error).__name__}" if error.code else type(error).__name__
    if isinstance(error, exceptions.TooManyRequests):
        return Again(name, _wait(error), over_quota=True)
    if isinstance(
        error, (exceptions.ServerError, exceptions.Aborted, exceptions.Cancelled)
    ) and not isinstance(error, exceptions.MethodNotImplemented):
        return Again(name, _wait(error), unsent=str(error.message).startswith(_UNCONNECTED))
    message = str(error.message or "")
    if message.startswith("POST "):
        message = message.partition(": ")[2]  # the client puts the address before it
    if secret:
        message = message.replace(secret, "***")
    raise UsageError(
        f"Google Vision refused the request ({name}): {plain(message).rstrip('.')}. Check EXIFDS_VISION_KEY "
        "or the application credentials, and that the Vision API and billing are enabled"
    )


def wait_asked_for(details: Iterable[Any], headers: Mapping[str, str]) -> float:
    """How long Vision wants to be left alone.

    Args:
        details: Of the error: messages (gRPC) or dictionaries (REST); one of them may be a `RetryInfo`.
        headers: Of the HTTP answer.

    Returns:
        Seconds, 10 minutes at most; 0 if it says nothing usable.

    Example:
        >>> wait_asked_for([{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3.5s"}], {})
        3.5
        >>> wait_asked_for([], {"Retry-After": "2"})
        2.0
    """
    waits = [_seconds(headers.get("Retry-After"))]
    for detail in details:
        if isinstance(detail, RetryInfo):
            waits.append(detail.retry_delay.seconds + detail.retry_delay.nanos / 1e9)
        elif isinstance(detail, Mapping) and str(detail.get("@type", "")).endswith("google.rpc.RetryInfo"):
            waits.append(_seconds(str(detail.get("retryDelay", "")).removesuffix("s")))
    return min(max(waits), _LONGEST_WAIT_S)


def plain(text: str) -> str:
    """Text of somebody else as one line that may be shown on a terminal.

    Args:
        text: The text.

    Returns:
        Its printable characters, 300 at most.
    """
    line = " ".join(text.split())
    return "".join(char for char in line if char.isprintable())[:_LONGEST_MESSAGE]


def _item(given: Any) -> LabelItem:
    """A label. Scores come as 32-bit floats: 7 digits are theirs, those after are the conversion's."""
    return LabelItem(label=given.description, score=round(min(max(given.score, 0.0), 1.0), 7))


def _wait(error: exceptions.GoogleAPICallError) -> float:
    headers = getattr(error.response, "headers", None)
    return wait_asked_for(error.details or (), headers if isinstance(headers, Mapping) else {})


def _seconds(text: Any) -> float:
    try:
        seconds = float(text)
    except (TypeError, ValueError):
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0
