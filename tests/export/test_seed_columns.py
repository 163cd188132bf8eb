"""The table with the columns of Smart Image Scraper."""

import json
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from exifds.export.seed_columns import SEED_COLUMNS, to_seed_frame

NOW = datetime(2026, 1, 2, 13, 4, 5, tzinfo=UTC)
FULL: dict[str, Any] = {
    "_id": "flickr:7",
    "title": "In the forest",
    "description": "A monkey",
    "tags": ["wild", "kohsamui"],
    "machine_tags": ["geo:country=th"],
    "views": 265,
    "taken_at": datetime(2021, 5, 16, 14, 21, 54, tzinfo=UTC),
    "found_by": [
        {"kind": "group", "query": "44176395@N00", "at": NOW},
        {"kind": "search", "query": "monkey wild", "at": NOW},
        {"kind": "search", "query": "Affe", "at": NOW},
    ],
    "owner": "42@N01",
    "owner_name": "Jane",
    "path_alias": "jane",
    "exif": {"IFD0": {"Artist": "Jane"}},
    "location": {"type": "Point", "coordinates": [100.0, 9.5]},
    "place": {"country": "Thailand", "city": "Ko Samui"},
    "image": {"path": "monkeys/fd/c2/fdc25b.jpg", "url": "https://live.staticflickr.com/1/7_a_b.jpg"},
    "scores": {"monkey": 0.93, "macaque": 0.6, "cage": 0.61},
    "created_at": NOW,
}


def row(document: dict[str, Any]) -> dict[str, Any]:
    """The one row of a table; None where a value is missing."""
    [found] = to_seed_frame([{"_id": "flickr:1", **document}]).to_dict("records")
    return {str(name): None if pd.isna(value) else value for name, value in found.items()}


def test_columns_are_those_of_the_scraper() -> None:
    """All 21 are there under their names and in their order, each filled from the document."""
    assert list(row(FULL).items()) == [
        ("search term", "monkey wild"),
        ("date of download", "02/01/2026"),
        ("time of download", "13:04:05"),
        ("filename", "fdc25b.jpg"),
        ("link", "https://live.staticflickr.com/1/7_a_b.jpg"),
        ("title", "In the forest"),
        ("description", "A monkey"),
        ("date taken", pd.Timestamp("2021-05-16 14:21:54")),
        ("owner name", "Jane"),
        ("path alias", "jane"),
        ("owner", "42@N01"),
        ("latitude", 9.5),
        ("longitude", 100.0),
        ("country", "Thailand"),
        ("city", "Ko Samui"),
        ("machine tags", "geo:country=th"),
        ("views", 265),
        ("tags", "wild kohsamui"),
        ("exif data", json.dumps({"IFD0": {"Artist": "Jane"}})),
        ("species prediction score", 0.93),
        ("cage prediction score", 0.61),
    ]


def test_what_is_unknown_is_missing() -> None:
    """No zero, no empty text and no made-up score stands for what is not known."""
    assert set(row({}).values()) == {None}
    assert set(row({"scores": {"cage": None}, "found_by": [], "image": {}}).values()) == {None}


@pytest.mark.parametrize(
    ("scores", "species"),
    [
        ({"species": 0.2, "monkey": 0.9}, 0.2),
        ({"species": None, "monkey": 0.9}, None),
        ({"monkey": None, "macaque": 0.6, "cage": 0.9}, 0.6),
        ({"monkey": None}, None),
        ({"cage": 0.9}, None),
    ],
)
def test_the_species_is_named_or_the_highest_score(scores: dict[str, Any], species: float | None) -> None:
    """A score below the floor of its scorer is null, and missing here."""
    assert row({"scores": scores})["species prediction score"] == species


def test_a_photo_that_no_search_found_names_its_source() -> None:
    """Photos of groups, lists and folders have no search term, but a query."""
    assert row({"found_by": [{"kind": "folder", "query": "~/Pictures"}]})["search term"] == "~/Pictures"


@pytest.mark.parametrize("documents", [[], [{"_id": "flickr:1"}], [{"_id": "flickr:1"}, FULL]])
def test_each_column_has_its_type_whatever_is_known(documents: list[dict[str, Any]]) -> None:
    """Tables of different photos can be joined: the same columns, the same types, the same index."""
    frame = to_seed_frame(documents)
    assert frame.index.tolist() == [document["_id"] for document in documents]
    assert frame.index.name == "_id"
    assert frame.dtypes.astype(str).to_dict() == {name: kind for name, (kind, _) in SEED_COLUMNS.items()}
