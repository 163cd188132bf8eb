"""Needs: what is still to be fetched of a photo that may be in the dataset already. No I/O."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from exifds.crawl.options import Options

__all__ = ["NEEDS_FIELDS", "Needs", "needs"]

_DESCRIBED = [{"$ne": [{"$type": f"${name}"}, "missing"]} for name in ("license", "uploaded_at", "owner_bx")]

NEEDS_FIELDS: Mapping[str, Any] = MappingProxyType(
    {
        "state": 1,
        "exif_sources": 1,
        "updated_at": 1,
        "described": {"$or": _DESCRIBED},
        "commented": {"$ne": [{"$type": "$comments"}, "missing"]},
    }
)
"""What of a stored document tells what its photo needs: a projection."""


@dataclass(frozen=True)
class Needs:
    """What is to be done about one photo."""

    image: bool = False
    """Fetch its image file."""
    original: bool = False
    """Fetch its original for the EXIF alone."""
    api: bool = False
    """Fetch its EXIF from the API."""
    comments: bool = False
    metadata: bool = False
    """Ask what Flickr says about it."""
    judge: bool = False
    """See whether it has the EXIF that is required."""
    new: bool = False
    """It is not in the dataset, or only as a failure."""

    @property
    def fetches(self) -> bool:
        """Whether its image or EXIF is to be fetched."""
        return self.image or self.original or self.api

    @property
    def described(self) -> bool:
        """Whether its source has to be asked about it: for its sake, or for where its files are."""
        return self.new or self.metadata or self.image or self.original

    def __bool__(self) -> bool:
        """Whether anything is to be done."""
        return self.fetches or self.described or self.comments or self.judge


def needs(stored: Mapping[str, Any] | None, options: Options) -> Needs:
    """What is to be done about a photo.

    Args:
        stored: What `NEEDS_FIELDS` reads of its document; None if there is none.
        options: What the crawl is to fetch.

    Returns:
        What is to be fetched. An image that is there is kept as it is, and what its source has deleted stays
        deleted.

    Example:
        >>> needs({"state": "done", "exif_sources": ["file"], "described": True}, Options(exif="both")).api
        True
    """
    if stored is None or stored["state"] == "failed":
        return Needs(
            image=options.download,
            api=options.asks_api,
            comments=options.comments,
            metadata=options.metadata,
            new=True,
        )
    if stored["state"] == "gone":
        return Needs()
    sources = stored.get("exif_sources", ())
    image = options.download and stored["state"] == "meta"
    return Needs(
        image=image,
        original=options.download and options.reads_file and not image and "file" not in sources,
        api=options.asks_api and "api" not in sources,
        comments=options.comments and not stored.get("commented"),
        metadata=options.metadata and not stored.get("described"),
        judge=bool(options.require_exif),
    )
