"""Loop: which phases a network has, and how its answers are scored."""

import numpy as np
import pytest

from exifds.train.feed import Feed
from exifds.train.loop import asking, phases_of, score
from exifds.train.recipe import LEDERER2023
from exifds.train.request import Request
from tests.train.samples import manifest


def test_many_networks_are_asked_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    """TensorFlow warns of functions that are traced again and again; each of these is traced once."""
    import keras
    import tensorflow as tf

    feed = Feed({"values": np.ones((3, 2), np.float32)}, np.zeros(3, np.int64))
    tf.get_logger().addHandler(caplog.handler)
    try:
        for _ in range(7):
            values = keras.Input((2,), name="values")
            model = keras.Model({"values": values}, {"logits": keras.layers.Dense(2)(values)})
            assert asking(model, feed, np.array([2, 0]))().shape == (2, 2)
    finally:
        tf.get_logger().removeHandler(caplog.handler)
    assert not caplog.records


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
