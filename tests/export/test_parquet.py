"""Parquet: read back with pyarrow, pandas and Hugging Face datasets, as users do."""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from exifds.errors import MissingExtraError
from exifds.export import parquet
from exifds.export.parquet import Parquet
from exifds.export.record import Record, Schema
from tests.export.samples import HOSTILE, KNOWN, jpeg, record, schema

CLASSES = ("cage", "monkey", "=1+1")


def write(out: Path, records: list[Record], of: Schema, splits: tuple[str, ...] = ("train",)) -> Path:
    """An export of one shard a split; the path of the last."""
    for split in splits:
        path = out / Parquet().shard_name(of, split, 0, 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        Parquet().write(path, records, of)
    return path


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """`datasets.load_dataset` without network and with caches of its own."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    return lambda out, **options: datasets.load_dataset(
        str(out), cache_dir=str(tmp_path / "cache"), **options
    )


def test_hugging_face_shows_images_and_class_names(tmp_path: Path, load: Any) -> None:
    """`load_dataset(OUT)` finds the splits, decodes the image and knows the classes."""
    records = [record(number, number % 3, **KNOWN) for number in range(4)]
    write(tmp_path / "out", records, schema("multi_class", CLASSES), ("train", "val", "test"))
    (tmp_path / "out" / "manifest.json").write_text('{"not": "data"}')
    (tmp_path / "out" / "ATTRIBUTION.csv").write_text("not,data\r\n1,2\r\n")
    found = load(tmp_path / "out")
    assert {name: split.num_rows for name, split in found.items()} == {"train": 4, "val": 4, "test": 4}
    photo = found["train"][1]
    assert (photo["image"].size, photo["image"].mode) == ((16, 16), "RGB")
    assert found["train"].features["label"].int2str(photo["label"]) == "monkey"
    assert photo["exif"] == [200.0, 0.0]
    assert photo["exif_present"] == [True, False]
    assert photo["taken_at"] == KNOWN["taken_at"]
    assert photo["uploaded_at"] == KNOWN["uploaded_at"]
    assert photo["camera.iso"] == 200
    assert photo["scores"] == [{"concept": "monkey", "score": 0.5}, {"concept": "cage", "score": None}]


def test_hugging_face_streams_and_reads_many_labels(tmp_path: Path, load: Any) -> None:
    """Several classes are the list of those that hold, and none an empty list."""
    write(tmp_path / "out", [record(1, (1, 0, 1)), record(2, (0, 0, 0))], schema("multi_label", CLASSES))
    first, second = load(tmp_path / "out", split="train", streaming=True)
    assert first["label"] == [0, 2]
    assert second["label"] == []
    assert first["image"].size == (16, 16)
    labels = load(tmp_path / "out", split="train").features["label"]
    assert labels.feature.names == list(CLASSES)


def test_originals_come_back_byte_for_byte(tmp_path: Path, load: Any, shared_photos: Path) -> None:
    """Restored files are images of any format to Hugging Face, and the same bytes to everybody else."""
    files = sorted(path for path in shared_photos.rglob("*") if path.suffix.lower() in (".jpg", ".png"))[:6]
    photos = [
        replace(record(number), image=file.read_bytes(), suffix=file.suffix[1:].lower())
        for number, file in enumerate(files)
    ]
    path = write(tmp_path / "out", photos, schema(encoding="original", height=None, width=None))
    assert [image["bytes"] for image in pd.read_parquet(path)["image"]] == [photo.image for photo in photos]
    for photo, file in zip(load(tmp_path / "out", split="train"), files, strict=True):
        with Image.open(file) as original:
            assert sorted(photo["image"].size) == sorted(original.size)


def test_pandas_reads_every_column_with_its_type(tmp_path: Path) -> None:
    """Numbers are numbers and dates dates, and what a photo lacks is missing, not zero."""
    path = write(tmp_path, [record(1, 1.5, **KNOWN), record(2, -2.0)], schema("number"))
    frame = pd.read_parquet(path, dtype_backend="numpy_nullable").set_index("id")
    full, bare = frame.loc["flickr:1"], frame.loc["flickr:2"]
    assert frame["label"].tolist() == [1.5, -2.0]
    assert full["image"] == {"bytes": jpeg(1), "path": "flickr-1.jpg"}
    assert (full["camera.iso"], full["camera.flash"], full["camera.orientation"]) == (200.0, True, 6)
    assert (full["longitude"], full["latitude"], full["views"]) == (120.5, 14.25, 7)
    assert (full["title"], list(full["tags"]), full["license.name"]) == ("=1+1", ["sea", "ape"], "CC BY 2.0")
    assert full["taken_at"] == KNOWN["taken_at"]
    assert bare[["camera.iso", "camera.flash", "views", "title", "taken_at", "longitude"]].isna().all()
    assert frame.dtypes.astype(str)[["camera.iso", "camera.flash", "views"]].tolist() == [
        "Float64",
        "boolean",
        "Int64",
    ]


def test_the_columns_do_not_depend_on_the_photos(tmp_path: Path) -> None:
    """Shards with nothing, something and everything in them can be joined."""
    empty = write(tmp_path / "a", [], schema())
    full = write(tmp_path / "b", [record(1, **KNOWN)], schema())
    assert pq.read_schema(empty).equals(pq.read_schema(full), check_metadata=True)
    assert pq.read_metadata(empty).num_rows == 0
    assert "label" not in pq.read_schema(empty).names


def test_personal_fields_are_there_only_if_they_were_asked_for(tmp_path: Path) -> None:
    """Owner and EXIF are null unless the record holds them; a blind index has no column."""
    opened: dict[str, Any] = {
        "owner": "42@N01",
        "owner_name": "Ada",
        "path_alias": "ada",
        "exif": {"Artist": "Ada", "Raw": b"\1"},
    }
    table = pq.read_table(write(tmp_path, [record(1), record(2, **opened, owner_bx="ab" * 16)], schema()))
    assert "owner_bx" not in table.column_names
    assert table["owner"].to_pylist() == [None, "42@N01"]
    assert json.loads(table["exif_tags"][1].as_py()) == {"Artist": "Ada", "Raw": "AQ=="}
    assert table["exif_tags"][0].as_py() is None
    assert b"ab" * 16 not in (tmp_path / "data" / "train-00000-of-00001.parquet").read_bytes()


def test_a_row_group_is_small_in_rows_and_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays flat for many photos and for large originals."""
    path = write(tmp_path, [record(number) for number in range(250)], schema())
    rows = [pq.ParquetFile(path).metadata.row_group(group).num_rows for group in range(3)]
    assert rows == [100, 100, 50]
    monkeypatch.setattr(parquet, "_GROUP_BYTES", len(jpeg(0)) + 1)
    path = write(tmp_path, [record(256 * number) for number in range(4)], schema())
    assert [pq.ParquetFile(path).metadata.row_group(group).num_rows for group in range(2)] == [2, 2]


def test_the_same_photos_give_the_same_bytes(tmp_path: Path) -> None:
    """A killed export ends with the shards of an undisturbed one."""
    photos = [record(number, number % 3, **KNOWN) for number in range(130)]
    first = write(tmp_path / "a", photos, schema("multi_class", CLASSES))
    second = write(tmp_path / "b", list(photos), schema("multi_class", CLASSES))
    assert first.read_bytes() == second.read_bytes()


def test_every_column_has_the_type_of_its_feature() -> None:
    """A reader that goes by the features and one that goes by the Arrow types see the same."""
    datasets = pytest.importorskip("datasets")
    for kind in (None, "number", "binary", "multi_label"):
        features = parquet._features(schema(kind, HOSTILE))
        types = pa.schema([(name, parquet._arrow_type(part)) for name, part in features.items()])
        assert datasets.Features.from_dict(features).arrow_schema.equals(types)


def test_dates_before_the_epoch_keep_their_milliseconds(tmp_path: Path) -> None:
    """BSON and the column have the same precision."""
    at = datetime(1931, 2, 3, 4, 5, 6, 789000, tzinfo=UTC)
    table = pq.read_table(
        write(tmp_path, [record(1, uploaded_at=at, taken_at=at.replace(tzinfo=None))], schema())
    )
    assert table["uploaded_at"][0].as_py() == at
    assert table["taken_at"][0].as_py() == at.replace(tzinfo=None)


def test_without_pyarrow_the_message_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An optional part that is missing is one line."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'exifds\[parquet\]'"):
        Parquet().write(tmp_path / "draft", [], schema())
