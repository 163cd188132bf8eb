"""Photos in folders of files: which files there are, and how each was found."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from exifds.errors import UsageError

__all__ = ["FoundFile", "walk"]

_IMAGE_SUFFIXES = frozenset(
    ".jpg .jpeg .jpe .jfif .png .apng .gif .webp .tif .tiff .avif .heic .heif".split()
)
_LONGEST_MAGIC = 12


@dataclass(frozen=True)
class FoundFile:
    """A file that may be a photo.

    Args:
        path: Where it is.
        query: How it was found: its whole path, with `~` for the home folder of the user.
        concepts: The labels of the run, and the folders on the way if asked for.
        size: Bytes, as the file system says.
    """

    path: Path
    query: str
    concepts: tuple[str, ...]
    size: int


def walk(
    paths: Iterable[str | Path], concepts: Iterable[str] = (), *, concepts_from_folders: bool = False
) -> Iterator[FoundFile]:
    """Find the photos in folders, in a stable order.

    A file counts when its name ends like an image or its first bytes say so. A file named by the user
    always counts. Hidden files and folders, links to folders, and what is no regular file are passed over;
    a folder or file that may not be read is given too, so that it is told and not missed.

    Args:
        paths: Files and folders.
        concepts: Labels for every photo.
        concepts_from_folders: Also label each photo with the folders between the given one and the file,
            as in `animals/cat/1.jpg`.

    Yields:
        Each file once per mention.

    Raises:
        UsageError: A path does not exist.

    Example:
        >>> [found.query for found in walk(["no-such-folder"])]
        Traceback (most recent call last):
        exifds.errors.UsageError: no file or folder no-such-folder
    """
    labels = tuple(concepts)
    for given in paths:
        root = Path(given).expanduser()
        if not root.exists():
            raise UsageError(f"no file or folder {given}")
        if root.is_dir():
            for path, size in _photos_below(root):
                inside = path.relative_to(root)
                folders = map(_printable, inside.parent.parts) if concepts_from_folders else ()
                yield FoundFile(path, _query(path), (*labels, *folders), size)
        else:
            yield FoundFile(root, _query(root), labels, root.stat().st_size)


def _photos_below(root: Path) -> Iterator[tuple[Path, int]]:
    unreadable: list[Path] = []
    for folder, folders, files in os.walk(
        root, onerror=lambda error: unreadable.append(Path(error.filename))
    ):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder, name)
            if not name.startswith(".") and (size := _size(path)) is not None:
                yield path, size
    for path in unreadable:
        yield path, 0


def _size(path: Path) -> int | None:
    """Bytes of what may be a photo, else None. What cannot be read is tried, so that it is told."""
    named = path.suffix.lower() in _IMAGE_SUFFIXES
    try:
        status = path.stat()
    except OSError:
        return 0 if named else None
    return status.st_size if stat.S_ISREG(status.st_mode) and (named or _looks_like_an_image(path)) else None


def _looks_like_an_image(path: Path) -> bool:
    """True for the first bytes of JPEG, PNG, GIF, TIFF, WebP, AVIF and HEIC."""
    try:
        with path.open("rb") as file:
            head = file.read(_LONGEST_MAGIC)
    except OSError:
        return True
    return (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"))
        or (head[:4] == b"RIFF" and head[8:] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:] in (b"avif", b"avis", b"heic", b"heix", b"mif1"))
    )


def _query(path: Path) -> str:
    """A whole path that does not name the user: one file is found in one way, wherever the search began."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100  # without following links
    inside = whole.is_relative_to(Path.home())
    return _printable(Path("~") / whole.relative_to(Path.home()) if inside else whole)


def _printable(path: str | Path) -> str:
    """The path as text that UTF-8 can hold: file names may be any bytes."""
    return os.fsencode(path).decode("utf-8", "replace")
