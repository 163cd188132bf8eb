"""Claims: one owner at a time, by the clock of the server."""

from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.synchronous.collection import Collection as Rows

from exifds.settings import Settings
from exifds.store import claims
from exifds.store.claims import LEASE_S, Claims
from exifds.store.codec import BSON_OPTIONS
from tests.servers import wait_until

Row = dict[str, Any]


@pytest.fixture
def rows(settings: Settings) -> Iterator[Rows[Row]]:
    """A collection of this test's own."""
    with MongoClient[Row](settings.uri) as client:
        yield client.get_default_database(codec_options=BSON_OPTIONS)["claimed"]


@contextmanager
def claimed(
    rows: Rows[Row], ids: Collection[str], lease_s: float = LEASE_S
) -> Iterator[tuple[Claims, list[str]]]:
    """Claim rows while the block runs: the claims, and the ids of those that are ours."""
    found = Claims(rows, lease_s)
    found.take(ids, {"done": {"$exists": False}})
    ours = [row["_id"] for row in rows.find({"_id": {"$in": list(ids)}}) if found.has(row)]
    with found.renewed(ours):
        yield found, ours


def test_only_rows_that_want_something_are_claimed(rows: Rows[Row]) -> None:
    """Those that do not are left as they are, and what was claimed leaves no trace."""
    rows.insert_one({"_id": "aa", "done": True})
    with claimed(rows, ["aa", "bb"]) as (_, ours):
        assert ours == ["bb"]
    assert list(rows.find()) == [{"_id": "aa", "done": True}]


def test_of_many_claimants_one_has_a_row(rows: Rows[Row]) -> None:
    """However many ask for it at once."""
    ids = [f"{number:02x}" for number in range(50)]
    with ExitStack() as held, ThreadPoolExecutor(8) as pool:
        owners = list(pool.map(lambda _: held.enter_context(claimed(rows, ids)), range(8)))
        assert sorted(name for _, ours in owners for name in ours) == ids


def test_a_claim_that_ran_out_is_free(rows: Rows[Row]) -> None:
    """Who was killed does not renew it; the clock is the server's."""
    rows.insert_one({"_id": "aa", "claim": {"owner": "somebody", "until": datetime(2020, 1, 1, tzinfo=UTC)}})
    with claimed(rows, ["aa"]) as (_, ours):
        assert ours == ["aa"]


def test_a_claim_is_renewed_while_it_is_held(rows: Rows[Row]) -> None:
    """However long the scorer takes."""

    def until() -> datetime:
        row = rows.find_one({"_id": "aa"})
        assert row is not None
        ends: datetime = row["claim"]["until"]
        return ends

    with claimed(rows, ["aa"], lease_s=0.3):
        first = until()
        wait_until(lambda: until() > first)
        with claimed(rows, ["aa"]) as (_, theirs):
            assert not theirs


def test_who_slept_longer_than_a_claim_lasts_knows_it(
    rows: Rows[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once, before anything can be asked of the server: what was claimed may be somebody else's."""
    with claimed(rows, ["aa"]) as (found, _):
        assert found.held()
        awake = claims._now()
        monkeypatch.setattr(claims, "_now", lambda: awake + LEASE_S)
        assert not found.held()


def test_a_claim_that_is_renewed_is_held(rows: Rows[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    """The server confirms it; what somebody else has taken meanwhile it does not."""
    now = claims._now
    with claimed(rows, ["aa", "bb"], lease_s=0.3) as (found, _):
        slept = now() + 600
        monkeypatch.setattr(claims, "_now", lambda: slept)
        assert not found.held()
        wait_until(found.held)
        theirs = {"owner": "somebody", "until": datetime(2100, 1, 1, tzinfo=UTC)}
        rows.update_one({"_id": "bb"}, {"$set": {"claim": theirs}})
        monkeypatch.setattr(claims, "_now", lambda: now() + 1200)
        assert not found.held()
