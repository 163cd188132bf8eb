"""Levels: the database and Python round a score down alike."""

from hypothesis import given
from hypothesis import strategies as st

from exifds.curate.levels import ABSENT, BELOW, level_of
from exifds.dataset import Dataset
from tests.curate.photos import scores, stored


def test_every_hundredth_is_at_its_own_level(dataset: Dataset) -> None:
    """0.29 x 100 is less than 29: a product alone would put it below its threshold."""
    rows = [{"scores": {"monkey": cut / 100}} for cut in range(101)]
    levels = stored(dataset, rows).levels[0]
    assert sorted(levels.tolist()) == list(range(101))


@given(st.dictionaries(st.just("monkey"), scores))
def test_a_level_is_the_highest_hundredth_that_is_reached(given_scores: dict[str, float | None]) -> None:
    """Also just below and just above a hundredth; what is below the floor or not scored is apart."""
    level = level_of(given_scores, "monkey")
    match given_scores.get("monkey", ...):
        case None:
            assert level == BELOW
        case float() | int() as score:
            assert level == max(cut for cut in range(101) if cut / 100 <= score)
        case _:
            assert level == ABSENT
