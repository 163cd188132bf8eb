"""What people say about photos."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from exifds.curate.desk import Desk
from exifds.curate.verdicts import Verdict, Verdicts, judging, restoring
from exifds.dataset import Dataset
from exifds.errors import UnreachableError

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def ids(scored: Dataset) -> list[str]:
    """The ids of the photos."""
    return [row["_id"] for row in scored.collection.find({}, {"_id": 1}).sort("_id", 1)]


def test_a_verdict_is_stored_with_its_time(desk: Desk, scored: Dataset, ids: list[str]) -> None:
    """Only the photos that are named get it."""
    assert Verdicts(desk.store).judge(ids[:2], "accepted") == dict.fromkeys(ids[:2], "accepted")
    rows = list(scored.collection.find({"verdict": "accepted"}).sort("_id", 1))
    assert [row["_id"] for row in rows] == ids[:2]
    assert all(row["updated_at"] for row in rows)


def test_the_same_verdict_twice_changes_nothing(desk: Desk, ids: list[str]) -> None:
    """Nor is it something to take back."""
    verdicts = Verdicts(desk.store)
    verdicts.judge(ids[:1], "rejected")
    assert verdicts.judge(ids[:1], "rejected") == {}
    assert verdicts.undo() == ({ids[0]: None}, "rejected")
    assert verdicts.undo() is None


def test_a_photo_that_is_gone_has_no_verdict(desk: Desk, ids: list[str]) -> None:
    """It may have been erased since the page was read."""
    assert Verdicts(desk.store).judge([ids[0], "file:gone"], "accepted") == {ids[0]: "accepted"}


def test_undo_goes_back_step_by_step(desk: Desk, ids: list[str]) -> None:
    """Each judgement is taken back as one, to what each photo had before."""
    verdicts = Verdicts(desk.store)
    verdicts.judge(ids[:1], "accepted")
    verdicts.judge(ids[:3], "rejected")
    assert verdicts.undo() == ({ids[0]: "accepted", ids[1]: None, ids[2]: None}, "rejected")
    assert verdicts.undo() == ({ids[0]: None}, "accepted")


def test_what_could_not_be_taken_back_still_can_be(
    desk: Desk, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database was away: the next undo is of the same verdict."""
    verdicts = Verdicts(desk.store)
    verdicts.judge(ids[:1], "accepted")

    def refuse(_updates: object) -> int:
        raise UnreachableError("away")

    with monkeypatch.context() as away:
        away.setattr(desk.store, "update", refuse)
        with pytest.raises(UnreachableError):
            verdicts.undo()
    assert verdicts.undo() == ({ids[0]: None}, "accepted")


def test_undo_leaves_what_somebody_else_said_since(desk: Desk, ids: list[str]) -> None:
    """My undo takes back my verdict, not hers."""
    mine, hers = Verdicts(desk.store), Verdicts(desk.store)
    mine.judge(ids[:2], "accepted")
    hers.judge(ids[:1], "rejected")
    assert mine.undo() == ({ids[0]: "rejected", ids[1]: None}, "accepted")


def test_of_two_who_judge_at_once_the_first_is_heard(desk: Desk, ids: list[str]) -> None:
    """What was read before she judged decides nothing any more, and is not mine to take back."""
    hers = Verdicts(desk.store)

    class Late(Verdicts):
        """Somebody whose verdict arrives after hers."""

        def read(self, ids: Iterable[str]) -> dict[str, Verdict]:
            found = super().read(ids)
            hers.judge(ids, "rejected")
            return found

    mine = Late(desk.store)
    assert mine.judge(ids[:1], "accepted") == {ids[0]: "rejected"}
    assert mine.undo() is None


def test_a_verdict_can_be_taken_away(desk: Desk, scored: Dataset, ids: list[str]) -> None:
    """Then the photo is as if nobody had judged it."""
    verdicts = Verdicts(desk.store)
    verdicts.judge(ids[:1], "accepted")
    verdicts.judge(ids[:1], None)
    assert scored.collection.count_documents({"verdict": {"$exists": True}}) == 0
    assert verdicts.undo() == ({ids[0]: "accepted"}, None)


def test_updates_are_safe_to_send_twice(desk: Desk, ids: list[str]) -> None:
    """An answer that is lost costs nothing."""
    updates = judging(dict.fromkeys(ids), "accepted", NOW)
    assert desk.store.update(updates) == len(ids)
    assert desk.store.update(updates) == 0
    back = restoring((dict.fromkeys(ids), "accepted"), NOW)
    assert desk.store.update(back) == len(ids)
    assert desk.store.update(back) == 0
