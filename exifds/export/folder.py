"""Folder: the format `folder`, image files in a folder per class, as image_dataset_from_directory wants them.

```
train/monkey/flickr-50444069047.jpg    for Keras, tfds.ImageFolder and torchvision's ImageFolder
train/cage/                            every split has a folder for every class, so all number them alike
train/photos.csv                       what is known about each photo; those readers look at folders only
```
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from exifds.errors import UsageError
from exifds.export import sheets
from exifds.export.record import Record, Schema
from exifds.export.tables import cell

__all__ = ["PHOTOS", "Folder", "class_name", "file_name", "folder_names"]

PHOTOS = "photos.csv"
"""Name of the table in the folder of a split. No class folder can have it: they hold no dot."""

_RESERVED = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])", re.IGNORECASE)
"""Names of devices, which Windows gives to no folder."""

_LONGEST = 255
"""Bytes of a file name on ext4, APFS and NTFS."""

_NOTHING = "%"
"""The folder of a class without a name: a lone percent sign encodes nothing."""


def folder_names(classes: Iterable[str]) -> tuple[str, ...]:
    """Names of class folders: safe on every file system, all different, and each leads back to its class.

    Letters, digits, space, `_` and `-` stay; everything else is percent-encoded (RFC 3986, UTF-8), and so is
    a whole name that would meet another one on a file system that takes `A` for `a`.

    Args:
        classes: Names of the classes.

    Returns:
        A name for each, in the same order.

    Raises:
        UsageError: A name is too long for a folder.

    Example:
        >>> folder_names(["grey wolf", "../x", "Wolf", "wolf"])
        ('grey wolf', '%2E%2E%2Fx', 'Wolf', '%77%6F%6C%66')
    """
    taken: set[str] = set()
    names: list[str] = []
    for given in classes:
        name = _encoded(given)
        if _folded(name) in taken:
            name = _in_full(given)
        if len(name.encode()) > _LONGEST:
            raise UsageError(
                f"a class name of at most {_LONGEST} bytes was expected for a class folder, got "
                f"{len(name.encode())} bytes that begin with {name[:40]!r}: export as tfrecord or parquet"
            )
        taken.add(_folded(name))
        names.append(name)
    return tuple(names)


def class_name(folder: str) -> str:
    """The class of a folder.

    Args:
        folder: A name made by `folder_names`.

    Returns:
        The name of the class.

    Example:
        >>> class_name("%2E%2E%2Fx")
        '../x'
    """
    return "" if folder == _NOTHING else unquote(folder)


def file_name(record: Record) -> str:
    """Name of the image file of a photo.

    Args:
        record: The photo.

    Returns:
        Its id with `-` for `:`, and its suffix. An id that is neither Flickr's nor a hash is encoded.

    Example:
        >>> file_name(Record("flickr:50444069047", 0, None, b"", "jpg", (), ()))
        'flickr-50444069047.jpg'
    """
    return f"{quote(record.id.replace(':', '-', 1), safe='@')}.{record.suffix}"


def _encoded(name: str) -> str:
    """A class name as one path segment; no blank may stand at an end, where Windows drops it."""
    if not name:
        return _NOTHING
    inner = range(len(name) - len(name.lstrip(" ")), len(name.rstrip(" ")))
    if _RESERVED.fullmatch(name):
        inner = range(1, len(name))
    return "".join(
        letter if at in inner and (letter.isalnum() or letter in (" _-" if at else "_")) else _in_full(letter)
        for at, letter in enumerate(name)
    )


def _in_full(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


class Folder:
    """The format `folder`: `SPLIT/CLASS/ID.jpg`, or `SPLIT/ID.jpg` without a target.

    A shard is the folder of a split. Readers number the classes by the sorted folder names; give them
    `folder_names(manifest.data.classes)` as `class_names` for the numbers of the manifest.

    Example:
        >>> cats = Schema(name="cats", features=(), target="cat", kind="binary", classes=("not cat", "cat"))
        >>> Folder().shard_name(cats, "train", 0, 1)
        'train'
    """

    whole = True
    pictures = True

    def check(self, schema: Schema) -> None:
        """Refuse, before any work is done, what cannot be laid down.

        Args:
            schema: Of the export.

        Raises:
            UsageError: The target gives a photo not exactly one class, or a class cannot be a folder.
        """
        _class_folders(schema)

    def shard_name(self, schema: Schema, split: str, index: int, count: int) -> str:  # noqa: ARG002
        """Path of a shard below the export.

        Args:
            schema: Of the export.
            split: Its name.
            index: Of the shard; always 0.
            count: Shards of the split; always 1.

        Returns:
            The path.
        """
        return split

    def write(self, draft: Path, records: Iterable[Record], schema: Schema) -> None:
        """Write a split.

        Args:
            draft: The folder to make.
            records: Its photos.
            schema: Of the export.

        Raises:
            UsageError: As `check`.
        """
        folders = _class_folders(schema)
        for name in ("", *folders):
            (draft / name).mkdir()
        with (draft / PHOTOS).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("file", *sheets.HEADER))
            for record in records:
                path = file_name(record)
                if folders:
                    path = f"{folders[int(record.label)]}/{path}"  # type: ignore[arg-type]
                (draft / path).write_bytes(record.image)
                writer.writerow((cell(path), *sheets.row(record, schema)))

    def sidecars(self, manifest: Any) -> Mapping[str, str]:  # noqa: ARG002
        """Readers need nothing beside the shards.

        Args:
            manifest: Of the export.

        Returns:
            Nothing.
        """
        return {}


def _class_folders(schema: Schema) -> tuple[str, ...]:
    """The folders of the classes; none without a target: the files then lie side by side."""
    if schema.kind is None:
        return ()
    if schema.kind not in ("multi_class", "binary"):
        raise UsageError(
            "class folders need a target that gives each photo exactly one class, such as 'concept' or "
            f"'scores.NAME>=0.8', got {schema.target!r} ({schema.kind}): choose another target, or the "
            "format tfrecord, parquet or csv"
        )
    return folder_names(schema.classes)
