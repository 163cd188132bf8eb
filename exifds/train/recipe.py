"""Recipe: a named, frozen set of decisions about how models are trained, with the source of each set."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from exifds.errors import UsageError

__all__ = ["LEDERER2023", "MODERN", "RECIPES", "SWITCHES", "Phase", "Recipe", "recipe_of"]

Share = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9._=-]{1,80}(\+[a-z_]+=[a-z0-9_]+)*$")]
"""Part of the name of a folder, as far as its first `+`; behind it stand switches."""
Units = Annotated[int, Field(ge=1, le=8192)]
"""Two layers of more would not fit into the memory of a graphics card."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Phase(_Part):
    """A stretch of epochs with one set of trainable layers and one optimizer (Adam).

    Args:
        epochs: The last epoch of the phase, counted from the start of the training; at most so many.
        learning_rate: At the start of the phase.
        decay: `constant`; `cosine` falls to zero at the end of the phase; `lederer2023` is 5e-5 in the epochs
            14 to 18, 1e-5 in 19 to 28, and 1 % less in each one after.
        unfrozen: Layers of the backbone that learn, from the top: a number of layers, or a share of them.
        patience: Epochs without a smaller validation loss after which the phase ends; None never ends it.
        min_delta: By how much the loss must fall to count.
    """

    epochs: Annotated[int, Field(ge=1)]
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    decay: Literal["constant", "cosine", "lederer2023"] = "constant"
    unfrozen: Annotated[int, Field(ge=0)] | Share = 0
    patience: Annotated[int, Field(ge=1)] | None = None
    min_delta: Annotated[float, Field(ge=0)] = 0.0


class Recipe(_Part):
    """How models are trained. The first eight are the switches: known weaknesses, each to be turned on alone.

    Args:
        name: Of the set: at most 80 letters, digits and `.`, `_`, `-`, `=`. `with_switches` appends what it
            changes, each after a `+`.
        source: Where it comes from.
        split: `export` takes the splits of the export; the others divide its photos anew, 70/20/10: at
            random as the thesis did, or by owner, camera or time.
        dedup: Drop photos whose exact copy stands in another split.
        fit_scope: Photos on which imputation and scaling are fitted.
        impute: `mask` fills with 0 and tells the model which tags are missing; `mean_mode` fills with the
            mean or the most frequent code and tells nothing.
        scale: `log2` takes exposure time, f-number, ISO and focal lengths as stops; `raw` as they are.
        head: `additive` adds the log-odds of image, EXIF and both; `concat50` joins dense layers of 50 units.
        permute: For importance: all columns of a tag together, or each column by itself.
        shuffle: Draw the training photos in another order in each epoch.
        columns: `modern` derives EV at ISO 100, crop, day and hour; `lederer2023` has the 45 of the thesis.
        units: Of the layers of the EXIF network.
        exif_rate: Dropout between them.
        activity_l2: Penalty on their outputs.
        image_rate: Dropout before the last layer of the image network.
        aux_loss: Weight of the losses of image and EXIF alone, beside that of the fusion; `additive` only.
        exif_dropout: Share of the photos of a step whose EXIF is hidden from the fusion.
        tag_dropout: Share of the tags that are hidden.
        augment: How training images are changed at random.
        exif_batch_size: Photos of a step of the EXIF network.
        batch_size: Photos of a step of the others.
        exif_epsilon: Of Adam, for the EXIF network.
        exif_phases: Of the EXIF network.
        phases: Of networks with a pretrained backbone.
        scratch_phases: Of networks without pretrained weights.
    """

    name: Name
    source: str
    split: Literal["export", "random", "owner", "camera", "time"] = "export"
    dedup: bool = True
    fit_scope: Literal["train", "all"] = "train"
    impute: Literal["mask", "mean_mode"] = "mask"
    scale: Literal["log2", "raw"] = "log2"
    head: Literal["additive", "concat50"] = "additive"
    permute: Literal["group", "independent"] = "group"
    shuffle: bool = True
    columns: Literal["modern", "lederer2023"] = "modern"
    units: tuple[Units, ...] = (128, 64)
    exif_rate: Share = 0.1
    activity_l2: Annotated[float, Field(ge=0)] = 0.0
    image_rate: Share = 0.2
    aux_loss: Annotated[float, Field(ge=0)] = 0.3
    exif_dropout: Share = 0.2
    tag_dropout: Share = 0.1
    augment: Literal["none", "flip_crop", "lederer2023"] = "flip_crop"
    exif_batch_size: Annotated[int, Field(ge=1)] = 128
    batch_size: Annotated[int, Field(ge=1)] = 32
    exif_epsilon: Annotated[float, Field(gt=0)] = 1e-7
    exif_phases: tuple[Phase, ...]
    phases: tuple[Phase, ...]
    scratch_phases: tuple[Phase, ...]

    def with_switches(self, switches: Mapping[str, Any]) -> "Recipe":
        """The recipe with some of its `SWITCHES` set otherwise.

        Args:
            switches: Value by name; text is read as `true`, `false` or a word.

        Returns:
            The recipe; its name tells what was changed.

        Raises:
            UsageError: There is no such switch or value.

        Example:
            >>> MODERN.with_switches({"scale": "raw"}).name
            'modern+scale=raw'
        """
        for name in switches:
            if name not in SWITCHES:
                raise UsageError(f"there is no switch {name!r}; there are {', '.join(SWITCHES)}")
        try:
            made = Recipe.model_validate(self.model_dump() | dict(switches))
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            raise UsageError(
                f"{fault['loc'][0]}: {fault['msg'].replace('Input should be', 'expected')}"
            ) from None
        changed = {
            name: getattr(made, name) for name in SWITCHES if getattr(made, name) != getattr(self, name)
        }
        told = [f"{name}={str(value).lower()}" for name, value in changed.items()]
        return made.model_copy(update={"name": "+".join([self.name, *told])})


SWITCHES: Final = ("split", "dedup", "fit_scope", "impute", "scale", "head", "permute", "shuffle")
"""Weaknesses a careful reviewer of the thesis would name, so that the cost of each can be measured."""

LEDERER2023: Final = Recipe(
    name="lederer2023",
    source="Lederer et al., ICIAP 2023, and the code of the thesis behind it",
    split="random",
    dedup=False,
    fit_scope="all",
    impute="mean_mode",
    scale="raw",
    head="concat50",
    permute="independent",
    shuffle=False,
    columns="lederer2023",
    units=(256, 128, 64, 32),
    exif_rate=0.0,
    activity_l2=1e-4,
    aux_loss=0.0,
    exif_dropout=0.0,
    tag_dropout=0.0,
    augment="lederer2023",
    exif_epsilon=1e-8,
    exif_phases=(Phase(epochs=500, learning_rate=1e-4, patience=50),),
    phases=(
        Phase(epochs=15),
        Phase(epochs=101, learning_rate=5e-5, decay="lederer2023", unfrozen=50, patience=5, min_delta=1e-4),
    ),
    scratch_phases=(Phase(epochs=100, unfrozen=1.0, patience=5, min_delta=1e-4),),
)
"""The thesis, with its weaknesses: 15 epochs of the last layers, and 86 of fine-tuning at most.

What is known to deviate from its code:
The batches of an epoch come in one order; the thesis shuffles the order of batches that stay as they are.
The last batch of an epoch, with fewer photos, is learned from; the thesis drops it.
Early stopping goes by the cross-entropy on val; that of the thesis has the penalty on activities in it.
The random division is drawn by hashes of the photos; that of the thesis changes from process to process.
Codes of `flash` are read as EXIF defines them; the thesis takes some for fired that say it did not.
A tag that no photo has leaves columns that are always 0; the thesis drops them.
Images are those of the export; the thesis scales with `load_img`, by the nearest pixel.
Without pretrained weights, which the thesis always has, all layers learn in one phase of 100 epochs.
The report leads with the F1 of several labels at thresholds tuned on val, and gives that at 0.5, the
threshold of the thesis, beside it.
The importance of tags is that for accuracy and macro-F1, of the EXIF model and the fusion, from 20 repeats;
that of the thesis is for micro-F1, of the EXIF model alone, from 50."""

MODERN: Final = Recipe(
    name="modern",
    source="exifds",
    exif_phases=(Phase(epochs=200, learning_rate=3e-3, decay="cosine", patience=25),),
    phases=(
        Phase(epochs=10, patience=3),
        Phase(epochs=50, learning_rate=1e-4, decay="cosine", unfrozen=0.3, patience=6),
    ),
    scratch_phases=(Phase(epochs=40, decay="cosine", unfrozen=1.0, patience=8),),
)
"""The default: nothing is fitted on test photos, missing tags are told, and EXIF can be absent."""

RECIPES: Final[Mapping[str, Recipe]] = MappingProxyType({"modern": MODERN, "lederer2023": LEDERER2023})


def recipe_of(name: str | Recipe, switches: Mapping[str, Any] = MappingProxyType({})) -> Recipe:
    """A recipe by its name.

    Args:
        name: `modern` or `lederer2023`, or a recipe of your own.
        switches: What to set otherwise.

    Returns:
        The recipe.

    Raises:
        UsageError: There is no such recipe, switch or value.

    Example:
        >>> recipe_of("lederer2023", {"split": "export"}).columns
        'lederer2023'
    """
    if isinstance(name, str) and name not in RECIPES:
        raise UsageError(f"there is no recipe {name!r}; there are {', '.join(RECIPES)}")
    return (RECIPES[name] if isinstance(name, str) else name).with_switches(switches)
