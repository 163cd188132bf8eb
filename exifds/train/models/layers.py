"""Layers that Keras lacks: EXIF dropout, a backbone that stays as it was trained, augmentation.

Classes need their base class, so this module imports Keras; it is itself imported only by functions.
"""

from collections.abc import Mapping
from typing import Any, Final

import keras
import numpy as np
from keras import ops

from exifds.train.layout import Layout

__all__ = ["ActivityL2", "Backbone", "ExifDropout", "FlipCrop"]

MIRRORED: Final = 0.5
"""Share of the images."""


class Backbone(keras.layers.Layer):  # type: ignore[misc]
    """A network from images to maps of features.

    With pretrained weights it always computes as in inference, whatever learns: the statistics of its batch
    normalization stay those of the photos it was trained on. A call with `training=False` alone would not
    do: a functional model of Keras 3 passes its own `training` on to all that it holds.

    Args:
        inner: The network, from (B, H, W, 3) to (B, h, w, features).
        pretrained: Whether it starts from weights that were learned on other photos.
        name: Of the layer.
    """

    def __init__(self, inner: Any, *, pretrained: bool, name: str = "backbone") -> None:
        super().__init__(name=name, dtype=inner.dtype_policy)
        self.inner = inner
        self.pretrained = pretrained

    def call(self, images: Any, training: bool | None = None) -> Any:
        """Maps of features, shape (B, h, w, features)."""
        return self.inner(images, training=False if self.pretrained else training)

    def compute_output_shape(self, shape: tuple[int | None, ...]) -> Any:
        """Shape of the maps."""
        return (shape[0], *self.inner.output_shape[1:])


class ExifDropout(keras.layers.Layer):  # type: ignore[misc]
    """Hides EXIF at random: all of a photo, or single tags. Drawn anew for each photo in each step.

    A hidden tag is one that is missing: its bit is set, and its codes and the columns made of it are what the
    encoder writes in its place: 0, or what it imputes. Nothing is scaled up in return: that the others stay
    as they are is the point. After ModDrop (Neverova et al., IEEE TPAMI 38:1692, 2016).

    Args:
        layout: What stands where.
        exif: Chance that all tags of a photo are hidden.
        tag: Chance of each tag.
        name: Of the layer.
    """

    def __init__(self, layout: Layout, *, exif: float, tag: float, name: str = "exif_dropout") -> None:
        super().__init__(name=name, dtype="float32")
        self.exif = exif
        self.tag = tag
        self.tags = len(layout.tags)
        self.made_of = np.zeros((len(layout.tags), len(layout.columns)), np.float32)  # tag, column
        for column, tags in enumerate(layout.column_tags):
            self.made_of[list(tags), column] = 1
        self.code_tags = np.asarray(layout.codes, np.int32)
        self.value_fills = np.asarray(layout.value_fills or np.zeros(len(layout.columns)), np.float32)
        self.code_fills = np.asarray(layout.code_fills or np.zeros(len(layout.codes)), np.int32)
        self.seeds = keras.random.SeedGenerator()

    def call(self, exif: Mapping[str, Any], training: bool | None = None) -> dict[str, Any]:
        """The same columns, some of them hidden.

        Args:
            exif: `values` (B, D), `missing` (B, T), `codes` (B, K); any of them may be absent.
            training: Nothing is hidden in inference.

        Returns:
            As `exif`.
        """
        shown = dict(exif)
        if not training:
            return shown
        size = ops.shape(next(iter(exif.values())))[0]
        whole = keras.random.uniform((size, 1), seed=self.seeds) < self.exif
        single = keras.random.uniform((size, self.tags), seed=self.seeds) < self.tag
        hidden = ops.cast(ops.logical_or(whole, single), "float32")
        if "values" in exif:
            gone = ops.matmul(hidden, self.made_of) > 0
            shown["values"] = ops.where(gone, self.value_fills, exif["values"])
        if "missing" in exif:
            shown["missing"] = ops.maximum(exif["missing"], hidden)
        if "codes" in exif:
            gone = ops.take(hidden, self.code_tags, axis=1) > 0
            shown["codes"] = ops.where(gone, self.code_fills, exif["codes"])
        return shown


class FlipCrop(keras.layers.Layer):  # type: ignore[misc]
    """Mirrors half of the images and cuts out a window, stretched to the full size. Brightness stays.

    Brightness is what exposure time, f-number and ISO are about, so an augmentation that changed it would
    blur what image and EXIF say together.

    Args:
        share: Smallest part of a side that is kept.
        name: Of the layer.
    """

    def __init__(self, share: float = 0.85, name: str = "flip_crop") -> None:
        super().__init__(name=name, dtype="float32")
        self.share = share
        self.seeds = keras.random.SeedGenerator()

    def call(self, images: Any, training: bool | None = None) -> Any:
        """Images of the same shape, (B, H, W, 3)."""
        if not training:
            return images
        size, height, width, _ = ops.shape(images)
        mirrored, kept, top, left = ops.unstack(keras.random.uniform((4, size), seed=self.seeds), 4)
        kept = self.share + (1 - self.share) * kept
        sign = ops.where(mirrored < MIRRORED, -1.0, 1.0)
        # Pixel (x, y) is taken from (a x + c, e y + f); a mirrored window is read from its right edge.
        left = left * (1 - kept) * (width - 1) + ops.where(sign < 0, kept * (width - 1), 0.0)
        top = top * (1 - kept) * (height - 1)
        zero = ops.zeros_like(kept)
        transforms = ops.stack([sign * kept, zero, left, zero, kept, top, zero, zero], axis=1)
        return ops.image.affine_transform(images, transforms, interpolation="bilinear", fill_mode="nearest")


class ActivityL2(keras.layers.Layer):  # type: ignore[misc]
    """Adds a penalty and passes on what came: rate * mean over the photos of the sum of squares.

    As `activity_regularizer` of Keras, which some versions of Keras 3 do not divide by the number of photos.

    Args:
        rate: Of the penalty.
        activation: What is squared is this function of what came; by its name in Keras.
    """

    def __init__(self, rate: float, activation: str = "linear") -> None:
        super().__init__(dtype="float32")
        self.rate = rate
        self.activation = keras.activations.get(activation)

    def call(self, found: Any) -> Any:
        """What came in, shape (B, units)."""
        self.add_loss(self.rate * ops.mean(ops.sum(ops.square(self.activation(found)), axis=-1)))
        return found
