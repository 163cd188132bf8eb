"""Documents as JSON, CSV and tables."""

import json
from datetime import UTC, datetime

import pandas as pd
import pytest

from exifds.export.tables import COLUMNS, csv_row, to_frame, to_json

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_json_holds_dates_and_bytes() -> None:
    """Dates are ISO 8601 and bytes base64, so that any JSON reader takes them."""
    assert json.loads(to_json({"at": NOW, "raw": b"\0\1"})) == {
        "at": "2026-01-02T03:04:05+00:00",
        "raw": "AAE=",
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
@pytest.mark.parametrize("field", ["title", "description", "owner_name", "path_alias", "reason", "source_id"])
def test_no_cell_is_a_formula(start: str, field: str) -> None:
    """Text from a photo that a spreadsheet would compute is put behind a quote."""
    assert csv_row({field: f"{start}1+1"})[COLUMNS.index(field)] == f"'{start}1+1"


def test_csv_has_a_cell_for_each_column() -> None:
    """Nested fields are dotted columns, lists are JSON, numbers stay numbers, what is unknown is empty."""
    row = dict(
        zip(
            COLUMNS,
            csv_row(
                {
                    "_id": "file:1",
                    "camera": {"iso": 200.0, "exposure_bias": -0.33, "flash": False},
                    "location": {"type": "Point", "coordinates": [10.9, 49.9]},
                    "concepts": ["a", "b"],
                    "scores": {"monkey": 0.5},
                    "taken_at": NOW,
                }
            ),
            strict=True,
        )
    )
    assert row["camera.exposure_bias"] == "-0.33"
    assert row["camera.flash"] == "False"
    assert (row["longitude"], row["latitude"]) == ("10.9", "49.9")
    assert json.loads(row["concepts"]) == ["a", "b"]
    assert json.loads(row["scores"]) == {"monkey": 0.5}
    assert row["title"] == ""


def test_each_column_of_a_table_has_one_type() -> None:
    """Numbers are Float64, flags boolean and dates datetime64, also where some photos lack them."""
    frame = to_frame(
        [
            {"_id": "file:1", "camera": {"iso": 200, "flash": True}, "taken_at": NOW, "state": "done"},
            {"_id": "file:2", "scores": {"monkey": None}, "created_at": NOW, "image": {"width": 5}},
        ]
    )
    assert list(frame.index) == ["file:1", "file:2"]
    assert frame.dtypes.astype(str).to_dict() == {
        "camera.iso": "Float64",
        "camera.flash": "boolean",
        "taken_at": "datetime64[us]",
        "state": "category",
        "scores.monkey": "Float64",
        "created_at": "datetime64[us, UTC]",
        "image.width": "Int64",
    }
    assert frame["camera.iso"].isna().tolist() == [False, True]


def test_no_photos_give_an_empty_table() -> None:
    """A table of nothing has no rows and is indexed like any other."""
    frame = to_frame([])
    assert isinstance(frame, pd.DataFrame)
    assert frame.empty
    assert frame.index.name == "_id"
