"""Ledger: what was asked of the sandbox and what Google would charge for it."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

__all__ = ["Ledger", "Request", "Way"]

_USD: Final = (
    Decimal("1.50") / 1000
)  # an image; https://cloud.google.com/vision/pricing, without the free ones

Way: TypeAlias = Literal["rest", "grpc"]
"""How a request came."""


class Request(NamedTuple):
    """One request that came in."""

    at: float
    """Seconds of `time.monotonic()`."""
    way: Way
    images: tuple[str, ...]
    """Hash (sha256) of the bytes of each image, in order; empty where it was refused unread."""
    fault: str | None
    """What it met: a kind of fault, or the status of a refusal; None for an answer."""


@dataclass
class Ledger:
    """All requests and all charges. Several threads may write.

    Example:
        >>> ledger = Ledger()
        >>> ledger.charge(["one", "two"])
        >>> ledger.images, str(ledger.usd)
        (2, '0.0030')
    """

    requests: list[Request] = field(default_factory=list)
    paid: Counter[str] = field(default_factory=Counter)
    """How often each image (sha256 of the bytes received) was charged: whenever its labels were found, also
    if the answer was lost; never for an error."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def note(self, way: Way, images: tuple[str, ...], fault: str | None) -> None:
        """Enter one request.

        Args:
            way: How it came.
            images: The hashes of its images.
            fault: What it met.
        """
        self.requests.append(Request(time.monotonic(), way, images, fault))

    def charge(self, images: list[str]) -> None:
        """Charge the images that were labelled.

        Args:
            images: Their hashes.
        """
        with self._lock:
            self.paid.update(images)

    @property
    def images(self) -> int:
        """How many images were charged; one that was charged twice counts twice."""
        return self.paid.total()

    @property
    def twice(self) -> frozenset[str]:
        """The images that were charged more than once."""
        return frozenset(image for image, times in self.paid.items() if times > 1)

    @property
    def sent(self) -> Counter[str]:
        """How often each image came in, charged or not."""
        return Counter(image for request in self.requests for image in request.images)

    @property
    def usd(self) -> Decimal:
        """What was charged, without the free images of a month."""
        return self.images * _USD

    @property
    def faults(self) -> Counter[str]:
        """Faults and refusals served."""
        return Counter(request.fault for request in self.requests if request.fault)
