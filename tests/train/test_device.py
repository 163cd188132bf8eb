"""Device: the same bits each time, and nothing left behind."""

import random
from contextlib import suppress

import numpy as np
import pytest

from exifds import __version__
from exifds.errors import UsageError
from exifds.train.device import environment, graphics_cards, repeatable, require_keras, strategy


def drawn() -> tuple[float, float, float, list[float]]:
    """A number from each generator: Python, NumPy, TensorFlow, Keras."""
    import keras
    import tensorflow as tf

    numbers = keras.random.uniform((2,)).numpy().tolist()
    return random.random(), float(np.random.random()), float(tf.random.uniform(())), numbers  # noqa: NPY002


def test_a_block_draws_the_same_each_time() -> None:
    """From all generators; another seed draws others."""
    found = []
    for seed in (5, 5, 6):
        with repeatable(seed):
            found.append(drawn())
    assert found[0] == found[1]
    assert not set(found[0][:3]) & set(found[2][:3])


def test_what_is_outside_the_block_goes_on_as_if_it_were_not_there() -> None:
    """The generators of Python and NumPy, and whether operations are deterministic."""
    from tensorflow.python.framework import config

    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    expected = [random.random(), np.random.random()]  # noqa: NPY002
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    with suppress(KeyboardInterrupt), repeatable(7):
        assert config.is_op_determinism_enabled()
        raise KeyboardInterrupt
    assert [random.random(), np.random.random()] == expected  # noqa: NPY002
    assert not config.is_op_determinism_enabled()


def test_layers_have_the_same_names_each_time() -> None:
    """They stand in files of weights, whose bytes would differ otherwise."""
    import keras

    before = keras.layers.Dense(1).name
    found = []
    for _ in range(2):
        with repeatable(0):
            found.append([keras.layers.Dense(1).name for _ in range(2)])
    assert found == [["dense", "dense_1"]] * 2
    assert keras.layers.Dense(1).name != before


def test_keras_on_another_backend_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable that chooses it."""
    require_keras()
    monkeypatch.setattr("keras.backend.backend", lambda: "jax")
    with pytest.raises(UsageError, match="KERAS_BACKEND=tensorflow"):
        require_keras()


def test_the_environment_tells_what_a_figure_may_depend_on() -> None:
    """Versions, processor, cores and graphics cards, each as text."""
    found = environment()
    assert found["exifds"] == __version__
    assert {"python", "tensorflow", "keras", "numpy", "processor", "cores"} <= set(found)
    assert all(isinstance(value, str) and value for value in found.values())


def test_one_device_needs_no_spreading() -> None:
    """A MirroredStrategy is made for several graphics cards only."""
    replicas = strategy().num_replicas_in_sync
    assert replicas == max(1, len(graphics_cards()))
