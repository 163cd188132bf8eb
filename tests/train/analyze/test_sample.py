"""Sample: photos as columns, drawn in one pass."""

import numpy as np
import pytest

from exifds.errors import UsageError
from exifds.export.features import FEATURES
from exifds.export.targets import Target
from exifds.train.analyze.sample import EV100, draw, numbered, usable

CONCEPT = Target.parse("concept", ["indoor", "outdoor"])


def document(number: int, **more: object) -> dict[str, object]:
    """A photo whose ISO is its number."""
    return {"camera": {"iso": number, "model": "M"}, "concepts": [("indoor", "outdoor")[number % 2]], **more}


def test_a_small_set_is_taken_whole() -> None:
    """In its order, with what was left out and why."""
    found = draw([document(1), {"concepts": []}, document(2), {"concepts": ["indoor", "outdoor"]}], CONCEPT)
    iso = [feature.name for feature in FEATURES].index("iso")
    assert found.values[:, iso].tolist() == [1, 2]
    assert found.labels.tolist() == [1, 0]
    assert found.left_out == {"no_concept": 1, "several_concepts": 1}
    assert (found.photos, found.by_class) == (2, (1, 1))
    assert found.features[-1] == EV100


def test_of_a_large_set_each_photo_has_the_same_chance() -> None:
    """No more are kept than asked for, the counts are those of all, and the same seed draws the same."""
    documents = [document(number) for number in range(1, 2001)]
    found = draw(documents, CONCEPT, at_most=500)
    iso = found.values[:, [feature.name for feature in FEATURES].index("iso")]
    assert len(found) == 500
    assert len(set(iso)) == 500
    assert (found.photos, found.by_class) == (2000, (1000, 1000))
    assert np.mean(iso) == pytest.approx(1000, abs=80)  # 3 standard errors
    assert np.array_equal(draw(documents, CONCEPT, at_most=500).values, found.values)


def test_photos_of_an_owner_are_one_group() -> None:
    """Else of a camera; a photo of which neither is known is alone. Names do not come along."""
    documents = [
        document(1, owner_bx="a"),
        document(2, owner_bx="a", camera={"model": "N"}),
        document(3),
        document(4),
        document(5, camera={}),
        document(6, camera={}),
    ]
    found = draw(documents, CONCEPT)
    assert found.owner.tolist() == [0, 0, -1, -1, -1, -1]
    assert found.camera.tolist() == [0, 1, 0, 0, -1, -1]
    assert found.group.tolist() == [0, 0, 1, 1, 2, 3]


def test_several_labels() -> None:
    """A 0 or 1 for each class; a photo may have none."""
    found = draw([{"concepts": ["a", "b"]}, {"concepts": ["b"]}, {}], Target.parse("concepts", ["a", "b"]))
    assert found.labels.tolist() == [[1, 1], [0, 1], [0, 0]]
    assert found.indicators.tolist() == [[1, 1], [0, 1], [0, 0]]
    assert found.by_class == (1, 2)


def test_a_number_and_nothing_are_refused() -> None:
    """There are no classes to tell apart."""
    with pytest.raises(UsageError, match=r"camera.iso is a number: expected one with classes"):
        draw([document(1)], Target.parse("camera.iso"))
    with pytest.raises(UsageError, match="no photo has a value for the target concept: 2 no concept"):
        draw([{}, {}], CONCEPT)
    with pytest.raises(UsageError, match=r"no photo has a value for the target concept$"):
        draw([], CONCEPT)


def test_what_models_cannot_use_is_absent() -> None:
    """An ISO of 0 is unknown, and so is the light of a scene under flash."""
    rows = np.zeros((3, len(FEATURES)))
    rows[:, :3] = [[1 / 60, 4, 0], [1 / 60, 4, 100], [1 / 60, 4, 100]]
    flash = [feature.name for feature in FEATURES].index("flash")
    rows[2, flash] = 1
    there = np.zeros(rows.shape, bool)
    there[:, :3] = there[:, flash] = True
    values, present = usable(rows, there)
    assert present[:, 2].tolist() == [False, True, True]
    assert present[:, -1].tolist() == [False, True, False]
    assert values[1, -1] == pytest.approx(np.log2(16 * 60))


def test_names_become_numbers() -> None:
    """None stays unknown."""
    assert numbered([None, "x", None, "y", "x"]).tolist() == [-1, 0, -1, 1, 0]
    assert numbered([]).tolist() == []
