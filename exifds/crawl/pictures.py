"""Pictures: the image file of a photo, in the wanted size or the nearest that its host gives away."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

from exifds.crawl.ask import Call, ask
from exifds.crawl.options import Options
from exifds.crawl.reconcile import size_fits
from exifds.errors import GonePhotoError, PhotoError, WithheldPhotoError
from exifds.fetch.download import Downloader
from exifds.reading import Locate, ReadImage, image_in
from exifds.sources.flickr import parse
from exifds.sources.flickr.found import FoundPhoto
from exifds.sources.flickr.sizes import CROPPED, SIZES, Candidate, candidates

__all__ = ["Pictures"]


@dataclass(frozen=True)
class Pictures:
    """Fetches image files.

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

    async def image(self, found: FoundPhoto) -> tuple[ReadImage, bool]:
        """The image of a photo in the wanted size, or the nearest there is.

        Args:
            found: How Flickr describes the photo.

        Returns:
            The image, and whether it is the original.

        Raises:
            GonePhotoError: The host has no image of it.
            WithheldPhotoError: The host gives no image of it to everybody.
            PhotoError: No usable image came, or there is none where a list without metadata has it.
        """
        ways = self._ways(found, self.options.size)
        refusals: list[PhotoError] = []
        if (first := await self._first(ways, refusals)) is not None:
            return first
        tried = {way.url for way in ways}
        others = [way for way in await self._others(found) if way.url not in tried]
        if (first := await self._first(others, refusals)) is not None:
            return first
        if not self.options.metadata:  # whether the photo is gone or the list is wrong, nobody can tell
            raise PhotoError("the photo host has no image with the secret and server that the list gives")
        withheld = next((error for error in refusals if isinstance(error, WithheldPhotoError)), None)
        raise withheld or GonePhotoError("the photo host has no image of it")

    async def original(self, found: FoundPhoto) -> ReadImage | None:
        """The original of a photo; None where it is not given away, as with most photos of free accounts."""
        ways = [way for way in self._ways(found, "o") if way.size == "o"]
        first = await self._first(ways, [])
        return first[0] if first else None

    async def _others(self, found: FoundPhoto) -> Iterable[Candidate]:
        """Where else the image may be: addresses change when an owner replaces a photo."""
        if not self.options.metadata:
            return self._smaller(found)
        answer = await ask(self.call, "flickr.photos.getSizes", found.photo.source_id, found.secret)
        offered = found.photo.model_copy(update={"sizes": parse.sizes(answer or {})})
        return self._ways(FoundPhoto(offered), self.options.size)

    def _smaller(self, found: FoundPhoto) -> list[Candidate]:
        """The smaller sizes of a photo of which no more is known than what a list says."""
        if not (found.secret and found.server):
            raise PhotoError(
                "expected secret and server of the photo in a list that is taken without metadata"
            )
        wanted = SIZES[self.options.size].edge
        ways = [way for size in [*SIZES][::-1] for way in self._ways(found, size)[:1]]
        return [way for way in ways if way.edge < wanted and way.size not in CROPPED]

    async def _first(
        self, ways: Iterable[Candidate], refusals: list[PhotoError]
    ) -> tuple[ReadImage, bool] | None:
        """The first image that the host gives."""
        for way in ways:
            try:
                read = await self.downloader.fetch(way.url, partial(self._read, way))
            except (GonePhotoError, WithheldPhotoError) as refusal:
                refusals.append(refusal)
            else:
                return read, way.size == "o"
        return None

    def _read(self, way: Candidate, data: bytes) -> ReadImage:
        """Read an image that was downloaded, and make sure that it is the one that was announced."""
        read = image_in(data, hashlib.sha256(data).hexdigest(), self.locate)
        if not size_fits(read.image, way):
            raise PhotoError(
                f"expected a picture of size {way.size} ({way.width or '?'}x{way.height or '?'} pixels), got "
                f"one of {read.image.width}x{read.image.height}"
            )
        return replace(read, image=read.image.model_copy(update={"url": way.url}))

    def _ways(self, found: FoundPhoto, size: str) -> tuple[Candidate, ...]:
        return candidates(found, size, self.static_url)
