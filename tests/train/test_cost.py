"""Cost, measured on small networks whose figures are counted by hand."""

import sys
from typing import Any

import numpy as np
import pytest

from exifds.train import cost
from exifds.train.result import Energy

IMAGES = np.zeros((2, 16, 16, 3), np.uint8)
VALUES = np.zeros((1, 5), np.float32)

CONVOLVED = 16 * 16 * 8 * (3 * 3 * 3)
DEPTHWISE = 8 * 8 * 8 * (3 * 3)
POINTWISE = 8 * 8 * 4 * 8
DENSE = (4 + 5) * 7 + 7 * 2
CALLED_TWICE = 5 * 5

ENERGY = Energy(
    phase="train",
    seconds=1.0,
    kwh=1.0,
    cpu_kwh=0.5,
    gpu_kwh=0.0,
    ram_kwh=0.5,
    co2_kg=0.4,
    country="DEU",
    measured=False,
    codecarbon="3",
)


@pytest.fixture(scope="module")
def model() -> Any:
    """Convolutions of all kinds, a dense layer that is used twice, a frozen layer, and dropout."""
    import keras

    image, values = keras.Input((16, 16, 3), name="image"), keras.Input((5,), name="values")
    x = keras.layers.Rescaling(1 / 255)(image)
    x = keras.layers.Conv2D(8, 3, padding="same", use_bias=False)(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.DepthwiseConv2D(3, strides=2, padding="same", use_bias=False)(x)
    x = keras.layers.Conv2D(4, 1, use_bias=False)(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    again = keras.layers.Dense(5, use_bias=False)
    again.trainable = False
    x = keras.layers.Concatenate()([x, again(again(values))])
    x = keras.layers.Dropout(0.5)(keras.layers.Dense(7, activation="relu")(x))
    return keras.Model({"image": image, "values": values}, {"logits": keras.layers.Dense(2)(x)})


def test_a_model_is_measured(model: Any) -> None:
    """Parameters and operations are those counted by hand; times are those of one photo and of 32."""
    found = cost.measure(
        model, {"image": IMAGES, "values": VALUES}, train_seconds=3.0, energy=[ENERGY], calls=10
    )
    frozen, statistics = 5 * 5, 2 * 8
    learning = 8 * 27 + 2 * 8 + 8 * 9 + 8 * 4 + (9 * 7 + 7) + (7 * 2 + 2)
    assert (found.parameters, found.trainable) == (learning + frozen + statistics, learning)
    assert found.macs == CONVOLVED + DEPTHWISE + POINTWISE + DENSE + 2 * CALLED_TWICE
    assert [(each.batch_size, each.calls) for each in found.latency] == [(1, 10), (32, 10)]
    assert all(0 < each.p50 <= each.p95 for each in found.latency)
    assert (found.train_seconds, found.energy) == (3.0, (ENERGY,))
    assert found.peak_bytes > 50 * 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can forget the peak")
def test_what_was_there_before_does_not_count(model: Any) -> None:
    """Memory is that of the training, however much an earlier one left behind."""
    left = np.ones(2**27, np.uint8)
    resident = cost.forget_peak()
    grown = np.ones(2**26, np.uint8)
    found = cost.measure(model, {"image": IMAGES, "values": VALUES}, resident=resident, calls=1)
    assert len(grown) * 0.9 < found.peak_bytes < len(left)
    assert cost.measure(model, {"image": IMAGES, "values": VALUES}, resident=2**60, calls=1).peak_bytes == 0


def test_what_learned_earlier_counts_as_it_was_told(model: Any) -> None:
    """Layers are frozen again by the time of the measurement."""
    found = cost.measure(model, {"image": IMAGES, "values": VALUES}, trainable=12, calls=1)
    assert found.trainable == 12
    assert found.energy == ()


def test_operations_that_cannot_be_counted_leave_the_number_open() -> None:
    """No number is better than a wrong one: products of two inputs, and what TensorFlow compiles apart."""
    import keras

    image, values = keras.Input((16, 16, 4), name="image"), keras.Input((4,), name="values")
    grouped = keras.layers.GlobalAveragePooling2D()(keras.layers.Conv2D(4, 2, groups=2)(image))
    for inputs, said in (
        ({"values": values}, keras.layers.Dot(1)([keras.layers.Reshape((4, 1))(values)] * 2)),
        ({"image": image}, grouped),
    ):
        sample = {name: np.zeros((1, *each.shape[1:]), np.float32) for name, each in inputs.items()}
        model = keras.Model(inputs, {"logits": said})
        assert cost.measure(model, sample, calls=1).macs is None


@pytest.mark.parametrize(
    ("calls", "seconds", "timed"), [(20, 60.0, 20), (3, 60.0, 3), (100, 0.0, 10), (3, 0.0, 3)]
)
def test_slow_models_are_called_less_often(calls: int, seconds: float, timed: int) -> None:
    """Never less than 10 times where more were asked for, and 5 times before for warming up."""
    called: list[None] = []
    assert len(cost.timed(lambda: called.append(None), calls=calls, seconds=seconds)) == timed
    assert len(called) == timed + 5


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can forget the peak")
def test_the_peak_of_an_earlier_training_is_forgotten() -> None:
    """Each of several trainings in one process has a peak of its own."""
    cost.forget_peak()
    before = cost.peak_bytes()
    large = np.ones(2**28, np.uint8)
    assert cost.peak_bytes() >= before + len(large) // 2
    high = cost.peak_bytes()
    del large
    assert cost.peak_bytes() >= high
    cost.forget_peak()
    assert cost.peak_bytes() <= high - 2**27
