"""Sizes: the sizes in which Flickr offers a photo, and where the image of a wanted size may be. No I/O.

Facts: <https://www.flickr.com/services/api/misc.urls.html>. Flickr names a size in three ways: by the suffix
of the image's file (ours), by the letter of an extra of `flickr.photos.search`, and by a label in the answer
of `flickr.photos.getSizes`. The suffix of 500 pixels is empty; it is called "medium" here.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, NamedTuple

from exifds.errors import UsageError
from exifds.sources.flickr.found import FoundPhoto

__all__ = ["CROPPED", "SIZES", "Candidate", "Named", "candidates"]


class Named(NamedTuple):
    """A size: longest edge in pixels, letter of its extra, label, whether its URL has the common secret."""

    edge: float
    extra: str
    label: str
    shared: bool = False


SIZES: Final[Mapping[str, Named]] = {
    "s": Named(75, "sq", "Square", shared=True),
    "t": Named(100, "t", "Thumbnail", shared=True),
    "q": Named(150, "q", "Large Square", shared=True),
    "m": Named(240, "s", "Small", shared=True),
    "n": Named(320, "n", "Small 320", shared=True),
    "w": Named(400, "w", "Small 400", shared=True),
    "medium": Named(500, "m", "Medium", shared=True),
    "z": Named(640, "z", "Medium 640", shared=True),
    "c": Named(800, "c", "Medium 800", shared=True),
    "b": Named(1024, "l", "Large", shared=True),
    "h": Named(1600, "h", "Large 1600"),
    "k": Named(2048, "k", "Large 2048"),
    "3k": Named(3072, "3k", "X-Large 3K"),
    "4k": Named(4096, "4k", "X-Large 4K"),
    "f": Named(4096, "f", "X-Large 4K 2:1"),
    "5k": Named(5120, "5k", "X-Large 5K"),
    "6k": Named(6144, "6k", "X-Large 6K"),
    "o": Named(math.inf, "o", "Original"),
}
"""Our name to the size, from the smallest to the original."""

_SUFFIXES: Final = {"medium": ""}
CROPPED: Final = frozenset({"s", "q"})


@dataclass(frozen=True)
class Candidate:
    """Where an image of a photo may be.

    Args:
        url: Its address.
        size: Its size, a key of `SIZES`.
        width: Pixels, where Flickr told.
        height: Pixels, where Flickr told.
    """

    url: str
    size: str
    width: int | None = None
    height: int | None = None

    @property
    def edge(self) -> float:
        """Pixels of the longer side, as Flickr told, or at most."""
        return max(self.width or 0, self.height or 0) or SIZES[self.size].edge


def candidates(found: FoundPhoto, wanted: str, static_url: str) -> tuple[Candidate, ...]:
    """Where to look for the image of a photo.

    Flickr gives URLs of the sizes it has; where it gave some, a URL is built only for a size that must be
    there too, since the photo is larger. The squares "s" and "q" show less than the photo and stand in for no
    other size.

    Args:
        found: The photo.
        wanted: The size, a key of `SIZES`.
        static_url: Address of Flickr's photo host, for URLs that Flickr did not give.

    Returns:
        The wanted size, if Flickr has it; the largest smaller one; the smallest larger one. None of videos.

    Raises:
        UsageError: There is no such size.

    Example:
        >>> from datetime import UTC, datetime
        >>> from exifds.sources.flickr import parse
        >>> row = {"id": "7", "secret": "ab", "server": "1"}
        >>> found = parse.search_row(row, {}, datetime(2026, 1, 1, tzinfo=UTC))
        >>> candidates(found, "b", "https://live.staticflickr.com")[0].url
        'https://live.staticflickr.com/1/7_ab_b.jpg'
    """
    if wanted not in SIZES:
        raise UsageError(f"expected a size of {', '.join(SIZES)}; got {wanted!r}")
    if found.photo.media == "video":
        return ()
    offered = _offered(found, static_url)
    exact = [offered.pop(wanted)] if wanted in offered else []
    at = exact[0].edge if exact else SIZES[wanted].edge
    others = [offer for key, offer in offered.items() if key not in CROPPED or wanted in CROPPED]
    smaller = max((offer for offer in others if offer.edge <= at), key=attrgetter("edge"), default=None)
    larger = min((offer for offer in others if offer.edge > at), key=attrgetter("edge"), default=None)
    return (*exact, *(offer for offer in (smaller, larger) if offer))


def _offered(found: FoundPhoto, static_url: str) -> dict[str, Candidate]:
    """Every size that Flickr has of a photo, as far as can be told."""
    given = {
        key: Candidate(size.url, key, size.width, size.height) for key, size in found.photo.sizes.items()
    }
    largest = max((candidate.edge for candidate in given.values()), default=math.inf)
    built = {
        key: Candidate(url, key)
        for key, named in SIZES.items()
        if (key == "o" or named.edge < largest) and (url := _url(found, key, static_url))
    }
    return built | given


def _url(found: FoundPhoto, key: str, static_url: str) -> str | None:
    """The address of a size, if its secret is known."""
    secret, ending = (found.secret, "jpg") if SIZES[key].shared else (None, None)
    if key == "o":
        secret, ending = found.original_secret, found.original_format
    if not (found.server and secret and ending):
        return None
    suffix = _SUFFIXES.get(key, f"_{key}")
    return f"{static_url.rstrip('/')}/{found.server}/{found.photo.source_id}_{secret}{suffix}.{ending}"
