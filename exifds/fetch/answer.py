"""Answer: what a photo host means by a status and its headers. No I/O."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from exifds.errors import GonePhotoError, PhotoError, WithheldPhotoError

__all__ = ["CrowdedError", "FailedTryError", "judge", "retry_after", "shows_nothing"]

LONGEST_WAIT = 15 * 60.0
"""Seconds that a host may ask to wait; who asks for more is asked again after that."""

_UNAVAILABLE = "photo_unavailable"
"""In the name of the picture that Flickr shows instead of a photo that is gone."""

_OK = 200
_GONE = (404, 410)
_WITHHELD = (401, 403)
_TOO_MANY = 429
_OVERLOADED = 503
_LATE = (408, 425)
_UNTOLD = ("", "application/octet-stream", "binary/octet-stream")
"""Media types of hosts that do not tell what they send."""


class FailedTryError(Exception):
    """A photo did not come, but may yet. Never leaves this folder.

    Args:
        reason: Why, in a few words that are the same for all photos.
        strained: The host has more to do than it can.
    """

    def __init__(self, reason: str, *, strained: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.strained = strained


class CrowdedError(FailedTryError):
    """The host wants to be left alone, by everybody.

    Args:
        reason: Why, in a few words.
        wait: For how many seconds, if it says so.
    """

    def __init__(self, reason: str, wait: float | None) -> None:
        super().__init__(reason, strained=True)
        self.wait = wait


def judge(status: int, headers: Mapping[str, str], now: datetime) -> str | None:
    """Tell whether the body of an answer is the photo.

    Args:
        status: Of the answer.
        headers: Of the answer, looked up whatever the case.
        now: The time, for a Retry-After that is a date.

    Returns:
        None if it is; else the address the photo moved to, perhaps relative.

    Raises:
        GonePhotoError: The host has the photo no longer.
        WithheldPhotoError: The host has it, and does not give it.
        PhotoError: The host will never give it.
        FailedTryError: Another try may succeed.

    Example:
        >>> judge(200, {"Content-Type": "image/jpeg"}, datetime.now(UTC))
        >>> judge(302, {"Location": "/1_a_b.jpg"}, datetime.now(UTC))
        '/1_a_b.jpg'
    """
    if status == _OK:
        _check_type(headers)
        return None
    if status in _GONE:
        raise GonePhotoError(f"the host has the photo no longer (status {status})")
    if status in _WITHHELD:
        raise WithheldPhotoError(f"the host does not give the photo to everybody (status {status})")
    if status == _TOO_MANY or (status == _OVERLOADED and "Retry-After" in headers):
        raise CrowdedError(f"status {status}", retry_after(headers.get("Retry-After", ""), now))
    if status in _LATE or status // 100 in (2, 5):
        raise FailedTryError(f"status {status}")
    if status // 100 == 3 and "Location" in headers:  # noqa: PLR2004  # the family of redirects
        return headers["Location"]
    raise PhotoError(f"the host does not give the photo (status {status})")


def shows_nothing(url: str) -> bool:
    """Whether an address is that of the picture shown instead of a photo that is gone.

    Args:
        url: Where a host sends those who ask for a photo.

    Returns:
        True by its name.
    """
    return _UNAVAILABLE in url


def retry_after(value: str, now: datetime) -> float | None:
    """Read a Retry-After.

    Args:
        value: Seconds or an HTTP date.
        now: The time.

    Returns:
        Seconds to wait, at most 15 minutes; None if the value says nothing.

    Example:
        >>> now = datetime(2026, 1, 1, tzinfo=UTC)
        >>> retry_after("7", now), retry_after("Thu, 01 Jan 2026 00:00:07 GMT", now), retry_after("soon", now)
        (7.0, 7.0, None)
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds.total_seconds(), 0.0), LONGEST_WAIT)


def _check_type(headers: Mapping[str, str]) -> None:
    """Refuse what is no image as it lies: a page in its place, or something packed that might be a bomb."""
    media = headers.get("Content-Type", "image/").partition(";")[0].strip().lower()
    if not media.startswith("image/") and media not in _UNTOLD:
        raise FailedTryError("not an image")
    if headers.get("Content-Encoding", "identity").strip().lower() not in ("identity", ""):
        raise FailedTryError("packed")
