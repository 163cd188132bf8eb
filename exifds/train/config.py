"""Config: what was asked for, of which a run is made; `config.json` of a run."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from exifds.export.record import TargetKind
from exifds.train.recipe import Recipe

__all__ = ["INPUTS", "WITH_EXIF", "WITH_IMAGE", "Config", "ExportRef", "Inputs"]

Inputs = Literal["exif", "image", "fusion", "mask", "camera", "permuted", "head"]
"""What a model sees. `exif`, `image` and `fusion` are the models; the others are controls:

`mask`: only which tags are there. `camera`: only make and model. `permuted`: the fusion with the EXIF of
another photo of the same split. `head`: image only, with dense layers as many as those of the fusion.
"""
INPUTS: Final[tuple[Inputs, ...]] = ("exif", "image", "fusion", "mask", "camera", "permuted", "head")
WITH_IMAGE: Final = frozenset({"image", "fusion", "permuted", "head"})
WITH_EXIF: Final = frozenset({"exif", "fusion", "mask", "camera", "permuted"})


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExportRef(_Part):
    """The export that a model was trained on.

    Args:
        name: Of the dataset.
        sha256: Of the manifest.
        photos: How many it holds.
        group: What never stands in two of its splits.
        options: Of the export, as in its manifest: how images were rendered.
    """

    name: str
    sha256: str
    photos: int
    group: str
    options: Mapping[str, Any]


class Config(_Part):
    """What was asked for; two runs with the same configuration are the same run.

    Args:
        version: Of this form.
        exifds: Version of exifds.
        inputs: What the model sees.
        backbone: Name in `keras.applications`, or `tiny`; None for models without an image.
        weights: Of the backbone at the start: `imagenet`, `none`, or `sha256:` of a local file.
        recipe: How it is trained.
        seed: Of weights, order, dropout and augmentation.
        epochs: At most so many in each phase; None leaves it to the recipe.
        precision: `float32` or `mixed_float16`.
        export: The photos.
        kind: Of the target: `multi_class` and `binary` are learned by softmax, `multi_label` by sigmoid.
        classes: Names by number.
        features: Names of the columns of `exif` in the export.
        height: Of the images, in pixels.
        width: Of the images, in pixels.
    """

    version: int = 1
    exifds: str
    inputs: Inputs
    backbone: str | None
    weights: str
    recipe: Recipe
    seed: int
    epochs: int | None = None
    precision: Literal["float32", "mixed_float16"] = "float32"
    export: ExportRef
    kind: TargetKind
    classes: tuple[str, ...]
    features: tuple[str, ...]
    height: Annotated[int, Field(ge=1)] | None
    width: Annotated[int, Field(ge=1)] | None

    @model_validator(mode="after")
    def _whole(self) -> "Config":
        pictured = self.inputs in WITH_IMAGE
        if any((part is not None) != pictured for part in (self.backbone, self.height, self.width)):
            raise ValueError(
                "a model has a backbone and a size of images if it sees images, and else neither"
            )
        if len(self.classes) < (1 if self.kind == "multi_label" else 2):
            raise ValueError("there is nothing to tell apart")
        return self

    @property
    def name(self) -> str:
        """Of the folder: legible, and different for different configurations."""
        parts = [self.inputs, *([self.backbone] if self.backbone else []), self.recipe.name.split("+")[0]]
        return "-".join([*parts, f"s{self.seed}", self.digest[:8]])

    @property
    def digest(self) -> str:
        """SHA-256 of it all but the versions."""
        kept = self.model_dump_json(exclude={"version", "exifds"})
        return hashlib.sha256(kept.encode()).hexdigest()
