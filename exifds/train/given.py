"""Given: the photos that a model is asked about, from a dataset, from files or from memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, cast

from exifds import exif
from exifds.errors import PhotoError, UsageError
from exifds.export.streaming import PhotoQuery
from exifds.fetch.images import ImageStore
from exifds.sources.folder import walk

__all__ = ["Given", "Photos", "given"]

Photos = PhotoQuery | str | Path | Iterable[str | Path | tuple[bytes | None, Mapping[str, Any] | None]]
"""A view of a dataset; files and folders; or pairs of an image file and its document, as in MongoDB."""

_NEEDED: Final = ("image", "camera", "taken_at", "taken_granularity")
_LARGEST: Final = 256 * 2**20


@dataclass(frozen=True)
class Given:
    """A photo that a model is asked about. Nothing is read before its methods are called, by any thread.

    Args:
        id: `_id`; of a file its path; of a photo in memory without `_id` its number, from 0.
        read: Reads the image file.
        told: What is known of the photo, shaped as in MongoDB; None if only its file tells.
    """

    id: str
    read: Callable[[], bytes]
    told: Mapping[str, Any] | None

    def opened(self, *, image: bool) -> tuple[bytes, Mapping[str, Any]]:
        """The image file and the document.

        Args:
            image: Whether the file is needed; else it is read only if nothing else tells of the photo.

        Returns:
            Both; the file may be empty where it is not needed.

        Raises:
            PhotoError: There is no image, or it is broken.
            UsageError: The image file is gone.
        """
        data = self.read() if image or self.told is None else b""
        return data, _document(data) if self.told is None else self.told


def given(photos: Photos) -> Iterator[Given]:
    """The photos, one by one, in their order.

    Args:
        photos: From `Dataset.find()`; paths of image files and of folders; or pairs of an image file and its
            document. A document of None is read from the file; a file of None is missing.

    Returns:
        The photos.

    Raises:
        UsageError: It is none of these, or a path does not exist.

    Example:
        >>> [photo.id for photo in given([(None, {"_id": "file:1"}), (None, {})])]
        ['file:1', '1']
    """
    if isinstance(photos, str | Path):
        return _files(photos)
    if hasattr(photos, "documents") and hasattr(photos, "project"):
        return _stored(cast("PhotoQuery", photos))
    if isinstance(photos, Iterable) and not isinstance(photos, bytes | Mapping):
        return _several(photos)
    raise _unknown(photos)


def _stored(view: PhotoQuery) -> Iterator[Given]:
    """Photos of a dataset. Its images are opened when the first one is read: a model may need none."""
    opened = cache(lambda: view.images)
    for document in view.project(*_NEEDED).documents():
        image = document.get("image")
        read = _nothing if image is None else partial(_image, opened, image["path"])
        yield Given(str(document["_id"]), read, document)


def _image(opened: Callable[[], ImageStore], path: str) -> bytes:
    return opened().get(path)


def _several(photos: Iterable[Any]) -> Iterator[Given]:
    for number, photo in enumerate(photos):
        match photo:
            case str() | Path():
                yield from _files(photo)
            case (bytes() | None as data, Mapping() | None as document):
                name = str((document or {}).get("_id", number))
                yield Given(name, _nothing if data is None else partial(bytes, data), document)
            case _:
                raise _unknown(photo)


def _files(path: str | Path) -> Iterator[Given]:
    for found in walk([path]):
        yield Given(str(found.path), partial(_file, found.path), None)


def _file(path: Path) -> bytes:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            raise PhotoError(f"expected a regular file of at most {_LARGEST >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise PhotoError(f"the file cannot be read: {error.strerror}") from None


def _nothing() -> bytes:
    raise PhotoError("the photo has no image")


def _document(data: bytes) -> dict[str, Any]:
    """What an image file says about itself, shaped as in MongoDB, as far as models read it."""
    tags = exif.flat(exif.read(data).tags)
    camera = exif.camera(tags)
    turned = {"orientation": camera.orientation} if camera.orientation is not None else {}
    return {
        "camera": camera.model_dump(exclude_none=True),
        "taken_at": exif.taken_at(tags),
        "image": turned,
    }


def _unknown(photos: object) -> UsageError:
    return UsageError(
        "expected a view, paths of image files, or pairs of an image file's bytes and its document, "
        f"got a {type(photos).__name__}"
    )
