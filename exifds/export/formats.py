"""Formats: the ways an export can be laid down, by name."""

from collections.abc import Mapping

from exifds.export.folder import Folder
from exifds.export.options import FormatName
from exifds.export.parquet import Parquet
from exifds.export.record import Format
from exifds.export.sheets import Sheets
from exifds.export.tfrecord import TFRecord

__all__ = ["FORMATS"]

FORMATS: Mapping[FormatName, Format] = {
    "tfrecord": TFRecord(),
    "parquet": Parquet(),
    "csv": Sheets(),
    "folder": Folder(),
}
