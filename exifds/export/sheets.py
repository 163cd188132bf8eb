"""Sheets: the format `csv`, one file per split with what is known about each photo, and no images."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from exifds.export.record import Record, Schema
from exifds.export.selection import EXPORTED, PERSONAL
from exifds.export.tables import COLUMNS, cell, csv_row

__all__ = ["DOCUMENT", "HEADER", "Sheets", "label_in_words", "row"]

_COORDINATES = {"longitude": "location", "latitude": "location"}
_LEAVING = frozenset({*EXPORTED, *PERSONAL})

DOCUMENT = tuple(name for name in COLUMNS if _COORDINATES.get(name, name.partition(".")[0]) in _LEAVING)
"""The columns of `tables.COLUMNS` that may leave the database; personal ones are empty unless asked for."""

HEADER = ("_id", "label", "group", *DOCUMENT)
_KEPT = tuple(COLUMNS.index(name) for name in DOCUMENT)


def label_in_words(record: Record, schema: Schema) -> Any:
    """The label of a photo with class names instead of numbers.

    Args:
        record: The photo.
        schema: Of its export.

    Returns:
        The name of its class, the names of all its classes, its number, or None without a target.
    """
    if isinstance(record.label, tuple):
        return [name for name, holds in zip(schema.classes, record.label, strict=True) if holds]
    if record.label is None or schema.kind == "number":
        return record.label
    return schema.classes[int(record.label)]


def row(record: Record, schema: Schema) -> list[str]:
    """A photo as a row of CSV that no spreadsheet takes for a formula.

    Args:
        record: The photo.
        schema: Of its export.

    Returns:
        One cell for each column of `HEADER`.

    Example:
        >>> photo = Record("flickr:1", 7, 1, b"", "jpg", (), (), {"title": "=1+1"})
        >>> cells = row(photo, Schema(name="cats", features=(), kind="binary", classes=("not cat", "cat")))
        >>> cells[:3], cells[HEADER.index("title")]
        (['flickr:1', 'cat', '7'], "'=1+1")
    """
    cells = csv_row(record.document)
    own = (record.id, label_in_words(record, schema), record.group)
    return [*map(cell, own), *(cells[index] for index in _KEPT)]


class Sheets:
    """The format `csv`: `train.csv`, `val.csv` and `test.csv`, in UTF-8, rows as in RFC 4180.

    Labels are class names, several of them a JSON list. A text that starts like a formula stands behind a
    quote (OWASP ASVS 1.2.10); `tables` tells how cells are written.

    Example:
        >>> Sheets().shard_name(Schema(name="cats", features=()), "train", 0, 1)
        'train.csv'
    """

    whole = True
    pictures = False

    def check(self, schema: Schema) -> None:
        """Refuse, before any work is done, what cannot be laid down.

        Args:
            schema: Of the export.
        """
        del schema  # every schema can be

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
        return f"{split}.csv"

    def write(self, draft: Path, records: Iterable[Record], schema: Schema) -> None:
        """Write a split.

        Args:
            draft: The file to write.
            records: Its photos; their images are not used.
            schema: Of the export.
        """
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(row(record, schema) for record in records)

    def sidecars(self, manifest: Any) -> Mapping[str, str]:  # noqa: ARG002
        """Readers need nothing beside the shards.

        Args:
            manifest: Of the export.

        Returns:
            Nothing.
        """
        return {}
