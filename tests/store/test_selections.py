"""Selections: named, versioned, and never changed, on a real server."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from pymongo.synchronous.database import Database

from exifds.dataset import Dataset
from exifds.errors import PhotoError, UsageError
from exifds.photo import Privacy
from exifds.store import filters
from exifds.store.criteria import Direction, Threshold
from exifds.store.selection_filters import Filters
from exifds.store.selections import SELECTIONS, Selection, _try, get, listed, save

WILD = {"monkey": Threshold(0.8), "cage": Threshold(0.5, Direction.DROP_ABOVE)}
ASIA = Filters(country="PH", since=date(2015, 1, 1), verdict="none")
COUNTS = {"kept": 12, "dropped": 3, "unscored": 1}


@pytest.fixture
def database(dataset: Dataset) -> Database[dict[str, Any]]:
    """The database of a dataset."""
    database: Database[dict[str, Any]] = dataset.collection.database
    return database


def test_a_selection_is_read_as_it_was_saved(database: Database[dict[str, Any]]) -> None:
    """Thresholds, filters, note and counts, with version and time."""
    saved = save(database, "cameras", "wild-1", WILD, ASIA, counts=COUNTS, note="after a look at 40")
    assert saved == get(database, "cameras", "wild-1")
    assert (saved.version, saved.thresholds, saved.filters) == (1, WILD, ASIA)
    assert (saved.counts, saved.note) == (COUNTS, "after a look at 40")
    assert saved.created_at.utcoffset() is not None


def test_the_document_is_plain(database: Database[dict[str, Any]]) -> None:
    """A reader in mongosh understands it without our code."""
    save(database, "cameras", "wild", WILD, ASIA, counts=COUNTS)
    row = database[SELECTIONS].find_one({"_id.name": "wild"})
    assert row is not None
    assert row["_id"] == {"dataset": "cameras", "name": "wild", "version": 1}
    assert row["thresholds"] == {
        "monkey": {"value": 0.8, "direction": "keep_above"},
        "cage": {"value": 0.5, "direction": "drop_above"},
    }
    assert row["filter"] == {"country": "PH", "since": "2015-01-01", "verdict": "none"}


def test_saving_again_makes_a_version(database: Database[dict[str, Any]]) -> None:
    """Earlier versions stay; the last is the one that is meant."""
    for value in (0.6, 0.7, 0.8):
        save(database, "cameras", "wild", {"monkey": Threshold(value)}, Filters(), counts={})
    save(database, "cameras", "caged", {}, Filters(), counts={})
    save(database, "others", "wild", {}, Filters(), counts={})
    assert [(one.name, one.version) for one in listed(database, "cameras")] == [
        ("caged", 1),
        ("wild", 3),
        ("wild", 2),
        ("wild", 1),
    ]
    assert get(database, "cameras", "wild").thresholds == {"monkey": Threshold(0.8)}
    assert get(database, "cameras", "wild", 1).thresholds == {"monkey": Threshold(0.6)}


def test_of_many_who_save_at_once_each_gets_a_version(database: Database[dict[str, Any]]) -> None:
    """No selection is lost and no version is given twice."""

    def one(number: int) -> Selection:
        return save(database, "cameras", "wild", {}, Filters(), counts={"kept": number})

    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(one, range(24)))
    assert sorted(selection.version for selection in saved) == list(range(1, 25))
    assert all(get(database, "cameras", "wild", one.version) == one for one in saved)


def test_what_is_sent_twice_is_saved_once(database: Database[dict[str, Any]]) -> None:
    """When an answer is lost the same selection is sent again, perhaps after somebody else's."""
    content = {"saved_by": "me", "thresholds": {}}
    collection = database[SELECTIONS]
    first = _try(collection, "cameras", "wild", content)
    _try(collection, "cameras", "wild", {"saved_by": "somebody else"})
    assert _try(collection, "cameras", "wild", content) == first
    assert collection.count_documents({}) == 2


@pytest.mark.parametrize("name", ["", " wild", "a/b", "a b", "$where", "x" * 65, ".hidden", "a\n"])
def test_a_name_is_one_word(database: Database[dict[str, Any]], name: str) -> None:
    """It can be typed after --selection, and names a file."""
    with pytest.raises(UsageError, match="expected a name of a selection of up to 64 letters"):
        save(database, "cameras", name, {}, Filters(), counts={})


@pytest.mark.parametrize("name", ["wild", "Affe_2", "猿", "v1.2-final"])
def test_a_name_is_in_any_language(database: Database[dict[str, Any]], name: str) -> None:
    """Letters are those of any script."""
    assert save(database, "cameras", name, {}, Filters(), counts={}).name == name


def test_what_cannot_be_kept_is_refused(database: Database[dict[str, Any]]) -> None:
    """A note that is too long, a concept that is no key, text that no database holds: nothing is written."""
    with pytest.raises(UsageError, match="expected a note of up to 1,000 characters, got 1,001"):
        save(database, "cameras", "wild", {}, Filters(), counts={}, note="x" * 1001)
    with pytest.raises(UsageError, match="expected a concept without"):
        save(database, "cameras", "wild", {"a.b": Threshold(0.5)}, Filters(), counts={})
    with pytest.raises(PhotoError, match="text that is not UTF-8"):
        save(database, "cameras", "wild", {}, Filters(), counts={}, note="\ud800")
    assert not listed(database, "cameras")


def test_an_unknown_selection_names_those_there_are(database: Database[dict[str, Any]]) -> None:
    """The message says what was expected and what came."""
    with pytest.raises(UsageError, match="got 'wild'; there are: none yet"):
        get(database, "cameras", "wild")
    save(database, "cameras", "caged", {}, Filters(), counts={})
    with pytest.raises(
        UsageError, match="expected a selection of cameras, got 'caged 2'; there are: caged 1"
    ):
        get(database, "cameras", "caged", 2)


def test_a_selection_stands_for_the_photos_it_keeps(dataset: Dataset) -> None:
    """Within all thresholds and not rejected, or accepted; within its filters in any case."""
    selection = save(dataset.collection.database, "cameras", "w", WILD, Filters(country="PH"), counts={})
    passing, failing = {"monkey": 0.8, "cage": None}, {"monkey": 0.8, "cage": 0.5}
    rows: dict[str, dict[str, Any]] = {
        "kept": {"scores": passing},
        "dropped": {"scores": failing},
        "unscored": {"scores": {"monkey": 0.9}},
        "accepted": {"scores": failing, "verdict": "accepted"},
        "accepted unscored": {"verdict": "accepted"},
        "rejected": {"scores": passing, "verdict": "rejected"},
        "elsewhere": {"scores": passing, "verdict": "accepted", "place": {"country_code": "DE"}},
        "without a file": {"scores": passing, "state": "meta"},
    }
    common: dict[str, Any] = {"state": "done", "image": {"path": "a"}, "place": {"country_code": "PH"}}
    dataset.collection.insert_many([{"_id": name, **common, **row} for name, row in rows.items()])
    query = selection.condition()
    found = {row["_id"] for row in dataset.collection.find(query)}
    assert found == {"kept", "accepted", "accepted unscored"}
    assert filters.checked(query, Privacy.STRICT) == query
