"""Gather: everything that belongs to one photo, from the API and the photo host."""

from dataclasses import dataclass
from typing import Any

from exifds import exif
from exifds.crawl.ask import Call, ask
from exifds.crawl.needs import Needs
from exifds.crawl.options import Options
from exifds.crawl.pictures import Pictures
from exifds.crawl.reconcile import ApiAnswer, exif_fields, missing_in_api, missing_in_both
from exifds.photo import Comment, Image, Photo
from exifds.reading import ReadImage
from exifds.sources.flickr import parse
from exifds.sources.flickr.found import FoundPhoto

__all__ = ["Gatherer", "Rejected"]


class Rejected(Exception):  # noqa: N818  # no error: the photo is not what was asked for
    """The photo is not wanted: a video, or without the EXIF that is required."""


@dataclass(frozen=True)
class Gatherer:
    """Fetches what is missing of photos.

    Args:
        call: The Flickr API.
        pictures: The photo host.
        options: What is to be fetched.
    """

    call: Call
    pictures: Pictures
    options: Options

    async def photo(self, found: FoundPhoto, base: Photo, needs: Needs) -> tuple[Photo, bytes | None]:
        """Complete a photo.

        Args:
            found: How Flickr describes it.
            base: What is known of it.
            needs: What is missing.

        Returns:
            The photo, and the image file to store, if one was fetched.

        Raises:
            Rejected: It is not wanted.
            GonePhotoError: Flickr has it no longer.
            PhotoError: It could not be fetched, or is no usable image.
            FlickrError: Flickr refuses every photo, or does not answer.
        """
        if found.photo.media != "photo" and self.options.download:
            raise Rejected("a video, not a photo")
        api = await self._api_exif(found) if needs.api else None
        if api is not None and (lacks := missing_in_api(self.options, api)):
            raise Rejected(f"without {', '.join(lacks)}")
        changes: dict[str, Any] = {"comments": await self._comments(found)} if needs.comments else {}
        read, origin = await self._files(found, needs)
        if lacks := missing_in_both(self.options, base, origin, api):
            raise Rejected(f"without {', '.join(lacks)}")
        changes |= exif_fields(base, origin, api)
        if read is not None:
            changes |= {"image": read.image, "state": "done", "reason": None}
            if self.options.reads_file:  # else what was cut out is forgotten with the EXIF in it
                changes["blocks"] = origin.personal()["blocks"] if origin is read else read.blocks
        elif origin is not None and base.image and _same(origin.image, base.image):
            changes["blocks"] = origin.personal()["blocks"]
        if base.taken_at is None and origin is not None:
            changes["taken_at"] = exif.taken_at(origin.tags)
        return base.model_copy(update=changes), None if read is None else read.copy

    async def _files(self, found: FoundPhoto, needs: Needs) -> tuple[ReadImage | None, ReadImage | None]:
        """The image to store, and the file whose EXIF counts: the original, or else that image if it has any.

        A resized file without EXIF says nothing about the photo: Flickr leaves it out.
        """
        if not needs.image:
            return None, await self.pictures.original(found) if needs.original else None
        read, is_original = await self.pictures.image(found)
        if not self.options.reads_file or is_original:
            return read, read if is_original and self.options.reads_file else None
        original = await self.pictures.original(found)
        return read, original or (read if read.found.status != "none" else None)

    async def _api_exif(self, found: FoundPhoto) -> ApiAnswer:
        answer = await ask(self.call, "flickr.photos.getExif", found.photo.source_id, found.secret)
        if answer is None:
            return ApiAnswer("hidden")
        tags = parse.exif(answer)
        return ApiAnswer("ok" if tags.has_camera_tags else "none", tags)

    async def _comments(self, found: FoundPhoto) -> tuple[Comment, ...]:
        answer = await ask(self.call, "flickr.photos.comments.getList", found.photo.source_id, found.secret)
        return parse.comments(answer or {})


def _same(one: Image, other: Image) -> bool:
    """Whether two images were made from the same file."""
    return one.original_sha256 == other.original_sha256
