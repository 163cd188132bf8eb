"""Answers: what a scorer may say about an image, and what is asked of a scorer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from exifds.enrich.score.budget import Budget
from exifds.errors import UsageError
from exifds.photo import LabelItem

__all__ = [
    "Answer",
    "Barred",
    "KnownOnly",
    "Labelled",
    "Refused",
    "Scorer",
    "Unaffordable",
    "Unanswered",
    "Unclaimed",
    "always",
    "stored_as",
]


@dataclass(frozen=True)
class Labelled:
    """The labels of an image, each with its score."""

    items: tuple[LabelItem, ...]


@dataclass(frozen=True)
class Refused:
    """There is something about this image: the others of its request have their answers.

    Args:
        reason: What.
        lasting: It would be refused again; else it may do another time.
    """

    reason: str
    lasting: bool = True


@dataclass(frozen=True)
class Unanswered:
    """The scorer gave no usable answer, however often it was asked; it is not for the image."""

    reason: str


@dataclass(frozen=True)
class Unaffordable:
    """The image was not sent, or not once more: the budget is spent."""


@dataclass(frozen=True)
class Unclaimed:
    """The image was not sent, or not once more: somebody else may be asking about it by now."""


@dataclass(frozen=True)
class Barred:
    """The scorer lets nobody in with these settings; the answers beside it are paid all the same.

    Args:
        error: Why.
    """

    error: UsageError


Answer = Labelled | Refused | Unanswered | Unaffordable | Unclaimed | Barred


def always() -> bool:
    """The claim on images that nobody else asks about."""
    return True


def stored_as(endpoint: str | None) -> str:
    """Under what name the labels of a Vision are stored: those of the sandbox are never taken for Google's.

    Args:
        endpoint: Where Vision is, as in `Settings.vision_endpoint`.

    Returns:
        The key in `Photo.labels`.

    Example:
        >>> stored_as(None), stored_as("https://eu-vision.googleapis.com"), stored_as("grpc://127.0.0.1:8081")
        ('google', 'google', 'sandbox')
    """
    there = (endpoint or "").strip().casefold()
    return "google" if not there or there.startswith("https:") else "sandbox"


@dataclass
class KnownOnly:
    """Stands for a scorer whose labels are all known already: it needs no key, as nothing is asked.

    Args:
        name: The key of the scorer in `Photo.labels`.
    """

    name: str
    model: str = ""
    workers: int = 1
    batch: int = 16
    requests: int = 0

    def prepared(self, data: bytes, orientation: int | None) -> bytes:  # noqa: ARG002  # as in Scorer
        """The file as it is: it is sent nowhere."""
        return data

    def label(
        self,
        images: Sequence[bytes],
        budget: Budget,  # noqa: ARG002
        held: Callable[[], bool] = always,  # noqa: ARG002
    ) -> list["Answer"]:
        """No labels: of an image that came meanwhile, nothing is known."""
        return [Unanswered("there are new images, and no key to ask about them: run it again")] * len(images)

    def stop(self) -> None:
        """Nothing is sent anyway."""


class Scorer(Protocol):
    """Gives labels to images. Its methods are called by several threads at a time."""

    @property
    def name(self) -> str:
        """Its key in `Photo.labels`."""

    @property
    def model(self) -> str:
        """What gives the labels, as `Photo.labels` records it."""

    @property
    def workers(self) -> int:
        """How many threads shall ask it."""

    @property
    def batch(self) -> int:
        """How many images it is best asked about at a time."""

    @property
    def requests(self) -> int:
        """Requests made so far."""

    def prepared(self, data: bytes, orientation: int | None) -> bytes:
        """An image file as `label` takes it.

        Args:
            data: The file.
            orientation: EXIF code 2-8 by which its pixels are to be turned.

        Returns:
            The image.

        Raises:
            PhotoError: The file is broken, too large, or no image.
        """

    def label(
        self, images: Sequence[bytes], budget: Budget, held: Callable[[], bool] = always
    ) -> list[Answer]:
        """The labels of images.

        Args:
            images: From `prepared`.
            budget: What may be spent; every image that is sent is taken from it.
            held: Whether the images are still ours to ask about; asked each time before they are sent.

        Returns:
            An answer for each image, in their order.
        """

    def stop(self) -> None:
        """Send no more requests, in whatever thread; the answers under way are still taken."""
