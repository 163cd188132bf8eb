"""Faults: what goes wrong at Flickr, how often, and for which request. Pure.

A request suffers the same faults whenever it is made anew: its identity (method and parameters, or path)
draws one kind of fault and how many tries in a row meet it; the next try is served. So whatever can be
obtained is obtained by who asks `tries` + 1 times.
"""

import hashlib
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Faults", "Kind", "uniform"]

Kind: TypeAlias = Literal[
    "429", "5xx", "html", "truncated", "drip", "reset", "fail", "other_format", "wrong_size"
]
"""What a request can suffer."""

_API: Final[tuple[Kind, ...]] = (
    "429", "5xx", "html", "truncated", "drip", "reset", "fail", "other_format",
)  # fmt: skip
_PHOTO: Final[tuple[Kind, ...]] = ("429", "5xx", "html", "truncated", "drip", "reset", "wrong_size")

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Faults(BaseModel):
    """Shares of requests, or of photos, that meet each fault. None by default.

    Example:
        >>> Faults(api_429=0.1).api_fault("flickr.photos.search text=monkey", 0) in (None, "429")
        True
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    seed: Annotated[int, Field(ge=0)] = 0
    """Seed of every decision."""
    tries: Annotated[int, Field(ge=1, le=5)] = 3
    """Most tries in a row of one request that fail."""
    retry_after: Seconds = 1.0
    """What a 429 asks to wait, seconds. A third of them says it as a date, a third does not say it."""
    drip: Seconds = 3.0
    """How long a dripping body is kept up before the connection is cut, seconds."""

    api_429: Share = 0.0
    api_5xx: Share = 0.0
    """500, 502 or 503, `tries` at most in a row."""
    api_html: Share = 0.0
    """A page of HTML under 200."""
    api_truncated: Share = 0.0
    """Less body than Content-Length announced."""
    api_drip: Share = 0.0
    """A body that comes a byte at a time."""
    api_reset: Share = 0.0
    """Connection reset."""
    api_fail: Share = 0.0
    """stat=fail with code 105, 201 or 0 under 200."""
    api_other_format: Share = 0.0
    """A JSON error in answer to an XML call, and the other way round."""

    totals: Share = 0.0
    """Totals of searches are off by up to this share, either way."""
    duplicates: Share = 0.0
    """Share of rows that repeat a row of the same search, and count in its total."""
    shifting: Share = 0.0
    """Pages begin up to this share of a page too early or too late, newly each time."""
    shuffled: Share = 0.0
    """Share of pages whose rows come in another order."""

    photo_429: Share = 0.0
    photo_5xx: Share = 0.0
    photo_html: Share = 0.0
    photo_truncated: Share = 0.0
    photo_drip: Share = 0.0
    photo_reset: Share = 0.0
    photo_wrong_size: Share = 0.0
    """Another size of the photo than the one asked for."""

    deleted: Share = 0.0
    """Photos that searches list but that are gone: code 1, and no file."""
    lost: Share = 0.0
    """Photos whose files are gone though the API knows them."""
    video: Share = 0.0
    hidden: Share = 0.0
    """Photos whose EXIF the owner hides from the API: code 2."""
    guarded: Share = 0.0
    """Photos (those under Creative Commons excepted) of which only sizes up to 1024 can be had."""
    unsafe: Share = 0.0
    """Photos that only a search with safe_search 2 or 3 finds."""
    nulls: Share = 0.0
    """Photos with fields that are null, empty, missing or of another type."""

    @classmethod
    def all(cls, seed: int = 0, *, retry_after: float = 1.0, drip: float = 3.0) -> Self:
        """Everything goes wrong now and then.

        Args:
            seed: Seed of every decision.
            retry_after: What a 429 asks to wait, seconds.
            drip: How long a dripping body is kept up, seconds.

        Returns:
            About a quarter of the API calls and of the photo requests meet a fault, and one photo in
            thirteen cannot be had.
        """
        return cls(
            seed=seed, retry_after=retry_after, drip=drip,
            api_429=0.05, api_5xx=0.06, api_html=0.02, api_truncated=0.03, api_drip=0.01, api_reset=0.03,
            api_fail=0.03, api_other_format=0.02,
            totals=0.08, duplicates=0.08, shifting=0.02, shuffled=0.3,
            photo_429=0.03, photo_5xx=0.06, photo_html=0.02, photo_truncated=0.05, photo_drip=0.005,
            photo_reset=0.03, photo_wrong_size=0.02,
            deleted=0.02, lost=0.03, video=0.03, hidden=0.1, guarded=0.1, unsafe=0.02, nulls=0.05,
        )  # fmt: skip

    def api_fault(self, identity: str, tried: int) -> Kind | None:
        """What one try of an API call meets.

        Args:
            identity: Method and parameters.
            tried: How many tries of it failed before.

        Returns:
            The fault, or None where it is served.
        """
        return self._fault("api", _API, identity, tried)

    def photo_fault(self, identity: str, tried: int) -> Kind | None:
        """What one try to get a photo file meets.

        Args:
            identity: The path of the file.
            tried: How many tries of it failed before.

        Returns:
            The fault, or None where it is served.
        """
        return self._fault("photo", _PHOTO, identity, tried)

    def _fault(self, side: str, kinds: tuple[Kind, ...], identity: str, tried: int) -> Kind | None:
        place = uniform(self.seed, side, identity)
        for kind in kinds:
            share: float = getattr(self, f"{side}_{kind}")
            if place < share:
                in_a_row = 1 + int(place / share * self.tries)
                return kind if tried < in_a_row else None
            place -= share
        return None


def uniform(*identity: object) -> float:
    """A draw that depends on nothing but its name.

    Args:
        *identity: What it is for.

    Returns:
        A number from 0 to below 1.

    Example:
        >>> uniform(0, "drip") == uniform(0, "drip") != uniform(1, "drip")
        True
    """
    text = "\0".join(map(str, identity)).encode("utf-8", "backslashreplace")
    return int.from_bytes(hashlib.blake2b(text, digest_size=6).digest()) / (1 << 48)
