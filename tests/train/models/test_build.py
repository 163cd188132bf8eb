"""Models from configurations: inputs, outputs, sizes, precision, weights in and out."""

import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from exifds.errors import MissingExtraError, UsageError
from exifds.train.config import Inputs
from exifds.train.models.build import build
from exifds.train.recipe import LEDERER2023, MODERN, Recipe
from tests.train.models.examples import HOSTILE, LAYOUT, THESIS, batch, config, shaken

pytestmark = pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")  # Keras 3.15, NumPy 2

CONCAT = MODERN.with_switches({"head": "concat50"})
ALL = ["image", "values", "missing", "codes"]


@pytest.mark.parametrize(
    ("inputs", "recipe", "names"),
    [
        ("exif", MODERN, ALL[1:]),
        ("camera", MODERN, ALL[1:]),
        ("image", MODERN, ALL[:1]),
        ("head", MODERN, ALL[:1]),
        ("fusion", MODERN, ALL),
        ("permuted", CONCAT, ALL),
        ("fusion", LEDERER2023, ["image", "values", "codes"]),
        ("exif", LEDERER2023, ["values", "codes"]),
    ],
)
def test_inputs_are_those_that_are_read(inputs: Inputs, recipe: Recipe, names: list[str]) -> None:
    """A model asks for nothing that it does not use."""
    assert list(build(config(inputs=inputs, recipe=recipe), LAYOUT).input) == names


def test_columns_that_do_not_exist_are_no_input() -> None:
    """Make and model alone are codes; there are no numbers then."""
    only = LAYOUT.model_copy(update={"columns": (), "column_tags": ()})
    assert list(build(config(inputs="camera", backbone=None), only).input) == ["missing", "codes"]


@pytest.mark.parametrize("kind", ["multi_class", "binary", "multi_label"])
def test_a_logit_for_each_class(kind: str) -> None:
    """For any target, and any class names: they are no part of the network."""
    model = build(config(kind=kind, classes=HOSTILE), LAYOUT)
    said = model(batch(model))
    assert all(part.shape == (8, len(HOSTILE)) and np.isfinite(part).all() for part in said.values())
    assert not any(name in layer.name for layer in model.layers for name in HOSTILE)


@pytest.mark.parametrize(
    ("inputs", "recipe"),
    [("exif", MODERN), ("image", MODERN), ("fusion", MODERN), ("fusion", CONCAT), ("head", MODERN)],
)
def test_weights_fit_into_a_rebuilt_model(inputs: Inputs, recipe: Recipe, tmp_path: Path) -> None:
    """What a model says depends on configuration, layout and file of weights alone."""
    asked = config(inputs=inputs, recipe=recipe, classes=HOSTILE)
    model = shaken(build(asked, LAYOUT))
    path = tmp_path / "model.weights.h5"
    model.save_weights(path)
    rebuilt = build(type(asked).model_validate_json(asked.model_dump_json()), LAYOUT, weights="none")
    rebuilt.load_weights(path)
    photos = batch(model)
    assert np.array_equal(model(photos)["logits"], rebuilt(photos)["logits"])


@pytest.mark.parametrize(
    ("backbone", "image", "more"),
    [
        ("MobileNetV2", 2_260_546, 123_298),
        ("EfficientNetB0", 4_057_253, 123_298),
        ("EfficientNetB4", 17_684_577, 147_874),
        ("ResNet50V2", 23_568_898, 160_162),
    ],
)
def test_networks_of_the_thesis_have_their_sizes(backbone: str, image: int, more: int) -> None:
    """Image only, and what the fusion has more, for two classes."""
    sizes = [
        build(config(inputs=inputs, backbone=backbone, recipe=LEDERER2023), layout).count_params()
        for inputs, layout in (("image", None), ("fusion", THESIS))
    ]
    assert sizes == [image, image + more]


def test_pixels_may_be_whole_numbers() -> None:
    """Bytes as decoded, or the same as floats."""
    model = build(config(inputs="image"), None)
    photos = batch(model)
    floats = {"image": photos["image"].astype(np.float32)}
    assert np.array_equal(
        model.predict(photos, verbose=0)["logits"], model.predict(floats, verbose=0)["logits"]
    )


def test_half_precision_stays_in_the_backbone() -> None:
    """Logits have 32 bits, and what is built next is not touched."""
    model = build(config(precision="mixed_float16"), LAYOUT)
    assert model.get_layer("backbone").compute_dtype == "float16"
    assert {layer.compute_dtype for layer in model.layers if layer.name != "backbone"} == {"float32"}
    said = model(batch(model))
    assert {keras.backend.standardize_dtype(part.dtype) for part in said.values()} == {"float32"}
    assert keras.config.dtype_policy().name == "float32"


@pytest.mark.parametrize("recipe", [MODERN, CONCAT, LEDERER2023])
def test_all_of_it_learns(recipe: Recipe) -> None:
    """A step changes every part of a fusion, and every loss is finite."""
    model = build(config(recipe=recipe), LAYOUT)
    before = [np.asarray(weight) for weight in model.trainable_variables]
    losses = {name: keras.losses.SparseCategoricalCrossentropy(from_logits=True) for name in model.output}
    model.compile("sgd", losses, run_eagerly=True)
    labels = np.arange(32) % 2
    for _ in range(2):  # the joint part starts at 0: what is behind it learns from the second step on
        found = model.train_on_batch(batch(model, 32), dict.fromkeys(model.output, labels), return_dict=True)
    assert np.isfinite(list(found.values())).all()
    same = [
        weight.path
        for old, weight in zip(before, model.trainable_variables, strict=True)
        if np.array_equal(old, weight)
    ]
    assert same == []


def test_the_seed_decides_the_weights() -> None:
    """The same seed of Keras, the same model."""
    models = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        models.append(build(config(), LAYOUT).get_weights())
    assert all(np.array_equal(a, b) for a, b in zip(*models[:2], strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(*models[1:], strict=True))


def test_what_cannot_be_built() -> None:
    """Each is one sentence."""
    with pytest.raises(UsageError, match="a model of fusion needs the layout"):
        build(config(), None)
    with pytest.raises(UsageError, match="a model of exif needs columns of EXIF"):
        build(config(inputs="exif", backbone=None), THESIS.model_copy(update={"tags": (), "columns": ()}))
    with pytest.raises(UsageError, match="say which, with --weights FILE"):
        build(config(weights="sha256:1"), LAYOUT)


def test_keras_is_an_optional_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it, what to install is said."""
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(MissingExtraError, match=r"exifds\[train\]"):
        build(config(), LAYOUT)
