"""Gather: everything that belongs to one photo, from the API and the photo host."""

import hashlib
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from exifds import exif
from exifds.crawl.needs import Needs
from exifds.crawl.options import Options
from exifds.crawl.reconcile import ApiAnswer, exif_fields, missing_in_api, missing_in_both, size_fits
from exifds.errors import FlickrError, FlickrUnavailableError, GonePhotoError, PhotoError
from exifds.fetch.download import Downloader
from exifds.photo import Photo
from exifds.reading import Locate, ReadImage, image_in
from exifds.sources.flickr import parse
from exifds.sources.flickr.parse import FoundPhoto
from exifds.sources.flickr.sizes import Candidate, candidates

__all__ = ["Call", "Gatherer", "Rejected"]

_NOT_FOUND = 1
_HIDDEN = 2


class Call(Protocol):
    """Calls a method of the Flickr API."""

    def __call__(self, method: str, /, **parameters: str | int) -> Awaitable[dict[str, Any]]:
        """The parsed answer."""
        ...


class Rejected(Exception):  # noqa: N818  # no error: the photo is not what was asked for
    """The photo is not wanted: a video, or without the EXIF that is required."""


@dataclass(frozen=True)
class Gatherer:
    """Fetches what is missing of photos.

    Args:
        call: The Flickr API.
        downloader: The photo host.
        options: What is to be fetched.
        static_url: Address of the photo host.
        locate: Where in the image store an image will lie.
    """

    call: Call
    downloader: Downloader
    options: Options
    static_url: str
    locate: Locate

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
        """
        if found.photo.media != "photo" and self.options.download:
            raise Rejected("a video, not a photo")
        api = await self._api_exif(found) if needs.api else None
        if api is not None and (lacks := missing_in_api(self.options, api)):
            raise Rejected(f"without {', '.join(lacks)}")
        changes: dict[str, Any] = {}
        if needs.comments:
            changes["comments"] = await self._comments(found)
        read, origin = await self._images(found) if needs.image else (None, None)
        if self.options.require_exif and (lacks := missing_in_both(self.options, base, origin, api)):
            raise Rejected(f"without {', '.join(lacks)}")
        changes |= exif_fields(base, origin, api)
        if read is not None:
            changes |= {"image": read.image, "state": "done", "reason": None}
            if origin is not None:  # else no EXIF of the file was asked for: what was cut out is forgotten
                changes["blocks"] = origin.personal()["blocks"] if origin is read else read.blocks
        if base.taken_at is None and origin is not None:
            changes["taken_at"] = exif.taken_at(origin.tags)
        return base.model_copy(update=changes), None if read is None else read.copy

    async def _ask(self, method: str, found: FoundPhoto) -> dict[str, Any]:
        """Call a method about a photo; a photo it does not know is gone."""
        secret = {"secret": found.secret} if found.secret else {}
        try:
            return await self.call(method, photo_id=found.photo.source_id, **secret)
        except FlickrUnavailableError as error:
            raise PhotoError(f"{method}: {error}") from None
        except FlickrError as error:
            if error.code == _NOT_FOUND:
                raise GonePhotoError("Flickr has the photo no longer, or not for everybody") from None
            raise

    async def _api_exif(self, found: FoundPhoto) -> ApiAnswer:
        try:
            tags = parse.exif(await self._ask("flickr.photos.getExif", found))
        except FlickrError as error:
            if error.code == _HIDDEN:
                return ApiAnswer("hidden")
            raise PhotoError(f"flickr.photos.getExif: {error}") from None
        return ApiAnswer("ok" if tags.has_camera_tags else "none", tags)

    async def _comments(self, found: FoundPhoto) -> tuple[Any, ...]:
        try:
            return parse.comments(await self._ask("flickr.photos.comments.getList", found))
        except FlickrError as error:
            raise PhotoError(f"flickr.photos.comments.getList: {error}") from None

    async def _images(self, found: FoundPhoto) -> tuple[ReadImage, ReadImage | None]:
        """The image of the wanted size, and the original if its EXIF counts: often the same."""
        read, chosen = await self._image(found)
        if not self.options.reads_file:
            return read, None
        originals = [way for way in self._candidates(found, "o") if way.size == "o"]
        if chosen.size != "o" and originals:
            try:
                return read, await self._fetch(originals[0])
            except PhotoError:  # not everybody gives the original away: the sized image is what there is
                return read, read
        return read, read

    async def _image(self, found: FoundPhoto) -> tuple[ReadImage, Candidate]:
        tried = self._candidates(found, self.options.size)
        if (first := await self._first(tried)) is not None:
            return first
        try:
            offered = parse.sizes(await self._ask("flickr.photos.getSizes", found))
        except FlickrError as error:
            raise PhotoError(f"flickr.photos.getSizes: {error}") from None
        photo = found.photo.model_copy(update={"sizes": offered})
        fresh = self._candidates(FoundPhoto(photo, None, None, None, None), self.options.size)
        urls = {way.url for way in tried}
        if (again := await self._first(tuple(way for way in fresh if way.url not in urls))) is not None:
            return again
        raise GonePhotoError("the photo host has no image of it")

    async def _first(self, ways: tuple[Candidate, ...]) -> tuple[ReadImage, Candidate] | None:
        """The first image that is there."""
        for way in ways:
            try:
                return await self._fetch(way), way
            except GonePhotoError:
                continue
        return None

    async def _fetch(self, way: Candidate) -> ReadImage:
        return await self.downloader.fetch(way.url, partial(self._read, way))

    def _read(self, way: Candidate, data: bytes) -> ReadImage:
        """Read an image that was downloaded, and make sure that it is the one that was announced."""
        read = image_in(data, hashlib.sha256(data).hexdigest(), self.locate)
        if not size_fits(read.image, way):
            raise PhotoError(
                f"expected a picture of size {way.size} ({way.width or '?'}x{way.height or '?'} pixels), got "
                f"one of {read.image.width}x{read.image.height}"
            )
        image = read.image.model_copy(update={"url": way.url})
        return ReadImage(read.found, read.tags, read.camera, image, read.copy, read.blocks)

    def _candidates(self, found: FoundPhoto, size: str) -> tuple[Candidate, ...]:
        return candidates(found, size, self.static_url)
