"""Perceptron: the network of EXIF, from encoded columns to features or logits."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from exifds.train.config import Config
from exifds.train.layout import Layout
from exifds.train.recipe import Recipe

__all__ = ["features", "logits", "reads_missing"]

EMBEDDING: Final = 6
"""Numbers for each code."""


def reads_missing(config: Config) -> bool:
    """Whether the network is told which tags are missing.

    Args:
        config: Of the model.

    Returns:
        Whether it is. Imputation by the mean tells nothing, except to the control that sees nothing else.

    Example:
        >>> reads_missing(config)  # doctest: +SKIP
        True
    """
    return config.recipe.impute == "mask" or config.inputs == "mask"


def features(exif: Mapping[str, Any], config: Config, layout: Layout) -> Any:
    """The hidden layers.

    Args:
        exif: Tensors `values` (B, D), `missing` (B, T), `codes` (B, K); any may be absent.
        config: Its recipe has the layers.
        layout: The sizes of the vocabularies of `codes`.

    Returns:
        Tensor (B, units of the last layer).
    """
    import keras

    recipe = config.recipe
    found = _columns(exif, config, layout)
    for number, units in enumerate(recipe.units):
        found = keras.layers.Dense(units, activation="relu", name=f"exif_dense_{number}")(found)
        found = _penalized(found, recipe)
        if recipe.exif_rate:
            found = keras.layers.Dropout(recipe.exif_rate, name=f"exif_rate_{number}")(found)
    return found


def logits(found: Any, config: Config) -> Any:
    """The output of a network of EXIF alone.

    Args:
        found: Its features, (B, units).
        config: Of the model.

    Returns:
        Tensor (B, C).
    """
    import keras

    said = keras.layers.Dense(len(config.classes), name="logits")(found)
    # The output of the thesis is probabilities, so it is they that are penalized.
    return _penalized(said, config.recipe, "sigmoid" if config.kind == "multi_label" else "softmax")


def _columns(exif: Mapping[str, Any], config: Config, layout: Layout) -> Any:
    """All columns side by side, codes as embeddings."""
    import keras

    parts = []
    if "values" in exif:
        parts.append(exif["values"])
    if "missing" in exif and reads_missing(config):
        parts.append(exif["missing"])
    if "codes" in exif:  # one table for all: rows of each column after those of the one before
        sizes = np.asarray(layout.sizes, np.int32)
        rows = keras.ops.clip(exif["codes"], 0, sizes - 1) + (np.cumsum(sizes, dtype=np.int32) - sizes)
        table = keras.layers.Embedding(int(sizes.sum()), EMBEDDING, name="codes_embedding")
        parts.append(keras.layers.Flatten(name="codes_flat")(table(rows)))
    return parts[0] if len(parts) == 1 else keras.layers.Concatenate(name="exif_columns")(parts)


def _penalized(found: Any, recipe: Recipe, activation: str = "linear") -> Any:
    """With a penalty on its size, where the recipe wants one."""
    from exifds.train.models.layers import ActivityL2

    return ActivityL2(recipe.activity_l2, activation)(found) if recipe.activity_l2 else found
