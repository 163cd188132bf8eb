"""Leaks: what is found, and how it is said."""

import numpy as np

from exifds.export.leaks import Leak, in_words, leaks
from exifds.export.links import Shared


def test_each_photo_is_named_once_with_its_earliest_companion() -> None:
    """Three photos of a group in three splits are two leaks, both with the first photo."""
    split = np.array([0, 1, 2, 0], dtype=np.int8)
    found = leaks(["p", "q", "r", "s"], split, {"sha256": Shared("xxxx")})
    assert found == [Leak("sha256", "p", "q"), Leak("sha256", "p", "r"), Leak("sha256", "q", "s")]


def test_photos_that_are_left_out_do_not_leak() -> None:
    """Only what is exported can give something away."""
    assert not leaks(["p", "q"], np.array([0, -1], dtype=np.int8), {"group": Shared("xx")})


def test_words_hold_counts_and_a_way_out() -> None:
    """Kinds in a fixed order, singular and plural, no id."""
    words = in_words([Leak("near_duplicate", "p", "q"), Leak("group", "p", "q"), Leak("group", "p", "r")])
    assert words == (
        "2 photos of a group that is in another split too; 1 photo nearly the same picture as one in "
        "another split; a test score would not be honest: split anew without these photos, or allow leaks to "
        "have them reported only"
    )
