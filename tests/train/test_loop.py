"""Loop: which phases a network has, and how its answers are scored."""

import numpy as np
import pytest

from exifds.train.loop import phases_of, score
from exifds.train.recipe import LEDERER2023
from exifds.train.request import Request
from tests.train.samples import manifest


@pytest.mark.parametrize(
    ("inputs", "backbone", "weights", "expected"),
    [
        ("exif", "MobileNetV2", "imagenet", LEDERER2023.exif_phases),
        ("mask", "tiny", "none", LEDERER2023.exif_phases),
        ("image", "MobileNetV2", "imagenet", LEDERER2023.phases),
        ("head", "MobileNetV2", "none", LEDERER2023.scratch_phases),
        ("fusion", "tiny", "imagenet", LEDERER2023.scratch_phases),
    ],
)
def test_a_network_is_trained_by_its_start(
    inputs: str, backbone: str, weights: str, expected: tuple[object, ...]
) -> None:
    """Without an image, with a pretrained backbone, or from scratch."""
    request = Request.checked(inputs=[inputs], backbones=[backbone], weights=weights, recipe=LEDERER2023)
    assert phases_of(request.configs(manifest(), "abc")[0]) == expected


def test_one_class_is_scored_by_accuracy() -> None:
    """The likeliest class counts."""
    assert score(np.array([0, 1, 1]), np.array([[2.0, 1.0], [0.0, 1.0], [3.0, -1.0]])) == pytest.approx(2 / 3)


def test_several_labels_are_scored_by_macro_f1() -> None:
    """Of the labels at or above 0.5: the first has all right, the second one of two."""
    labels = np.array([[1, 1], [0, 1]])
    assert score(labels, np.array([[1.0, 0.1], [-1.0, -0.1]])) == pytest.approx((1 + 2 / 3) / 2)
