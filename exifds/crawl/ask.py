"""Ask: a question to the Flickr API about one photo, and which answers concern only this photo."""

from collections.abc import Awaitable
from typing import Any, Protocol

from exifds.errors import FlickrError, FlickrUnavailableError, GonePhotoError

__all__ = ["Call", "ask"]

_NOT_FOUND = 1
_DENIED = 2


class Call(Protocol):
    """Calls a method of the Flickr API."""

    def __call__(self, method: str, /, **parameters: str | int) -> Awaitable[dict[str, Any]]:
        """The parsed answer."""
        ...


async def ask(call: Call, method: str, photo_id: str, secret: str | None) -> dict[str, Any] | None:
    """Ask about a photo.

    Args:
        call: The API.
        method: Such as `flickr.photos.getInfo`.
        photo_id: Flickr's id.
        secret: Of the photo, if known.

    Returns:
        The answer; None where the owner does not let everybody know.

    Raises:
        GonePhotoError: Flickr has no such photo, or not for everybody.
        FlickrError: Flickr refused for another reason, which concerns every photo.
        FlickrUnavailableError: Flickr does not answer.
    """
    try:
        return await call(method, photo_id=photo_id, **({"secret": secret} if secret else {}))
    except FlickrUnavailableError:
        raise
    except FlickrError as error:
        if error.code == _DENIED:
            return None
        if error.code == _NOT_FOUND:
            raise GonePhotoError("Flickr has the photo no longer, or not for everybody") from None
        raise
