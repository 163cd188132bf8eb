"""Rescoring, against a real server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.monitoring import CommandListener, CommandStartedEvent

from exifds.enrich.score import rescoring
from exifds.enrich.score.concepts import Concepts
from exifds.enrich.score.rescoring import by_others, rescore
from exifds.photo import LabelItem, Labels, Photo, Privacy
from exifds.settings import Settings
from exifds.store.codec import Codec, to_bson
from exifds.store.sync import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CODEC = Codec("cameras", Privacy.OPEN, None)
CONCEPTS = Concepts.parse(["monkey=monkey,macaque", "cage=cage"])


class Updates(CommandListener):
    """The updates that a client sent, and how."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.concerns: list[Any] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "update":
            self.sent += event.command["updates"]
            self.concerns.append(event.command["writeConcern"])

    def succeeded(self, event: Any) -> None: ...

    def failed(self, event: Any) -> None: ...


@pytest.fixture
def updates() -> Updates:
    return Updates()


@pytest.fixture
def store(settings: Settings, updates: Updates) -> Iterator[Store]:
    with MongoClient[dict[str, Any]](settings.uri, event_listeners=[updates]) as client:
        opened = Store(client.get_default_database(), "cameras")
        opened.create(Privacy.OPEN, None)
        yield opened


def photo(number: int, scorer: str = "google", /, **labels: float) -> Photo:
    """A photo with what a scorer said about it."""
    items = tuple(LabelItem(label=label, score=score) for label, score in labels.items())
    return Photo(
        id=f"file:{number}",
        source="file",
        source_id=str(number),
        labels={scorer: Labels(model="builtin/stable", at=NOW, items=items)},
        created_at=NOW,
    )


def put(store: Store, *photos: Photo) -> None:
    store.insert([to_bson(CODEC.encode(photo)) for photo in photos])


def scores(store: Store) -> dict[str, Any]:
    return {row["_id"]: row.get("scores", {}) for row in store.find({})}


def silent(_done: int, _failed: int) -> None: ...


def test_scores_follow_the_stored_labels(store: Store) -> None:
    """A photo gets the highest matching score, null where none matches; a label-less answer is all null."""
    put(store, photo(1, Macaque=0.9, Monkey=0.7), photo(2, Cages=0.6, Title=0.9), photo(3))
    assert rescore(store, "google", CONCEPTS, silent) == 3
    assert scores(store) == {
        "file:1": {"monkey": 0.9, "cage": None},
        "file:2": {"monkey": None, "cage": 0.6},
        "file:3": {"monkey": None, "cage": None},
    }


def test_new_synonyms_change_the_scores(store: Store) -> None:
    """Other labels of a concept give other scores; concepts that were not asked for stay as they are."""
    put(store, photo(1, Macaque=0.9, Monkey=0.7), photo(2, Cages=0.6))
    rescore(store, "google", CONCEPTS, silent)
    assert rescore(store, "google", Concepts.parse(["monkey=monkey"]), silent) == 1
    assert scores(store) == {
        "file:1": {"monkey": 0.7, "cage": None},
        "file:2": {"monkey": None, "cage": 0.6},
    }


def test_only_photos_with_labels_of_the_scorer_are_scored(store: Store) -> None:
    """Photos that nobody or somebody else labelled are not scored: absent is not null."""
    unlabelled = photo(2).model_copy(update={"labels": {}})
    put(store, photo(1, "keras:run", Monkey=0.9), unlabelled, photo(3, Monkey=0.8))
    assert rescore(store, "google", CONCEPTS, silent) == 1
    assert scores(store) == {"file:1": {}, "file:2": {}, "file:3": {"monkey": 0.8, "cage": None}}


def test_done_twice_it_writes_nothing_more(store: Store, updates: Updates) -> None:
    """The second time no update is sent, and the first was journalled."""
    put(store, *(photo(number, Monkey=0.8) for number in range(5)))
    rescore(store, "google", CONCEPTS, silent)
    assert len(updates.sent) == 5
    assert updates.concerns == [{"w": 1, "j": True}]
    assert rescore(store, "google", CONCEPTS, silent) == 0
    assert len(updates.sent) == 5


def test_a_run_that_was_stopped_goes_on(
    store: Store, updates: Updates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a stopped run wrote stays; the next one writes the rest. Progress is told batch by batch."""
    monkeypatch.setattr(rescoring, "BATCH", 4)
    put(store, *(photo(number, Monkey=0.8) for number in range(10)))

    def stop(_done: int, _failed: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rescore(store, "google", CONCEPTS, stop)
    assert len(updates.sent) == 4
    steps: list[tuple[int, int]] = []
    assert rescore(store, "google", CONCEPTS, lambda *step: steps.append(step)) == 6
    assert (len(updates.sent), steps) == (10, [(4, 0), (4, 0), (2, 0)])


def test_labels_that_were_replaced_meanwhile_are_not_scored_by_the_old(store: Store) -> None:
    """Between reading and writing another run labelled the photo anew: its scores stay."""
    put(store, photo(1, Monkey=0.8))
    (old,) = store.find({})
    change = rescoring._update(old, "google", CONCEPTS)
    assert change is not None
    newer = {"labels.google.at": NOW + timedelta(seconds=1), "scores.monkey": 0.6}
    store.update([({"_id": "file:1"}, {"$set": newer})])
    assert store.update([change]) == 0
    assert scores(store) == {"file:1": {"monkey": 0.6}}


def test_odd_names_and_labels_are_kept_as_they_are(store: Store) -> None:
    """Names in any script, with blanks or digits, and labels that look like operators do no harm."""
    concepts = Concepts.of({"0": "猿", "wild boar": "$where", "обезьяна": "a.b"})
    put(store, photo(1, "google", **{"$where": 0.9, "猿": 0.8, "<script>": 0.7, "a b": 0.6}))
    assert rescore(store, "google", concepts, silent) == 1
    assert scores(store) == {"file:1": {"0": 0.8, "wild boar": 0.9, "обезьяна": 0.6}}


def test_scores_without_labels_of_the_scorer_are_of_others(store: Store) -> None:
    """Whose they are, labels tell: not those of another model either; null is a score, absent is none."""
    put(store, photo(1, Monkey=0.8), photo(2, "keras", Monkey=0.9), photo(3, "keras"), photo(4))
    rescore(store, "google", CONCEPTS, silent)
    for number, given in ((2, {"scores.monkey": 0.9}), (3, {"scores.cage": None})):
        store.update([({"_id": f"file:{number}"}, {"$set": given})])
    assert by_others(store, "google", CONCEPTS) == 2
    assert by_others(store, "google", Concepts.of({"cage": "cage"})) == 1
    assert by_others(store, "google", Concepts.of({"tree": "tree"})) == 0
    assert by_others(store, "keras", CONCEPTS, "builtin/stable") == 2
    assert by_others(store, "keras", CONCEPTS, "another") == 4


def test_without_concepts_nothing_is_written(store: Store, updates: Updates) -> None:
    """To score for nothing is no error."""
    put(store, photo(1, Monkey=0.8))
    assert by_others(store, "keras", Concepts()) == 0
    assert rescore(store, "google", Concepts(), silent) == 0
    assert updates.sent == []
