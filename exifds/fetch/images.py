"""Where image files live: a local folder or any fsspec URL (`s3://`, `gs://`, `memory://`, ...)."""

import errno
import fcntl
import hashlib
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from exifds.errors import DiskFullError, PhotoError, UsageError

__all__ = ["EXTENSIONS", "ImageStore", "open_images", "require_space"]

EXTENSIONS = {
    "JPEG": "jpg",
    "PNG": "png",
    "GIF": "gif",
    "WEBP": "webp",
    "TIFF": "tif",
    "AVIF": "avif",
    "HEIF": "heic",
}

TRIES = 3

SPACE_TO_KEEP = 256 * 2**20
"""Bytes left free on a disk. A full disk makes `mongod` abort; stopping before that loses nothing."""


def require_space(*folders: Path) -> None:
    """Make sure that writing can go on.

    Args:
        *folders: Existing folders that are written to.

    Raises:
        DiskFullError: A disk has less than 256 MiB left.
    """
    for folder in folders:
        free = shutil.disk_usage(folder).free
        if free < SPACE_TO_KEEP:
            raise DiskFullError(
                f"only {free >> 20} MiB are free on the disk of {folder}, {SPACE_TO_KEEP >> 20} MiB are "
                "needed: make room and run the same command again; nothing stored is lost"
            )


def open_images(url: str | Path) -> "ImageStore":
    """The image store at a local folder or an fsspec URL.

    Args:
        url: A path, or an address that fsspec understands.

    Returns:
        The store; a local folder is made when the first image is written.

    Raises:
        UsageError: fsspec does not know the protocol, or its package is missing.

    Example:
        >>> open_images("/tmp/photos").locate("monkeys", "ab" * 32, "JPEG")
        'monkeys/ab/abababababababababababababababab.jpg'
    """
    text = str(url).removeprefix("file://")
    if "://" not in text:
        return LocalImages(Path(text))
    import fsspec  # only for stores that are not a local folder

    try:
        filesystem, root = fsspec.url_to_fs(text)
    except (ValueError, ImportError) as error:
        raise UsageError(f"the image store {text.partition('://')[0]}:// cannot be opened: {error}") from None
    return RemoteImages(filesystem, root)


class ImageStore(ABC):
    """Image files by a path made from their hash: never from a name, so no name can lead outside."""

    @staticmethod
    def locate(dataset: str, original_sha256: str, image_format: str) -> str:
        """Path of an image inside the store: 256 folders keep each of them small."""
        name = original_sha256[:32]
        return f"{dataset}/{name[:2]}/{name}.{EXTENSIONS[image_format]}"

    @abstractmethod
    def put(self, path: str, data: bytes) -> None:
        """Write an image so that it is whole or absent, whatever happens meanwhile."""

    @abstractmethod
    def get(self, path: str) -> bytes:
        """Read an image; an absolute path is a photo that was left in place."""

    @abstractmethod
    def has(self, path: str) -> bool:
        """Whether an image is there."""

    def local_folders(self) -> Iterable[Path]:
        """Folders whose disks fill up as images are written."""
        return ()

    def sweep(self) -> None:  # noqa: B027  # object stores leave nothing half done
        """Remove what killed processes left half done."""

    def sha256(self, path: str) -> str:
        """Hash of a stored image, in hex."""
        return hashlib.sha256(self.get(path)).hexdigest()


class LocalImages(ImageStore):
    """Images in a folder of this machine: temporary file, fsync, rename, fsync of the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._drafts = root / ".drafts"

    def put(self, path: str, data: bytes) -> None:
        """Write an image so that it is whole or absent, also after a power cut.

        Raises:
            DiskFullError: The disk is full.
            UsageError: The folder cannot be written.
        """
        target = self.root / path
        draft = self._drafts / f"{target.name}.{os.urandom(8).hex()}"
        with _in_words(self.root):
            for _ in range(TRIES):
                try:
                    _write_durably(draft, target, data)
                    break
                except (
                    FileNotFoundError
                ):  # the first image of a folder, or a draft swept before it was locked
                    _make_folder(target.parent)
                    _make_folder(self._drafts)
            else:
                _write_durably(draft, target, data)
            _sync_folder(target.parent)

    def has(self, path: str) -> bool:
        """Whether an image is there."""
        return (self.root / path).is_file()

    def get(self, path: str) -> bytes:
        """Read an image."""
        try:
            return (self.root / path).read_bytes()
        except OSError as error:
            raise PhotoError(f"the image file cannot be read: {error.strerror}") from None

    def local_folders(self) -> Iterable[Path]:
        """The root, made if need be."""
        with _in_words(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        return (self.root,)

    def sweep(self) -> None:
        """Remove drafts of writers that were killed: those that nobody holds the lock of."""
        with suppress(FileNotFoundError, NotADirectoryError):
            for draft in list(self._drafts.iterdir()):
                with suppress(OSError), draft.open("rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    draft.unlink()


class RemoteImages(ImageStore):
    """Images behind fsspec. Object stores show an object only when it is whole."""

    def __init__(self, filesystem: Any, root: str) -> None:
        self._filesystem = filesystem
        self._root = root.rstrip("/")

    def put(self, path: str, data: bytes) -> None:
        """Write an image in one request."""
        target = f"{self._root}/{path}"
        with _in_words(self._root):
            self._filesystem.makedirs(target.rpartition("/")[0], exist_ok=True)
            self._filesystem.pipe_file(target, data)

    def has(self, path: str) -> bool:
        """Whether an image is there."""
        return bool(self._filesystem.exists(f"{self._root}/{path}"))

    def get(self, path: str) -> bytes:
        """Read an image."""
        if path.startswith("/"):
            return LocalImages(Path("/")).get(path)
        try:
            return bytes(self._filesystem.cat_file(f"{self._root}/{path}"))
        except OSError as error:
            raise PhotoError(f"the image file cannot be read: {type(error).__name__}") from None


@contextmanager
def _in_words(folder: Path | str) -> Iterator[None]:
    """Errors of the file system as ours."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(
                f"the disk of {folder} is full: make room and run the same command again; "
                "nothing stored is lost"
            ) from None
        raise UsageError(f"the image folder {folder} cannot be written: {error.strerror or error}") from None


def _write_durably(draft: Path, target: Path, data: bytes) -> None:
    """Write a draft and give it its name; its lock tells sweepers that its writer lives."""
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  # a descriptor, not a path
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            draft.rename(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
