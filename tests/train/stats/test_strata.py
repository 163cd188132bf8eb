"""Strata: every photo in one stratum of each kind."""

import numpy as np

from exifds.train.predictions import Predictions
from exifds.train.stats.strata import strata


def predictions(tags: list[int], complete: list[bool], seen: list[bool], flash: list[int]) -> Predictions:
    """Photos of which only what parts them matters."""
    count = len(tags)
    return Predictions(
        ids=tuple(map(str, range(count))),
        split=np.full(count, 2, np.int8),
        group=np.arange(count),
        labels=np.zeros(count, np.int64),
        logits=np.zeros((count, 2)),
        tags=np.array(tags, np.int64),
        complete=np.array(complete, bool),
        seen=np.array(seen, bool),
        flash=np.array(flash, np.int8),
    )


def test_photos_are_parted_three_ways() -> None:
    """By EXIF, by whether their group was seen, by flash; a photo without tags has none, not all."""
    found = strata(
        predictions([5, 3, 0, 0], [True, False, False, True], [True, True, False, False], [1, 0, -1, -1])
    )
    assert {(one.by, one.name): np.flatnonzero(one.rows).tolist() for one in found} == {
        ("exif", "complete"): [0],
        ("exif", "partial"): [1],
        ("exif", "none"): [2, 3],
        ("group", "seen"): [0, 1],
        ("group", "unseen"): [2, 3],
        ("flash", "fired"): [0],
        ("flash", "not fired"): [1],
        ("flash", "unknown"): [2, 3],
    }
    for by in ("exif", "group", "flash"):
        assert sum(one.photos for one in found if one.by == by) == 4


def test_a_stratum_without_photos_is_left_out() -> None:
    """There is nothing to score; without photos there are no strata."""
    found = strata(predictions([5], [True], [False], [0]))
    assert [one.name for one in found] == ["complete", "unseen", "not fired"]
    assert strata(predictions([], [], [], [])) == []
