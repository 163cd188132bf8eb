"""Predictor: a trained model, and what it says of photos it has never seen."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exifds.errors import PhotoError, UsageError
from exifds.export.ahead import ahead
from exifds.export.features import FEATURES, values_of
from exifds.export.images import render
from exifds.export.options import Options
from exifds.train.config import WITH_IMAGE, Config
from exifds.train.encoder import Encoder
from exifds.train.given import Given, Photos, given
from exifds.train.models.graph import graph
from exifds.train.run import Run
from exifds.train.stats.scores import probabilities
from exifds.train.trained import name_of, trained, usable

__all__ = ["Prediction", "Predictor", "load"]


@dataclass(frozen=True)
class Prediction:
    """What a model says of one photo.

    Args:
        id: `_id`; of a file its path; of a photo in memory without `_id` its number.
        scores: Probability by class, 0 to 1. They add up to 1, unless a photo can have several labels.
        logits: Before softmax or sigmoid, C of them in the order of the classes.
        reason: Why the model says nothing: the photo has no image, or it is broken.
    """

    id: str
    scores: Mapping[str, float] = field(default_factory=dict)
    logits: tuple[float, ...] = ()
    reason: str | None = None

    @property
    def best(self) -> str | None:
        """The most probable class; of several the first; None where the model says nothing."""
        return max(self.scores, key=self.scores.__getitem__, default=None)


@dataclass(frozen=True)
class _Row:
    """A photo as the model takes it; only what it reads is filled in."""

    id: str
    image: NDArray[np.uint8] | None = None
    values: tuple[float, ...] = ()
    present: tuple[bool, ...] = ()
    make: str = ""
    model: str = ""
    reason: str | None = None


class Predictor:
    """A trained model. Made by `load`.

    Args:
        config: Of its run.
        name: As `name_of` gives it.
        encoder: Of its EXIF; None if it reads none.
        model: The Keras model.
    """

    def __init__(self, config: Config, name: str, encoder: Encoder | None, model: Any) -> None:
        self.config = config
        self.name = name
        self._encoder = encoder
        self._call = graph(model)
        self._inputs = {each.name: each.dtype for each in model.inputs}
        self._rendering = Options.recorded(config.export.options).rendering

    @property
    def classes(self) -> tuple[str, ...]:
        """Names by class number."""
        return self.config.classes

    @property
    def needs_image(self) -> bool:
        """Whether it looks at images; else a photo without one will do."""
        return self.config.inputs in WITH_IMAGE

    def predict(self, photos: Photos, batch_size: int = 32) -> Iterator[Prediction]:
        """Say what photos show. Images are rendered as for the training, a few batches ahead, on all cores.

        Args:
            photos: From `Dataset.find()`; paths of image files and of folders; or pairs of an image file and
                its document, as in MongoDB (None reads it from the file).
            batch_size: Photos of a step.

        Returns:
            A prediction for each photo, in their order. One that is broken costs itself: `reason` says why.

        Raises:
            UsageError: It is none of these, or a path does not exist.

        Example:
            >>> from exifds import train
            >>> predictor = train.load("runs/fusion-MobileNetV2-modern-s0-0a1b2c3d")  # doctest: +SKIP
            >>> for found in predictor.predict("~/Pictures"):  # doctest: +SKIP
            ...     print(found.id, found.best, found.scores)
        """
        if batch_size < 1:
            raise UsageError(f"expected a batch_size of 1 photo or more, got {batch_size}")
        return self._predicted(given(photos), batch_size)

    def _predicted(self, photos: Iterator[Given], batch_size: int) -> Iterator[Prediction]:
        rows = ahead(self._row, photos, os.cpu_count() or 1)
        while batch := list(islice(rows, batch_size)):
            logits = iter(self._logits([row for row in batch if row.reason is None]))
            for row in batch:
                yield (
                    Prediction(row.id, reason=row.reason) if row.reason else self._said(row.id, next(logits))
                )

    def _row(self, photo: Given) -> _Row:
        try:
            data, document = photo.opened(image=self.needs_image)
            image = self._pixels(data, document) if self.needs_image else None
        except (PhotoError, UsageError) as error:  # also: it was removed from the dataset meanwhile
            return _Row(photo.id, reason=str(error))
        if self._encoder is None:
            return _Row(photo.id, image)
        values, present = _features(document, self._encoder.features)
        camera = document.get("camera")
        known = camera if isinstance(camera, Mapping) else {}
        return _Row(photo.id, image, values, present, _text(known.get("make")), _text(known.get("model")))

    def _pixels(self, data: bytes, document: Mapping[str, Any]) -> NDArray[np.uint8]:
        """The picture as the export would have it, (H, W, 3), through the same decoder as in training."""
        import tensorflow as tf

        stored = document.get("image") or {}
        rendered = render(data, self._rendering, stored.get("orientation"))
        wanted = (self.config.width, self.config.height)
        if (rendered.width, rendered.height) != wanted:
            raise PhotoError(
                f"the model takes images of {wanted[0]} x {wanted[1]} pixels, and this one has "
                f"{rendered.width} x {rendered.height} as the export of the model renders it"
            )
        decode = tf.io.decode_png if self._rendering.encoding == "png" else tf.io.decode_jpeg
        return np.asarray(decode(rendered.data, channels=3).numpy(), np.uint8)

    def _logits(self, rows: Sequence[_Row]) -> NDArray[np.float64]:
        """Shape (N, C)."""
        if not rows:
            return np.zeros((0, len(self.classes)))
        columns: dict[str, Any] = {}
        if self.needs_image:
            columns["image"] = np.stack([row.image for row in rows if row.image is not None])
        if self._encoder is not None:
            encoded = self._encoder.encode(
                np.array([row.values for row in rows], np.float32),
                np.array([row.present for row in rows], np.bool_),
                [row.make for row in rows],
                [row.model for row in rows],
            )
            columns |= {"values": encoded.values, "missing": encoded.missing, "codes": encoded.codes}
        inputs = {name: _tensor(columns[name], dtype) for name, dtype in self._inputs.items()}
        return np.asarray(self._call(inputs)["logits"].numpy(), np.float64)

    def _said(self, name: str, logits: NDArray[np.float64]) -> Prediction:
        several = self.config.kind == "multi_label"
        shares = probabilities(logits[None], several=several)[0]
        return Prediction(name, dict(zip(self.classes, shares.tolist(), strict=True)), tuple(logits.tolist()))


def load(run: str | Path | Run) -> Predictor:
    """Load a trained model.

    Args:
        run: The folder of a run; or one with a single run in it.

    Returns:
        The model.

    Raises:
        UsageError: This is no finished run, or one whose files are damaged.
        MissingExtraError: TensorFlow is not installed.

    Example:
        >>> load("nowhere")
        Traceback (most recent call last):
        exifds.errors.UsageError: there is no folder nowhere
    """
    found = usable(run)
    known = trained(found)
    return Predictor(known.config, name_of(found), known.encoder, known.model)


def _tensor(column: NDArray[Any], dtype: str) -> Any:
    import tensorflow as tf

    return tf.constant(column, dtype)


def _features(
    document: Mapping[str, Any], names: Sequence[str]
) -> tuple[tuple[float, ...], tuple[bool, ...]]:
    """The features of a photo in the order of the run; absent where this exifds knows them no longer."""
    values, present = values_of(document)
    known = {
        feature.name: (value, there) for feature, value, there in zip(FEATURES, values, present, strict=True)
    }
    columns = [known.get(name, (0.0, False)) for name in names]
    return tuple(value for value, _ in columns), tuple(there for _, there in columns)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
