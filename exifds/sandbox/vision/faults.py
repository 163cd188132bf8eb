"""Faults: what goes wrong at Vision, how often, and for which request or image. Pure.

An image suffers at most `tries` times, be it with the whole request or alone inside a good answer, and
however it is batched; then it is served. So whatever can be had is had by who asks `tries` + 1 times.
"""

from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from exifds.sandbox.flickr.faults import uniform

__all__ = ["Faults", "Kind"]

Kind: TypeAlias = Literal["unavailable", "exhausted", "deadline", "internal", "reset", "lost", "slow"]
"""What a request can suffer."""

_KINDS: Final[tuple[Kind, ...]] = (
    "unavailable", "exhausted", "deadline", "internal", "reset", "lost", "slow",
)  # fmt: skip

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Faults(BaseModel):
    """Shares of requests, or of images, that meet each fault. None by default.

    Example:
        >>> Faults(unavailable=1).request("images", number=0, tried=0)
        'unavailable'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    seed: Annotated[int, Field(ge=0)] = 0
    """Seed of every decision."""
    tries: Annotated[int, Field(ge=1, le=5)] = 3
    """Most tries of one image that fail."""
    burst: Annotated[int, Field(ge=1)] = 1
    """Requests in a row, in the order they come in, that meet the same fault. 1: each has its own."""
    retry_after: Seconds = 1.0
    """What RESOURCE_EXHAUSTED asks to wait, seconds. Every second one does not say it."""
    pause: Seconds = 2.0
    """How long a slow answer takes, seconds."""

    unavailable: Share = 0.0
    """UNAVAILABLE, 503."""
    exhausted: Share = 0.0
    """RESOURCE_EXHAUSTED, 429: more requests a minute than the quota allows."""
    deadline: Share = 0.0
    """DEADLINE_EXCEEDED, 504."""
    internal: Share = 0.0
    """INTERNAL, 500."""
    reset: Share = 0.0
    """The connection is cut before anything is done. Over gRPC, UNAVAILABLE as its client would say."""
    lost: Share = 0.0
    """The connection is cut after the images were labelled and charged."""
    slow: Share = 0.0
    """The answer takes `pause` longer."""

    image_busy: Share = 0.0
    """Images with a transient error (4, 13 or 14) inside a good answer."""
    image_refused: Share = 0.0
    """Images that are "bad image data" however often they are sent."""

    @classmethod
    def all(cls, seed: int = 0, *, burst: int = 1, retry_after: float = 1.0, pause: float = 2.0) -> Self:
        """Everything goes wrong now and then.

        Args:
            seed: Seed of every decision.
            burst: Requests in a row that meet the same fault.
            retry_after: What RESOURCE_EXHAUSTED asks to wait, seconds.
            pause: How long a slow answer takes, seconds.

        Returns:
            About a fifth of the requests meet a fault, and one image in 200 cannot be labelled.
        """
        return cls(
            seed=seed, burst=burst, retry_after=retry_after, pause=pause,
            unavailable=0.06, exhausted=0.05, deadline=0.02, internal=0.02, reset=0.02, lost=0.02, slow=0.02,
            image_busy=0.02, image_refused=0.005,
        )  # fmt: skip

    def request(self, identity: str, *, number: int, tried: int) -> Kind | None:
        """What one try of a request meets.

        Args:
            identity: The images in it.
            number: How many requests came in before.
            tried: How many tries of its images failed before, of that with most.

        Returns:
            The fault, or None where it is served.
        """
        who = identity if self.burst == 1 else number // self.burst
        place = uniform(self.seed, "request", who)
        for kind in _KINDS:
            share: float = getattr(self, kind)
            if place < share:
                in_a_row = 1 + int(place / share * self.tries) if self.burst == 1 else self.tries
                return kind if tried < in_a_row else None
            place -= share
        return None

    def refuses(self, image: str) -> bool:
        """Whether an image is never labelled.

        Args:
            image: Its hash.

        Returns:
            So it is.
        """
        return uniform(self.seed, "refused", image) < self.image_refused

    def busy(self, image: str, tried: int) -> bool:
        """Whether an image meets a transient error this time.

        Args:
            image: Its hash.
            tried: How many tries of it failed before.

        Returns:
            So it is.
        """
        place = uniform(self.seed, "busy", image)
        return place < self.image_busy and tried <= int(place / self.image_busy * self.tries)
