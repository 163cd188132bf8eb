"""Material: what the runs of one call share: the photos of an export, divided, encoded and decoded once."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exifds.export.manifest import MANIFEST
from exifds.train import photos as reading
from exifds.train.config import WITH_EXIF, WITH_IMAGE, Config, Inputs
from exifds.train.division import divide
from exifds.train.encoder import Encoder
from exifds.train.feed import Feed, exchanged
from exifds.train.photos import TEST, TRAIN, VAL, Photos
from exifds.train.pictures import Pictures, require_pictures
from exifds.train.predictions import Predictions
from exifds.train.recipe import Recipe

__all__ = ["Material"]


@dataclass
class Material:
    """The photos of an export, divided by a recipe.

    Args:
        photos: Divided.
        recipe: How.
        sha256: Of the manifest of the export.
        show: Show progress bars.
    """

    photos: Photos
    recipe: Recipe
    sha256: str
    show: bool | None = None
    _encoders: dict[Inputs, Encoder] = field(default_factory=dict)
    _pictures: Pictures | None = None

    @classmethod
    def read(
        cls, export: str | Path, recipe: Recipe, *, images: bool, show: bool | None = None
    ) -> "Material":
        """Read an export.

        Args:
            export: Its folder.
            recipe: Says how its photos are divided.
            images: Whether images are needed.
            show: Show progress bars.

        Returns:
            The material.

        Raises:
            UsageError: It is no finished export that can be learned from.
        """
        folder = Path(export).expanduser()
        photos = reading.read(folder, progress=show)
        if images:
            require_pictures(photos.manifest.data)
        sha256 = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
        return cls(divide(photos, recipe), recipe, sha256, show)

    @property
    def train(self) -> NDArray[np.int64]:
        """Numbers of the photos to learn from."""
        return self.photos.where(TRAIN)

    @property
    def val(self) -> NDArray[np.int64]:
        """Numbers of the photos to choose by."""
        return self.photos.where(VAL)

    @property
    def held_out(self) -> NDArray[np.int64]:
        """Numbers of the photos of val and test, in the order of the export."""
        return np.flatnonzero((self.photos.split == VAL) | (self.photos.split == TEST))

    def encoder(self, config: Config) -> Encoder | None:
        """The encoder of a model; None if it sees no EXIF."""
        return self._encoder(config.inputs) if config.inputs in WITH_EXIF else None

    def pictures(self, config: Config) -> Pictures | None:
        """The images, opened and decoded once; None for a model that sees none."""
        if config.inputs not in WITH_IMAGE:
            return None
        if self._pictures is None:
            self._pictures = Pictures(self.photos.folder, self.photos.manifest, show=self.show)
        return self._pictures

    def feed(self, config: Config, inputs: Collection[str]) -> Feed:
        """What a model sees.

        Args:
            config: Of the model.
            inputs: Names of its inputs.

        Returns:
            Its photos.
        """
        photos, columns = self.photos, dict[str, NDArray[Any]]()
        if (encoder := self.encoder(config)) is not None:
            found = encoder.encode(photos.values, photos.present, photos.make, photos.model)
            given = {"values": found.values, "missing": found.missing, "codes": found.codes}
            columns = {name: column for name, column in given.items() if name in inputs}
            if config.inputs == "permuted":
                other = exchanged(photos.split, config.seed)
                columns = {name: column[other] for name, column in columns.items()}
        return Feed(columns, photos.labels, self.pictures(config))

    def predictions(self, logits: NDArray[np.float64]) -> Predictions:
        """What a model says of `held_out`, with what is known of these photos.

        Args:
            logits: Shape (n, C), in the order of `held_out`.

        Returns:
            The predictions.
        """
        photos, rows, train, usable = self.photos, self.held_out, self.train, self._usable
        usual = usable[train].mean(axis=0) >= 0.5  # noqa: PLR2004  # half of them
        return Predictions(
            ids=tuple(photos.ids[row] for row in rows),
            split=photos.split[rows],
            group=photos.group[rows],
            labels=photos.labels[rows],
            logits=logits,
            tags=usable[rows].sum(axis=1),
            complete=np.asarray(usable[rows][:, usual].all(axis=1)),
            seen=np.isin(photos.group[rows], photos.group[train]),
            flash=self._flash(rows),
        )

    def _encoder(self, inputs: Inputs) -> Encoder:
        """Fitted once."""
        if inputs not in self._encoders:
            self._encoders[inputs] = Encoder.fit(self.photos, self.recipe, inputs)
        return self._encoders[inputs]

    @cached_property
    def _usable(self) -> NDArray[np.bool_]:
        """Which of the T tags of the recipe a model can use in each photo: those that open its gate."""
        photos = self.photos
        found = self._encoder("exif").encode(photos.values, photos.present, photos.make, photos.model)
        return np.asarray(found.missing == 0)

    def _flash(self, rows: NDArray[np.int64]) -> NDArray[np.int8]:
        """1 fired, 0 not fired, -1 unknown."""
        names = [feature.name for feature in self.photos.manifest.data.features]
        if "flash" not in names:
            return np.full(len(rows), -1, np.int8)
        column = names.index("flash")
        fired = self.photos.values[rows, column].astype(np.int8)
        return np.where(self.photos.present[rows, column], fired, np.int8(-1))
