"""Sheets: one CSV file per split that is safe in a spreadsheet and typed in pandas."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from exifds.export.record import Label, Record, TargetKind
from exifds.export.sheets import DOCUMENT, HEADER, Sheets, label_in_words, row
from tests.export.samples import HOSTILE, KNOWN, record, schema

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def rows(
    tmp_path: Path, records: list[Record], kind: TargetKind | None = None, *classes: str
) -> list[dict[str, str]]:
    """What a CSV reader makes of a split."""
    Sheets().write(tmp_path / "train.csv", records, schema(kind, classes))
    with (tmp_path / "train.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_row_tells_what_is_known(tmp_path: Path) -> None:
    """Fields are dotted as in MongoDB, lists JSON, what is unknown empty."""
    full, bare = rows(tmp_path, [record(1, 1, **KNOWN), record(2, 0)], "binary", "not cat", "cat")
    assert (full["_id"], full["label"], full["group"]) == ("flickr:1", "cat", "1")
    assert (full["camera.iso"], full["longitude"], full["place.country"]) == ("200", "120.5", "Philippines")
    assert json.loads(full["tags"]) == ["sea", "ape"]
    assert json.loads(full["scores"]) == {"monkey": 0.5, "cage": None}
    assert full["taken_at"] == "2020-05-04T03:02:01"
    assert (bare["label"], bare["title"], bare["camera.iso"]) == ("not cat", "", "")


def test_pandas_reads_it(tmp_path: Path) -> None:
    """Numbers come back as numbers, dates as dates, labels as text, in the order of the export."""
    texts = ["a\r\nb", 'say "x", y', "猿", "\x00nul"]
    photos = [record(number, 0, **{**KNOWN, "description": text}) for number, text in enumerate(texts)]
    rows(tmp_path, photos, "multi_class", "monkey")
    frame = pd.read_csv(tmp_path / "train.csv", parse_dates=["taken_at"], index_col="_id")
    assert frame.index.tolist() == [photo.id for photo in photos]
    assert frame["camera.iso"].tolist() == [200.0] * 4
    assert frame["taken_at"].tolist() == [KNOWN["taken_at"]] * 4
    assert frame["description"].tolist()[:3] == texts[:3]
    assert frame["label"].tolist() == ["monkey"] * 4


@pytest.mark.parametrize("start", FORMULAS)
def test_no_cell_is_a_formula(start: str) -> None:
    """Class names and all texts of a photo stand behind a quote where a spreadsheet would compute them."""
    text = f"{start}1+1"
    texts = (
        "title",
        "description",
        "owner",
        "owner_name",
        "path_alias",
        "source",
        "taken_granularity",
        "verdict",
    )
    document = dict.fromkeys(texts, text) | {
        "camera": {"make": text, "model": text},
        "place": {"city": text},
    }
    cells = row(record(1, 0, **document), schema("multi_class", (text,)))
    assert sum(cell == f"'{text}" for cell in cells) == len(texts) + 4
    assert not any(cell.startswith(FORMULAS) for cell in cells)


@pytest.mark.parametrize(
    ("kind", "label", "expected"),
    [
        (None, None, None),
        ("number", -1.5, -1.5),
        ("binary", 1, "=1+1"),
        ("multi_class", 0, "../x"),
        ("multi_label", (1, 0, 1), ["../x", "a/b"]),
    ],
)
def test_labels_are_names(kind: TargetKind | None, label: Label, expected: object) -> None:
    """Who opens a table needs no list of class numbers."""
    assert label_in_words(record(1, label), schema(kind, HOSTILE[:3])) == expected


def test_only_what_may_leave_has_a_column() -> None:
    """No blind index, no path, no hash; as many cells as columns, each once."""
    assert not {"owner_bx", "image.path", "image.sha256", "found_by", "xmp", "comments"} & set(HEADER)
    assert {"title", "camera.iso", "longitude", "place.city", "scores", "owner", "license.url"} <= set(
        DOCUMENT
    )
    assert len(set(HEADER)) == len(HEADER) == len(row(record(), schema()))
    cells = row(record(1, owner_bx="ab" * 16, image={"path": "/home/ada/x.jpg"}), schema())
    assert not any("ab" * 16 in cell or "ada" in cell for cell in cells)


def test_an_empty_split_has_a_header(tmp_path: Path) -> None:
    """Every split is a file, so that readers need not ask."""
    assert rows(tmp_path, []) == []
    assert (tmp_path / "train.csv").read_text().strip().split(",") == list(HEADER)
