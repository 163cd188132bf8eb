"""Heads: what is exact about them."""

import numpy as np
import pytest

from exifds.train.config import Inputs
from exifds.train.models.build import build
from exifds.train.recipe import LEDERER2023, MODERN, Recipe
from tests.train.models.examples import LAYOUT, THESIS, batch, config, shaken

CONCAT = MODERN.with_switches({"head": "concat50"})


@pytest.mark.parametrize("inputs", ["fusion", "permuted"])
def test_without_exif_the_image_decides_alone(inputs: Inputs) -> None:
    """To the last bit, whatever stands in the columns that are missing."""
    model = shaken(build(config(inputs=inputs), LAYOUT))
    photos = batch(model)
    said = model(photos | {"missing": np.ones((8, 4), np.float32)})
    assert np.array_equal(said["logits"], said["image_logits"])
    with_one = np.ones((8, 4), np.float32)
    with_one[:, 2] = 0
    said = model(photos | {"missing": with_one})
    assert not np.allclose(said["logits"], said["image_logits"])


def test_the_joint_part_starts_at_nothing() -> None:
    """At first image and EXIF simply add; learning finds out what is more than the sum."""
    model = build(config(), LAYOUT)
    photos = batch(model) | {"missing": np.zeros((8, 4), np.float32)}
    said = model(photos)
    assert np.allclose(said["logits"], said["image_logits"] + said["exif_logits"])
    said = shaken(model)(photos)
    assert not np.allclose(said["logits"], said["image_logits"] + said["exif_logits"])


@pytest.mark.parametrize(("recipe", "names"), [(MODERN, 3), (CONCAT, 1)])
def test_outputs_of_a_fusion(recipe: Recipe, names: int) -> None:
    """The additive head also says what either side says; the others have logits alone."""
    model = build(config(recipe=recipe), LAYOUT)
    assert list(model.output) == ["logits", "image_logits", "exif_logits"][:names]
    assert all(part.shape == (None, 2) for part in model.output.values())


@pytest.mark.parametrize("recipe", [MODERN, CONCAT])
def test_the_control_has_the_layers_of_the_fusion(recipe: Recipe) -> None:
    """Image only, dense layers of the fusion, nothing of EXIF."""
    model = build(config(inputs="head", recipe=recipe), None)
    assert list(model.input) == ["image"]
    fused = {layer.name for layer in build(config(recipe=recipe), LAYOUT).layers if "exif" not in layer.name}
    dense = {layer.name for layer in model.layers if layer.weights}
    assert dense <= fused
    assert "both_50" in dense


def test_exif_dropout_is_part_of_the_fusion() -> None:
    """Two steps of training differ, two predictions do not; without dropout in the recipe all are equal."""
    quiet = {"image_rate": 0.0, "exif_rate": 0.0, "augment": "none", "name": "quiet"}
    for recipe, differs in (
        (MODERN, True),
        (MODERN.model_copy(update={"exif_dropout": 0.0, "tag_dropout": 0.0}), False),
    ):
        model = build(config(recipe=recipe.model_copy(update=quiet)), LAYOUT)
        photos = batch(model, 64)
        first, second = (np.asarray(model(photos, training=True)["exif_logits"]) for _ in range(2))
        assert np.array_equal(first, second) is not differs
        assert np.array_equal(model(photos)["logits"], model(photos)["logits"])


def test_the_head_of_the_thesis_has_its_size() -> None:
    """Either side 50, both 50, two outputs, beside the perceptron without its output."""
    model = build(config(recipe=LEDERER2023), THESIS)
    image = build(config(inputs="image", recipe=LEDERER2023), None)
    perceptron, sides, both, logits = 55_074 - 66, 96 * 50 + 50 + 32 * 50 + 50, 100 * 50 + 50, 102
    assert model.count_params() - image.count_params() == perceptron + sides + both + logits - (96 * 2 + 2)
