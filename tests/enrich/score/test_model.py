"""Scoring by a model, whatever it is: what is stored, what is left, and how a run goes on."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from exifds.dataset import Dataset
from exifds.enrich.score import model
from exifds.enrich.score.concepts import Concepts
from exifds.enrich.score.model import MOST_LABELS, ModelScoring, Said, estimate, without_model
from exifds.enrich.score.rescoring import by_others, rescore
from exifds.errors import UsageError
from tests.enrich.score.conftest import PHOTOS, quietly

CLASSES = ("not monkey", "monkey")
CONCEPTS = Concepts().among(CLASSES, CLASSES[1:])
FIRST, SECOND = "exif-modern-s0@0f3c", "exif-modern-s1@9a7b"


class Oracle:
    """A model that knows how likely each photo is, and counts what it is asked about.

    Args:
        after: Ctrl-C comes when so many photos have been asked about.
        broken: How many of the first photos have no usable image.
    """

    def __init__(self, after: int = PHOTOS + 1, broken: int = 0) -> None:
        self.asked: list[str] = []
        self._after = after
        self._broken = broken

    def __call__(self, ids: Sequence[str]) -> Iterator[Said]:
        for photo_id in ids:
            if len(self.asked) == self._after:
                raise KeyboardInterrupt
            self.asked.append(photo_id)
            broken = len(self.asked) <= self._broken
            yield photo_id, {} if broken else scores_of(photo_id), "broken" if broken else None


def scores_of(photo_id: str) -> Mapping[str, float]:
    """What the oracle says of a photo: 9 digits."""
    share = int(photo_id[-6:], 16) / 0xFFFFFF
    return {"not monkey": 1 - share, "monkey": share}


def scoring(
    dataset: Dataset, oracle: Oracle, name: str = FIRST, concepts: Concepts = CONCEPTS
) -> ModelScoring:
    """A run over the photos with an image."""
    return ModelScoring(dataset._store, name, True, oracle, concepts)


def stored(dataset: Dataset) -> dict[str, dict[str, Any]]:
    """The documents, by `_id`."""
    return {row["_id"]: row for row in dataset.collection.find()}


def test_labels_are_classes_with_their_probability(filled: Dataset) -> None:
    """All of them are stored, the most probable first, with the model; the score is that of the class."""
    oracle = Oracle()
    report = scoring(filled, oracle).run(quietly)
    assert (report.scored, report.paid, report.remaining, report.failed) == (PHOTOS, 0, 0, [])
    assert sorted(oracle.asked) == oracle.asked
    for photo_id, row in stored(filled).items():
        labels, share = row["labels"]["keras"], scores_of(photo_id)["monkey"]
        assert set(row["labels"]) == {"keras"}
        assert labels["model"] == FIRST
        assert [item["label"] for item in labels["items"]] == (
            ["monkey", "not monkey"] if share > 0.5 else ["not monkey", "monkey"]
        )
        assert row["scores"] == {"monkey": pytest.approx(share, abs=1e-7)}
        assert filled.find({"_id": photo_id, "labels.keras.items.label": "monkey"}).count() == 1


def test_the_next_run_asks_about_what_is_left(filled: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C, pages that were written are not asked about again."""
    monkeypatch.setattr(model, "_PAGE", 16)
    with pytest.raises(KeyboardInterrupt):
        scoring(filled, Oracle(after=40)).run(quietly)
    assert estimate(filled._store, FIRST, image=True).photos == PHOTOS - 32
    rest = Oracle()
    assert scoring(filled, rest).run(quietly).scored == len(rest.asked) == PHOTOS - 32
    none = Oracle()
    assert scoring(filled, none).run(quietly).scored == len(none.asked) == 0


def test_photos_that_fail_are_listed_and_tried_again(filled: Dataset) -> None:
    """Each costs itself. What an earlier model said of it stays, and is counted as not of this one."""
    scoring(filled, Oracle()).run(quietly)
    before = stored(filled)
    counted: list[tuple[int, int]] = []
    report = scoring(filled, Oracle(broken=3), SECOND).run(lambda *step: counted.append(step))
    assert (report.scored, report.remaining) == (PHOTOS - 3, 0)
    assert [reason for _, reason in report.failed] == ["broken"] * 3
    assert counted == [(PHOTOS, 3)]
    left = list(filled.collection.find(without_model(SECOND, image=True)))
    assert {row["_id"]: row for row in left} == {photo_id: before[photo_id] for photo_id in report.failures}
    assert by_others(filled._store, "keras", CONCEPTS, SECOND) == 3
    assert scoring(filled, Oracle(), SECOND).run(quietly).scored == 3
    assert by_others(filled._store, "keras", CONCEPTS, SECOND) == 0


@pytest.mark.parametrize("said", [float("nan"), float("inf")])
def test_what_is_no_number_fails_the_photo(filled: Dataset, said: float) -> None:
    """A model that has diverged gives NaN: it ends nothing, and is not stored."""
    one = next(iter(stored(filled)))

    def predict(ids: Sequence[str]) -> Iterator[Said]:
        for each in ids:
            yield each, {"not monkey": 0.1, "monkey": said if each == one else 0.9}, None

    report = ModelScoring(filled._store, FIRST, True, predict, CONCEPTS).run(quietly)
    assert (report.scored, [photo for photo, _ in report.failed]) == (PHOTOS - 1, [one])
    assert "no number" in report.failures[one]
    assert not stored(filled)[one].get("labels")


def test_only_the_labels_of_the_model_are_scored_anew(filled: Dataset) -> None:
    """Those of an earlier one are about to be replaced; those of Google are another's."""
    scoring(filled, Oracle()).run(quietly)
    scoring(filled, Oracle(broken=1), SECOND).run(quietly)
    concepts = Concepts.of({"ape": "monkey"}).among(CLASSES, ())
    assert rescore(filled._store, "keras", concepts, quietly, SECOND) == PHOTOS - 1
    assert rescore(filled._store, "keras", concepts, quietly, SECOND) == 0
    assert filled.find({"scores.ape": {"$exists": True}}).count() == PHOTOS - 1


def test_photos_without_an_image_are_for_models_that_need_none(filled: Dataset) -> None:
    """Those whose EXIF is known count for a model of EXIF; those of which nothing is known, for none."""
    lost, scraped, begun, failed = sorted(stored(filled))[:4]
    for photo_id, state in ((scraped, "meta"), (begun, "meta"), (failed, "failed")):
        filled.collection.update_one({"_id": photo_id}, {"$set": {"state": state, "camera_status": "ok"}})
    filled.collection.update_many({"_id": {"$in": [lost, scraped, begun]}}, {"$unset": {"image": ""}})
    filled.collection.update_one({"_id": begun}, {"$unset": {"camera_status": ""}})
    assert estimate(filled._store, FIRST, image=True).photos == PHOTOS - 4
    found = estimate(filled._store, FIRST, image=False)
    assert (found.photos, found.images, found.requests, int(found.usd)) == (PHOTOS - 2, 0, 0, 0)


def test_of_many_classes_the_most_probable_are_stored(filled: Dataset) -> None:
    """A document stays small; a concept whose class is not among them is null, as below a floor."""
    many = {f"class {number}": number / 1000 for number in range(300)}
    concepts = Concepts.of({"likely": "class 299", "unlikely": "class 7"}).among(list(many), ())
    one = next(iter(stored(filled)))
    run = ModelScoring(filled._store, FIRST, True, lambda ids: ((each, many, None) for each in ids), concepts)
    run.run(quietly)
    row = stored(filled)[one]
    assert [item["label"] for item in row["labels"]["keras"]["items"]] == [
        f"class {number}" for number in range(299, 299 - MOST_LABELS, -1)
    ]
    assert row["scores"] == {"likely": 0.299, "unlikely": None}


HOSTILE = ["<script>alert(1)</script>", "a/b", "=1+1", "\N{CJK UNIFIED IDEOGRAPH-72AC}", "x" * 300, "0"]


def test_hostile_names_of_classes_are_text(filled: Dataset) -> None:
    """They are labels and names of scores as any other."""
    run = ModelScoring(
        filled._store,
        FIRST,
        True,
        lambda ids: ((each, dict.fromkeys(HOSTILE, 0.25), None) for each in ids),
        Concepts().among(HOSTILE, HOSTILE),
    )
    assert run.run(quietly).scored == PHOTOS
    assert all(row["scores"] == dict.fromkeys(HOSTILE, 0.25) for row in stored(filled).values())


@pytest.mark.parametrize(
    ("given", "classes", "said"),
    [
        ({}, ["a.b", "c"], "the class 'a.b' cannot name a score"),
        ({}, ["$a"], "the class '\\$a' cannot name a score"),
        (
            {"ape": "monkey"},
            ["cage", "tree"],
            r"expected classes of the model \('cage', 'tree'\) as labels of",
        ),
        ({"ape": "monkey"}, ["Monkey", "monkeys"], "the concept 'ape', got 'monkey'"),
        ({"ape": "m"}, [str(number) for number in range(99)], "'9', ..."),
    ],
)
def test_concepts_that_a_model_does_not_know_are_refused(
    given: dict[str, str], classes: list[str], said: str
) -> None:
    """One sentence says which classes there are."""
    with pytest.raises(UsageError, match=said) as caught:
        Concepts.of(given).among(classes, classes)
    assert "\n" not in str(caught.value)


def test_a_class_is_named_whole() -> None:
    """`monkey` does not stand for `not monkey`; case, hyphens and plural do not matter where they may."""
    concepts = Concepts.of({"ape": ["Monkeys"], "none": ["Not-Monkey"]}).among(CLASSES, ())
    items = [{"label": "not monkey", "score": 0.9}, {"label": "monkey", "score": 0.1}]
    assert concepts.scores(items) == {"ape": 0.1, "none": 0.9}
    assert Concepts().among(["Monkey", "monkey"], ["monkey"]).scores(
        [{"label": "Monkey", "score": 0.7}, {"label": "monkey", "score": 0.3}]
    ) == {"monkey": 0.3}


def test_labels_name_their_time(filled: Dataset) -> None:
    """As those of any scorer."""
    before = datetime.now(UTC)
    scoring(filled, Oracle()).run(quietly)
    at = next(iter(filled.find())).labels["keras"].at
    assert abs((at - before).total_seconds()) < 60
