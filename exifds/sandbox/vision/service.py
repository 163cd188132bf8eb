"""Service: `BatchAnnotateImages`, whichever way a request came: its limits, its faults, what it costs."""

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from exifds.sandbox.vision.eye import BadImageError
from exifds.sandbox.vision.faults import Faults, Kind
from exifds.sandbox.vision.labels import Label, label
from exifds.sandbox.vision.ledger import Ledger, Way
from exifds.sandbox.vision.messages import Cut, Refusal, reply

__all__ = ["KEY", "MOST_BYTES", "MOST_IMAGES", "Labeller", "Service"]

KEY: Final = "sandbox-key"
"""The only API key that the sandbox knows."""
MOST_IMAGES: Final = 16
"""In one request. https://cloud.google.com/vision/quotas"""
MOST_BYTES: Final = 10 * 1024 * 1024
"""Of one request."""

Labeller: TypeAlias = Callable[[bytes], Iterable[Label]]
"""Labels an image file; a BadImageError where it cannot be decoded."""

_MOST_IMAGE_BYTES: Final = 20 * 1024 * 1024
_LABELS: Final = 10  # given unless a request says maxResults
_LABEL_DETECTION: Final = 4  # google.cloud.vision.v1.Feature.Type
_NO_KEY: Final = (
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or "
    "other form of API consumer identity to call this API."
)
_BUSY: Final = (
    (14, "The service is currently unavailable."),
    (13, "Internal error."),
    (4, "Deadline exceeded."),
)


class Service:
    """Labels batches of images. Several threads may ask.

    Args:
        labeller: Finds the labels of an image.
        faults: What goes wrong.
        ledger: Where requests and charges are noted.
        pause: Waits for a number of seconds.
        latency: Seconds that every answer takes.
    """

    def __init__(
        self,
        labeller: Labeller = label,
        faults: Faults | None = None,
        ledger: Ledger | None = None,
        *,
        pause: Callable[[float], object],
        latency: float = 0.0,
    ) -> None:
        self._label = labeller
        self._faults = Faults() if faults is None else faults
        self.ledger = Ledger() if ledger is None else ledger
        self._pause = pause
        self._latency = latency
        self._lock = threading.Lock()
        self._number = 0
        self._tried: Counter[str] = Counter()

    def answer(self, way: Way, key: str | None, body: bytes, parse: Callable[[bytes], Any]) -> Any:
        """Answer one request.

        Args:
            way: How it came.
            key: The API key that came with it.
            body: The request.
            parse: Reads the body.

        Returns:
            A BatchAnnotateImagesResponse.

        Raises:
            Refusal: It is refused as a whole.
            Cut: The connection is to be cut.
        """
        try:
            self._pause(self._latency)
            request = _checked(key, body, parse)
        except Refusal as refusal:
            self.ledger.note(way, (), refusal.name)
            raise
        images = tuple(hashlib.sha256(asked.image.content).hexdigest() for asked in request.requests)
        kind, tried = self._fault(images)
        self.ledger.note(way, images, kind)
        self._suffer(kind, tried)
        answer = reply()
        for image, asked in zip(images, request.requests, strict=True):
            self._annotate(asked, image, answer.responses.add())
        answered = zip(images, answer.responses, strict=True)
        self.ledger.charge([image for image, found in answered if not found.HasField("error")])
        if kind == "lost":
            raise Cut
        return answer

    def _fault(self, images: tuple[str, ...]) -> tuple[Kind | None, int]:
        """What this try meets, and how many tries of its images failed before."""
        with self._lock:
            tried = max((self._tried[image] for image in images), default=0)
            kind = self._faults.request(" ".join(sorted(images)), number=self._number, tried=tried)
            self._number += 1
            self._tried.update(images if kind else ())
        return kind, tried

    def _suffer(self, kind: Kind | None, tried: int) -> None:
        """Refuse, cut or slow down a request before it is worked on."""
        match kind:
            case "unavailable":
                raise Refusal("UNAVAILABLE", "The service is currently unavailable.")
            case "exhausted":
                wait = None if tried % 2 else self._faults.retry_after
                message = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'."
                raise Refusal("RESOURCE_EXHAUSTED", message, retry_after=wait, reason="RATE_LIMIT_EXCEEDED")
            case "deadline":
                raise Refusal("DEADLINE_EXCEEDED", "Deadline exceeded.")
            case "internal":
                raise Refusal("INTERNAL", "Internal error encountered.")
            case "reset":
                raise Cut
            case "slow":
                self._pause(self._faults.pause)

    def _annotate(self, asked: Any, image: str, found: Any) -> None:
        """Label one image, or say what is wrong with it."""
        content: bytes = asked.image.content
        wanted = [feature.max_results for feature in asked.features if feature.type_ == _LABEL_DETECTION]
        if not content or not asked.features:
            _fail(found, 3, "Request must specify image and features.")
        elif not wanted:
            _fail(found, 12, "The sandbox knows LABEL_DETECTION only.")
        elif self._faults.refuses(image) or len(content) > _MOST_IMAGE_BYTES:
            _fail(found, 3, "Bad image data.")
        elif (tried := self._busy(image)) is not None:
            _fail(found, *_BUSY[tried % len(_BUSY)])
        else:
            self._find(content, max(wanted) or _LABELS, found)

    def _busy(self, image: str) -> int | None:
        """How many tries of an image failed before, if it meets a transient error now."""
        with self._lock:
            tried = self._tried[image]
            busy = self._faults.busy(image, tried)
            self._tried[image] += busy
        return tried if busy else None

    def _find(self, content: bytes, most: int, found: Any) -> None:
        """Write the labels of an image into its answer."""
        try:
            labels = list(self._label(content))[:most]
        except BadImageError:
            _fail(found, 3, "Bad image data.")
            return
        for description, score, topicality in labels:
            found.label_annotations.add(
                mid=_mid(description), description=description, score=score, topicality=topicality
            )


def _checked(key: str | None, body: bytes, parse: Callable[[bytes], Any]) -> Any:
    """The request, if its sender may ask and it keeps to the limits."""
    if not key:
        raise Refusal("PERMISSION_DENIED", _NO_KEY)
    if key != KEY:
        message = "API key not valid. Please pass a valid API key."
        raise Refusal("INVALID_ARGUMENT", message, reason="API_KEY_INVALID")
    if len(body) > MOST_BYTES:
        raise Refusal("INVALID_ARGUMENT", f"Request payload size exceeds the limit: {MOST_BYTES} bytes.")
    request = parse(body)
    if len(request.requests) > MOST_IMAGES:
        raise Refusal("INVALID_ARGUMENT", "Too many images per request.")
    return request


def _fail(found: Any, code: int, message: str) -> None:
    found.error.code, found.error.message = code, message


def _mid(description: str) -> str:
    """A made-up id of a word in the Knowledge Graph: the sandbox does not know Google's."""
    return f"/m/0{hashlib.blake2b(description.encode(), digest_size=3).hexdigest()}"
