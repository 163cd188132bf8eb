"""Options: what is fetched of each photo that a crawl finds."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast, get_args

from exifds.errors import UsageError
from exifds.exif.required import tag_name
from exifds.sources.flickr.sizes import SIZES

__all__ = ["ExifFrom", "Options"]

ExifFrom = Literal["file", "api", "both", "none"]


@dataclass(frozen=True)
class Options:
    """What is fetched of each photo. Made by `Options.checked`.

    Args:
        exif: Where the EXIF comes from.
        size: Size of the stored image, by Flickr's suffix; `o` is the original.
        download: Store an image at all.
        metadata: Ask the API about each photo of an id list.
        comments: Also fetch the comments.
        require_exif: Standard names of EXIF tags without which a photo is not kept.
    """

    exif: ExifFrom = "file"
    size: str = "o"
    download: bool = True
    metadata: bool = True
    comments: bool = False
    require_exif: tuple[str, ...] = ()

    @classmethod
    def checked(
        cls,
        exif: str | None = None,
        size: str = "o",
        *,
        download: bool = True,
        metadata: bool = True,
        comments: bool = False,
        require_exif: str | Iterable[str] = (),
    ) -> "Options":
        """Options as a user gives them.

        Args:
            exif: `file`, `api`, `both` or `none`; None takes `file`, or `none` without a download.
            size: A suffix of Flickr's, or `medium` for the one without.
            download: Store an image.
            metadata: Ask the API about each photo of an id list.
            comments: Also fetch the comments.
            require_exif: Names of EXIF tags, as a list or separated by commas.

        Returns:
            The options.

        Raises:
            UsageError: An option is unknown, or two of them contradict each other.

        Example:
            >>> Options.checked(require_exif="ISO,FNumber").require_exif
            ('PhotographicSensitivity', 'FNumber')
        """
        asked = exif if exif is not None else "file" if download else "none"
        if asked not in get_args(ExifFrom):
            raise UsageError(f"expected EXIF from {', '.join(get_args(ExifFrom))}, got {exif!r}")
        if asked in ("file", "both") and not download:
            raise UsageError(
                f"EXIF from {asked} needs the image files; without a download ask for api or none"
            )
        names = require_exif.split(",") if isinstance(require_exif, str) else require_exif
        required = tuple(dict.fromkeys(tag_name(name) for name in names if name.strip()))
        if required and asked == "none":
            raise UsageError("required EXIF tags need EXIF: ask for file, api or both")
        if not metadata and (asked in ("api", "both") or comments):
            raise UsageError(
                "without metadata the API is not asked: EXIF can come from file, and no comments"
            )
        if not metadata and not download:
            raise UsageError("without metadata and without a download there is nothing to fetch")
        if size not in SIZES:
            raise UsageError(f"expected a size of {', '.join(SIZES)}, got {size!r}")
        return cls(cast("ExifFrom", asked), size, download, metadata, comments, required)

    @property
    def asks_api(self) -> bool:
        """Whether `flickr.photos.getExif` is called."""
        return self.exif in ("api", "both")

    @property
    def reads_file(self) -> bool:
        """Whether the EXIF of the original file counts."""
        return self.exif in ("file", "both")

    def identity(self) -> dict[str, Any]:
        """All of it as plain data: two crawls with the same are the same crawl."""
        return asdict(self) | {"require_exif": sorted(self.require_exif)}
