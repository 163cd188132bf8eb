"""Build: a Keras model from a configuration. The same configuration always gives the same layers."""

from pathlib import Path
from typing import Any

from exifds.errors import MissingExtraError, UsageError
from exifds.train.config import WITH_EXIF, WITH_IMAGE, Config
from exifds.train.layout import Layout
from exifds.train.models import backbones, heads, perceptron
from exifds.train.models.backbones import unfreeze

__all__ = ["build", "unfreeze"]


def build(config: Config, layout: Layout | None, *, weights: str | Path | None = None) -> Any:
    """The model of a configuration, not compiled. Its inputs and outputs have names.

    Inputs, each only where the model reads it: `image` (B, H, W, 3), 0 to 255; `values` (B, D); `missing`
    (B, T), 1 for a tag that is missing; `codes` (B, K). Outputs: `logits` (B, C), 32-bit floats before
    softmax or sigmoid; of the additive fusion also `image_logits` and `exif_logits`.

    Args:
        config: What is asked for.
        layout: Of the columns of EXIF; None if the model reads none.
        weights: Of the backbone at the start: `imagenet`, `none` or a local file; None takes what the
            configuration says. Where all weights are about to be loaded, `none` saves a download.

    Returns:
        A `keras.Model`.

    Raises:
        UsageError: There is no such backbone, it takes no images of this size, or the weights cannot be had.
        MissingExtraError: Keras is not installed.

    Example:
        >>> build(config, encoder.layout, weights="none").output  # doctest: +SKIP
        {'logits': <KerasTensor shape=(None, 2), dtype=float32, ...>}
    """
    try:
        import keras
    except ImportError:
        raise MissingExtraError("training models", extra="train") from None
    exif = _exif_inputs(config, layout)
    image = {}
    if config.inputs in WITH_IMAGE:
        image["image"] = keras.Input((config.height, config.width, 3), name="image")
    start = _start(config, weights)
    if not image:
        assert layout is not None
        found = perceptron.features(exif, config, layout)
        said = {"logits": perceptron.logits(found, config)}
    else:
        pictured = backbones.features(image["image"], config, start)
        pictured = keras.layers.Dropout(config.recipe.image_rate, name="image_features")(pictured)
        said = _said(pictured, exif, config, layout)
    return keras.Model({**image, **exif}, said, name=config.inputs)


def _start(config: Config, weights: str | Path | None) -> str | Path:
    """The weights of the backbone at the start."""
    start = config.weights if weights is None else weights
    if config.inputs in WITH_IMAGE and str(start).startswith("sha256:"):
        raise UsageError("the weights of this configuration are a local file: say which, with --weights FILE")
    return start


def _exif_inputs(config: Config, layout: Layout | None) -> dict[str, Any]:
    """Those columns of EXIF that the model reads."""
    import keras

    if config.inputs not in WITH_EXIF:
        return {}
    if layout is None:
        raise UsageError(f"a model of {config.inputs} needs the layout of its columns, got none")
    gated = config.inputs in WITH_IMAGE and config.recipe.head == "additive"
    widths = {
        "values": len(layout.columns),
        "missing": len(layout.tags) if gated or perceptron.reads_missing(config) else 0,
        "codes": len(layout.codes),
    }
    if not any(
        width for name, width in widths.items() if name != "missing" or perceptron.reads_missing(config)
    ):
        raise UsageError(f"a model of {config.inputs} needs columns of EXIF, and this export has none for it")
    kinds = {"values": "float32", "missing": "float32", "codes": "int32"}
    return {
        name: keras.Input((width,), name=name, dtype=kinds[name]) for name, width in widths.items() if width
    }


def _said(image: Any, exif: dict[str, Any], config: Config, layout: Layout | None) -> dict[str, Any]:
    """What a model with images says: image alone, or with EXIF by the head of the recipe."""
    recipe, classes = config.recipe, len(config.classes)
    if config.inputs == "image":
        return {"logits": heads.linear(image, classes)}
    if config.inputs == "head":
        return heads.control(image, classes, recipe.head)
    assert layout is not None
    if recipe.exif_dropout or recipe.tag_dropout:
        from exifds.train.models.layers import ExifDropout

        exif = ExifDropout(layout, exif=recipe.exif_dropout, tag=recipe.tag_dropout)(exif)
    found = perceptron.features(exif, config, layout)
    if recipe.head == "concat50":
        return heads.concat50(image, found, classes)
    return heads.additive(image, found, exif["missing"], classes)
