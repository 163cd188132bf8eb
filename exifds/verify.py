"""Verify: every seal fits, every token opens, every image file is the one that was stored."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from exifds.errors import PhotoError, SealError
from exifds.fetch.images import ImageStore
from exifds.progress import Advance
from exifds.store.codec import Codec, decode
from exifds.store.sync import Store

__all__ = ["VerifyReport", "verify"]


@dataclass
class VerifyReport:
    """What was found.

    Args:
        photos: Number of photos looked at.
        faults: `_id` and what is wrong with it.
    """

    photos: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)


def verify(store: Store, codec: Codec, images: ImageStore, advance: Advance) -> VerifyReport:
    """Check every photo of a dataset.

    Args:
        store: The dataset.
        codec: Opens its documents.
        images: Its image files.
        advance: Told of every photo.

    Returns:
        The faults, each with its photo.
    """
    report = VerifyReport()
    for document in store.find({}):
        faults = list(_faults(document, codec, images))
        report.photos += 1
        report.faults += [(str(document["_id"]), fault) for fault in faults]
        advance(1, bool(faults))
    return report


def _faults(document: dict[str, Any], codec: Codec, images: ImageStore) -> Iterator[str]:
    try:
        decode(codec.opened(document))
    except (SealError, PhotoError) as error:
        yield str(error).removeprefix(f"{document['_id']}: ")
    image = document.get("image")
    if image is None and document["state"] == "done":
        yield "the photo is done, but has no image file"
    if image:
        try:
            intact = images.sha256(image["path"]) == image["sha256"]
        except PhotoError as error:
            yield str(error)
        else:
            if not intact:
                yield "the image file was changed: its sha256 is not the one in the document"
