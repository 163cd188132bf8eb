"""Needs: what is still to be fetched of a photo that may be in the dataset already. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exifds.crawl.options import Options

__all__ = ["NEEDS_FIELDS", "Needs", "needs"]

NEEDS_FIELDS = {"state": 1, "exif_sources": 1}
"""What of a stored document tells what its photo needs."""


@dataclass(frozen=True)
class Needs:
    """What is to be fetched of one photo: its image file, its EXIF from the API, its comments."""

    image: bool = False
    api: bool = False
    comments: bool = False
    new: bool = False
    """It is not in the dataset, or only as a failure."""

    def __bool__(self) -> bool:
        """Whether anything is to be done."""
        return self.image or self.api or self.comments or self.new


def needs(stored: Mapping[str, Any] | None, options: Options) -> Needs:
    """What is to be fetched of a photo.

    Args:
        stored: Its document, at least the fields of `NEEDS_FIELDS`; None if there is none.
        options: What the crawl is to fetch.

    Returns:
        What is to be fetched. An image that is there is not fetched again, and what its source has deleted
        stays deleted.

    Example:
        >>> needs({"state": "done", "exif_sources": ["file"]}, Options(exif="both"))
        Needs(image=False, api=True, comments=False, new=False)
    """
    if stored is None or stored["state"] == "failed":
        return Needs(options.download, options.asks_api, options.comments, new=True)
    if stored["state"] == "gone":
        return Needs()
    image = options.download and stored["state"] == "meta"
    api = options.asks_api and "api" not in stored.get("exif_sources", ())
    return Needs(image, api, options.comments and (image or api))
