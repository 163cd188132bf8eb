"""Photos and scores that come while pages are open."""

from typing import Any

import pytest

from exifds.curate.desk import Desk
from exifds.curate.growth import Growth
from exifds.dataset import Dataset


@pytest.fixture
def told() -> list[str]:
    """What was told."""
    return []


class Clock:
    """A clock that is set by hand; each question to the database takes a while."""

    def __init__(self, takes: float = 0.0) -> None:
        self.now, self.takes, self.asked = 0.0, takes, 0

    def watch(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """Note the questions."""
        aggregate = desk.store.aggregate

        def asked(pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
            self.asked += 1
            self.now += self.takes
            return aggregate(pipeline)

        monkeypatch.setattr(desk.store, "aggregate", asked)


def test_new_photos_and_new_scores_are_told(desk: Desk, scored: Dataset, told: list[str]) -> None:
    """What stayed the same is not."""
    growth = Growth(desk.store, lambda: told.append("changed"))
    assert growth.concepts() == ["monkey"]
    assert growth.concepts(now=True) == ["monkey"]
    assert told == []
    scored.collection.update_one({}, {"$set": {"scores.cage": 0.6}})
    assert growth.concepts(now=True) == ["cage", "monkey"]
    scored.collection.delete_one({})
    growth.concepts(now=True)
    assert told == ["changed"] * 2


def test_the_database_is_asked_every_20_s_for_all_pages(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pages look."""
    clock = Clock()
    clock.watch(desk, monkeypatch)
    growth = Growth(desk.store, lambda: None, lambda: clock.now)
    for second in range(41):
        clock.now = float(second)
        growth.concepts()
        growth.concepts()
    assert clock.asked == 3


def test_a_large_dataset_is_asked_less_often(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking for 5 s takes a pause of 100 s."""
    clock = Clock(takes=5)
    clock.watch(desk, monkeypatch)
    growth = Growth(desk.store, lambda: None, lambda: clock.now)
    growth.concepts()
    clock.now = 104.0
    growth.concepts()
    assert clock.asked == 1
    clock.now = 105.0
    growth.concepts()
    assert clock.asked == 2
