"""Encoder: raw EXIF to the columns of a network, with statistics fitted on the training photos alone."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from exifds.errors import UsageError
from exifds.train.columns import Plan, plan, sheet
from exifds.train.config import Inputs
from exifds.train.layout import Encoded, Layout
from exifds.train.photos import OUT, TRAIN, Photos
from exifds.train.recipe import Recipe
from exifds.train.scaling import Scaling
from exifds.train.vocabulary import Vocabulary

__all__ = ["Encoder"]

Numbers = NDArray[np.float64]


class Encoder(BaseModel):
    """Encodes the EXIF of photos for a network; `encoder.json` of a run.

    Args:
        version: Of this form.
        columns: As in `Recipe`.
        scale: As in `Recipe`.
        inputs: What the network sees.
        features: Names of the columns of `exif` in the export.
        seen: For each tag whether a photo of the fit has it. One that none has counts as missing always.
        scalings: For each column; None for one that no photo of the fit has, which is always 0.
        vocabularies: For each tag that is given by number.
        words: Makes and models of the photos of the fit, for `inputs="camera"`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    columns: Literal["modern", "lederer2023"]
    scale: Literal["log2", "raw"]
    inputs: Inputs
    features: tuple[str, ...]
    seen: tuple[bool, ...]
    scalings: tuple[Scaling | None, ...]
    vocabularies: tuple[Vocabulary, ...]
    words: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> "Encoder":
        found = (len(self.seen), len(self.scalings), len(self.vocabularies))
        if found != (len(self.plan.tags), len(self.plan.columns), len(self.plan.codes)):
            raise ValueError("the columns are not those of this version")
        return self

    @classmethod
    def fit(cls, photos: Photos, recipe: Recipe, inputs: Inputs) -> "Encoder":
        """Fit the statistics.

        Args:
            photos: Divided into splits.
            recipe: Says which columns, how scaled and imputed, and on which photos it is fitted.
            inputs: What the network sees.

        Returns:
            The encoder. With `fit_scope="train"` it depends on the training photos only.
        """
        rows = photos.split == TRAIN if recipe.fit_scope == "train" else photos.split != OUT
        features = tuple(feature.name for feature in photos.manifest.data.features)
        chosen = plan(recipe.columns, recipe.scale, inputs)
        texts = {
            name: [text for text, taken in zip(given, rows.tolist(), strict=True) if taken]
            for name, given in (("make", photos.make), ("model", photos.model))
        }
        words = {name: tuple(sorted(set(texts[name]) - {""})) for name in chosen.codes if name in texts}
        usable = sheet(chosen.tags, features, photos.values[rows], photos.present[rows])
        found = usable | _places(texts, words)
        return cls(
            columns=recipe.columns,
            scale=recipe.scale,
            inputs=inputs,
            features=features,
            seen=tuple(not np.isnan(found[tag.name]).all() for tag in chosen.tags),
            scalings=tuple(Scaling.fit(column, found, recipe) for column in chosen.columns),
            vocabularies=tuple(Vocabulary.fit(found[name], recipe) for name in chosen.codes),
            words=words,
        )

    @classmethod
    def read(cls, path: Path) -> "Encoder":
        """Read an `encoder.json`.

        Args:
            path: Of the file.

        Returns:
            The encoder.

        Raises:
            UsageError: It is missing or damaged, or of a later exifds.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            raise UsageError(
                f"{path} cannot be read: it is missing, damaged, or of a later exifds; train this run again"
            ) from None

    @property
    def plan(self) -> Plan:
        """What the network reads."""
        return plan(self.columns, self.scale, self.inputs)

    @property
    def layout(self) -> Layout:
        """What stands where."""
        tags = [tag.name for tag in self.plan.tags]
        return Layout(
            tags=tuple(tags),
            columns=tuple(column.name for column in self.plan.columns),
            column_tags=tuple(tuple(map(tags.index, column.tags)) for column in self.plan.columns),
            codes=tuple(map(tags.index, self.plan.codes)),
            sizes=tuple(each.size for each in self.vocabularies),
            value_fills=tuple(0.0 if each is None else each.fill for each in self.scalings),
            code_fills=tuple(each.fill for each in self.vocabularies),
        )

    def encode(
        self, values: NDArray[Any], present: NDArray[np.bool_], make: Sequence[str], model: Sequence[str]
    ) -> Encoded:
        """Encode the EXIF of any N photos.

        Args:
            values: Shape (N, F), in the units of the export.
            present: Which of them are there, shape (N, F).
            make: Of the camera; empty where unknown. N of them.
            model: Of the camera; empty where unknown. N of them.

        Returns:
            What the network reads: never NaN nor infinite.

        Raises:
            UsageError: The values are not those of the features.
        """
        if values.shape != (len(values), len(self.features)) or present.shape != values.shape:
            raise UsageError(
                f"expected values of {len(self.features)} features, {', '.join(self.features)}, and as many "
                f"presence bits, got the shapes {values.shape} and {present.shape}"
            )
        texts = {"make": make, "model": model}
        found = sheet(self.plan.tags, self.features, values, present) | _places(texts, self.words)
        names = [tag.name for tag in self.plan.tags]
        for name, seen in zip(names, self.seen, strict=True):
            if not seen:
                found[name] = np.full(len(values), np.nan)
        scaled = [
            np.zeros(len(values)) if scaling is None else scaling(column.of(found))
            for column, scaling in zip(self.plan.columns, self.scalings, strict=True)
        ]
        coded = [
            vocabulary(found[name])
            for name, vocabulary in zip(self.plan.codes, self.vocabularies, strict=True)
        ]
        missing = [np.isnan(found[name]) for name in names]
        return Encoded(
            _stacked(scaled, len(values)).astype(np.float32),
            _stacked(missing, len(values)).astype(np.float32),
            _stacked(coded, len(values)).astype(np.int32),
        )


def _stacked(columns: Sequence[NDArray[Any]], rows: int) -> NDArray[Any]:
    return np.stack(columns, axis=1) if columns else np.zeros((rows, 0))


def _places(texts: Mapping[str, Sequence[str]], words: Mapping[str, Sequence[str]]) -> dict[str, Numbers]:
    """Makes and models by their place among the known words: -1 for others, NaN where unknown."""
    found = {}
    for name, known in words.items():
        place = {word: float(number) for number, word in enumerate(known)} | {"": np.nan}
        found[name] = np.array([place.get(text, -1.0) for text in texts[name]], np.float64)
    return found
