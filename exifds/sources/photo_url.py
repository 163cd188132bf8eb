"""Which photo of Flickr somebody means: an id, or one of the many addresses of a photo."""

import re
from typing import NamedTuple

__all__ = ["Named", "identify", "secret", "server"]

_BASE58 = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
_ID = r"[0-9]{1,20}"
_LONGEST = 2000
_SITE = r"(?:(?:https?:)?//)?(?:[a-z]+\.)?flickr\.com/(?:#/)?"
_PLAIN = re.compile(rf"(?:flickr:)?({_ID})(?:\.0)?")
_PAGE = re.compile(rf"{_SITE}(?:photos/[^/]+/|photo\.gne\?(?:[^#]*&)?id=)({_ID})(?:[/?&#].*)?", re.IGNORECASE)
_SHORT = re.compile(rf"(?:https?://)?(?:www\.)?flic\.kr/p/([{_BASE58}]{{1,11}})/?")
_FILE = re.compile(
    r"(?:https?:)?(?://)?(?:[a-z0-9-]+\.)*static\.?flickr\.com/(?:[0-9]+/)?"
    rf"(?P<server>[0-9]{{1,10}})/(?P<id>{_ID})_(?P<secret>[0-9a-f]{{1,32}})"
    r"(?:_(?P<size>[0-9a-z]{1,2}))?(?:_d)?\.[a-z0-9]{3,4}(?:\?.*)?",
    re.IGNORECASE,
)
_SHARED_SECRET = {None, *"sqtmnwzcbd"}
"""Sizes whose address holds the secret of the photo; larger ones have secrets of their own."""

_ROUNDED = re.compile(r"[0-9][.,][0-9]+e\+?[0-9]+", re.IGNORECASE)
_OTHER_PAGES = (
    (re.compile(rf"{_SITE}photos/[^/]+/(?:albums|sets|galleries)/.*", re.IGNORECASE), "an album"),
    (re.compile(rf"{_SITE}groups/.*", re.IGNORECASE), "a group, which `exifds scrape group` takes"),
    (re.compile(rf"{_SITE}(?:photos|people)/[^/]+/?", re.IGNORECASE), "the page of a person"),
)


class Named(NamedTuple):
    """A photo, and what its address tells of where its files are."""

    id: str
    secret: str | None = None
    server: str | None = None


def identify(given: str) -> Named:
    """Find the photo in an id (`flickr:` before it is fine), a photo page, a short URL or an image URL.

    Args:
        given: What was written.

    Returns:
        Its id; its secret and server where the address holds them.

    Raises:
        ValueError: It is none of these. The message does not quote it.

    Example:
        >>> identify("https://live.staticflickr.com/65535/50444069047_c1b3784192_b.jpg")
        Named(id='50444069047', secret='c1b3784192', server='65535')
        >>> identify("https://flic.kr/p/2jRz3hp").id
        '50444069047'
    """
    written = given.strip(" \t\r\n'\"<>")[:_LONGEST]
    if found := _PLAIN.fullmatch(written) or _PAGE.fullmatch(written):
        return Named(_plain(found[1]))
    if found := _SHORT.fullmatch(written):
        return Named(_plain(str(_from_base58(found[1]))))
    if found := _FILE.fullmatch(written):
        size = found["size"] and found["size"].lower()
        own = found["secret"].lower() if size in _SHARED_SECRET else None
        return Named(_plain(found["id"]), own, found["server"])
    if _ROUNDED.fullmatch(written):
        raise ValueError("a spreadsheet rounded the id: format the column as text and export it again")
    for page, name in _OTHER_PAGES:
        if page.fullmatch(written):
            raise ValueError(f"expected a photo, got {name}")
    raise ValueError("expected a photo's id, or its address at flickr.com, flic.kr or staticflickr.com")


def secret(value: object) -> str | None:
    """The value if it can be the secret of a photo: it becomes part of an address."""
    return value if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{1,32}", value) else None


def server(value: object) -> str | None:
    """The value if it can be a server of Flickr, as text: it becomes part of an address."""
    written = str(value) if isinstance(value, str | int) else ""
    return written if re.fullmatch(r"[0-9]{1,10}", written) else None


def _plain(digits: str) -> str:
    return digits.lstrip("0") or "0"


def _from_base58(code: str) -> int:
    value = 0
    for character in code:
        value = value * len(_BASE58) + _BASE58.index(character)
    return value
