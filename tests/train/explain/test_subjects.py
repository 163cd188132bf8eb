"""Subjects: tags and groups of them."""

import numpy as np

from exifds.export.features import FEATURES
from exifds.train.explain.subjects import Subject, subjects

TAGS = [feature.name for feature in FEATURES]


def test_there_are_tags_known_groups_and_all() -> None:
    """Each tag once, the groups of optics, and all together."""
    found = subjects(TAGS, FEATURES, np.zeros((0, 18), np.float32), np.zeros((0, 18), bool))
    assert [one.name for one in found if one.kind == "tag"] == TAGS
    assert [one.tags for one in found if one.kind == "known"] == [
        ("exposure_time", "f_number", "iso"),
        ("exposure_time", "f_number", "iso", "exposure_bias", "brightness"),
        ("focal_length", "focal_length_35mm"),
        ("f_number", "max_aperture"),
    ]
    assert found[-1] == Subject(tuple(TAGS), "all")
    assert found[-1].name == "all tags"


def test_groups_shrink_to_tags_that_a_model_reads() -> None:
    """One tag is no group, and the same group is asked about once."""
    found = subjects(["iso", "f_number"], FEATURES, np.zeros((0, 18), np.float32), np.zeros((0, 18), bool))
    assert [one.tags for one in found] == [("iso",), ("f_number",), ("f_number", "iso"), ("iso", "f_number")]
    assert [one.kind for one in found] == ["tag", "tag", "known", "all"]


def test_tags_that_go_together_in_the_photos_are_a_group() -> None:
    """Data tells what optics does not: here whoever fired the flash set the white balance."""
    rng = np.random.default_rng(0)
    values = np.zeros((200, 18), np.float32)
    values[:, TAGS.index("flash")] = rng.random(200) < 0.5
    values[:, TAGS.index("white_balance")] = values[:, TAGS.index("flash")]
    found = subjects(TAGS, FEATURES, values, np.ones((200, 18), bool))
    assert Subject(("flash", "white_balance"), "found") in found
