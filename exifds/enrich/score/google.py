"""Google: labels from Google Vision, through its own client, patient with what passes.

The client's own retries are off: it repeats requests on its own, and every repetition may be charged.
"""

import random
import threading
from collections.abc import Callable, Collection, Sequence
from typing import Final, Self

from exifds.enrich.score.answers import (
    Answer,
    Barred,
    Refused,
    Unaffordable,
    Unanswered,
    Unclaimed,
    always,
    stored_as,
)
from exifds.enrich.score.budget import Budget
from exifds.errors import MissingExtraError, UsageError
from exifds.settings import Settings

try:
    from google.cloud import vision_v1
except ModuleNotFoundError:
    raise MissingExtraError("scoring with Google Vision", "vision") from None

from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError, TransportError
from google.protobuf.json_format import ParseError
from requests import ConnectionError as RequestConnectionError
from requests import RequestException
from urllib3.exceptions import NewConnectionError

from exifds.enrich.score.client import connected
from exifds.enrich.score.scaling import scaled
from exifds.enrich.score.vision import LABELS, MOST_IMAGES, Again, bounded, judged, read

__all__ = ["QUOTA_TRIES", "TRIES", "WORKERS", "GoogleScorer"]

WORKERS: Final = 8
"""Requests in flight."""

TRIES: Final = 6
"""How often an image is sent at most."""

QUOTA_TRIES: Final = 12
"""How often it is tried while too much is asked for: quotas are for a minute, and a refusal costs nothing."""

_TIMEOUT_S: Final = 60.0
_BASE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 60.0

_FEATURES: Final = ({"type_": vision_v1.Feature.Type.LABEL_DETECTION, "max_results": LABELS},)


class GoogleScorer:
    """Labels images by Google Vision. Thread-safe. Use it in a `with` block.

    Args:
        settings: The key, if there is one, and where Vision is.
        workers: Requests in flight.
        pause: Waits for so many seconds.

    Raises:
        UsageError: There is neither a key nor application credentials, or the endpoint is no address.

    Example:
        >>> with GoogleScorer(Settings(), workers=4) as scorer:  # doctest: +SKIP
        ...     answers = scorer.label([scorer.prepared(data, None)], Budget())
    """

    model: Final = "builtin/stable"
    batch: Final = MOST_IMAGES

    def __init__(
        self, settings: Settings, workers: int = WORKERS, pause: Callable[[float], object] | None = None
    ) -> None:
        self.workers = workers
        self.name = stored_as(settings.vision_endpoint)
        """`google`, or `sandbox` for a Vision on this computer."""
        self._secret = settings.vision_key.get_secret_value() if settings.vision_key else None
        self._client, self._headers = connected(settings.vision_endpoint, self._secret, workers)
        self._stopped = threading.Event()
        self._pause = pause or self._stopped.wait
        self._counting = threading.Lock()
        self.requests = 0
        """Requests made."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()
        self._client.transport.close()  # type: ignore[no-untyped-call]

    def stop(self) -> None:
        """Send no more requests, in whatever thread, and end the pauses between them."""
        self._stopped.set()

    def prepared(self, data: bytes, orientation: int | None) -> bytes:
        """An image file in the size that Vision recommends, upright, without metadata.

        Args:
            data: The file.
            orientation: EXIF code 2-8 by which its pixels are to be turned.

        Returns:
            A JPEG.

        Raises:
            PhotoError: The file is broken, too large, or no image.
        """
        return scaled(data, orientation)

    def label(
        self, images: Sequence[bytes], budget: Budget, held: Callable[[], bool] = always
    ) -> list[Answer]:
        """The labels of images: in requests of at most 16 images and 10 MB, one after the other.

        Args:
            images: From `prepared`.
            budget: Each image is taken from it every time it is sent.
            held: Whether the images are still ours to ask about; asked each time before they are sent.

        Returns:
            An answer for each image, in their order: `Barred` where Vision lets nobody in with this key, or
            the account does not pay.
        """
        answers: list[Answer] = []
        for some in bounded(images):
            barred = next((answer for answer in answers if isinstance(answer, Barred)), None)
            answers += [barred] * len(some) if barred else self._patiently(some, budget, held)
        return answers

    def _patiently(self, images: Sequence[bytes], budget: Budget, held: Callable[[], bool]) -> list[Answer]:
        """The answers to one request, and to the smaller ones that repeat what passes."""
        if self._stopped.is_set():
            return [Unanswered("it was not asked any more")] * len(images)
        answers: list[Answer] = [Unaffordable()] * len(images)
        waiting = list(range(len(images)))
        attempt = 0
        while sent := waiting[: budget.take(len(waiting))]:
            if not held():
                budget.give_back(len(sent))
                for at in waiting:
                    answers[at] = Unclaimed()
                break
            attempt += 1
            again: dict[int, Again] = {}
            verdicts = self._answered([images[at] for at in sent])
            for at, verdict in zip(sent, verdicts, strict=True):
                if isinstance(verdict, Again):
                    again[at] = verdict
                else:
                    answers[at] = verdict
            budget.give_back(sum(map(_is_free, verdicts)))
            if again and not self._waits(attempt, again.values()):
                for at, verdict in again.items():
                    answers[at] = _given_up(verdict, attempt)
                break
            waiting = list(again)
        return answers

    def _waits(self, attempt: int, again: Collection[Again]) -> bool:
        """Pause before another try; False if there is to be none."""
        tries = QUOTA_TRIES if any(verdict.over_quota for verdict in again) else TRIES
        if attempt < tries:
            self._pause(_wait(attempt, max(verdict.wait_s for verdict in again)))
        return attempt < tries and not self._stopped.is_set()

    def _answered(self, images: Sequence[bytes]) -> Sequence[Answer | Again]:
        """One request. That nobody is let in is an answer, too: those that came before it are paid."""
        try:
            return self._send(images)
        except UsageError as error:
            return [Barred(error)] * len(images)

    def _send(self, images: Sequence[bytes]) -> Sequence[Answer | Again]:
        with self._counting:
            self.requests += 1
        asked = [{"image": {"content": image}, "features": _FEATURES} for image in images]
        try:
            answer = self._client.batch_annotate_images(
                {"requests": asked}, retry=None, timeout=_TIMEOUT_S, metadata=self._headers
            )
        except GoogleAPICallError as error:
            failure = error
        except (RequestException, TransportError, ParseError, ValueError, AttributeError) as error:
            # the last two are how the client fails at bodies that are not Google's
            return [Again(type(error).__name__, unsent=_unconnected(error))] * len(images)
        except GoogleAuthError as error:
            raise UsageError(
                f"the application credentials for Google Vision are not usable ({type(error).__name__}): "
                "run `gcloud auth application-default login`, or set EXIFDS_VISION_KEY"
            ) from None
        else:
            if len(answer.responses) != len(images):
                return [Again("answers for other images")] * len(images)
            return [read(response) for response in answer.responses]
        return [judged(failure, self._secret)] * len(images)


def _is_free(verdict: Answer | Again) -> bool:
    """Whether an image that was sent certainly is not charged."""
    return isinstance(verdict, Barred) or (isinstance(verdict, Again) and verdict.free)


def _unconnected(error: Exception) -> bool:
    """Whether there was not even a connection."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, RequestConnectionError) and isinstance(reason, NewConnectionError)


def _given_up(last: Again, tries: int) -> Refused | Unanswered:
    """What is left of an image that was asked for often enough."""
    if last.unsent:
        return Unanswered(
            f"the address of Google Vision cannot be reached ({tries} tries, the last: {last.reason}): check "
            "the network, and EXIFDS_VISION_ENDPOINT if it is set"
        )
    if last.whole:
        return Unanswered(f"Google Vision gave no usable answer in {tries} tries (the last: {last.reason})")
    return Refused(f"{last.reason} ({tries} tries)", lasting=False)


def _wait(attempt: int, asked_for_s: float) -> float:
    """The pause after a try (1 is the first): random, so that clients spread, and what was asked for."""
    bound_s = min(_LONGEST_PAUSE_S, _BASE_S * 2.0 ** (attempt - 1))
    return asked_for_s + random.uniform(0, bound_s)  # noqa: S311  # guards nothing
