"""`exifds find` prints photos in four formats; `exifds verify` says what was touched."""

import csv
import io
import json
from typing import Any

import pytest
from pymongo import MongoClient

from exifds.settings import Settings
from tests.cli.running import SOME_FAILED, Run


@pytest.mark.usefixtures("filled")
def test_find_prints_tables_json_and_csv(run: Run) -> None:
    """Each format has the photos that match, and the formats agree."""
    query = '{"concepts": "indoor"}'
    rows = json.loads(run("find", "cameras", query, "--format", "json"))
    lines = [json.loads(line) for line in run("find", "cameras", query, "--format", "jsonl").splitlines()]
    cells = list(csv.DictReader(io.StringIO(run("find", "cameras", query, "--format", "csv"))))
    assert rows == lines
    assert [row["_id"] for row in rows] == [row["_id"] for row in cells]
    assert all("exif" not in row for row in rows)
    assert f"{len(rows)} photos, 3 shown" in run("find", "cameras", query, "--limit", 3)
    assert len(json.loads(run("find", "cameras", "--format", "json", "--limit", 2))) == 2
    assert json.loads(run("find", "cameras", '{"concepts": "none"}', "--format", "json")) == []


@pytest.mark.usefixtures("filled")
def test_find_decrypts_when_told(run: Run) -> None:
    """With --decrypt the EXIF is there in full."""
    (row,) = json.loads(
        run("find", "cameras", '{"exif": {"$exists": true}}', "--decrypt", "--format", "json", "--limit", 1)
    )
    assert row["exif"]["IFD0"]["Artist"]


@pytest.mark.usefixtures("filled")
def test_filters_take_dates(run: Run) -> None:
    """MongoDB's extended JSON is understood, so that dates can be compared."""
    query = '{"taken_at": {"$gte": {"$date": "1990-01-01T00:00:00Z"}}}'
    assert json.loads(run("find", "cameras", query, "--format", "json"))


@pytest.mark.usefixtures("filled")
def test_verify_finds_what_was_touched(run: Run, settings: Settings) -> None:
    """An intact dataset ends with 0; a changed image ends with 3 and is named."""
    assert run("verify", "cameras") == "cameras: 60 photos checked, 0 faults\n"
    next((settings.home / "images").rglob("*.jpg")).write_bytes(b"x")
    faults = json.loads(run("verify", "cameras", "--json", code=SOME_FAILED))["faults"]
    assert "the image file was changed" in faults[0]["fault"]
    assert "1 fault\n" in run("verify", "cameras", code=SOME_FAILED)


@pytest.mark.usefixtures("filled")
def test_scores_that_a_filter_asks_for_are_shown(run: Run, settings: Settings) -> None:
    """The table has a column for each concept of the filter: its score, null, or nothing if not scored."""
    with MongoClient[dict[str, Any]](settings.uri) as client:
        cameras = client.get_default_database()["cameras"]
        exposed = cameras.find({"camera.exposure_time": {"$exists": True}}, limit=3)
        first, second, third = [photo["_id"] for photo in exposed]
        cameras.update_one({"_id": first}, {"$set": {"scores": {"monkey": 0.9123, "cage": None}}})
        cameras.update_one({"_id": second}, {"$set": {"scores": {"monkey": 0.7}}})
    query = {"$or": [{"scores.monkey": {"$gte": 0.8}}, {"scores.cage": 1}, {"_id": third}]}
    text = run("find", "cameras", json.dumps(query))
    lines = {words[0]: words[1:] for words in map(str.split, text.splitlines()) if words}
    assert lines["photo"][:3] == ["scores.monkey", "scores.cage", "exposure"]
    assert lines[first][:2] == ["0.912", "null"]
    assert "null" not in lines[third]
    assert second not in text


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_a_photo_is_one_line_however_narrow_the_terminal(
    run: Run, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line is longer than the terminal but the one that names what is not shown."""
    monkeypatch.setenv("COLUMNS", str(columns))
    *table, last = run("find", "cameras", "--limit", 5).splitlines()
    assert sum("file:" in line for line in table) == 5
    assert all(len(line) <= columns for line in table)
    assert ("no room for" in last) == (columns < 120)
