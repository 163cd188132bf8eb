"""Device: TensorFlow and Keras as a training needs them: repeatable, on all graphics cards there are."""

import os
import platform
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import numpy as np

from exifds import __version__
from exifds.errors import MissingExtraError, UsageError
from exifds.export.pipeline import tensorflow

__all__ = ["environment", "graphics_cards", "repeatable", "require_keras", "strategy"]

_NAMES: Final = "object_name_uids"
"""How many layers of each kind Keras has named. Their names stand in files of weights."""


def require_keras() -> None:
    """Make sure that Keras is there and runs on TensorFlow.

    Raises:
        MissingExtraError: Keras or TensorFlow is not installed.
        UsageError: Keras is set to another backend.
    """
    try:
        tensorflow()
        import keras
    except (ImportError, MissingExtraError):
        raise MissingExtraError("training", "train") from None
    backend = keras.backend.backend()
    if backend != "tensorflow":
        raise UsageError(f"expected Keras to run on tensorflow, got {backend}: set KERAS_BACKEND=tensorflow")


def graphics_cards() -> list[str]:
    """Names of the graphics cards that TensorFlow can use."""
    import tensorflow as tf

    found = tf.config.list_physical_devices("GPU")
    return [tf.config.experimental.get_device_details(card).get("device_name", card.name) for card in found]


@cache
def strategy() -> Any:
    """How training is spread: over all graphics cards if there are several. One for all trainings.

    Returns:
        A `tf.distribute.Strategy`.
    """
    import tensorflow as tf

    several = len(tf.config.list_logical_devices("GPU")) > 1
    return tf.distribute.MirroredStrategy() if several else tf.distribute.get_strategy()


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """Let the block give the same bits each time on the same machine.

    Operations are deterministic in it, Python, NumPy, TensorFlow and Keras draw from the seed, and Keras
    counts its layers from the first. Afterwards all but the generator of Keras are as they were.

    Args:
        seed: Of all four.

    Example:
        >>> with repeatable(0):  # doctest: +SKIP
        ...     model = build(config, layout)
    """
    import keras
    from keras.src.backend.common import global_state
    from tensorflow.python.eager import context
    from tensorflow.python.framework import config

    names = global_state.get_global_attribute(_NAMES)
    states = random.getstate(), np.random.get_state()  # noqa: NPY002  # Keras draws from both
    before, tf_seed = config.is_op_determinism_enabled(), context.global_seed()
    keras.utils.set_random_seed(seed)
    config.enable_op_determinism()
    global_state.set_global_attribute(_NAMES, defaultdict(int))
    try:
        yield
    finally:
        if not before:
            config.disable_op_determinism()
        context.set_global_seed(tf_seed)
        global_state.set_global_attribute(_NAMES, names or defaultdict(int))
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002


def environment() -> dict[str, str]:
    """What a figure may depend on: versions, processor, graphics cards, threads.

    Returns:
        Name to value.

    Example:
        >>> environment()["exifds"] == __version__  # doctest: +SKIP
        True
    """
    packages = ("tensorflow", "keras", "numpy", "h5py")
    return {
        "exifds": __version__,
        "python": platform.python_version(),
        **{package: metadata.version(package) for package in packages},
        "system": platform.platform(),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "graphics_cards": ", ".join(graphics_cards()) or "none",
    }


def _processor() -> str:
    """Its name; Linux tells it in a file only."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
