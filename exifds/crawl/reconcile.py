"""Reconcile: what is known of a photo from its file and from the API, as one. No I/O."""

from dataclasses import dataclass
from typing import Any, Literal

from exifds import exif
from exifds.crawl.options import Options
from exifds.exif.required import lacking
from exifds.photo import Camera, Image, Photo
from exifds.reading import ReadImage
from exifds.sources.flickr.api_exif import ApiExif
from exifds.sources.flickr.sizes import CROPPED, SIZES, Candidate

__all__ = ["ApiAnswer", "exif_fields", "missing_in_api", "missing_in_both", "refreshed", "size_fits"]

_BEST_FIRST = ("ok", "hidden", "error", "none")


@dataclass(frozen=True)
class ApiAnswer:
    """What `flickr.photos.getExif` gave: `hidden` when the owner does not show the EXIF."""

    status: Literal["ok", "none", "hidden"]
    exif: ApiExif | None = None

    @property
    def camera(self) -> Camera:
        """The camera parameters, as typed numbers."""
        return exif.camera(self.exif.flat) if self.exif else Camera()


_DESCRIPTION = (
    *("title", "description", "tags", "machine_tags", "views", "media", "uploaded_at", "license"),
    *("owner", "owner_name", "path_alias", "location", "location_accuracy", "sizes"),
)


def refreshed(known: Photo, found: Photo) -> Photo:
    """A photo of the dataset with what its source says about it now.

    Args:
        known: What the dataset has.
        found: What the source says; without a date of upload it says nothing.

    Returns:
        The photo. What was fetched or judged stays.
    """
    if found.uploaded_at is None:
        return known
    changes = {name: getattr(found, name) for name in _DESCRIPTION}
    if found.taken_at is not None:
        changes |= {"taken_at": found.taken_at, "taken_granularity": found.taken_granularity}
    return known.model_copy(update=changes)


def exif_fields(base: Photo, file: ReadImage | None, api: ApiAnswer | None) -> dict[str, Any]:
    """The fields of a photo that come from EXIF, reconciled tag by tag.

    A value of the file wins: it is exact, where the API prints a rounded one. `camera_source` says of each
    value where it is from when both were asked.

    Args:
        base: What is known of the photo from before.
        file: The original file, if it was read now.
        api: The answer of the API, if it was asked now.

    Returns:
        `camera`, `camera_status`, `camera_source`, `exif_sources`, `exif`, and the raw blocks of the file;
        nothing when neither was asked.
    """
    if file is None and api is None:
        return {}
    values: dict[str, Any] = {}
    source: dict[str, str] = {}
    before = base.camera_source or dict.fromkeys(Camera.model_fields, next(iter(base.exif_sources), "file"))
    for name, camera in (("file", file and file.camera), (None, base.camera), ("api", api and api.camera)):
        for field, value in camera or ():
            if value is not None and field not in values:
                values[field], source[field] = value, name or before[field]
    asked = {*base.exif_sources, *(["file"] if file else []), *(["api"] if api else [])}
    tags = {**(base.exif or {}), **(file.found.tags if file else {}), **_groups(api)}
    raw = file.personal() if file else {}
    raw.pop("blocks", None)  # they belong to the stored image, which may be another
    return raw | {
        "camera": Camera(**values),
        "camera_status": _best(
            base.camera_status, *(side.status for side in (file and file.found, api) if side)
        ),
        "camera_source": source if len(asked) > 1 else {},
        "exif_sources": tuple(name for name in ("file", "api") if name in asked),
        "exif": tags or None,
    }


def _groups(api: ApiAnswer | None) -> dict[str, Any]:
    """The tags of the API as groups of their own, beside those of the file."""
    return {f"api:{space}": found for space, found in api.exif.tags.items()} if api and api.exif else {}


def _best(*statuses: str | None) -> str:
    return next(status for status in _BEST_FIRST if status in statuses)


def missing_in_api(options: Options, api: ApiAnswer) -> tuple[str, ...]:
    """Required tags that the API shows a photo to lack, so that it need not be downloaded.

    Where the owner hides the EXIF, the file may have what the API does not tell.
    """
    if api.status == "hidden" and options.reads_file:
        return ()
    return lacking(options.require_exif, api.camera, api.exif.flat if api.exif else {})


def missing_in_both(
    options: Options, base: Photo, file: ReadImage | None, api: ApiAnswer | None
) -> tuple[str, ...]:
    """Required tags that a photo has neither from before, nor from its file, nor from the API."""
    before = {name: value for group in (base.exif or {}).values() for name, value in group.items()}
    tags = before | (dict(api.exif.flat) if api and api.exif else {}) | (file.tags if file else {})
    return lacking(options.require_exif, exif_fields(base, file, api).get("camera", base.camera), tags)


def size_fits(image: Image, announced: Candidate) -> bool:
    """Whether an image has the size that the API announced, also when one of them counts it turned by 90°.

    Where no size was announced, the name of the size tells the longest edge: small photos are not enlarged.

    Example:
        >>> hashes = {"sha256": 64 * "0", "original_sha256": 64 * "0"}
        >>> square = Image(path="1.jpg", bytes=1, width=150, height=150, format="JPEG", **hashes)
        >>> [size_fits(square, Candidate("https://...", size)) for size in ("q", "t", "o")]
        [True, False, True]
    """
    sides = {image.width, image.height}
    if announced.width is not None and announced.height is not None:
        return sides == {announced.width, announced.height}
    edge = SIZES[announced.size].edge
    return sides == {edge} if announced.size in CROPPED else max(sides) <= edge
