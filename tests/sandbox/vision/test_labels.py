"""Labels fit what is seen, as well as a real service's do."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from exifds.sandbox.photographer import Shot
from exifds.sandbox.vision.eye import Sight, see
from exifds.sandbox.vision.labels import FLOOR, Label, label, name

SIGHTS = st.builds(Sight, outdoor=st.none() | st.booleans(), blue=st.floats(-255, 255))


def best(labels: Iterable[Label], *words: str) -> float:
    """The highest score of some words; 0 where none was found."""
    return max((found.score for found in labels if found.description in words), default=0)


@given(SIGHTS, st.integers(0, 2**64 - 1))
def test_labels_keep_the_rules_of_vision(sight: Sight, seed: int) -> None:
    """Surest first, none below the floor, no word twice."""
    labels = name(sight, seed)
    assert list(labels) == sorted(labels, key=lambda found: -found.score)
    assert all(FLOOR <= found.score <= 0.99 and 0 <= found.topicality <= 1 for found in labels)
    assert len({found.description for found in labels}) == len(labels)


def test_the_same_bytes_get_the_same_labels(images: tuple[bytes, ...]) -> None:
    """And other bytes get others."""
    assert label(images[0]) == label(images[0])
    assert len({label(image) for image in images}) == len(images)


def test_a_threshold_on_cage_parts_windows_from_suns_nearly(shots: tuple[Shot, ...]) -> None:
    """Nearly: what is kept below it is mostly outdoor, and scores of both kinds overlap."""
    scores = {
        bool(c): [best(label(shot.data), "Cage", "Zoo") for shot in shots if shot.truth["c"] == c]
        for c in (0, 1)
    }
    assert sum(score < 0.6 for score in scores[True]) / len(scores[True]) > 0.85
    assert sum(score >= 0.6 for score in scores[False]) / len(scores[False]) > 0.85
    assert max(scores[True]) > min(scores[False])


def test_a_threshold_on_monkey_finds_the_photos_that_show_one(shots: tuple[Shot, ...]) -> None:
    """Nearly, since the animal fades as the background turns blue."""
    scores = {True: [], False: []}  # type: dict[bool, list[float]]
    for shot in shots:
        scores[see(shot.data).animal].append(best(label(shot.data), "Monkey", "Primate"))
    assert sum(score >= 0.75 for score in scores[True]) / len(scores[True]) > 0.85
    assert sum(score < 0.75 for score in scores[False]) / len(scores[False]) > 0.6


def test_water_takes_the_place_of_the_animal() -> None:
    """Where nothing of it is left."""
    labels = name(Sight(outdoor=True, blue=100), 0)
    assert best(labels, "Water") > best(labels, "Monkey", "Primate")


def test_a_strange_picture_gets_neither_sky_nor_cage() -> None:
    """Only a sun or a window says where it is."""
    assert not best(name(Sight(outdoor=None, blue=0), 0), "Sky", "Cage", "Zoo", "Window")
