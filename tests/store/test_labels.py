"""The cache of labels: by content, across datasets."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from bson.errors import BSONError
from pymongo import MongoClient
from pymongo.synchronous.database import Database

from exifds.settings import Settings
from exifds.store.codec import BSON_OPTIONS
from exifds.store.labels import LABELS, LabelCache, counting

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GIVEN = {"model": "builtin/stable", "at": NOON, "items": [{"label": "Monkey", "score": 0.93}]}

Row = dict[str, Any]


@pytest.fixture
def database(settings: Settings) -> Iterator[Database[Row]]:
    """A database of this test's own."""
    with MongoClient[Row](settings.uri) as client:
        yield client.get_default_database(codec_options=BSON_OPTIONS)


@pytest.fixture
def cache(database: Database[Row]) -> LabelCache:
    """Google's labels."""
    return LabelCache(database, "google")


def test_labels_are_kept_by_content(cache: LabelCache, database: Database[Row]) -> None:
    """One document for an image, which anybody can read."""
    cache.keep({"aa": GIVEN, "bb": GIVEN | {"items": []}})
    cache.keep({"aa": GIVEN})
    cache.keep({})
    assert cache.read(["aa", "bb", "cc"]) == ({"aa": GIVEN, "bb": GIVEN | {"items": []}}, {})
    assert database[LABELS].find_one({"_id": "google:aa"}) == {"_id": "google:aa", **GIVEN}
    assert cache.read([]) == ({}, {})


def test_what_was_refused_is_remembered(cache: LabelCache, database: Database[Row]) -> None:
    """With reason and date; nobody claims it again, and labels that come after all are kept."""
    with cache.claimed(["aa", "bb"]):
        cache.refuse({"aa": "Bad image data."})
        cache.refuse({})
    row = database[LABELS].find_one({})
    assert row is not None
    assert (row["_id"], row["refused"]["reason"]) == ("google:aa", "Bad image data.")
    said = f"Bad image data. (refused on {row['refused']['at']:%Y-%m-%d}, not asked again)"
    assert cache.read(["aa", "bb"]) == ({}, {"aa": said})
    with cache.claimed(["aa", "bb"]) as claim:
        assert claim.ours == {"bb"}
        assert claim.refused == {"aa": said}
    cache.keep({"aa": GIVEN})
    assert cache.read(["aa"]) == ({"aa": GIVEN}, {})


def test_a_refusal_is_remembered_without_a_claim_and_never_in_place_of_labels(cache: LabelCache) -> None:
    """The claim may have run out meanwhile, and another have paid; a reason is text, also with a `$`."""
    cache.keep({"a": {"model": "m", "at": datetime.now(UTC), "items": []}})
    cache.refuse({"a": "no", "b": "$model"})
    known, refused = cache.read(["a", "b"])
    assert set(known) == {"a"}
    assert refused["b"].startswith("$model (refused on ")


def test_scorers_do_not_share_labels(cache: LabelCache, database: Database[Row]) -> None:
    """The key begins with the scorer."""
    cache.keep({"aa": GIVEN})
    assert LabelCache(database, "keras").read(["aa"]) == ({}, {})


def test_claiming_tells_what_is_known_what_is_ours_and_what_is_not(cache: LabelCache) -> None:
    """Labels cannot be claimed, and what somebody else has claimed neither."""
    cache.keep({"aa": GIVEN})
    with cache.claimed(["bb"]) as first, cache.claimed(["aa", "bb", "cc"]) as second:
        assert first.ours == {"bb"}
        assert not first.known
        assert second.ours == {"cc"}
        assert second.known == {"aa": GIVEN}
        assert cache.read(["bb", "cc"]) == ({}, {})
    with cache.claimed(["bb", "cc"]) as third:
        assert third.ours == {"bb", "cc"}


def test_what_is_left_of_a_claim_is_given_up(cache: LabelCache, database: Database[Row]) -> None:
    """What got labels stays; the rest leaves no trace, also after an error."""
    with ExitStack() as block:
        block.enter_context(pytest.raises(BSONError))
        block.enter_context(cache.claimed(["aa", "bb"]))
        cache.keep({"aa": GIVEN})
        cache.keep({"bb": {"model": object()}})
    assert list(database[LABELS].find()) == [{"_id": "google:aa", **GIVEN}]


def test_who_lost_a_claim_still_keeps_what_was_paid(cache: LabelCache, database: Database[Row]) -> None:
    """And does not give up the claim of who has it now."""
    theirs = {"owner": "somebody", "until": datetime(2100, 1, 1, tzinfo=UTC)}
    with cache.claimed(["aa", "bb"]):
        database[LABELS].update_many({}, {"$set": {"claim": theirs}})
        cache.keep({"aa": GIVEN})
    assert cache.read(["aa", "bb"]) == ({"aa": GIVEN}, {})
    assert database[LABELS].find_one({"_id": "google:bb"}) == {"_id": "google:bb", "claim": theirs}


def test_what_is_missing_is_counted_by_content(cache: LabelCache, database: Database[Row]) -> None:
    """Photos with the same file count once as an image; claims are no labels."""
    images = ["aa", "aa", "bb", "cc", "cc", "dd"]
    database["cameras"].insert_many(
        [{"_id": number, "image": {"sha256": sha256}} for number, sha256 in enumerate(images)]
    )
    cache.keep({"aa": GIVEN})
    LabelCache(database, "keras").keep({"bb": GIVEN})
    with cache.claimed(["cc"]):
        (row,) = database["cameras"].aggregate(counting("google", {"_id": {"$lt": 5}}))
    assert row == {"photos": 5, "cached": 2, "refused": 0, "images": 2}
    assert list(database["cameras"].aggregate(counting("google", {"_id": 99}))) == []
