"""Backbones by name: their pixels, their weights, their frozen layers, and what is refused."""

import pickle
from pathlib import Path

import keras
import numpy as np
import pytest

from exifds.errors import UsageError
from exifds.train.models.backbones import _network, _preprocess, check, unfreeze
from exifds.train.models.build import build
from exifds.train.recipe import LEDERER2023
from tests.train.models.examples import HOSTILE, LAYOUT, config

pytestmark = pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")  # Keras 3.15, NumPy 2


def test_a_name_that_is_nearly_right() -> None:
    """A typing error gets the names that are close."""
    with pytest.raises(UsageError, match="no backbone 'MobilNetV2': did you mean MobileNetV2 or"):
        check("MobilNetV2")


@pytest.mark.parametrize("name", ["", "preprocess_input", "mobilenet_v2", "os.system", *HOSTILE])
def test_other_names_are_refused(name: str) -> None:
    """Only networks of keras.applications and tiny are backbones; a message stays short."""
    with pytest.raises(UsageError, match="there is no backbone") as error:
        build(config(backbone=name, inputs="image"), None)
    assert len(str(error.value)) < 200


def test_tiny_has_no_imagenet_weights() -> None:
    """Nobody has trained it on ImageNet."""
    with pytest.raises(UsageError, match=r"tiny has no ImageNet weights: .* --weights none"):
        check("tiny", "imagenet")


def test_images_too_small() -> None:
    """A network that needs larger images says how large."""
    with pytest.raises(UsageError, match=r"InceptionV3 takes no images of 40 x 30 pixels .*75x75"):
        build(config(backbone="InceptionV3", inputs="image", height=30, width=40), None)


@pytest.mark.parametrize("name", ["MobileNetV2", "EfficientNetB0", "ResNet50V2", "VGG16"])
def test_pixels_are_prepared_as_the_backbone_was_trained(name: str) -> None:
    """In the model happens what the module of the backbone does to arrays."""
    entry = keras.Input((4, 4, 3))
    prepared = _preprocess(name, entry)
    images = np.random.default_rng(0).uniform(0, 255, (2, 4, 4, 3)).astype(np.float32)
    module = {
        "MobileNetV2": keras.applications.mobilenet_v2,
        "EfficientNetB0": keras.applications.efficientnet,
        "ResNet50V2": keras.applications.resnet_v2,
        "VGG16": keras.applications.vgg16,
    }[name]
    expected = module.preprocess_input(images.copy())
    found = keras.Model(entry, prepared)(images) if prepared is not entry else images
    assert np.allclose(found, expected, atol=1e-4)


def test_imagenet_without_network(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """One sentence names both ways out; stdout stays clean."""
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(
        UsageError, match=r"of VGG16 are neither .* --weights FILE, or .* --weights none"
    ) as error:
        build(config(backbone="VGG16", inputs="image", weights="imagenet"), None)
    assert "\n" not in str(error.value)
    assert capfd.readouterr().out == ""


def test_weights_of_a_file_are_loaded(tmp_path: Path) -> None:
    """A file of the backbone, saved by itself, is where a fusion with this backbone starts."""
    network = _network("tiny", (32, 32, 3), "float32", "none")
    path = tmp_path / "室内 tiny.weights.h5"
    network.save_weights(path)
    model = build(config(weights="sha256:1"), LAYOUT, weights=path)
    loaded = model.get_layer("backbone").inner.get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(loaded, network.get_weights(), strict=True))


def test_weights_in_the_older_form_are_loaded(tmp_path: Path) -> None:
    """The files that keras.applications offers for download are HDF5 by layer."""
    network = _network("tiny", (32, 32, 3), "float32", "none")
    path = tmp_path / "tiny_notop.h5"
    network.save(path)
    model = build(config(weights="sha256:1"), LAYOUT, weights=str(path))
    loaded = model.get_layer("backbone").inner.get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(loaded, network.get_weights(), strict=True))


@pytest.mark.parametrize(
    "form", ["absent", "folder", "text", "pickle", "cut", "another", "whole", "missing part"]
)
def test_a_wrong_file_of_weights(form: str, tmp_path: Path) -> None:
    """Whatever is wrong with the file, it is one sentence; nothing of the file is run."""
    path = tmp_path / "some.weights.h5"
    tiny = _network("tiny", (32, 32, 3), "float32", "none")
    if form == "folder":
        path.mkdir()
    elif form == "text":
        path.write_text("no weights")
    elif form == "pickle":
        path.write_bytes(pickle.dumps({"weights": [1.0]}))
    elif form == "cut":
        tiny.save_weights(path)
        path.write_bytes(path.read_bytes()[:-5000])
    elif form == "another":
        keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save_weights(path)
    elif form == "whole":
        build(config(inputs="image"), None).save_weights(path)
    elif form == "missing part":
        keras.Model(tiny.input, tiny.layers[4].output).save_weights(path)
    with pytest.raises(UsageError, match=r"some\.weights\.h5 holds no weights of tiny .*or --weights none"):
        build(config(weights="sha256:1"), LAYOUT, weights=path)


@pytest.mark.parametrize("name", ["model.keras", "model.pkl", "weights.json", "weights"])
def test_a_file_that_could_hold_more_than_weights(name: str, tmp_path: Path) -> None:
    """Archives of models and pickles are not even opened."""
    with pytest.raises(UsageError, match=f"expected weights in a file .* got {name}"):
        build(config(weights="sha256:1"), LAYOUT, weights=tmp_path / name)


@pytest.mark.parametrize(("unfrozen", "learning"), [(0, 0), (1, 1), (5, 5), (0.5, 8), (1.0, 15), (99, 15)])
def test_the_top_layers_learn(unfrozen: float, learning: int) -> None:
    """A number counts layers, a share is one of all; those above the backbone always learn."""
    model = build(config(inputs="image"), None)
    unfreeze(model, unfrozen)
    layers = model.get_layer("backbone").inner.layers
    assert len(layers) == 15
    assert [layer.trainable for layer in layers] == [False] * (15 - learning) + [True] * learning
    assert model.get_layer("logits").trainable_variables


def test_batch_normalization_learns_only_from_scratch() -> None:
    """Pretrained statistics and scales stay, whatever else learns."""
    for weights, kinds in (("none", 4), ("sha256:1", 0)):
        model = build(config(inputs="image", weights=weights), None, weights="none")
        unfreeze(model, 1.0)
        layers = model.get_layer("backbone").inner.layers
        norms = [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]
        assert sum(layer.trainable for layer in norms) == kinds
        assert len(norms) == 4


def test_a_share_stays_a_share() -> None:
    """All layers and one layer are 1.0 and 1, also in a configuration that was written and read."""
    asked = config()
    read = type(asked).model_validate_json(asked.model_dump_json()).recipe
    assert read.scratch_phases[0].unfrozen == 1
    assert isinstance(read.scratch_phases[0].unfrozen, float)
    assert isinstance(LEDERER2023.phases[1].unfrozen, int)


def test_models_without_images_have_nothing_to_freeze() -> None:
    """The EXIF network always learns."""
    model = build(config(inputs="exif", backbone=None), LAYOUT)
    unfreeze(model, 0)
    assert len(model.trainable_variables) == len(model.weights)
